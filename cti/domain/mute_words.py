"""What the switch did not do of muting, and what a call remembers of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LegNotMuted:
    """An order to mute a leg, or to let it through again, failed; without an answer, whether it was done is unknown."""

    leg_id: str
    muted: bool


@dataclass(frozen=True, slots=True)
class MuteFailure:
    """The switch was to mute (or not `muted`: to let through again) what a leg says, and did not."""

    muted: bool
    at: datetime
