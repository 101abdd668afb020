"""What is due when: named deadlines, of which the next is known at once."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from heapq import heapify, heappop, heappush


class Due(StrEnum):
    """What a deadline is for; with the id of the call or agent it makes the deadline's name."""

    RING = "ring"
    JOIN = "join"
    PARTED = "parted"
    REJOIN = "rejoin"
    PARK = "park"
    PAUSE = "pause"
    ARRANGE = "arrange"
    DIAL = "dial"
    PARTY_RING = "party_ring"
    SUPERVISOR_RING = "supervisor_ring"
    MAX_WAIT = "max_wait"
    OVERFLOW = "overflow"
    DEMAND = "demand"
    LEG_GONE = "leg_gone"
    FORGET = "forget"
    WRAP_UP = "wrap_up"
    SCREEN_LOST = "screen_lost"
    SCREEN_GONE = "screen_gone"
    PHONE_EXPECTED = "phone_expected"
    LEG_CLOSING = "leg_closing"
    MEMBER_EXPECTED = "member_expected"
    REDIAL = "redial"
    CALLBACK = "callback"
    CALLBACK_DEMAND = "callback_demand"
    CALLBACK_EXPIRY = "callback_expiry"


Name = tuple[Due, str | int]
_SPARE_ENTRIES = 256


class Deadlines:
    """Setting a name again moves it; entries that were moved or cleared are skipped when they come up."""

    def __init__(self) -> None:
        self._at: dict[Name, datetime] = {}
        self._heap: list[tuple[datetime, int, Name]] = []
        self._count = 0

    def put(self, due: Due, of: str | int, at: datetime) -> None:
        """Let it be due at `at`."""
        if self._at.get((due, of)) == at:
            return
        self._count += 1
        self._at[due, of] = at
        if len(self._heap) > 2 * len(self._at) + _SPARE_ENTRIES:
            # Cleared ones that lie far ahead (the longest wait of calls long answered) would pile up until then.
            self._heap = [entry for entry in self._heap if self._at.get(entry[2]) == entry[0]]
            heapify(self._heap)
        heappush(self._heap, (at, self._count, (due, of)))

    def clear(self, due: Due, of: str | int) -> None:
        """Not any more."""
        self._at.pop((due, of), None)

    def next(self) -> datetime | None:
        """The earliest."""
        while self._heap and self._at.get(self._heap[0][2]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take_due(self, now: datetime) -> Iterator[Name]:
        """Those that are due, earliest first; each is cleared as it is handed out."""
        while (at := self.next()) is not None and at <= now:
            name = heappop(self._heap)[2]
            del self._at[name]
            yield name
