"""Takes flows, entry numbers and queues from the database into the telephone menu's memory."""

from zoneinfo import available_timezones

from agent_ui.memory import Memory
from agent_ui.settings import TelephoneSettings
from ivr.domain.known import Known
from ivr.entries import EntryBook, EntryNumber
from ivr.prompts import PromptLibrary


async def what_flows_may_name(memory: Memory, prompts: PromptLibrary, telephone: TelephoneSettings) -> Known:
    """Collect the names that a flow is checked against."""
    queues = await memory.queues.all(active_only=True)
    return Known(
        prompts=prompts.names(),
        queue_ids=frozenset(queue.id for queue in queues),
        numbers=frozenset(telephone.transfer_numbers),
        time_zones=frozenset(available_timezones()),
    )


async def load_entries(memory: Memory, prompts: PromptLibrary, book: EntryBook, telephone: TelephoneSettings) -> None:
    """Read everything and hand it over at once."""
    queues = [queue.settings for queue in await memory.queues.all(active_only=True)]
    bodies = {flow.id: flow.body for flow in await memory.flows.all()}
    default = min((queue.queue_id for queue in queues), default=None)
    numbers = [
        EntryNumber(entry.number, bodies.get(entry.flow_id), default, entry.language)
        for entry in await memory.entry_numbers.all()
        if entry.active
    ]
    book.replace(numbers, queues, await what_flows_may_name(memory, prompts, telephone))
