"""So many lines and so many calls a second, without agents."""

from dialer.domain.pace_words import PaceReason
from dialer.domain.steady import Steady


def calls(steady: Steady, now_s: float, lines: int = 0, per_s: float = 2.0) -> int:
    return steady.calls_to_place(lines, 10, per_s, now_s).calls


def test_so_many_a_second() -> None:
    steady = Steady()
    assert calls(steady, 0.0) == 2
    steady.placed()
    steady.placed()
    assert calls(steady, 0.0) == 0
    assert calls(steady, 0.4) == 0
    assert calls(steady, 0.5) == 1


def test_slower_than_one_a_second() -> None:
    steady = Steady()
    assert calls(steady, 0.0, per_s=0.2) == 0
    assert calls(steady, 4.0, per_s=0.2) == 1


def test_a_pause_saves_nothing_up() -> None:
    steady = Steady()
    calls(steady, 0.0)
    assert calls(steady, 1000.0) == 2


def test_never_more_than_there_are_lines() -> None:
    steady = Steady()
    assert calls(steady, 0.0, lines=9) == 1
    full = steady.calls_to_place(10, 10, 2.0, 0.0)
    assert (full.calls, full.reason) == (0, PaceReason.LINES_FULL)


def test_a_clock_that_goes_back_gives_nothing() -> None:
    steady = Steady()
    assert calls(steady, 10.0, per_s=1.0) == 1
    steady.placed()
    assert calls(steady, 5.0, per_s=1.0) == 0
