"""Everything at once: all calls, agents and queues as they are now, and what shall happen next.

`handle` finds the one function for an event's type, lets it work on the board, offers waiting calls to free agents, and
closes the step with one numbered change. The rules themselves are in arrivals, lines, offers, talks, legs, people,
staff and resync.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from cti.domain import (
    attempts,
    callback_orders,
    callbacks,
    lines,
    matching,
    measuring,
    overflowing,
    plugging,
    staff,
    views,
)
from cti.domain.attempt_words import AttemptPhase, AttendedLine, Attending
from cti.domain.board import Board, Turn
from cti.domain.callback import Callback
from cti.domain.callback_values import CallbackMemory, CallbackOrder
from cti.domain.commands import Command
from cti.domain.events import (
    Event,
)
from cti.domain.facts import Change
from cti.domain.handlers import AGENT_DUE, CALL_DUE, CALLBACK_DUE, HANDLERS
from cti.domain.memories import AgentMemory, CallMemory, QueueMemory
from cti.domain.values import Roster


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step changed, and what shall be done about it."""

    changes: tuple[Change, ...] = ()
    commands: tuple[Command, ...] = ()


class Floor:
    """The one truth; told the time, it decides and touches nothing."""

    def __init__(
        self,
        roster: Roster,
        new_id: Callable[[], str],
        now: datetime,
        recording_allowed: Callable[[int], bool] = lambda _: True,
        zone: tzinfo = UTC,
    ) -> None:
        """`new_id` names legs and recordings; `zone` is where a day's counters begin at midnight."""
        self.seq = 0
        self._board = Board(new_id, recording_allowed, zone)
        turn = Turn(self._board, now)
        staff.change_roster(turn, roster)
        turn.settle()

    def set_recording_gate(self, recording_allowed: Callable[[int], bool]) -> None:
        """Who is asked, with the queue's id, whether a talk may be recorded."""
        self._board.recording_allowed = recording_allowed

    def set_hours(self, is_open: Callable[[int, datetime], bool]) -> None:
        """Who is asked whether the line of this id takes calls at a moment, by its business hours."""
        self._board.is_open = is_open

    def line_is_open(self, queue_id: int, at: datetime) -> bool:
        """Whether the line of this id takes calls at a moment; it does where nobody planned hours."""
        return self._board.is_open(queue_id, at)

    def set_longest_pause(self, seconds: float) -> None:
        """After how long a paused recording goes on by itself."""
        self._board.longest_pause_s = seconds

    def set_park_time(self, seconds: float) -> None:
        """After how long a parked caller is brought back."""
        self._board.park_s = seconds

    def restore(
        self,
        now: datetime,
        agents: Iterable[AgentMemory] = (),
        calls: Iterable[CallMemory] = (),
        queues: Iterable[QueueMemory] = (),
        callbacks_before: Iterable[CallbackMemory] = (),
    ) -> None:
        """Before the first event after a start: what the diary knows of the time before."""
        staff.restore(self._board, now, agents, calls, queues)
        callbacks.restore(self._board, now, tuple(callbacks_before))
        for agent in self._board.agents.values():
            self._board.standby.look(agent)

    def handle(self, event: Event, now: datetime) -> Outcome:
        """Take one event; raises `Refused` or `UnexpectedEvent` and then nothing is changed."""
        told = plugging.as_told(self._board, event)
        if told is None:
            return Outcome()
        turn = Turn(self._board, now)
        try:
            HANDLERS[type(told)](turn, told)
        finally:
            turn.settle()
        return self._close(turn)

    def tick(self, now: datetime) -> Outcome:
        """Do what is due."""
        turn = Turn(self._board, now)
        for due, of in self._board.deadlines.take_due(now):
            if isinstance(of, str) and due in CALLBACK_DUE:
                CALLBACK_DUE[due](turn, self._board.callbacks[of])
            elif isinstance(of, str):
                CALL_DUE[due](turn, self._board.calls[of])
            else:
                AGENT_DUE[due](turn, self._board.agents[of])
        return self._close(turn)

    def next_deadline(self) -> datetime | None:
        """When `tick` must be called next."""
        return self._board.deadlines.next()

    def call_of(self, about: object) -> str:
        """Return the id of the call that an event or a command is about, "" when it is of none that is known."""
        call_id: str = getattr(about, "call_id", "") or self._board.leg_calls.get(getattr(about, "leg_id", ""), "")
        return call_id

    def position(self, call_id: str) -> tuple[int, float | None] | None:
        """Place in line (1 is next) and expected wait in seconds, None when the call does not wait."""
        return views.position(self._board, call_id)

    def callback_place(self, call_id: str, callback_id: str, number: str, now: datetime) -> CallbackMemory | None:
        """What is to be written down before a waiting caller is told that they will be called."""
        return callbacks.memory_of(self._board, call_id, callback_id, number, now)

    def callback_order(self, order: CallbackOrder, now: datetime) -> CallbackMemory | None:
        """What is to be written down before somebody who does not call is told that they will be called."""
        return callback_orders.memory_of(self._board, order, now)

    def callback_of(self, queue_id: int, number: str) -> Callback | None:
        """The callback that this number has in this line, None if there is none; for reading."""
        return callback_orders.standing(self._board, queue_id, number)

    def callback_position(self, callback_id: str) -> tuple[int, float | None] | None:
        """Place in line (1 is next) and expected wait in seconds, None while it does not stand there."""
        return callback_orders.place(self._board, callback_id)

    @property
    def can_dial(self) -> bool:
        """Whether a switch is in sight that dials."""
        return self._board.node_up is not None

    def attending(self, agent_id: int) -> Attending | None:
        """One agent as a dialer sees them; None: not on the floor."""
        return attempts.attending(self._board, agent_id)

    def all_attending(self) -> tuple[Attending, ...]:
        """All agents of the floor, for a dialer."""
        found = (attempts.attending(self._board, agent_id) for agent_id in self._board.agents)
        return tuple(one for one in found if one is not None)

    def attempt_phase(self, call_id: str) -> AttemptPhase | None:
        """How far a dialing is, for a dialer."""
        return attempts.phase_of(self._board, call_id)

    def attended_lines(self, now: datetime) -> tuple[AttendedLine, ...]:
        """All waiting lines, for a dialer."""
        return attempts.attended_lines(self._board, now)

    def view(self, key: str) -> dict[str, Any] | None:
        """One view as it is now."""
        return views.view(self._board, key)

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """All views, as of `seq`."""
        return views.snapshot(self._board)

    def _close(self, turn: Turn) -> Outcome:
        matching.make_offers(turn)
        lines.leave_nobody_standing(turn)
        overflowing.look(turn)
        measuring.look(turn)
        orders = tuple(turn.commands)
        if self._board.own_legs:
            orders = tuple(plugging.as_ordered(self._board, order) for order in orders)
        if not turn.facts and not turn.touched:
            return Outcome((), orders)
        self.seq += 1
        change = Change(self.seq, turn.now, tuple(turn.facts), tuple(turn.touched))
        return Outcome((change,), orders)
