"""What the diary knows of the time before: a floor that begins anew is given it."""

from dataclasses import dataclass
from datetime import datetime

from cti.domain.attempt_words import AttemptTerms
from cti.domain.callback_values import CallbackRequest
from cti.domain.take import TakeMemory
from cti.domain.values import AgentState, Caller, Direction, NoRecording

# Of a dialing that was written down, and of which nobody told anything before we were gone.
UNKNOWN_NODE = ""


@dataclass(frozen=True, slots=True)
class ParkingMemory:
    """A caller who is parked; `recording_id`, of `recorded_s` by now, goes on in the next talk.

    `queue_id` is the line whose colleagues may pick them up, None: the one in which their call was counted.
    """

    slot: int
    agent_id: int
    since: datetime
    recording_id: str | None = None
    recorded_s: float = 0.0
    queue_id: int | None = None


@dataclass(frozen=True, slots=True)
class AgentMemory:
    """An agent's last state in the diary; `call_id` is the call that they rang for, talked in or wrapped up."""

    agent_id: int
    state: AgentState
    reason: str
    since: datetime
    call_id: str | None = None
    needs_disposition: bool = False


@dataclass(frozen=True, slots=True)
class CallMemory:
    """A call that the diary has not seen the end of; matched against the switch's channels after a restart.

    `queued_at` keeps its place; the `talk` fields are of a talk that has not ended, `talked_before_s` before its last
    interruption. `parted_at`: it has talked before, and had waited `waited_s` then. `in_fallback`: seen there, not with
    Callroom since. `offered`: an agent was rung, and may be joined unseen. `held_since`: on hold.
    `last_talk_started_at`, `request`, `attempt`, `pressed_keys` and `listens_since` as in `Call`.
    """

    call_id: str
    leg_id: str
    node: str
    caller: Caller
    dialed: str
    arrived_at: datetime
    queue_id: int | None = None
    priority: int = 0
    queued_at: datetime | None = None
    customer_id: int | None = None
    customer_name: str = ""
    waited_s: float = 0.0
    talk_agent_id: int | None = None
    talk_leg_id: str | None = None
    talk_started_at: datetime | None = None
    last_talk_started_at: datetime | None = None
    talked_before_s: float = 0.0
    recording_id: str | None = None
    recording_paused: bool = False
    no_recording: NoRecording | None = None
    parted_at: datetime | None = None
    in_fallback: bool = False
    offered: bool = False
    direction: Direction = Direction.INBOUND
    held_since: datetime | None = None
    parked: ParkingMemory | None = None
    take: TakeMemory | None = None
    recordings: frozenset[str] = frozenset()
    request: CallbackRequest | None = None
    attempt: AttemptTerms | None = None
    pressed_keys: str = ""
    listens_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueueMemory:
    """Today's counters of a queue, counted from the diary."""

    queue_id: int
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
