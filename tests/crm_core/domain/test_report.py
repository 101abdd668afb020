"""Figures of a report's line."""

from datetime import date

import pytest

from crm_core.domain.report import Axis, Wanted, agent_figures, line_figures, most_days, ratio

WANTED = Wanted(Axis.DAY, date(2026, 11, 22), date(2026, 11, 22))


def test_as_many_days_as_are_lines_that_somebody_reads() -> None:
    assert [most_days(Axis.INTERVAL, minutes) for minutes in (15, 30, 60)] == [31, 62, 124]
    assert most_days(Axis.CLOCK, 15) == most_days(Axis.DAY, 60) == 1100


def test_figures_of_calls() -> None:
    sums = {"offered": 12, "answered": 8, "answered_20": 6, "given_up": 3, "given_up_6": 1, "given_up_20": 2}
    sums |= {"passed_on": 1, "wait_ms": 80_000, "handled": 8, "talk_ms": 400_000, "hold_ms": 80_000}
    sums |= {"wrap_up_ms": 160_000, "rated": 2, "rating": 9, "missed": 4, "arrived": 15, "in_menu": 3}
    found = line_figures(sums, WANTED)
    shown = ("offered", "answered", "abandoned", "short_abandoned", "passed_on", "arrived", "in_menu", "missed")
    assert [found[name] for name in shown] == [12, 8, 2, 1, 1, 15, 3, 4]
    times = ("asa_s", "aht_s", "talk_s", "hold_s", "wrap_up_s", "rating")
    assert [found[name] for name in times] == [10.0, 80.0, 50.0, 10.0, 20.0, 4.5]
    assert found["service_level_ratio"] == pytest.approx(6 / 10)
    assert (found["abandon_ratio"], found["answer_ratio"]) == (pytest.approx(2 / 11), pytest.approx(8 / 11))


def test_calls_in_no_line_are_in_reports_of_all_lines_alone() -> None:
    names = ("arrived", "in_menu", "outbound", "reached")
    sums = dict.fromkeys(names, 3)
    assert [line_figures(sums, WANTED)[name] for name in names] == [3, 3, 3, 3]
    assert [line_figures(sums, WANTED, is_of_all=False)[name] for name in names] == [None] * 4


def test_nothing_has_no_ratios() -> None:
    found = line_figures({}, WANTED)
    assert {name for name, value in found.items() if value is None} == {
        *("service_level_ratio", "asa_s", "aht_s", "abandon_ratio", "answer_ratio"),
        *("talk_s", "hold_s", "wrap_up_s", "rating"),
    }
    assert ratio(1, 0) is None


def test_figures_of_an_agent() -> None:
    sums = {"offered": 5, "talks": 4, "talk_ms": 200_000, "hold_ms": 40_000, "wrap_up_ms": 80_000, "ring_ms": 10_000}
    times = {"ready_ms": 100_000, "ringing_ms": 10_000, "talking_ms": 240_000, "wrap_up_ms": 80_000, "sign_ins": 1}
    found = agent_figures(sums, times | {"not_ready_ms": 70_000})
    assert [found[name] for name in ("talk_s", "hold_s", "wrap_up_s", "aht_s", "ring_s")] == [50, 10, 20, 80, 2]
    assert found["occupancy_ratio"] == pytest.approx(320 / 430)
    assert [found[name] for name in ("signed_in_total_s", "not_ready_total_s", "sign_ins")] == [500, 70, 1]
