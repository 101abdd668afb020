"""Who is calling, fetched from the CRM the moment a call is seen, so that it is there when the phone rings."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from cti.tasks import TaskSet

_log = logging.getLogger(__name__)
LOOKUPS_AT_ONCE = 8
LOOKUP_LIMIT_S = 2.0

# Number and, when the call is linked, the customer's id
Lookup = Callable[[str | None, int | None], Awaitable[dict[str, Any]]]


@dataclass(slots=True)
class _Entry:
    number: str | None
    customer_id: int | None
    asked: int = 0
    pop: dict[str, Any] | None = None


class Pops:
    """One pop per call on the floor. A lookup that fails gives a pop that says so, never silence."""

    def __init__(self, lookup: Lookup, on_ready: Callable[[str], None], tasks: TaskSet) -> None:
        self._lookup = lookup
        self._on_ready = on_ready
        self._tasks = tasks
        self._turn = asyncio.Semaphore(LOOKUPS_AT_ONCE)
        self._entries: dict[str, _Entry] = {}

    def want(self, call_id: str, number: str | None, customer_id: int | None) -> None:
        """Begin to fetch: once per call, and again when it is linked to a customer whom the pop does not show alone."""
        entry = self._entries.get(call_id)
        if entry is None:
            self._entries[call_id] = _Entry(number, customer_id)
        elif entry.customer_id == customer_id:
            return
        else:
            entry.customer_id = customer_id
            # Not yet answered: whoever is recognised by the number is most probably the one match that comes.
            if entry.pop is None or _shows_only(entry.pop, customer_id):
                return
        self._start(call_id)

    def refresh(self, call_id: str) -> None:
        """Fetch again: the customer was changed; the old pop stays until the new one is here."""
        if call_id in self._entries:
            self._start(call_id)

    def pop(self, call_id: str) -> dict[str, Any] | None:
        """Return the pop, None while it is on its way."""
        entry = self._entries.get(call_id)
        return entry.pop if entry else None

    def is_pending(self, call_id: str) -> bool:
        """It was asked for and is not here."""
        entry = self._entries.get(call_id)
        return entry is not None and entry.pop is None

    def forget(self, call_id: str) -> None:
        """The call is gone from the floor."""
        self._entries.pop(call_id, None)

    def __len__(self) -> int:
        return len(self._entries)

    def _start(self, call_id: str) -> None:
        if self._tasks.is_closed:
            return  # a call that comes while we stop: no page is left to show it
        self._tasks.start(self._fetch(call_id, self._entries[call_id]), name="pop")

    async def _fetch(self, call_id: str, entry: _Entry) -> None:
        entry.asked += 1
        mine, customer_id = entry.asked, entry.customer_id
        try:
            async with self._turn, asyncio.timeout(LOOKUP_LIMIT_S):
                pop = await self._lookup(entry.number, customer_id)
        except Exception:
            # the browser shows the failure and offers to look again; the call itself is not touched
            _log.exception("Pop lookup failed", extra={"call_id": call_id})
            pop = entry.pop or _unavailable(entry.number)
        if self._entries.get(call_id) is not entry or mine != entry.asked:
            return
        if entry.customer_id != customer_id and not _shows_only(pop, entry.customer_id):
            self._start(call_id)
            return
        entry.pop = pop
        self._on_ready(call_id)


def _shows_only(pop: dict[str, Any], customer_id: int | None) -> bool:
    return [match["customer_id"] for match in pop["matches"]] == [customer_id]


def _unavailable(number: str | None) -> dict[str, Any]:
    return {"number_e164": None, "withheld": number is None, "matches": [], "unavailable": True}
