"""An agent looks at somebody and does not call them: what becomes of the lead, by the reason."""

from dataclasses import dataclass
from enum import StrEnum


class SkipReason(StrEnum):
    """What an agent may say."""

    NOT_NOW = "not_now"
    WRONG_DETAILS = "wrong_details"
    NOT_NEEDED = "not_needed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Skipped:
    """`again`: they are shown to somebody later; else they are done with. `why` is kept with the lead."""

    again: bool
    why: str


_FOR_GOOD = frozenset({SkipReason.WRONG_DETAILS, SkipReason.NOT_NEEDED})


def skipped(reason: SkipReason) -> Skipped:
    """Return what comes of it."""
    return Skipped(reason not in _FOR_GOOD, f"skip_{reason.value}")
