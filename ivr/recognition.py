"""Finds out who calls while the greeting already plays, and never holds anybody up."""

import asyncio
import logging

from cti.errors import CtiError
from cti.line import Line
from cti.tasks import TaskSet
from ivr.domain.steps import KnownCaller
from ivr.ports import CustomerLookup

_log = logging.getLogger(__name__)


class Recognition:
    """Starts with the call; the floor is told as soon as somebody is found."""

    def __init__(self, line: Line, lookup: CustomerLookup, limit_s: float) -> None:
        self.customer_id: int | None = None
        self._line = line
        self._lookup = lookup
        self._limit_s = limit_s
        self._search: asyncio.Task[KnownCaller | None] | None = None

    def start(self, number: str | None, tasks: TaskSet) -> None:
        """Begin the search for the caller's own number, if there is one."""
        if number:
            self._search = tasks.start(self._find(number), name="customer-lookup")

    async def caller(self) -> KnownCaller | None:
        """Return who calls, None when unknown or not known in time."""
        if self._search is None:
            return None
        # The search goes on: too late for the menu is early enough for the agent's screen.
        await asyncio.wait({self._search}, timeout=self._limit_s)
        if not self._search.done():
            self._warn()
            return None
        return self._search.result()

    async def find(self, number: str) -> KnownCaller | None:
        """Search any number within the limit, and tell the floor."""
        if not number:
            return None
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._find(number)
        except TimeoutError:
            self._warn()
            return None

    def _warn(self) -> None:
        _log.warning("Customer lookup took too long", extra={"call_id": self._line.call_id})

    async def _find(self, number: str) -> KnownCaller | None:
        try:
            known = await self._lookup.find(number)
        except Exception:
            _log.exception("Customer lookup failed", extra={"call_id": self._line.call_id})
            return None
        if known is not None:
            self.customer_id = known.customer_id
            try:
                await self._line.recognise(known.customer_id, known.name, known.agent_id, known.level)
            except CtiError:
                _log.info("Call was over before its caller was known", extra={"call_id": self._line.call_id})
        return known
