"""The one way in and out of Asterisk for the floor: orders go in, domain events come out."""

from collections.abc import AsyncIterator
from typing import Protocol

from cti.domain.commands import SwitchCommand
from cti.domain.events import SwitchEvent


class Switch(Protocol):
    """One Asterisk node as `cti.service` sees it; `AmiSwitch` is the real one."""

    node: str

    def events(self) -> AsyncIterator[SwitchEvent]:
        """Connect and yield what happens until the iterator is closed; reconnects by itself.

        The first event is `SwitchBack` (everything that the node has), after a lost link `SwitchLost` and then
        `SwitchBack` again.
        """
        ...

    async def carry_out(self, command: SwitchCommand) -> None:
        """Do it, without waiting for its effect; never raises for a switch that is away.

        An agent's leg that cannot be made comes back as `LegEnded` with its cause.
        """
        ...
