"""Where a parked caller is found."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Parking:
    """Where a parked caller is found: a short number, by whom and until when it is kept for somebody."""

    slot: int
    agent_id: int
    since: datetime
    until: datetime
