"""The life of one call, as a table.

Rule 1: every transition is in CALL_TRANSITIONS; nothing else assigns `Call.state`.
Rule 2: this file knows no channel, no queue and no agent's state; the floor decides which step is taken.

                                          DIALING ───────┐
    IN_MENU ──► WAITING ──► RINGING ──► CONNECTING ──► TALKING ──► LEAVING ──► ENDED
       ▲           │ ▲         │             │           ▲ │          │
       └ overflow ─┘ └─────────┴── offer ────┘           │ ▼          │      the caller may leave from anywhere
                     └──────── agent gone for good ── REJOINING       └► (WAITING again)
                     ├──────── transferred ────────── TALKING ◄─► HELD, and HANDED_OVER: with people outside alone
                     └──── picked up, or too long ─── PARKED ◄─── TALKING, HELD
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cti.domain.attempt_words import AttemptTerms, MachineAnswered
from cti.domain.callback_values import CallbackRequest
from cti.domain.commands import SendLeg
from cti.domain.dial import Dial
from cti.domain.mute_words import MuteFailure
from cti.domain.parking_words import Parking
from cti.domain.party import Party, PartyResult, PartyState
from cti.domain.supervision import Supervision
from cti.domain.take import Take
from cti.domain.tape import TAPE, Tape
from cti.domain.values import Caller, CallState, Direction, EndReason, NoRecording, QueueSettings, Rung
from cti.errors import UnexpectedEvent


class CallStep(StrEnum):
    """What can happen to a call."""

    QUEUED = "queued"
    STOPPED_WAITING = "stopped_waiting"
    OFFERED = "offered"
    OFFER_ENDED = "offer_ended"
    ANSWERED = "answered"
    JOINED = "joined"
    DIALED = "dialed"
    SERVED = "served"
    REACHED = "reached"
    PARTED = "parted"
    AGENT_LOST = "agent_lost"
    REJOINED = "rejoined"
    AGENT_GONE = "agent_gone"
    PUT_ON_HOLD = "put_on_hold"
    RETRIEVED = "retrieved"
    HANDED_OVER = "handed_over"
    PARKED = "parked"
    TRANSFERRED = "transferred"
    FOUND_TALKING = "found_talking"
    FOUND_TALKED = "found_talked"
    FOUND_PARKED = "found_parked"
    STARTED_AGAIN = "started_again"
    ENDED = "ended"


CALL_TRANSITIONS: dict[CallState, dict[CallStep, CallState]] = {
    CallState.IN_MENU: {
        CallStep.QUEUED: CallState.WAITING,
        CallStep.FOUND_TALKING: CallState.TALKING,
        CallStep.FOUND_TALKED: CallState.LEAVING,
        CallStep.FOUND_PARKED: CallState.PARKED,
        CallStep.STARTED_AGAIN: CallState.IN_MENU,
        CallStep.ENDED: CallState.ENDED,
    },
    # An agent calls somebody: how far that has come is in the call's `dial`.
    CallState.DIALING: {
        CallStep.REACHED: CallState.TALKING,
        # A callback that dials the customer first: they are next in line.
        CallStep.QUEUED: CallState.WAITING,
        CallStep.SERVED: CallState.IN_MENU,
        CallStep.FOUND_TALKING: CallState.TALKING,
        CallStep.ENDED: CallState.ENDED,
    },
    CallState.WAITING: {
        CallStep.QUEUED: CallState.WAITING,
        CallStep.OFFERED: CallState.RINGING,
        CallStep.FOUND_TALKING: CallState.TALKING,
        CallStep.STOPPED_WAITING: CallState.IN_MENU,
        CallStep.STARTED_AGAIN: CallState.IN_MENU,
        CallStep.ENDED: CallState.ENDED,
    },
    CallState.RINGING: {
        CallStep.OFFER_ENDED: CallState.WAITING,
        CallStep.ANSWERED: CallState.CONNECTING,
        # A callback whose agent is there: now the customer is called.
        CallStep.DIALED: CallState.DIALING,
        CallStep.ENDED: CallState.ENDED,
    },
    CallState.CONNECTING: {
        CallStep.OFFER_ENDED: CallState.WAITING,
        CallStep.JOINED: CallState.TALKING,
        CallStep.ENDED: CallState.ENDED,
    },
    CallState.TALKING: {
        CallStep.PARTED: CallState.LEAVING,
        CallStep.AGENT_LOST: CallState.REJOINING,
        CallStep.PUT_ON_HOLD: CallState.HELD,
        CallStep.HANDED_OVER: CallState.HANDED_OVER,
        CallStep.PARKED: CallState.PARKED,
        CallStep.TRANSFERRED: CallState.WAITING,
        CallStep.ENDED: CallState.ENDED,
    },
    # Music for the customer; the agent is alone, or talks with somebody else in private.
    CallState.HELD: {
        CallStep.RETRIEVED: CallState.TALKING,
        CallStep.PARTED: CallState.LEAVING,
        CallStep.AGENT_LOST: CallState.REJOINING,
        CallStep.HANDED_OVER: CallState.HANDED_OVER,
        CallStep.PARKED: CallState.PARKED,
        CallStep.TRANSFERRED: CallState.WAITING,
        CallStep.STARTED_AGAIN: CallState.IN_MENU,
        CallStep.ENDED: CallState.ENDED,
    },
    # Music, and no agent: whoever picks the caller up is rung from the front of the line.
    CallState.PARKED: {
        CallStep.TRANSFERRED: CallState.WAITING,
        CallStep.STARTED_AGAIN: CallState.IN_MENU,
        CallStep.ENDED: CallState.ENDED,
    },
    # No agent any more: the customer talks with somebody outside.
    CallState.HANDED_OVER: {
        CallStep.TRANSFERRED: CallState.WAITING,  # the number outside was not reached
        CallStep.PARTED: CallState.LEAVING,
        CallStep.STARTED_AGAIN: CallState.LEAVING,
        CallStep.ENDED: CallState.ENDED,
    },
    # The agent's page went in a talk: music for the caller, the agent is rung as soon as the phone is back.
    CallState.REJOINING: {
        CallStep.REJOINED: CallState.TALKING,
        CallStep.AGENT_GONE: CallState.WAITING,
        CallStep.PARTED: CallState.LEAVING,
        CallStep.STARTED_AGAIN: CallState.IN_MENU,
        CallStep.ENDED: CallState.ENDED,
    },
    CallState.LEAVING: {
        CallStep.QUEUED: CallState.WAITING,
        CallStep.STARTED_AGAIN: CallState.LEAVING,
        CallStep.ENDED: CallState.ENDED,
    },
    CallState.ENDED: {},
}


@dataclass(slots=True)
class Offer:
    """The call rings at an agent, or was answered there and is about to be joined."""

    agent_id: int
    leg_id: str
    node: str
    made_at: datetime
    until: datetime
    rang_at: datetime | None = None
    recording_id: str | None = None
    ended_by_agent: bool = False


class Seat(StrEnum):
    """Where the agent's leg of a talk is."""

    IN_ROOM = "in_room"
    CONSULTING = "consulting"
    ALONE = "alone"


