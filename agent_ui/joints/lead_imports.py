"""Imports of people onto the lists of campaigns, one at a time."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import BinaryIO

from agent_ui.joints.campaign_steps import leads_added
from agent_ui.joints.import_desk import Desk
from agent_ui.memory import Memory
from crm_core.audit import Actor
from crm_core.importing.file_format import AS_FOUND, FileFormat
from crm_core.importing.lead_importer import LeadCounts, LeadImporter, LeadImportResult
from crm_core.importing.lead_jobs import LeadImportRow
from crm_core.importing.lead_saving import Target
from cti.clock import Clock
from cti.tasks import TaskSet


class LeadImportDesk(Desk[LeadImportRow, LeadCounts, LeadImportResult]):
    """Knows the one import of people that runs; a campaign that had run out of them goes on then."""

    def __init__(
        self, memory: Memory, clock: Clock, tasks: TaskSet, has_room: Callable[[], bool] = lambda: True
    ) -> None:
        super().__init__(memory.lead_imports, tasks, has_room)
        self._importer = LeadImporter(memory.database, clock)
        self._memory = memory

    async def start(
        self,
        source: BinaryIO,
        file_name: str,
        mapping: Mapping[int, str],
        target: Target,
        by: Actor,
        as_: FileFormat = AS_FOUND,
    ) -> str | None:
        """Begin, and give the job's id; None while another one runs. `source` is closed at the end."""
        noted = partial(self._memory.lead_imports.begin, file_name=file_name, target=target, by=by)
        run = partial(self._importer.run, source, mapping, target, by)
        return await self.begin(source, noted, lambda progress, note: run(progress, as_, note=note))

    async def ended(self, result: LeadImportResult) -> None:
        """Let the campaign call them, if it waited for somebody to call."""
        if result.counts.created:
            await leads_added(self._memory.campaigns, result.target.campaign_id)
