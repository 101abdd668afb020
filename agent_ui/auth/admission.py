"""The one way to have a password looked at: counted, in turn, and the same for a login that does not exist."""

from collections.abc import Awaitable, Callable

from agent_ui.auth.addresses import neighbourhood
from agent_ui.auth.gate import Gate
from agent_ui.auth.limits import LoginLimits
from agent_ui.auth.passwords import Passwords
from crm_core.users import Credentials
from cti.clock import Clock


class WrongPassword(Exception):
    """`user_id` is whose account was meant, if there is one: for the audit log, not for the answer."""

    def __init__(self, user_id: int | None) -> None:
        super().__init__("wrong password")
        self.user_id = user_id


class TooManyTries(Exception):
    """Says when to try again."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"wait {wait_s} s")
        self.wait_s = wait_s


class Admission:
    """`find` asks the database for an account."""

    def __init__(
        self,
        limits: LoginLimits,
        passwords: Passwords,
        find: Callable[[str], Awaitable[Credentials | None]],
        clock: Clock,
        gate: Gate | None = None,
    ) -> None:
        self._limits = limits
        self._passwords = passwords
        self._find = find
        self._clock = clock
        self._gate = gate or Gate()

    async def check(self, login: str, password: str, address: str) -> Credentials:
        """Return whose password it is; raises WrongPassword, TooManyTries or Crowded."""
        login, place, now = login.casefold(), neighbourhood(address), self._clock.now()
        wait_s = self._limits.wait_s(login, place, now)
        if wait_s:
            raise TooManyTries(wait_s)
        known = self._limits.knows(login, place)
        self._limits.failed(login, place, now)
        try:
            async with self._gate.turn(place, known=known):
                found = await self._find(login)
                usable = found.password_hash if found is not None and found.active else None
                correct = await self._passwords.verify(usable, password)
        except BaseException:
            self._limits.withdraw(login, place)
            raise
        if found is None or not correct:
            raise WrongPassword(found.user_id if found is not None else None)
        self._limits.withdraw(login, place)
        self._limits.succeeded(login, place)
        return found
