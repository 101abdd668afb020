"""Whether the business is open at this moment, by whichever calendar counts for this caller."""

import logging
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cti.clock import Clock
from ivr.domain.hours import Calendar, Opening, opening, opens_at
from ivr.domain.nodes import OfNumber
from ivr.ports import Entry, FlowSource

_log = logging.getLogger(__name__)


class Hours:
    """Where a calendar is missing or cannot be read, callers are let in: somebody may be there."""

    def __init__(self, entry: Entry, flows: FlowSource, clock: Clock) -> None:
        self._entry = entry
        self._flows = flows
        self._clock = clock

    def of(self, calendar: Calendar | int | OfNumber) -> Opening:
        """Say what a step of the flow asks for."""
        if isinstance(calendar, OfNumber):
            return self._by_id(self._entry.calendar_id)
        return self._by_id(calendar) if isinstance(calendar, int) else self._read(calendar)

    def of_queue(self, queue_id: int) -> Opening:
        """Say whether the line takes calls now."""
        queue = self._flows.queue(queue_id)
        return self._by_id(None if queue is None else queue.calendar_id)

    def queue_opens_at(self, queue_id: int) -> datetime | None:
        """When the line takes calls next, now if it does; None if nobody planned that."""
        now, queue = self._clock.now(), self._flows.queue(queue_id)
        if self.of_queue(queue_id) is Opening.OPEN:
            return now
        calendar = None if queue is None or queue.calendar_id is None else self._flows.calendar(queue.calendar_id)
        return now if calendar is None else opens_at(calendar, now, ZoneInfo(calendar.time_zone))

    def _by_id(self, calendar_id: int | None) -> Opening:
        if calendar_id is None:
            return Opening.OPEN
        calendar = self._flows.calendar(calendar_id)
        if calendar is None:
            _log.error("Business hours are gone, taken as open", extra={"calendar_id": calendar_id})
            return Opening.OPEN
        return self._read(calendar)

    def _read(self, calendar: Calendar) -> Opening:
        try:
            zone = ZoneInfo(calendar.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            _log.exception("Time zone unknown, taken as open", extra={"time_zone": calendar.time_zone})
            return Opening.OPEN
        return opening(calendar, self._clock.now(), zone)
