"""The day as a whole: what must be true of its figures whatever happens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_core.domain import today as today_module
from crm_core.domain.counts import Limits, total
from crm_core.domain.running_count import PIECE, RunningCount
from crm_core.domain.today import LIVELY, Today
from cti.domain.facts import AgentChanged, CallEnded, TalkStarted, WaitStarted
from cti.domain.values import AgentState, EndReason
from tests.crm_core.random_day import QUEUES, random_day

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
LIMITS = Limits()
SUBSETS = [None, *(frozenset({one}) for one in QUEUES), frozenset(QUEUES[:2])]


@pytest.mark.parametrize("seed", range(40))
def test_sums_agree_on_random_days(seed: int) -> None:
    day = random_day(seed, AT, calls=120)
    today = Today(ZONE, AT)
    for change in day.changes:
        for fact in change.facts:
            today.take(change.at, fact)
    now = day.changes[-1].at
    came_today = {
        (fact.call_id, fact.queue_id)
        for change in day.changes
        for fact in change.facts
        if isinstance(fact, WaitStarted)
    }
    counted = {scope: total(today.by_slot(scope, LIMITS, now)) for scope in SUBSETS}
    for scope, counts in counted.items():
        parts = counts.answered + counts.abandoned + counts.short_abandoned + counts.passed_on + counts.open
        assert counts.offered == parts + counts.callbacks_promised, seed
        assert counts.callbacks_kept <= counts.callbacks_promised
        assert counts.answered_in_time <= counts.answered
        assert counts.handled <= counts.answered
        assert counts.late <= counts.open
        calls = {call_id for call_id, queue_id in came_today if scope is None or queue_id in scope}
        assert counts.offered == len(calls), "each call once, however often it came into line"
    lines = [counted[frozenset({queue_id})] for queue_id in QUEUES]
    assert sum(one.offered for one in lines) == len(came_today)
    assert sum(one.handle_s for one in lines) <= day.worked_s + 1e-6, "no second of work is counted twice"
    assert counted[None].answered == len(day.answered)
    assert counted[None].abandoned + counted[None].short_abandoned == len(day.gave_up - day.answered)
    assert counted[None].open == len((day.open & {call_id for call_id, _ in came_today}) - day.answered - day.promised)
    assert counted[None].callbacks_promised == len(day.promised - day.answered)
    assert counted[None].callbacks_kept == len(day.kept - day.answered)
    if not day.open:
        assert sum(one.handle_s for one in lines) == pytest.approx(day.worked_s)


def test_each_call_is_in_the_interval_of_its_arrival() -> None:
    today = Today(ZONE, AT)
    today.take(AT, WaitStarted("a", 1, 0))
    today.take(AT + timedelta(minutes=40), TalkStarted("a", 11, "leg", 1, 2400.0, None))
    today.take(AT + timedelta(minutes=40), WaitStarted("b", 1, 0))
    slots = today.by_slot(None, LIMITS, AT + timedelta(minutes=41))
    assert [(number, one.offered, one.answered) for number, one in enumerate(slots) if one.offered] == [
        (36, 1, 1),
        (38, 1, 0),
    ]


def test_a_quarter_is_counted_again_when_one_of_its_calls_is_different(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    class Spy(RunningCount):
        def count(self, now: datetime) -> Iterator[None]:
            counted.append(self._number)
            return super().count(now)

    monkeypatch.setattr(today_module, "RunningCount", Spy)
    today = Today(ZONE, AT)
    today.take(AT, WaitStarted("a", 1, 0))
    today.by_slot(None, LIMITS, AT)
    assert counted == list(range(96))
    counted.clear()
    assert total(today.by_slot(None, LIMITS, AT + timedelta(seconds=19))).late == 0
    assert counted == []
    assert total(today.by_slot(None, LIMITS, AT + timedelta(seconds=20, microseconds=1))).late == 1
    assert counted == [36], "the caller has waited for T"
    counted.clear()
    today.take(AT + timedelta(seconds=30), CallEnded("a", EndReason.ABANDONED_IN_QUEUE, 16, 1, None, 30.0, 0.0))
    assert total(today.by_slot(None, LIMITS, AT + timedelta(seconds=30))).abandoned == 1
    assert counted == [36]


def test_of_old_quarters_only_the_sum_is_remembered() -> None:
    today = Today(ZONE, AT)
    today.take(AT, WaitStarted("a", 1, 0))
    today.take(AT, TalkStarted("a", 11, "leg", 1, 3.0, None))
    today.take(AT, WaitStarted("b", 1, 0))
    now = AT + timedelta(minutes=15) * (LIVELY + 1)
    for moment in (AT, now):
        today.by_slot(None, LIMITS, moment)
    quarter = today._counted[None, LIMITS][36]
    assert (len(quarter._of), quarter.counts.answered, quarter.counts.late) == (0, 1, 1)
    today.take(now, CallEnded("b", EndReason.ABANDONED_IN_QUEUE, 16, 1, None, 4500.0, 0.0))
    counts = total(today.by_slot(None, LIMITS, now))
    assert (counts.offered, counts.answered, counts.abandoned, counts.late) == (2, 1, 1, 0)


def test_an_old_quarter_that_changes_is_counted_in_pieces_and_at_the_end_it_is_known() -> None:
    today = Today(ZONE, AT)
    for number in range(2 * PIECE):
        today.take(AT, WaitStarted(str(number), 1, 0))
        today.take(AT, TalkStarted(str(number), 11, "leg", 1, 3.0, None))
    now = AT + timedelta(minutes=15) * (LIVELY + 1)
    assert total(today.by_slot(None, LIMITS, now)).handled == 0
    today.take(now, CallEnded("0", EndReason.CALLER_HUNG_UP, 16, 1, 11, 3.0, 0.0))
    assert len(list(today.count(None, LIMITS, now))) == 3, "two pieces, and the quarter"
    today.take(now, CallEnded("1", EndReason.CALLER_HUNG_UP, 16, 1, 11, 3.0, 0.0))
    assert len(list(today.count(None, LIMITS, now))) == 1, "what was counted a moment ago is not yet forgotten"
    assert total(today.by_slot(None, LIMITS, now)).handled == 2


def test_a_new_day_begins_at_midnight_by_itself() -> None:
    today = Today(ZONE, AT)
    today.take(AT, WaitStarted("a", 1, 0))
    today.take(AT, AgentChanged(1, AgentState.READY, "", AgentState.NOT_READY, 60.0))
    midnight = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert total(today.by_slot(None, LIMITS, midnight - timedelta(seconds=1))).offered == 1
    assert total(today.by_slot(None, LIMITS, midnight)).offered == 0
    assert today.shifts.seconds == {}
    assert total(today.by_slot(None, LIMITS, midnight - timedelta(hours=1))).offered == 0, (
        "yesterday does not come back"
    )


def test_no_more_ways_of_counting_are_kept_than_boards_can_want(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today_module, "MOST_COUNTINGS", 2)
    today = Today(ZONE, AT)
    today.take(AT, WaitStarted("a", 1, 0))
    for threshold in (5, 10, 15, 5):
        assert total(today.by_slot(None, Limits(threshold_s=threshold), AT)).offered == 1
    assert len(today._counted) == 2
