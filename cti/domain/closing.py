"""When a line takes nobody more: too many wait, too long, or nobody is there to take a call."""

from cti.domain.queue import Queue
from cti.domain.standby import Staffing
from cti.domain.values import LineClosed


def closed_to_newcomers(queue: Queue, staffing: Staffing) -> LineClosed | None:
    """Why nobody more may stand there now, None if they may."""
    routing = queue.settings.routing
    if lacks_staff(queue, staffing):
        return LineClosed.NO_STAFF
    if routing.most_waiting and len(queue) >= routing.most_waiting:
        return LineClosed.FULL
    # Whoever is free while others wait does not fit.
    free = 0 if len(queue) else staffing.free
    expected_s = queue.expected_wait_s(len(queue) + 1, staffing.working, free)
    if routing.most_expected_s and expected_s is not None and expected_s > routing.most_expected_s:
        return LineClosed.TOO_LONG
    return None


def lacks_staff(queue: Queue, staffing: Staffing) -> bool:
    """Whether the line is one that needs somebody at work, and nobody is."""
    return queue.settings.routing.needs_staff and not staffing.working
