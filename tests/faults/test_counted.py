from collections import Counter

import pytest

from dialer.domain.verdict import Verdict
from tests.faults.counted import check_counted

A, B = "+8613100000102", "+8613100000202"


def test_as_often_as_the_log_says() -> None:
    check_counted(Counter({A: 2, B: 1}), [(A, "busy"), ("131 0000 0102", "human"), (B, "busy")])


@pytest.mark.parametrize("times", [0, 1])
def test_of_what_nobody_saw_either_is_right(times: int) -> None:
    check_counted(Counter({A: times}), [(A, "lost")])


@pytest.mark.parametrize(
    ("dialed", "attempts"),
    [
        (Counter({A: 2}), [(A, "busy")]),
        (Counter({A: 2}), [(A, "lost")]),
        (Counter[str](), [(A, "busy")]),
        (Counter({A: 1, B: 1}), [(A, "busy"), (A, "busy")]),
        (Counter({B: 1}), []),
    ],
)
def test_anything_else_is_told(dialed: Counter[str], attempts: list[tuple[str, str]]) -> None:
    with pytest.raises(AssertionError, match="dialed otherwise"):
        check_counted(dialed, attempts)


def test_what_is_unsure_is_for_the_story_to_say() -> None:
    unsure = frozenset({Verdict.ROUTE_FAULT})
    check_counted(Counter({A: 1}), [(A, "route_fault"), (A, "human")], unsure)
    with pytest.raises(AssertionError):
        check_counted(Counter(), [(A, "lost")], unsure)
