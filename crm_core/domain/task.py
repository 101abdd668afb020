"""What is to be done for somebody, and by when: its life cycle, when it is due, and which calls become one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from cti.domain.values import EndReason


class TaskKind(StrEnum):
    """Where it comes from: people made the first two, calls the others."""

    FOLLOW_UP = "follow_up"
    CALLBACK = "callback"
    MISSED = "missed"
    VOICEMAIL = "voicemail"


class TaskState(StrEnum):
    """Closed ones stay, for the list of what was done."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What may happen to a task; `reached`: we talked with the caller, without anybody ticking it off."""

    COMPLETE = "complete"
    CANCEL = "cancel"
    REACHED = "reached"
    REOPEN = "reopen"


class Priority(IntEnum):
    """How it stands out; the order of the list is by time."""

    LOW = -1
    NORMAL = 0
    HIGH = 1


LIFE: dict[TaskState, dict[Step, TaskState]] = {
    TaskState.OPEN: {
        Step.COMPLETE: TaskState.DONE,
        Step.REACHED: TaskState.DONE,
        Step.CANCEL: TaskState.CANCELLED,
    },
    TaskState.DONE: {Step.REOPEN: TaskState.OPEN},
    TaskState.CANCELLED: {Step.REOPEN: TaskState.OPEN},
}


def after(state: TaskState, step: Step) -> TaskState | None:
    """Where the step leads; None: it does not fit."""
    return LIFE[state].get(step)


class Due(StrEnum):
    """The three parts of the list; what has no time is for later."""

    OVERDUE = "overdue"
    TODAY = "today"
    LATER = "later"


def due_of(due_at: datetime | None, now: datetime, tomorrow: datetime) -> Due:
    """`tomorrow` is when the house's next day begins."""
    if due_at is None or due_at >= tomorrow:
        return Due.LATER
    return Due.TODAY if due_at > now else Due.OVERDUE


@dataclass(frozen=True, slots=True)
class DueCounts:
    """How many open tasks; with `more` there are further ones that were not counted."""

    overdue: int
    today: int
    later: int
    more: bool


def count_due(due: Iterable[datetime | None], now: datetime, tomorrow: datetime, most: int) -> DueCounts:
    """Count what comes in the order of the list, up to `most`."""
    found = [due_of(at, now, tomorrow) for at in due]
    counted = found[:most]
    return DueCounts(
        counted.count(Due.OVERDUE), counted.count(Due.TODAY), counted.count(Due.LATER), more=len(found) > most
    )


# A caller who stood in line and whom nobody talked with. Voicemail and the emergency script leave a message, which is
# a task by itself; who was passed on to somebody outside has been served there.
_MISSED = frozenset(
    {
        EndReason.ABANDONED_IN_QUEUE,
        EndReason.ABANDONED_RINGING,
        EndReason.FLOW_ENDED,
        EndReason.LOST_SWITCH,
        EndReason.LOST_WHILE_AWAY,
        EndReason.FAILED,
    }
)
_GAVE_UP_IN_LINE = frozenset({EndReason.ABANDONED_IN_QUEUE, EndReason.ABANDONED_RINGING})


def is_missed(reason: EndReason, queue_id: int | None, agent_id: int | None) -> bool:
    """Whether such an end makes the call one to be called back; `agent_id` who talked with the caller before."""
    if queue_id is None:
        return False
    # put back in line after a talk, and then not taken: the caller still wants something
    return reason in _GAVE_UP_IN_LINE if agent_id is not None else reason in _MISSED


def missed_key(queue_id: int, number: str) -> str:
    """What only one open task may have: who tries again raises its counter."""
    return f"missed:{queue_id}:{number}"
