"""What an administrator says of callbacks, and what is written down of each."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """Whether who waits may be called back instead, and how that is done.

    Offered after `after_s` in line and from `above_expected_s` of expected wait on (0: whatever it is), by the key
    `key`; with `either` one of the two is enough. `may_change_number`: also at another number than the caller's.
    `agent_first`: the agent is rung before the customer is dialed; otherwise the customer is dialed while an agent is
    free, and then first in line. Nobody took it: again after `retry_s`, `attempts` times in all, until `expires_s`
    after it was asked for.
    """

    offered: bool = False
    after_s: float = 60.0
    above_expected_s: float = 0.0
    either: bool = False
    key: str = "1"
    may_change_number: bool = True
    agent_first: bool = True
    attempts: int = 3
    retry_s: float = 300.0
    expires_s: float = 14_400.0


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """What somebody said who asked without calling, in their own words; `origin` as in `CallbackMemory`."""

    origin: str
    name: str
    wish: str


@dataclass(frozen=True, slots=True)
class CallbackMemory:
    """A callback that is not over, as it was written down; `state` and `result` in the words of `cti.domain.callback`.

    `call_id` is the call that was to reach them when it was written. `origin` is "" for a call, "web" for a form, whose
    `name` and `wish` are the words of whoever filled it in.
    """

    callback_id: str
    queue_id: int
    number: str
    caller_number: str | None
    arrived_at: datetime
    queued_at: datetime
    asked_at: datetime
    expires_at: datetime
    from_call_id: str = ""
    dialed: str = ""
    priority: int = 0
    flow_priority: int = 0
    language: str = "zh"
    customer_level: str = ""
    customer_id: int | None = None
    customer_name: str = ""
    preferred_agent_id: int | None = None
    stands_since: datetime | None = None
    state: str = "waiting"
    attempts: int = 0
    due_at: datetime | None = None
    why: str = ""
    call_id: str | None = None
    origin: str = ""
    name: str = ""
    wish: str = ""


@dataclass(frozen=True, slots=True)
class CallbackOrder:
    """What somebody asks for without calling; `opens_at` None: the line is open. The customer's are as of a caller."""

    callback_id: str
    queue_id: int
    number: str
    language: str
    name: str = ""
    wish: str = ""
    opens_at: datetime | None = None
    customer_id: int | None = None
    customer_name: str = ""
    customer_level: str = ""
    preferred_agent_id: int | None = None
