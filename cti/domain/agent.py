"""The life of an agent's shift, as a table.

Rule 1: every transition is in AGENT_TRANSITIONS; nothing else assigns `Agent.state`.
Rule 2: this file knows no call and no queue; the floor decides which step is taken.

    SIGNED_OUT ──► NOT_READY ◄──► READY ──► RINGING ──► TALKING ──► WRAP_UP ──► READY or NOT_READY
                                    ▲          │          ▲
                                    └ withdrawn┘          └ DIALING (from NOT_READY, READY or WRAP_UP)
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cti.domain.own_leg import OwnLeg
from cti.domain.values import DESK, AgentSettings, AgentState, PhoneKind, SystemPause
from cti.errors import UnexpectedEvent

SCREEN_GRACE_S = 15.0


class AgentStep(StrEnum):
    """What can happen to an agent."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    BECAME_READY = "became_ready"
    PAUSED = "paused"
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    JOINED = "joined"
    PARTED = "parted"
    LOST = "lost"
    FOUND_TALKING = "found_talking"
    TOOK_OVER = "took_over"
    DIALED = "dialed"
    REACHED = "reached"


AGENT_TRANSITIONS: dict[AgentState, dict[AgentStep, AgentState]] = {
    AgentState.SIGNED_OUT: {
        AgentStep.SIGNED_IN: AgentState.NOT_READY,
        AgentStep.FOUND_TALKING: AgentState.TALKING,
    },
    AgentState.NOT_READY: {
        AgentStep.BECAME_READY: AgentState.READY,
        AgentStep.PAUSED: AgentState.NOT_READY,
        # Asked by a colleague: who does not take calls from queues may still be consulted.
        AgentStep.OFFERED: AgentState.RINGING,
        AgentStep.SIGNED_OUT: AgentState.SIGNED_OUT,
        AgentStep.FOUND_TALKING: AgentState.TALKING,
        # A supervisor who was in the room takes the talk over; nothing rings any more.
        AgentStep.TOOK_OVER: AgentState.TALKING,
        AgentStep.DIALED: AgentState.DIALING,
    },
    AgentState.READY: {
        AgentStep.OFFERED: AgentState.RINGING,
        AgentStep.PAUSED: AgentState.NOT_READY,
        AgentStep.SIGNED_OUT: AgentState.SIGNED_OUT,
        AgentStep.FOUND_TALKING: AgentState.TALKING,
        AgentStep.TOOK_OVER: AgentState.TALKING,
        AgentStep.DIALED: AgentState.DIALING,
    },
    AgentState.RINGING: {
        AgentStep.WITHDRAWN: AgentState.READY,
        AgentStep.PAUSED: AgentState.NOT_READY,
        AgentStep.JOINED: AgentState.TALKING,
        # Took a callback: now the customer is called.
        AgentStep.DIALED: AgentState.DIALING,
    },
    # Calls somebody outside, who has not answered yet.
    AgentState.DIALING: {
        AgentStep.REACHED: AgentState.TALKING,
        AgentStep.BECAME_READY: AgentState.READY,
        AgentStep.PAUSED: AgentState.NOT_READY,
        AgentStep.FOUND_TALKING: AgentState.TALKING,
    },
    AgentState.TALKING: {
        AgentStep.PARTED: AgentState.WRAP_UP,
        # Done with helping in a colleague's call: nothing to write down.
        AgentStep.WITHDRAWN: AgentState.READY,
        AgentStep.PAUSED: AgentState.NOT_READY,
        # The page went and did not come back: the caller goes to somebody else.
        AgentStep.LOST: AgentState.NOT_READY,
        # A talk from before a restart: the diary said so, now the switch does.
        AgentStep.FOUND_TALKING: AgentState.TALKING,
    },
    AgentState.WRAP_UP: {
        AgentStep.BECAME_READY: AgentState.READY,
        AgentStep.PAUSED: AgentState.NOT_READY,
        AgentStep.SIGNED_OUT: AgentState.SIGNED_OUT,
        AgentStep.FOUND_TALKING: AgentState.TALKING,
        AgentStep.TOOK_OVER: AgentState.TALKING,
        AgentStep.DIALED: AgentState.DIALING,
    },
}

IN_CALL = (AgentState.RINGING, AgentState.DIALING, AgentState.TALKING)
_WORKING = (AgentState.READY, *IN_CALL, AgentState.WRAP_UP)


