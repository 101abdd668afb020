"""Of several Callrooms on one database one dials: which one, and for how long it may be sure of it."""

from collections.abc import Callable

from crm_core.leases import Leases

NAME = "dialer"
TTL_S = 6.0
"""So long after the last sign of one another takes over; what rings there goes on ringing there."""
SURE_S = 4.0
"""Counted from before the lease was asked for; a dialer that was held up for longer asks anew before it dials."""


class DialerLease:
    """`owner` names a Callroom to people, and is the same after its restart: that one goes on at once.

    `monotonic_s` is a clock that nobody sets.
    """

    def __init__(self, leases: Leases, owner: str, monotonic_s: Callable[[], float]) -> None:
        self._leases = leases
        self._monotonic_s = monotonic_s
        self._sure_until_s = float("-inf")
        self.owner = owner
        self.elsewhere = ""
        """The Callroom that dials instead of us; "": none."""

    @property
    def is_held(self) -> bool:
        """Whether nobody else can have it yet."""
        return self._monotonic_s() < self._sure_until_s

    async def hold(self) -> bool:
        """Take it, or keep it; False: another one dials. Raises StorageError."""
        asked_s = self._monotonic_s()
        holder = await self._leases.take(NAME, self.owner, TTL_S)
        is_ours = holder == self.owner
        self._sure_until_s = asked_s + SURE_S if is_ours else float("-inf")
        self.elsewhere = "" if is_ours else holder
        return is_ours

    async def give_back(self) -> None:
        """We dial no more. Raises StorageError."""
        self._sure_until_s = float("-inf")
        await self._leases.give_back(NAME, self.owner)
