from datetime import UTC, datetime, timedelta

import pytest

from crm_core.domain.task import (
    LIFE,
    Due,
    DueCounts,
    Step,
    TaskState,
    after,
    count_due,
    due_of,
    is_missed,
    missed_key,
)
from cti.domain.values import EndReason

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
TOMORROW = NOW + timedelta(hours=8)


@pytest.mark.parametrize("state", list(TaskState))
@pytest.mark.parametrize("step", list(Step))
def test_the_life_cycle(state: TaskState, step: Step) -> None:
    closing = {Step.COMPLETE: TaskState.DONE, Step.REACHED: TaskState.DONE, Step.CANCEL: TaskState.CANCELLED}
    fits = closing.get(step) if state is TaskState.OPEN else TaskState.OPEN if step is Step.REOPEN else None
    assert after(state, step) is fits


def test_every_state_has_its_row() -> None:
    assert set(LIFE) == set(TaskState)


@pytest.mark.parametrize(
    ("due_at", "part"),
    [
        (None, Due.LATER),
        (NOW - timedelta(seconds=1), Due.OVERDUE),
        (NOW, Due.OVERDUE),
        (NOW + timedelta(microseconds=1), Due.TODAY),
        (TOMORROW - timedelta(microseconds=1), Due.TODAY),
        (TOMORROW, Due.LATER),
    ],
)
def test_when_it_is_due(due_at: datetime | None, part: Due) -> None:
    assert due_of(due_at, NOW, TOMORROW) is part


def test_the_first_are_counted() -> None:
    due = [NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=2), None]
    assert count_due(due, NOW, TOMORROW, 4) == DueCounts(overdue=1, today=2, later=1, more=False)
    assert count_due(due, NOW, TOMORROW, 2) == DueCounts(overdue=1, today=1, later=0, more=True)
    assert count_due([], NOW, TOMORROW, 2) == DueCounts(0, 0, 0, more=False)


MISSED = {"abandoned_in_queue", "abandoned_ringing", "flow_ended", "lost_switch", "lost_while_away", "failed"}


@pytest.mark.parametrize("reason", list(EndReason))
def test_which_ends_are_missed_calls(reason: EndReason) -> None:
    assert is_missed(reason, 1, None) is (reason in MISSED)
    assert not is_missed(reason, None, None), "never in a line"
    # talked with somebody, and was put back in line
    assert is_missed(reason, 1, 7) is (reason in {"abandoned_in_queue", "abandoned_ringing"})


def test_one_for_each_caller_and_queue() -> None:
    keys = {missed_key(1, "+8613800138000"), missed_key(2, "+8613800138000"), missed_key(1, "+8613800138001")}
    assert len(keys) == 3
