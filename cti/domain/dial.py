"""The way of a call that an agent dials until somebody answers, as a table; and what it means that nobody does.

Rule 1: every transition is in DIAL_TRANSITIONS; nothing else assigns `Dial.state`.

    FETCHING ──► DIALED ──► RINGING ──► ANSWERED ──► OVER      over from anywhere; the talk takes its place
    (the agent's      └───────────────────▲
     own phone)
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cti.domain.values import EndReason
from cti.errors import UnexpectedEvent


class DialState(StrEnum):
    """How far it is."""

    FETCHING = "fetching"
    DIALED = "dialed"
    RINGING = "ringing"
    ANSWERED = "answered"
    OVER = "over"


class DialStep(StrEnum):
    """What can happen to it."""

    FETCHED = "fetched"
    RANG = "rang"
    ANSWERED = "answered"
    ENDED = "ended"


DIAL_TRANSITIONS: dict[DialState, dict[DialStep, DialState]] = {
    DialState.FETCHING: {
        DialStep.FETCHED: DialState.DIALED,
        DialStep.ENDED: DialState.OVER,
    },
    DialState.DIALED: {
        DialStep.RANG: DialState.RINGING,
        # Some trunks say nothing of ringing, or we did not hear it.
        DialStep.ANSWERED: DialState.ANSWERED,
        DialStep.ENDED: DialState.OVER,
    },
    DialState.RINGING: {
        DialStep.ANSWERED: DialState.ANSWERED,
        DialStep.ENDED: DialState.OVER,
    },
    # They are there; what has to be said about a recording is said to them first.
    DialState.ANSWERED: {
        DialStep.ENDED: DialState.OVER,
    },
    DialState.OVER: {},
}


@dataclass(slots=True)
class Dial:
    """An agent's wish to talk with somebody outside; `leg_id` is the agent's own leg, the other is the call's.

    `agent_id` None and `leg_id` "": a callback that reaches the customer first, and then an agent.

    `rings_s`: so long from the first ring on; None: what it takes until then counts, too.
    `cause` and `sip_status` are what the switch said of its end. `is_heard`: a dialer listens to its line. `is_told`:
    the network behind the trunk has said something of it.
    """

    agent_id: int | None
    leg_id: str
    node: str
    number: str
    begun_at: datetime
    shown_as: str = ""
    withheld: bool = False
    state: DialState = DialState.FETCHING
    rang_at: datetime | None = None
    rings_s: float | None = None
    cause: int = 0
    sip_status: int = 0
    is_heard: bool = False
    is_told: bool = False

    def take(self, step: DialStep) -> None:
        """Move to the state that `step` leads to; an impossible one raises and changes nothing."""
        try:
            self.state = DIAL_TRANSITIONS[self.state][step]
        except KeyError:
            raise UnexpectedEvent(self.state, step) from None

    def can(self, step: DialStep) -> bool:
        """Whether the table has a row for it now."""
        return step in DIAL_TRANSITIONS[self.state]

    @property
    def is_out(self) -> bool:
        """The network has the number, and nobody answered yet."""
        return self.state in (DialState.DIALED, DialState.RINGING)


_SUBSCRIBER_ABSENT = 20
_TIMER_EXPIRED = 102  # recovery on timer expiry
NO_USER_RESPONDING, NO_ANSWER = 18, 19
# Q.850 (03/93 and later); what SIP says is turned into it by Asterisk (res_pjsip, hangup_sip2cause).
RESULTS = {
    1: EndReason.NO_SUCH_NUMBER,  # unallocated
    2: EndReason.NO_SUCH_NUMBER,  # no route to transit network
    3: EndReason.NO_SUCH_NUMBER,  # no route to destination
    17: EndReason.BUSY,
    18: EndReason.NO_ANSWER,
    19: EndReason.NO_ANSWER,
    _SUBSCRIBER_ABSENT: EndReason.UNREACHABLE,  # subscriber absent: switched off, out of coverage
    21: EndReason.REJECTED,
    22: EndReason.NO_SUCH_NUMBER,  # changed
    27: EndReason.UNREACHABLE,  # destination out of order
    28: EndReason.NO_SUCH_NUMBER,  # invalid format
    34: EndReason.CONGESTION,  # no circuit
    38: EndReason.CONGESTION,
    41: EndReason.CONGESTION,
    42: EndReason.CONGESTION,
    44: EndReason.CONGESTION,
    47: EndReason.CONGESTION,
    _TIMER_EXPIRED: EndReason.CONGESTION,
}


def result_of(cause: int, sip_status: int) -> EndReason:
    """Why nobody took it; a cause that says nothing of use is an unreachable number.

    Without a SIP status the switch itself says it, of a trunk that does not answer (chan_pjsip.c, request).
    """
    if cause == _SUBSCRIBER_ABSENT and not sip_status:
        return EndReason.CONGESTION
    return RESULTS.get(cause, EndReason.UNREACHABLE)


def cause_of(dial: Dial, cause: int, *, tells_ringing: bool) -> int:
    """Why nobody took it, by Q.850: nobody failed to answer where it never rang, as far as the trunk tells that.

    What the network says of somebody who does not answer comes with a SIP status.
    """
    is_ours = cause in (NO_USER_RESPONDING, NO_ANSWER) and not dial.sip_status
    is_unheard = dial.state is DialState.DIALED and not dial.is_told
    return _TIMER_EXPIRED if is_ours and is_unheard and tells_ringing else cause
