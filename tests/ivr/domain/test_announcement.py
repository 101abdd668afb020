from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.domain.values import Announcements
from ivr.domain.announcement import Schedule, announcement, silent
from ivr.wording import builtin_names

PLAN = Announcements()


@pytest.mark.parametrize(
    ("position", "wait_s", "said"),
    [
        (1, None, "position_is number_1 position_end keep_waiting"),
        (3, 20, "position_is number_3 position_end expected_wait number_1 minute keep_waiting"),
        (None, 61, "expected_wait number_2_counted minutes keep_waiting"),
        (None, 301, "expected_wait number_7 minutes keep_waiting"),
        (None, 1800, "expected_wait number_3 number_10 minutes keep_waiting"),
        (2, 1801, "position_is number_2 position_end expected_wait_more number_3 number_10 minutes keep_waiting"),
        (None, 1e9, "expected_wait_more number_3 number_10 minutes keep_waiting"),
        (100, 20, "expected_wait number_1 minute keep_waiting"),
        (None, None, "please_wait"),
        (0, -1, "please_wait"),
    ],
)
def test_what_a_waiting_caller_hears(position: int | None, wait_s: float | None, said: str) -> None:
    assert " ".join(announcement(position, wait_s, "zh", PLAN)) == said


def test_a_line_says_what_its_plan_says() -> None:
    assert announcement(3, 90, "en", replace(PLAN, position_up_to=2)) == (
        "expected_wait", "number_2", "minutes", "keep_waiting",
    )  # fmt: skip
    assert announcement(3, 90, "en", replace(PLAN, expected_up_to_min=1)) == (
        "position_is", "number_3", "position_end", "expected_wait_more", "number_1", "minute", "keep_waiting",
    )  # fmt: skip
    # 8 would be said as 10, which is more than it may say
    assert announcement(None, 480, "en", replace(PLAN, expected_up_to_min=9))[:2] == ("expected_wait", "number_9")
    assert announcement(3, 90, "en", replace(PLAN, position_up_to=0, expected_up_to_min=0)) == ("please_wait",)


@given(st.floats(0, 1e7), st.integers(1, 60), st.sampled_from(["zh", "en"]))
def test_nobody_is_told_less_than_is_expected_or_a_piece_that_is_not_there(
    wait_s: float, most_min: int, language: str
) -> None:
    pieces = announcement(None, wait_s, language, replace(PLAN, expected_up_to_min=most_min))
    assert (pieces[0] == "expected_wait_more") == (wait_s > most_min * 60)
    if pieces[0] == "expected_wait" and language == "en":
        minutes = sum(int(piece.removeprefix("number_")) for piece in pieces if piece.startswith("number_"))
        assert minutes * 60 >= wait_s
        assert minutes <= most_min
    if language == "en":
        assert {piece for piece in pieces if not piece.startswith("number_")} <= builtin_names()


def moments(schedule: Schedule, until_s: float, speech_s: float = 2.0) -> list[tuple[float, str]]:
    """What is said when, each taking so long."""
    said = []
    while (now_s := schedule.next_s) < until_s:
        place = schedule.is_place_due(now_s)
        said.append((now_s, "place" if place else schedule.comfort()))
        schedule.told(now_s + speech_s, place=place)
    return said


def test_place_and_comfort_take_turns() -> None:
    plan = Announcements(first_after_s=10, comfort=("a", "b"), comfort_every_s=25)
    assert moments(Schedule(plan, 60, 100.0, 1.5), 260.0) == [
        (110.0, "place"), (137.0, "a"), (164.0, "b"), (172.0, "place"), (199.0, "a"), (226.0, "b"), (234.0, "place"),
    ]  # fmt: skip


def test_the_house_says_how_soon_at_the_earliest() -> None:
    schedule = Schedule(PLAN, 30, 100.0, 1.5)
    assert moments(schedule, 170.0) == [(101.5, "place"), (133.5, "place"), (165.5, "place")]


def test_without_a_place_only_comfort_and_without_both_nothing() -> None:
    assert moments(Schedule(Announcements(comfort=("a",), comfort_every_s=20), 0, 0.0, 1.5), 50.0) == [
        (20.0, "a"), (42.0, "a"),
    ]  # fmt: skip
    assert Schedule(PLAN, 0, 0.0, 1.5).next_s == inf
    assert silent(5.0).next_s == inf


def test_nobody_is_talked_to_without_a_pause() -> None:
    said = moments(Schedule(Announcements(comfort=("a",), comfort_every_s=0), 0.001, 0.0, 0), 30.0)
    ends = [at + 2 for at, _ in said]
    assert all(at >= end + 1 for end, (at, _) in zip(ends, said[1:], strict=False))
