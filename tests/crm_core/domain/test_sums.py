"""Calls as numbers that add up to what the wallboard counts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from crm_core.domain.counts import Counts, Limits, count, total
from crm_core.domain.sums import (
    MOST_LINES,
    SHORTS_S,
    STORED,
    THRESHOLDS_S,
    Sums,
    Tally,
    add,
    counts_of,
    open_sums,
    outside,
    sums_of,
    tallies,
)
from crm_core.domain.visits import Fate, Stay
from crm_core.domain.work import Share, Work

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
NOW = AT + timedelta(seconds=100)


def stay(fate: Fate, wait_s: float = 0.0, queue_id: int = 1, after_s: float = 0.0, **more: object) -> Stay:
    return Stay(queue_id, AT + timedelta(seconds=after_s), None, fate, wait_s, **more)  # type: ignore[arg-type]


def of(stays: list[Stay], lines: Sequence[int], work: Work | None = None) -> Tally:
    (found,) = (one for one in tallies(stays, work or Work()) if one.lines == tuple(lines))
    return found


def answered(line: int = 1, **share: float) -> Work:
    return Work({(line, 11): Share(took=1, talks=1, **share)})  # type: ignore[arg-type]


CASES = [
    [stay(Fate.ANSWERED, 20.0)],
    [stay(Fate.ANSWERED, 20.2)],
    [stay(Fate.ABANDONED, 4.0)],
    [stay(Fate.ABANDONED, 7.0)],
    [stay(Fate.ABANDONED, 500.0)],
    [stay(Fate.PASSED_ON, 30.0)],
    [stay(Fate.OPEN)],
    [stay(Fate.CALLBACK, 30.0)],
    [stay(Fate.CALLBACK, 3.0, kept=True)],
    [stay(Fate.PASSED_ON, 15.0), stay(Fate.CALLBACK, 3.0, 2, 17.0, kept=True)],
    [stay(Fate.PASSED_ON, 15.0), stay(Fate.ANSWERED, 3.0, 2, 17.0)],
    [stay(Fate.PASSED_ON, 15.0), stay(Fate.ABANDONED, 3.0, 2, 17.0)],
]


@pytest.mark.parametrize("threshold_s", THRESHOLDS_S)
@pytest.mark.parametrize("short_s", SHORTS_S)
def test_they_are_what_is_counted_live(threshold_s: int, short_s: int) -> None:
    limits = Limits(threshold_s, short_s)
    for lines in ((1,), (2,), (1, 2)):
        wanted = [[one for one in stays if one.queue_id in lines] for stays in CASES]
        live = total(count(stays, limits, NOW) for stays in wanted if stays)
        sums: Sums = {}
        for stays in CASES:
            for tally in tallies(stays, Work()):
                if set(tally.lines) == set(tally.path) & set(lines):
                    add(sums, sums_of(tally))
                    add(sums, open_sums(tally, limits, NOW))
        assert counts_of(sums, limits) == live


def test_a_call_is_once_in_each_set_of_its_lines() -> None:
    stays = [stay(Fate.PASSED_ON, 5.0, 3), stay(Fate.PASSED_ON, 5.0, 1), stay(Fate.ANSWERED, 5.0, 2, 12.0)]
    found = list(tallies(stays, Work()))
    assert [one.lines for one in found] == [(3,), (1,), (2,), (1, 3), (2, 3), (1, 2), (1, 2, 3)]
    assert {one.path for one in found} == {(1, 2, 3)}
    assert [one.is_whole for one in found] == [False] * 6 + [True]
    many = [stay(Fate.PASSED_ON, 1.0, queue_id) for queue_id in range(20)]
    assert len(list(tallies(many, Work()))) == 2**MOST_LINES - 1


def test_times_come_when_nobody_talks_any_more() -> None:
    work = answered(talked_s=60.0, held_s=10.0, wrap_up_s=5.5, transferred=1, missed=0, invited=2, conferences=1)
    work.shares[1, 12] = Share(missed=1, declined=1)
    work.shares[2, 12] = Share(missed=9)
    done = sums_of(of([stay(Fate.ANSWERED, 2.0)], (1,), work))
    assert (done["talk_ms"], done["hold_ms"], done["wrap_up_ms"], done["handled"]) == (50_000, 10_000, 5_500, 1)
    assert [done[name] for name in ("missed", "declined", "transferred", "invited", "conferences")] == [1, 1, 1, 2, 1]
    talking = sums_of(of([stay(Fate.ANSWERED, 2.0, talking=True)], (1,), work))
    assert (talking["answered"], talking["handled"], talking["talk_ms"], talking["missed"]) == (1, 0, 0, 1)


def test_a_rating_is_an_average_to_be() -> None:
    work = answered()
    work.rating = 4
    assert sums_of(of([stay(Fate.ANSWERED, 2.0)], (1,), work))["rating"] == 4
    assert "rated" not in sums_of(of([stay(Fate.ANSWERED, 2.0)], (1,), answered()))


def test_calls_in_no_line() -> None:
    assert sums_of(outside(AT, Work(), is_outbound=False)) == {"arrived": 1, "in_menu": 1}
    made = Work({(None, 11): Share(talks=1, talked_s=30.0, held_s=5.0)})
    assert sums_of(outside(AT, made, is_outbound=True)) == {"outbound": 1, "reached": 1, "outbound_talk_ms": 30_000}
    assert sums_of(outside(AT, Work(), is_outbound=True)) == {"outbound": 1, "reached": 0, "outbound_talk_ms": 0}


def test_what_is_added_and_taken_away_leaves_nothing() -> None:
    sums: Sums = {}
    found = [sums_of(tally) for stays in CASES for tally in tallies(stays, answered(talked_s=0.1))]
    for one in found:
        add(sums, one)
    assert set(sums) <= set(STORED)
    for one in reversed(found):
        add(sums, one, -1)
    assert not any(sums.values())
    assert counts_of(sums, Limits()) == Counts()
