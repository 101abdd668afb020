"""Who or what was at the other end: from the signalling alone, with its evidence and how much it is worth.

The raw SIP code comes before the Q.850 cause: Asterisk folds several codes into one cause (chan_pjsip
`hangup_sip2cause`), and 603 tells a person's refusal from a network's block only by its reason (ATIS-1000099). What was
heard on the line says more than both and is weighed elsewhere.
"""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Who or what was there."""

    HUMAN = "human"
    MACHINE = "machine"
    VOICEMAIL = "voicemail"
    SCREENING = "screening"
    FAX = "fax"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    POWERED_OFF = "powered_off"
    OUT_OF_SERVICE = "out_of_service"
    UNALLOCATED = "unallocated"
    NUMBER_CHANGED = "number_changed"
    BARRED = "barred"
    CONGESTION = "congestion"
    ROUTE_FAULT = "route_fault"
    NETWORK_BLOCKED = "network_blocked"
    SILENCE = "silence"
    ABANDONED = "abandoned"
    LOST = "lost"
    WITHDRAWN = "withdrawn"
    """Rung for nobody: all agents had left, and it was hung up. That is none of the person's tries."""


ROUTE_VERDICTS = frozenset({Verdict.CONGESTION, Verdict.ROUTE_FAULT, Verdict.NETWORK_BLOCKED})
"""They say something about the way or the number that we show, nothing about the number that was dialed."""
DEAD_VERDICTS = frozenset({Verdict.UNALLOCATED, Verdict.NUMBER_CHANGED})
"""Permanent once they are certain: two attempts, or one sign that cannot be mistaken."""


@dataclass(frozen=True, slots=True)
class Signalling:
    """How an attempt ended, as the switch told it; `reason` is the Reason header's text, as it came."""

    sip_code: int | None = None
    q850_cause: int | None = None
    reason: str = ""
    rang: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """`confidence_ratio` is our judgement of how often the sign means it; `evidence` is what it was read from."""

    verdict: Verdict
    confidence_ratio: float
    evidence: str


_SIP: dict[int, tuple[Verdict, float]] = {
    **dict.fromkeys(range(500, 600), (Verdict.ROUTE_FAULT, 0.9)),
    403: (Verdict.BARRED, 0.6),
    404: (Verdict.UNALLOCATED, 0.8),
    408: (Verdict.NO_ANSWER, 0.7),
    410: (Verdict.NUMBER_CHANGED, 0.8),
    480: (Verdict.POWERED_OFF, 0.6),
    484: (Verdict.UNALLOCATED, 0.8),
    486: (Verdict.BUSY, 0.95),
    503: (Verdict.CONGESTION, 0.9),
    600: (Verdict.BUSY, 0.95),
    603: (Verdict.REJECTED, 0.8),
    604: (Verdict.UNALLOCATED, 0.9),
    607: (Verdict.NETWORK_BLOCKED, 0.95),
    608: (Verdict.NETWORK_BLOCKED, 0.95),
}
# What the switch itself says where no contact of the trunk is reachable (chan_pjsip.c, request): nobody was called. A
# network says it with a SIP code.
_SUBSCRIBER_ABSENT = 20
# What the floor says of a line of which a trunk told nothing that tells of others (cti.domain.dial, cause_of).
_TIMER_EXPIRED = 102
_Q850: dict[int, tuple[Verdict, float]] = {
    **dict.fromkeys((2, 3, 27, 38, 41, 58, 65, 79, 88, 102, 111, 127), (Verdict.ROUTE_FAULT, 0.9)),
    1: (Verdict.UNALLOCATED, 0.8),
    16: (Verdict.NO_ANSWER, 0.6),
    17: (Verdict.BUSY, 0.95),
    18: (Verdict.NO_ANSWER, 0.8),
    19: (Verdict.NO_ANSWER, 0.95),
    _SUBSCRIBER_ABSENT: (Verdict.POWERED_OFF, 0.9),
    21: (Verdict.REJECTED, 0.8),
    22: (Verdict.NUMBER_CHANGED, 0.8),
    28: (Verdict.UNALLOCATED, 0.8),
    34: (Verdict.CONGESTION, 0.9),
    42: (Verdict.CONGESTION, 0.9),
}


def read(signalling: Signalling) -> Finding:
    """Return what the signalling says; what it does not say is a fault of the route, never a dead number."""
    found = _of_code(signalling) or _of_cause(signalling)
    if found is not None:
        return found
    if signalling.rang:
        return Finding(Verdict.NO_ANSWER, 0.5, "it rang")
    return Finding(Verdict.ROUTE_FAULT, 0.3, "nothing was told")


def is_unheard(signalling: Signalling) -> bool:
    """Whether nothing came back from the trunk at all."""
    silent = signalling.sip_code is None and not signalling.rang
    return silent and signalling.q850_cause in (_SUBSCRIBER_ABSENT, _TIMER_EXPIRED)


def _of_code(signalling: Signalling) -> Finding | None:
    code = signalling.sip_code
    if code == 603 and "network blocked" in signalling.reason.lower():
        return Finding(Verdict.NETWORK_BLOCKED, 0.98, f"sip {code}, reason {signalling.reason!r}")
    if code == 403 and signalling.rang:
        # a network that bars a call does not let it ring first
        return Finding(Verdict.REJECTED, 0.7, "sip 403 after it rang")
    return Finding(*_SIP[code], f"sip {code}") if code in _SIP else None


def _of_cause(signalling: Signalling) -> Finding | None:
    cause = signalling.q850_cause
    if is_unheard(signalling):
        return Finding(Verdict.ROUTE_FAULT, 0.9, "the trunk does not answer")
    return Finding(*_Q850[cause], f"cause {cause}") if cause in _Q850 else None
