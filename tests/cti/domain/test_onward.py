"""Lines that are closed by their business hours are passed over by whatever overflow leads there."""

from datetime import datetime, timedelta

import pytest

from cti.domain.commands import StopWaiting
from cti.domain.events import CallQueued
from cti.domain.facts import WaitRefused
from cti.domain.onward import NOWHERE, onward, sent_on
from cti.domain.oversight import WaitingMoved
from cti.domain.values import LineClosed, Overflow, OverflowAction, QueueSettings, Roster, Routing
from tests.cti.domain.stage import ANN, BOB, Stage

__all__ = ("onward", "sent_on")  # asked through the floor
MESSAGE = Overflow(OverflowAction.MESSAGE, "all_busy")


def to(queue_id: int) -> Overflow:
    return Overflow(OverflowAction.QUEUE, queue_id=queue_id)


class Hours:
    """Lines that are closed, and until when."""

    def __init__(self, **closed: datetime) -> None:
        self.closed = {int(name.removeprefix("q")): until for name, until in closed.items()}

    def __call__(self, queue_id: int, at: datetime) -> bool:
        return queue_id not in self.closed or at >= self.closed[queue_id]


def house(*overflows: Overflow, **routing: object) -> Stage:
    """Line 1 overflows as the first one says, and so on; nobody is at work."""
    lines = tuple(
        QueueSettings(number, f"line {number}", max_wait_s=100.0, overflow=overflow)
        if number > 1
        else QueueSettings(1, "line 1", max_wait_s=100.0, overflow=overflow, routing=Routing(**routing))  # type: ignore[arg-type]
        for number, overflow in enumerate(overflows, start=1)
    )
    return Stage(Roster((ANN, BOB), lines))


def closed(stage: Stage, *queue_ids: int, for_s: float = 10_000.0) -> None:
    until = stage.now + timedelta(seconds=for_s)
    stage.floor.set_hours(Hours(**{f"q{queue_id}": until for queue_id in queue_ids}))


def went(stage: Stage) -> Overflow:
    stage.arrive("c1")
    stage.wait(100)
    return stage.last(StopWaiting).overflow


@pytest.mark.parametrize(
    ("overflows", "shut", "expected", "refused"),
    [
        ((to(2), to(3), MESSAGE), (), to(2), []),
        ((to(2), to(3), MESSAGE), (2,), to(3), [2]),
        ((to(2), to(3), MESSAGE), (2, 3), NOWHERE, [2, 3]),
        ((to(2), MESSAGE), (2,), NOWHERE, [2]),  # the message of a line that they never stood in is not theirs
        ((to(2), to(1)), (2,), NOWHERE, [2]),  # and nobody comes back to where nobody came
        ((to(2), to(2)), (2,), NOWHERE, [2]),
        ((to(9),), (9,), NOWHERE, [9]),  # gone
        ((MESSAGE,), (1,), MESSAGE, []),  # who stands in a line is served, whatever the clock says
    ],
)
def test_who_is_not_kept_goes_past_closed_lines(
    overflows: tuple[Overflow, ...], shut: tuple[int, ...], expected: Overflow, refused: list[int]
) -> None:
    stage = house(*overflows)
    closed(stage, *shut)
    assert went(stage) == expected
    assert stage.all(WaitRefused) == [WaitRefused("c1", queue_id, LineClosed.CLOSED) for queue_id in refused]


def test_the_hour_at_which_they_go_counts() -> None:
    early, late = house(to(2), MESSAGE), house(to(2), MESSAGE)
    closed(early, 2, for_s=100.1)
    closed(late, 2, for_s=100.0)
    assert (went(early), went(late)) == (NOWHERE, to(2))


def test_who_stands_too_far_back_stays_while_the_next_line_is_closed() -> None:
    stage = house(to(2), MESSAGE, overflow_beyond=1, overflow_held_s=15.0)
    closed(stage, 2, for_s=50.0)
    stage.arrive("c1")
    stage.arrive("c2")
    stage.wait(49)
    assert (stage.all(StopWaiting), stage.queue(1)["waiting"]) == ([], ["c1", "c2"])
    stage.wait(15)
    assert [(order.call_id, order.overflow) for order in stage.all(StopWaiting)] == [("c2", to(2))]
    assert [fact.why for fact in stage.all(WaitRefused)] == [LineClosed.FULL]


def test_who_stands_too_far_back_goes_past_a_closed_line_to_one_that_takes_them() -> None:
    stage = house(to(2), to(3), MESSAGE, overflow_beyond=1, overflow_held_s=15.0)
    closed(stage, 2)
    stage.arrive("c1")
    stage.arrive("c2")
    stage.wait(16)
    assert [(order.call_id, order.overflow) for order in stage.all(StopWaiting)] == [("c2", to(3))]
    stage.tell(CallQueued("c2", 3))
    assert stage.queue(3)["waiting"] == ["c2"]


def test_a_supervisor_may_put_somebody_into_a_closed_line() -> None:
    stage = house(to(2), MESSAGE)
    closed(stage, 2)
    stage.arrive("c1")
    stage.tell(WaitingMoved("c1", 13, 2))
    assert stage.queue(2)["waiting"] == ["c1"]