def endpoint_of(settings: AgentSettings) -> str:
    """Return whose registration says that the phone is there; "" for one outside, of which nobody can know."""
    kind = settings.phone.kind
    if kind is PhoneKind.OUTSIDE:
        return ""
    return DESK + settings.extension if kind is PhoneKind.SIP else settings.extension


@dataclass(frozen=True, slots=True)
class Forced:
    """What a supervisor did to the agent's state last; `by` is the supervisor's name."""

    act: str
    by: str
    at: datetime


class HelpState(StrEnum):
    """How far it is with help that an agent asked for: `cti.domain.assistance` has the table."""

    ASKED = "asked"
    TAKEN = "taken"


@dataclass(slots=True)
class Help:
    """Wanted in this call; `taken_by` is the supervisor who sees to it."""

    call_id: str
    asked_at: datetime
    state: HelpState = HelpState.ASKED
    taken_by: int | None = None


@dataclass(slots=True)
class Agent:
    """One person at work.

    `idle_since`, `taken` (calls of this shift) and `offered_at` order agents for the next call; the first survives a
    withdrawn offer. `wraps_up` is the call of the last wrap-up. `next_reason` is the pause that begins when the present
    call is done. `in_fallback` is what the switch's plain queue was last told; `member_legs` are legs
    of its making at the agent's phone, and `member_expected` says that one may be on its way. `closing_leg` was told to
    hang up and is not gone yet. `supervises` is the call that this person attends as a supervisor. `help` is what they
    asked for in their talk, `helped_at` when they did so last.
    `own_leg` is the one that is kept up through the shift, for who wants that.
    """

    settings: AgentSettings
    since: datetime
    state: AgentState = AgentState.SIGNED_OUT
    reason: str = ""
    idle_since: datetime | None = None
    taken: int = 0
    offered_at: datetime | None = None
    call_id: str | None = None
    wraps_up: str | None = None
    next_reason: str | None = None
    wrap_up_until: datetime | None = None
    needs_disposition: bool = False
    disposed_early: bool = False
    talked_s: float = 0.0
    phone_reachable: bool = False
    screen_connected: bool = False
    screen_lost_at: datetime | None = None
    phone_expected_until: datetime | None = None
    in_fallback: bool = False
    member_legs: set[str] = field(default_factory=set)
    member_expected: bool = False
    closing_leg: str | None = None
    supervises: str | None = None
    own_leg: OwnLeg = field(default_factory=OwnLeg)
    forced: Forced | None = None
    help: Help | None = None
    helped_at: datetime | None = None
    removed: bool = False

    def take(self, step: AgentStep) -> None:
        """Move to the state that `step` leads to; an impossible one raises and changes nothing."""
        try:
            self.state = AGENT_TRANSITIONS[self.state][step]
        except KeyError:
            raise UnexpectedEvent(self.state, step) from None

    @property
    def agent_id(self) -> int:
        """Short for the settings' id."""
        return self.settings.agent_id

    @property
    def has_a_leg(self) -> bool:
        """There is, or may be in a moment, a call at the phone: two of them would meet there."""
        has_another = self.closing_leg is not None or self.supervises is not None
        return has_another or self.member_expected or bool(self.member_legs)

    @property
    def can_take_a_call(self) -> bool:
        """Ready, and the phone would ring for this call alone, as one that has no call of the fallback queue's does."""
        return self.state is AgentState.READY and self.phone_reachable and not self.removed and not self.has_a_leg

    @property
    def can_be_asked(self) -> bool:
        """A colleague may ring the phone: also in a pause, not in a call or its wrap-up."""
        idle = self.state in (AgentState.READY, AgentState.NOT_READY)
        return idle and self.phone_reachable and not self.removed and not self.has_a_leg

    def hindrance(self, now: datetime) -> str:
        """Why they cannot be ready, as the reason of a pause; "" if nothing is in the way."""
        if not self.phone_reachable:
            return SystemPause.PHONE_LOST
        lost_at = self.screen_lost_at
        if lost_at is not None and now - lost_at >= timedelta(seconds=SCREEN_GRACE_S):
            return SystemPause.SCREEN_LOST
        return ""

    @property
    def wants_own_leg(self) -> bool:
        """Their phone is kept up while they are at work."""
        return self.settings.phone.persistent and self.state is not AgentState.SIGNED_OUT and not self.removed

    @property
    def serves(self) -> bool:
        """Counts as capacity: ready, in a call, or soon done with one."""
        return self.state in _WORKING and not self.removed

    @property
    def serves_fallback(self) -> bool:
        """Would take calls if Callroom were away: whether the phone is there then, and free, app_queue sees itself."""
        return self.serves and self.next_reason is None
