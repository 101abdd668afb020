"""Figures of campaigns, from sums of attempts."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from crm_core.domain.campaign_report import (
    CLASSES,
    COUNTED,
    OF_PEOPLE_ASKED,
    WITH_ATTEMPTS,
    CampaignAxis,
    add_up,
    class_of,
    figures_of,
    moment_key,
    tally_of,
)
from crm_core.domain.campaign_rules import VERDICTS
from crm_core.domain.report import Axis

SHANGHAI = ZoneInfo("Asia/Shanghai")


def counted(attempts: int, **more: float) -> dict[str, float]:
    nothing = dict.fromkeys(COUNTED, 0)
    return {**nothing, "attempts": attempts, **more}


def test_no_axis_is_one_of_calls_and_no_class_knows_a_verdict_that_is_none() -> None:
    assert not set(CampaignAxis) & set(Axis)
    assert frozenset().union(*CLASSES.values()) <= VERDICTS


@pytest.mark.parametrize(
    ("verdict", "name"),
    [("screening", "machines"), ("busy", "busy"), ("unallocated", "dead"), ("powered_off", "other"), (None, "open")],
)
def test_each_attempt_is_in_one_class(verdict: str | None, name: str) -> None:
    assert class_of(verdict) == name
    tally = tally_of(verdict, counted(3, answers=1, talks=1))
    assert (tally["people"], tally[name]) == (1, 2)


def test_who_answered_is_a_person_also_without_an_agent() -> None:
    tally = tally_of("human", counted(4, answers=3, abandoned=1))
    assert tally["people"] == 4
    figures = figures_of(tally, None)
    assert sum(int(figures[name] or 0) for name in ("people", *CLASSES, "other", "open")) == 4
    # of a person whom nobody was wanted for, abandonment does not speak
    assert figures["abandon_ratio"] == pytest.approx(1 / 3)


def test_who_asked_for_an_agent_in_vain_is_a_figure_of_its_own_and_not_abandoned() -> None:
    figures = figures_of(tally_of("human", counted(4, unserved=2)), None)
    assert (figures["people"], figures["unserved"], figures["abandoned"]) == (4, 2, 0)


@pytest.mark.parametrize("verdict", ["machine", "voicemail", "fax"])
def test_a_machine_that_an_agent_was_connected_with_is_no_person(verdict: str) -> None:
    figures = figures_of(tally_of(verdict, counted(5, answers=2, abandoned=1, talks=2)), None)
    assert (figures["people"], figures["machines"], figures["abandoned"], figures["talks"]) == (0, 5, 0, 2)


def test_sums_make_ratios_and_nothing_is_divided_by_nothing() -> None:
    tally = add_up(
        [
            tally_of("human", counted(4, answers=4, talks=4, ended_talks=3, talk_s=90.0, converted=1)),
            {"busy": 6, "attempts": 6},
        ]
    )
    figures = figures_of(tally, {"leads": 10, "leads_dialed": 5, "leads_reached": 3})
    assert (figures["attempts"], figures["busy"], figures["talk_s"], figures["answer_ratio"]) == (10, 6, 30.0, 0.4)
    assert (figures["conversion_ratio"], figures["penetration_ratio"], figures["attempts_per_lead"]) == (0.25, 0.3, 2.0)
    empty = figures_of({}, None)
    assert {empty[name] for name in (*OF_PEOPLE_ASKED, "answer_ratio", "talk_s", "penetration_ratio")} == {None}
    assert {name for name in WITH_ATTEMPTS if empty[name] != 0} == set()


def test_a_moment_is_in_the_hour_and_on_the_day_of_the_house() -> None:
    at = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    assert moment_key(CampaignAxis.HOUR, at, SHANGHAI) == 0
    assert moment_key(CampaignAxis.DAY, at, SHANGHAI) == date(2026, 11, 22)
