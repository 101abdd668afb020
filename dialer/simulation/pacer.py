"""What the world asks of whoever decides; `dialer.domain.pacing.Pacing` fits as it is."""

from typing import Protocol, runtime_checkable

from dialer.domain.pace_words import Pace, PaceEvent, Window


class Pacer(Protocol):
    """Hears what a dialer hears, and answers how many calls to place."""

    def open_window(self, window: Window) -> None:
        """Begin a day."""

    def handle(self, event: PaceEvent, now_s: float) -> None:
        """Hear of something."""

    def calls_to_place(self, now_s: float) -> Pace:
        """Decide."""

    def next_deadline_s(self) -> float:
        """Say when to be asked again though nothing happened."""


@runtime_checkable
class Seer(Protocol):
    """A pacer that is told what nobody can know: when each agent will be free."""

    def foretell(self, agent_id: str, free_at_s: float) -> None:
        """Learn the end of the talk and wrap-up that begin now."""
