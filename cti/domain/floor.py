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
    arrivals,
    assistance,
    callback_orders,
    callbacks,
    dialing,
    fallback,
    forcing,
    handing,
    holding,
    inviting,
    legs,
    lines,
    matching,
    measuring,
    moving,
    muting,
    offers,
    overflowing,
    own_legs,
    parking,
    people,
    plugging,
    redialing,
    rejoin,
    resync,
    rooms,
    staff,
    supervising,
    taking,
    talks,
    taping,
    views,
)
from cti.domain.agent import Agent
from cti.domain.board import Board, Turn
from cti.domain.call import Call
from cti.domain.callback import Callback
from cti.domain.callback_values import CallbackMemory, CallbackOrder
from cti.domain.callback_words import (
    CallbackAllowed,
    CallbackOrdered,
    CallbackPutOff,
    CallbackRefused,
    CallbackRemoved,
    CallbackWanted,
)
from cti.domain.commands import Command
from cti.domain.deadlines import Due
from cti.domain.events import (
    AgentDeclined,
    AgentDisposed,
    AgentHungUp,
    AgentRejoins,
    AgentSignedIn,
    AgentSignedOut,
    AgentWentNotReady,
    AgentWentReady,
    CallArrived,
    CallLeft,
    CallQueued,
    CallRated,
    CallReached,
    CallRecognised,
    DialFailed,
    Event,
    JoinEnded,
    LegAnswered,
    LegBorn,
    LegEnded,
    LegMuted,
    LegRang,
    LegSpies,
    LegStays,
    MemberRang,
    OutsideEnded,
    PhoneChanged,
    RecordingMuted,
    RecordingNotMuted,
    RoomJoined,
    RoomLeft,
    RosterChanged,
    ScreenBack,
    ScreenLost,
    SwitchBack,
    SwitchLost,
)
from cti.domain.facts import Change
from cti.domain.memories import AgentMemory, CallMemory, QueueMemory
from cti.domain.mute_words import LegNotMuted
from cti.domain.oversight import (
    ForcedHangUp,
    ForcedNotReady,
    ForcedReady,
    ForcedSignOut,
    HelpAccepted,
    HelpClosed,
    SupervisorAsked,
    SupervisorLeft,
    SupervisorStartedRecording,
    SupervisorStoppedRecording,
    WaitingGiven,
    WaitingMoved,
    WaitingPlaced,
    WaitingRanked,
)
from cti.domain.take_words import RecordingCut, TapeBegan, TapeNotBegun, TapeRuns
from cti.domain.values import Roster
from cti.domain.wishes import (
    AgentAskedForHelp,
    AgentBroughtIn,
    AgentDialed,
    AgentDropped,
    AgentHeld,
    AgentInvited,
    AgentLeft,
    AgentMuted,
    AgentNeedsNoHelp,
    AgentParked,
    AgentPausedRecording,
    AgentPickedUp,
    AgentPressedKey,
    AgentRedialed,
    AgentResumedRecording,
    AgentRetrieved,
    AgentSentToSurvey,
    AgentStartedRecording,
    AgentStoppedRecording,
    AgentSwapped,
    AgentTransferred,
)


def _roster_changed(turn: Turn, event: RosterChanged) -> None:
    staff.change_roster(turn, event.roster)


