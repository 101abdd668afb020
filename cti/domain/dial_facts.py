"""What the diary keeps of a call that an agent dials, until somebody answers."""

from dataclasses import dataclass

from cti.domain.values import EndReason


@dataclass(frozen=True, slots=True)
class CallDialed:
    """The agent calls somebody outside, from this leg; for this task, if for one."""

    call_id: str
    agent_id: int
    leg_id: str
    task_id: int | None = None


@dataclass(frozen=True, slots=True)
class DialEnded:
    """Nobody took it, and why: `cause` by Q.850, `sip_status` by SIP (0: none); the far end rang for `rang_s`."""

    call_id: str
    agent_id: int
    leg_id: str
    result: EndReason
    cause: int
    sip_status: int
    rang_s: float
