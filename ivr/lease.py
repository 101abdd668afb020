"""The dialplan's guard against a Callroom that hangs: `TIMEOUT(absolute)`, renewed while the caller is with us."""

import math

from cti.agi.session import AgiSession


class Lease:
    """When it runs out, the dialplan takes the caller back. Needs AGIEXITONHANGUP=yes there to work."""

    def __init__(self, session: AgiSession, lease_s: float) -> None:
        self._session = session
        self._lease_s = lease_s

    async def renew(self, busy_s: float = 0.0) -> None:
        """Take another term; `busy_s` is how long the next command may keep the channel."""
        await self._session.set_variable("TIMEOUT(absolute)", str(math.ceil(self._lease_s + busy_s)))

    async def lift(self, **variables: str) -> None:
        """A talk between people has no limit; what else is to be known from then on is set in the same breath."""
        await self._session.set_variables({"TIMEOUT(absolute)": "0", **variables})