@dataclass(slots=True)
class Talk:
    """Customer and agent in one room, or about to be again.

    While `away_since` is set the agent's page is gone; `leg_id` is "" then, or the leg that rings the agent back, which
    `is_answered` when the customer is on the way to it. `started_at` begins anew when they are together again, and
    `talked_s` has what was before. `mute_…`: is the recording to be silent, from where in it, until when, what became
    of it (`cti.domain.taping`); `muted` is what the switch said; `is_silencing`: the coroutine waits for it with the
    bridge.
    `seat`: with the customer, with somebody else, with nobody; `held_since` while the customer hears music for it.
    `is_there`: in the room with the customer, or about to be for the first time since the talk began or went on.
    `tape_s` is by how much the recording is longer than this talk (a colleague's before it) or shorter (no holds).
    """

    agent_id: int
    leg_id: str
    node: str
    started_at: datetime
    recording_id: str | None = None
    ended_by_agent: bool = False
    talked_s: float = 0.0
    away_since: datetime | None = None
    rejoin_until: datetime | None = None
    is_answered: bool = False
    mute_wanted: bool = False
    mute_at_s: float = 0.0
    muted: bool = False
    mute_until: datetime | None = None
    mute_timed_out: bool = False
    mute_failed: bool = False
    is_silencing: bool = False
    seat: Seat = Seat.IN_ROOM
    is_there: bool = True
    held_since: datetime | None = None
    tape_s: float = 0.0

    @property
    def tape(self) -> str | None:
        """The state of the recording in the screen's words; None when there is none."""
        if self.recording_id is None:
            return None
        return TAPE[self.mute_wanted, self.muted]


