"""What the dialer needs of the rest of the house, as it asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cti.domain.attempt_words import AttemptPhase, AttendedLine, Attending, DialerEvent
from cti.domain.wishes import AgentDialed


@dataclass(frozen=True, slots=True)
class Dialable:
    """What the house's dial policy says: the number for the trunk, and what is shown of ours."""

    number: str
    shown_as: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Undialable:
    """It may not be dialed; with `until` not before that moment, without never. `why` is the policy's code."""

    why: str
    until: datetime | None = None


class Floor(Protocol):
    """The telephony, for a dialer."""

    def order(self, wish: DialerEvent | AgentDialed) -> None:
        """Dial, from nobody's phone or an agent's, or say what is heard; raises `cti.errors.Refused`."""

    def withdraw(self, attempt_id: str) -> None:
        """Ring them no longer, unless they have answered by now."""

    def can_dial(self) -> bool:
        """Whether a switch is in sight."""

    def phase(self, attempt_id: str) -> AttemptPhase | None:
        """How far a dialing is, ENDED where nothing is known of it; None: nobody has seen it since a restart."""

    def agent(self, agent_id: int) -> Attending | None:
        """One agent; None: not on the floor."""

    def caller_lines(self) -> tuple[AttendedLine, ...]:
        """All waiting lines; who was dialed is no caller."""

    def agents(self) -> tuple[Attending, ...]:
        """All who are on the floor."""


class DialPolicy(Protocol):
    """The one policy for whatever is dialed."""

    def wall_now(self) -> datetime:
        """What the machine's calendar says; the house's time nears it slowly when it was set."""

    async def ours(self, numbers: Sequence[str]) -> tuple[str, ...]:
        """Give those of them that are the house's own still, as the house writes them."""

    async def may_dial(self, number: str, customer_id: int | None, queue_id: int) -> Dialable | Undialable:
        """Ask it for a call that the house makes now."""
