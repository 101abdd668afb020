"""Whether the business is open at this moment, by whichever calendar counts for this caller."""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cti.clock import Clock
from ivr.domain.hours import Calendar, Opening, open_between, open_until, opening, opens_at
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

    def queue_is_open(self, queue_id: int, at: datetime) -> bool:
        """Whether the line takes calls at this moment."""
        planned = self._plan_of(queue_id)
        return planned is None or opening(planned[0], at, planned[1]) is Opening.OPEN

    def queue_opens_at(self, queue_id: int) -> datetime | None:
        """When the line takes calls next, now if it does; None if nobody planned that."""
        now, queue = self._clock.now(), self._flows.queue(queue_id)
        if self.of_queue(queue_id) is Opening.OPEN:
            return now
        calendar = None if queue is None or queue.calendar_id is None else self._flows.calendar(queue.calendar_id)
        return now if calendar is None else opens_at(calendar, now, ZoneInfo(calendar.time_zone))

    def queue_open_until(self, queue_id: int, since: datetime, open_s: float) -> datetime:
        """When the line has taken calls for so long since then."""
        planned = self._plan_of(queue_id)
        return (
            since + timedelta(seconds=open_s) if planned is None else open_until(planned[0], since, open_s, planned[1])
        )

    def queue_open_between(self, queue_id: int, since: datetime, until: datetime) -> float:
        """For how many seconds the line takes calls between the two."""
        planned = self._plan_of(queue_id)
        if planned is None:
            return max(0.0, (until - since).total_seconds())
        return open_between(planned[0], since, until, planned[1])

    def _plan_of(self, queue_id: int) -> tuple[Calendar, ZoneInfo] | None:
        queue = self._flows.queue(queue_id)
        calendar = None if queue is None or queue.calendar_id is None else self._flows.calendar(queue.calendar_id)
        if calendar is None:
            return None
        try:
            return calendar, ZoneInfo(calendar.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return None  # as everywhere: taken as open, and said in the log by who asks whether it is

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


def house_hours(flows: FlowSource, clock: Clock) -> Hours:
    """Those of lines alone, where nobody has called by any number."""
    return Hours(Entry("", None, None), flows, clock)
