"""The desks where files become rows, as parts of the application."""

from collections.abc import Callable
from typing import TypedDict

from agent_ui.joints.imports import ImportDesk
from agent_ui.joints.lead_imports import LeadImportDesk
from agent_ui.memory import Memory
from crm_core.importing.importer import Importer
from cti.clock import Clock
from cti.tasks import TaskSet


class Desks(TypedDict):
    """One of each, by the names that `Parts` has for them."""

    imports: ImportDesk
    lead_imports: LeadImportDesk


def open_desks(memory: Memory, clock: Clock, tasks: TaskSet, has_room: Callable[[], bool] = lambda: True) -> Desks:
    """Build them; `has_room` is asked before each step."""
    return {
        "imports": ImportDesk(Importer(memory.database, clock), memory.import_jobs, tasks, has_room),
        "lead_imports": LeadImportDesk(memory, clock, tasks, has_room),
    }


async def interrupt_imports(memory: Memory) -> None:
    """At the start: what an earlier process left running runs no more."""
    await memory.import_jobs.interrupt_all()
    await memory.lead_imports.interrupt_all()