@dataclass(slots=True)
class Call:
    """One person's visit, or an agent's call to them: until they answer, `dial` says how far it is.

    `preferred_agent_id` is the customer's own agent: whoever owns them, else who talked with them last.
    `flow_priority` is what the flow gave, `priority` what counts; `climbed` are steps of ladders, each with its line.
    `queued_at` orders it in line and survives overflow, missed offers and restarts; `queue_since` is when it came into
    its present queue; `stands_since` is in place of the first when a supervisor put the caller elsewhere in line.
    `left_queue_ids` are the lines that gave up on it, `sent_to` the one that it was sent to from one that was too long.
    `returned` says that it has talked and stands in line once more: `waits_since` is then less what it had waited
    before. `seen_at` is when Callroom last heard of it by a coroutine; `attached` while it has one. `parting` is why it
    will be over, said by a coroutine whose connection broke. `request`: what whom we call back had asked for elsewhere.
    `attempt`: a dialer made this call, on these terms; `pressed_keys` in its flow, in which they are `listens_since`.
    `machine`: what it heard answer, `machine_due` what is done about that if no agent comes in time. `parties`: the
    invited, by their ids; `supervisions` who attends, by supervisor.
    `join_leg` is the leg with which the coroutine was told to bridge and from which it has not come back;
    `join_recalled` says that we ended that bridge, `regroups` that it is only for coming back to it at once, with a
    recorder where `join_tape` is another (what the coroutine was told to record); `join_broken` that the last one ended
    by itself. `sent` is the last order to each leg that the switch has not yet shown to be done (`cti.domain.rooms`);
    `moves` counts such orders since a press, or since all was at rest. `unreached`: who was called last in vain.
    `parking` while it is parked; `tape` is the recording in which its next talk goes on, `on_demand` the one
    that somebody asked for; `take_failed`: the last that was asked for did not begin.
    `survey_wanted` by the agent who ends the talk. `muted_legs`: the switch lets nothing of what they say through.
    `mute_failures`: what it did not carry out last, and when, by leg. `handed_over`: they talked with somebody outside.
    `passed_on_by`: the agent who transferred it last, unannounced, to whoever has it or will.
    """

    call_id: str
    leg_id: str
    node: str
    caller: Caller
    dialed: str
    arrived_at: datetime
    seen_at: datetime
    attached: bool = True
    state: CallState = CallState.IN_MENU
    direction: Direction = Direction.INBOUND
    dial: Dial | None = None
    queue: QueueSettings | None = None
    priority: int = 0
    language: str = ""
    no_recording: NoRecording | None = None
    queued_at: datetime | None = None
    queue_since: datetime | None = None
    stands_since: datetime | None = None
    counted_queue_id: int | None = None
    left_queue_ids: frozenset[int] = frozenset()
    sent_to: int | None = None
    offer: Offer | None = None
    talk: Talk | None = None
    flow_priority: int = 0
    climbed: tuple[tuple[int, Rung], ...] = ()
    preferred_agent_id: int | None = None
    customer_level: str = ""
    last_agent_id: int | None = None
    last_talk_started_at: datetime | None = None
    passed_on_by: int | None = None
    returned: bool = False
    waits_since: datetime | None = None
    waited_s: float = 0.0
    talked_s: float = 0.0
    customer_id: int | None = None
    customer_name: str = ""
    task_id: int | None = None
    callback_id: str | None = None
    attempt: AttemptTerms | None = None
    pressed_keys: str = ""
    listens_since: datetime | None = None
    machine: str = ""
    machine_due: MachineAnswered | None = None
    request: CallbackRequest | None = None
    parting: EndReason | None = None
    parties: dict[str, Party] = field(default_factory=dict)
    supervisions: dict[int, Supervision] = field(default_factory=dict)
    join_leg: str | None = None
    join_recalled: bool = False
    regroups: bool = False
    join_tape: str | None = None
    join_broken: bool = False
    join_failures: int = 0
    moves: int = 0
    sent: dict[str, SendLeg] = field(default_factory=dict)
    unreached: tuple[Party, PartyResult] | None = None
    handed_over: bool = False
    parking: Parking | None = None
    tape: Tape | None = None
    on_demand: Take | None = None
    take_failed: bool = False
    survey_wanted: bool = False
    muted_legs: set[str] = field(default_factory=set)
    mute_failures: dict[str, MuteFailure] = field(default_factory=dict)
    ended_at: datetime | None = None
    end_reason: EndReason | None = None
    end_cause: int = 0

    def take(self, step: CallStep) -> None:
        """Move to the state that `step` leads to; an impossible one raises and changes nothing."""
        try:
            self.state = CALL_TRANSITIONS[self.state][step]
        except KeyError:
            raise UnexpectedEvent(self.state, step) from None

    @property
    def waiting_since(self) -> datetime:
        """Now less this is the time in line: that before an earlier talk counts, the talk does not."""
        return self.waits_since or self.queued_at or self.arrived_at

    def can(self, step: CallStep) -> bool:
        """Whether the table has a row for it now."""
        return step in CALL_TRANSITIONS[self.state]

    def party_at(self, leg_id: str) -> Party | None:
        """Whose leg it is, of those who were invited."""
        return next((party for party in self.parties.values() if party.leg_id == leg_id), None)

    def supervision_at(self, leg_id: str) -> Supervision | None:
        """Whose leg it is, of the supervisors."""
        return next((one for one in self.supervisions.values() if one.leg_id == leg_id), None)

    @property
    def take_now(self) -> Take | None:
        """The present recording, where somebody asked for it."""
        take, talk = self.on_demand, self.talk
        return take if take is not None and talk is not None and take.recording_id == talk.recording_id else None

    def company(self) -> tuple[str, ...]:
        """The legs that shall talk with the customer: the agent's first, supervisors' last."""
        talk = self.talk
        agent = () if talk is None or talk.seat is not Seat.IN_ROOM or not talk.leg_id else (talk.leg_id,)
        parties = tuple(p.leg_id for p in self.parties.values() if p.state is PartyState.IN_ROOM)
        return agent + parties + tuple(one.leg_id for one in self.supervisions.values() if one.is_in_room)

    @property
    def in_conference(self) -> bool:
        """Others would talk on with the customer if the agent went."""
        return any(party.state is PartyState.IN_ROOM for party in self.parties.values())

    def private(self) -> tuple[str, str] | None:
        """The two legs that shall talk without the customer: the agent's and the consulted party's."""
        talk = self.talk
        if talk is None or talk.seat is not Seat.CONSULTING:
            return None
        consulted = next((p for p in self.parties.values() if p.state is PartyState.CONSULTED), None)
        return None if consulted is None else (talk.leg_id, consulted.leg_id)

    @property
    def dialer_terms(self) -> AttemptTerms | None:
        """What a dialer's call waits by until somebody of ours has talked with them; then it is a call like any."""
        return None if self.last_talk_started_at or (self.attempt and self.attempt.flow_id) else self.attempt

    @property
    def stands_by_callback(self) -> bool:
        """A callback's call before anybody was dialed: not it but the callback has a place in line."""
        return self.callback_id is not None and not self.leg_id

    def reason_when_caller_leaves(self) -> EndReason:
        """What it means that the caller is gone, in the present state."""
        if self.parting is not None:
            return self.parting
        if self.state is CallState.IN_MENU and self.queue is not None:
            return EndReason.ABANDONED_IN_QUEUE
        if self.talk is not None and self.talk.ended_by_agent:
            return EndReason.AGENT_HUNG_UP
        if self.state is CallState.LEAVING and self.handed_over:
            return EndReason.TRANSFERRED_OUT
        return _REASONS[self.state]


_REASONS = {
    CallState.DIALING: EndReason.CALLER_HUNG_UP,
    CallState.IN_MENU: EndReason.ABANDONED_IN_MENU,
    CallState.WAITING: EndReason.ABANDONED_IN_QUEUE,
    CallState.RINGING: EndReason.ABANDONED_RINGING,
    CallState.CONNECTING: EndReason.ABANDONED_RINGING,
    CallState.TALKING: EndReason.CALLER_HUNG_UP,
    CallState.HELD: EndReason.CALLER_HUNG_UP,
    CallState.HANDED_OVER: EndReason.TRANSFERRED_OUT,
    CallState.PARKED: EndReason.CALLER_HUNG_UP,
    CallState.REJOINING: EndReason.CALLER_HUNG_UP,
    CallState.LEAVING: EndReason.AGENT_HUNG_UP,
}
