"""The dialplan's guard against a Callroom that hangs: `TIMEOUT(absolute)`, renewed while the caller is with us."""

import math

from cti.agi.session import AgiSession

# How much of a term is kept back: a busy machine may be late with the next renewal.
MARGIN_S = 4.0


class Lease:
    """When it runs out, the dialplan takes the caller back. Needs AGIEXITONHANGUP=yes there to work."""

    def __init__(self, session: AgiSession, lease_s: float) -> None:
        self._session = session
        self._lease_s = lease_s

    @property
    def stretch_s(self) -> float:
        """How long one command may keep the channel: what lasts longer is done in pieces, with renewals between."""
        return max(self._lease_s - MARGIN_S, self._lease_s / 2)

    async def renew(self) -> None:
        """Take another term."""
        await self._session.set_variable("TIMEOUT(absolute)", str(math.ceil(self._lease_s)))