_HANDLERS: dict[type[Event], Callable[[Turn, Any], None]] = {
    CallArrived: arrivals.call_arrived,
    CallReached: dialing.reached,
    CallQueued: arrivals.call_queued,
    CallRecognised: arrivals.call_recognised,
    CallRated: arrivals.call_rated,
    CallLeft: arrivals.call_left,
    JoinEnded: arrivals.join_ended,
    TapeRuns: taping.runs_again,
    TapeBegan: taking.began,
    TapeNotBegun: taking.not_begun,
    OutsideEnded: handing.outside_ended,
    LegBorn: legs.leg_born,
    DialFailed: legs.dial_failed,
    LegRang: legs.leg_rang,
    LegAnswered: own_legs.leg_answered,
    LegStays: own_legs.leg_stays,
    LegEnded: own_legs.leg_ended,
    MemberRang: legs.member_rang,
    RoomJoined: legs.room_joined,
    RoomLeft: legs.room_left,
    LegSpies: legs.leg_spies,
    LegMuted: muting.leg_muted,
    LegNotMuted: muting.leg_not_muted,
    RecordingMuted: taping.muted,
    RecordingNotMuted: taping.not_muted,
    RecordingCut: taking.cut,
    PhoneChanged: people.phone_changed,
    SwitchLost: resync.switch_lost,
    SwitchBack: resync.switch_back,
    RosterChanged: _roster_changed,
    AgentSignedIn: people.signed_in,
    AgentSignedOut: people.signed_out,
    AgentWentReady: people.went_ready,
    AgentWentNotReady: people.went_not_ready,
    AgentDeclined: people.declined,
    AgentHungUp: people.hung_up,
    AgentRedialed: own_legs.redialed,
    AgentRejoins: rejoin.rejoins,
    AgentDialed: dialing.dialed,
    AgentHeld: holding.held,
    AgentRetrieved: inviting.retrieved,
    AgentInvited: inviting.invited,
    AgentSwapped: inviting.swapped,
    AgentBroughtIn: inviting.brought_in,
    AgentDropped: inviting.dropped,
    AgentLeft: handing.left,
    AgentTransferred: handing.transferred,
    AgentAskedForHelp: assistance.asked,
    AgentNeedsNoHelp: assistance.not_needed,
    AgentSentToSurvey: people.sent_to_survey,
    AgentParked: parking.parked,
    AgentPickedUp: parking.picked_up,
    AgentPausedRecording: taping.pause,
    AgentResumedRecording: taping.resume,
    AgentStartedRecording: taking.agent_starts,
    AgentStoppedRecording: taking.agent_stops,
    AgentMuted: muting.muted,
    AgentPressedKey: muting.pressed,
    AgentDisposed: people.disposed,
    SupervisorAsked: supervising.asked,
    SupervisorLeft: supervising.left,
    SupervisorStartedRecording: taking.supervisor_starts,
    SupervisorStoppedRecording: taking.supervisor_stops,
    WaitingMoved: moving.moved,
    WaitingPlaced: moving.placed,
    WaitingRanked: moving.ranked,
    WaitingGiven: moving.given,
    CallbackWanted: callbacks.wanted,
    CallbackOrdered: callback_orders.ordered,
    CallbackAllowed: callbacks.allowed,
    CallbackRefused: callbacks.refused,
    CallbackPutOff: callbacks.put_off,
    CallbackRemoved: callbacks.removed,
    HelpAccepted: assistance.accepted,
    HelpClosed: assistance.closed,
    ForcedHangUp: forcing.hang_up,
    ForcedReady: forcing.ready,
    ForcedNotReady: forcing.not_ready,
    ForcedSignOut: forcing.sign_out,
    ScreenLost: people.screen_lost,
    ScreenBack: people.screen_back,
}

_CALL_DUE: dict[Due, Callable[[Turn, Call], None]] = {
    Due.RING: offers.ring_is_due,
    Due.JOIN: offers.join_is_due,
    Due.PARTED: rejoin.parted_is_due,
    Due.REJOIN: rejoin.rejoin_is_due,
    Due.PARK: parking.park_is_due,
    Due.PAUSE: taping.pause_is_due,
    Due.ARRANGE: rooms.arrange_is_due,
    Due.DIAL: dialing.dial_is_due,
    Due.PARTY_RING: inviting.ring_is_due,
    Due.MAX_WAIT: lines.max_wait_is_due,
    Due.OVERFLOW: overflowing.is_due,
    Due.DEMAND: lines.demand_is_due,
    Due.LEG_GONE: arrivals.leg_gone_is_due,
    Due.FORGET: talks.forget_is_due,
}

_CALLBACK_DUE: dict[Due, Callable[[Turn, Callback], None]] = {
    Due.CALLBACK: callbacks.is_due,
    Due.CALLBACK_DEMAND: callbacks.demand_is_due,
    Due.CALLBACK_EXPIRY: callbacks.expiry_is_due,
}

_AGENT_DUE: dict[Due, Callable[[Turn, Agent], None]] = {
    Due.WRAP_UP: people.wrap_up_is_due,
    Due.SCREEN_LOST: people.screen_lost_is_due,
    Due.SCREEN_GONE: people.screen_gone_is_due,
    Due.PHONE_EXPECTED: people.phone_expected_is_due,
    Due.LEG_CLOSING: legs.closing_is_due,
    Due.MEMBER_EXPECTED: fallback.member_expected_is_due,
    Due.SUPERVISOR_RING: supervising.ring_is_due,
    Due.REDIAL: redialing.redial_is_due,
}


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
            _HANDLERS[type(told)](turn, told)
        finally:
            turn.settle()
        return self._close(turn)

    def tick(self, now: datetime) -> Outcome:
        """Do what is due."""
        turn = Turn(self._board, now)
        for due, of in self._board.deadlines.take_due(now):
            if isinstance(of, str) and due in _CALLBACK_DUE:
                _CALLBACK_DUE[due](turn, self._board.callbacks[of])
            elif isinstance(of, str):
                _CALL_DUE[due](turn, self._board.calls[of])
            else:
                _AGENT_DUE[due](turn, self._board.agents[of])
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
