"""What this package needs of the memory: the rows of recordings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Job:
    """One recording whose call is over; `talked_s` is how long it should be.

    `cut_short`: the switch ended with the call, and what it had not yet written is lost.
    """

    recording_id: str
    started_at: datetime
    talked_s: float
    cut_short: bool = False


@dataclass(frozen=True, slots=True)
class Underway:
    """A recording whose call was not over when Callroom was last seen.

    `talked_before_s` of the present part of the talk are not in it.
    """

    call_id: str
    recording_id: str
    started_at: datetime
    talked_before_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Filed:
    """How a recording came out: `state` ready, partial, missing or failed; `error` a code for the last three."""

    recording_id: str
    state: str
    duration_s: float
    size_bytes: int
    path: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A published recording, as retention needs it."""

    recording_id: str
    started_at: datetime


class Ledger(Protocol):
    """The diary's side of recordings; every call is acknowledged when it is on the disk."""

    async def file(self, filed: Filed) -> None:
        """Write how a recording came out; repeating it changes nothing."""

    async def unfinished(self) -> tuple[Job, ...]:
        """Return recordings of ended calls that were never filed: what a crash left over."""

    async def underway(self) -> tuple[Underway, ...]:
        """Return recordings of calls that have no end yet."""

    async def older_than(self, moment: datetime, limit: int) -> tuple[Kept, ...]:
        """Return published recordings that began before `moment`."""

    async def mark_expired(self, recording_ids: tuple[str, ...]) -> None:
        """The files are gone; the rows stay and say so."""
