"""Takes flows, entry numbers, queues and business hours from the database into the telephone menu's memory."""

import logging
from dataclasses import replace
from zoneinfo import available_timezones

from agent_ui.memory import Memory
from agent_ui.settings import TelephoneSettings
from crm_core.calendars import CalendarRow
from ivr.domain.hours import Calendar, Opening, Switched
from ivr.domain.known import Known
from ivr.domain.plan import parse_calendar
from ivr.entries import EntryBook, EntryNumber
from ivr.errors import FlowInvalid
from ivr.prompts import PromptLibrary

_log = logging.getLogger(__name__)


async def what_flows_may_name(memory: Memory, prompts: PromptLibrary, telephone: TelephoneSettings) -> Known:
    """Collect the names that a flow is checked against."""
    queues = await memory.queues.all(active_only=True)
    return Known(
        prompts=prompts.names(),
        queue_ids=frozenset(queue.id for queue in queues),
        numbers=frozenset(telephone.transfer_numbers),
        time_zones=frozenset(available_timezones()),
        calendar_ids=frozenset(row.id for row in await memory.calendars.all()),
    )


async def load_entries(memory: Memory, prompts: PromptLibrary, book: EntryBook, telephone: TelephoneSettings) -> None:
    """Read everything and hand it over at once."""
    queues = [queue.settings for queue in await memory.queues.all(active_only=True)]
    bodies = {flow.id: flow.body for flow in await memory.flows.all()}
    default = min((queue.queue_id for queue in queues), default=None)
    numbers = [
        EntryNumber(entry.number, bodies.get(entry.flow_id), default, entry.language, entry.calendar_id)
        for entry in await memory.entry_numbers.all()
        if entry.active
    ]
    known = await what_flows_may_name(memory, prompts, telephone)
    book.replace(numbers, queues, known, await load_calendars(memory), flows=bodies)


async def load_calendars(memory: Memory) -> dict[int, Calendar]:
    """Read business hours; one that went bad is left out, and callers are let in."""
    found = {}
    for row in await memory.calendars.all():
        try:
            found[row.id] = read_calendar_row(row)
        except FlowInvalid:
            _log.exception("Business hours are not usable", extra={"calendar_id": row.id})
    return found


def read_calendar_row(row: CalendarRow) -> Calendar:
    """Return the plan, and what is switched by hand; raises FlowInvalid."""
    calendar = parse_calendar(row.body, None)
    if row.switched is None:
        return calendar
    return replace(calendar, switched=Switched(Opening(row.switched), row.switched_until))
