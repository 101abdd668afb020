"""Everything at once: all calls, agents and queues as they are now, and what shall happen next (being built)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from cti.domain.commands import Command
from cti.domain.events import Event
from cti.domain.facts import Change
from cti.domain.values import AgentMemory, CallMemory, QueueMemory, Roster


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step changed, and what shall be done about it."""

    changes: tuple[Change, ...] = ()
    commands: tuple[Command, ...] = ()


class Floor:
    """The one truth; told the time, it decides and touches nothing."""

    def __init__(
        self,
        roster: Roster,
        new_id: Callable[[], str],
        recording_allowed: Callable[[int], bool] = lambda _: True,
        zone: tzinfo = UTC,
    ) -> None:
        self.recording_allowed = recording_allowed
        self.seq = 0

    def restore(
        self,
        now: datetime,
        agents: Iterable[AgentMemory] = (),
        calls: Iterable[CallMemory] = (),
        queues: Iterable[QueueMemory] = (),
    ) -> None:
        """Before the first event after a start: what the diary knows of the time before."""
        raise NotImplementedError

    def handle(self, event: Event, now: datetime) -> Outcome:
        """Take one event; raises `Refused` or `UnexpectedEvent` and then nothing is changed."""
        raise NotImplementedError

    def tick(self, now: datetime) -> Outcome:
        """Do what is due."""
        raise NotImplementedError

    def next_deadline(self) -> datetime | None:
        """When `tick` must be called next."""
        raise NotImplementedError

    def position(self, call_id: str, now: datetime) -> tuple[int, float | None] | None:
        """Place in line and expected wait."""
        raise NotImplementedError

    def view(self, key: str) -> dict[str, Any] | None:
        """One view as it is now."""
        raise NotImplementedError

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """All views."""
        raise NotImplementedError
