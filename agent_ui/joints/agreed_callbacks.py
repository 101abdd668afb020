"""A callback that was agreed in a call of no campaign: a task with its time, one for each call."""

from dataclasses import dataclass
from datetime import datetime

from agent_ui.joints.campaign_dispositions import Callback, check_time
from crm_core.audit import Actor
from crm_core.storage.along import Along
from crm_core.task_writing import TaskDraft
from crm_core.tasks import TaskBook


@dataclass(frozen=True, slots=True)
class AgreedCallbacks:
    """Stands before the book of tasks, for agents' pages."""

    tasks: TaskBook

    async def check(self, call_id: str, callback: Callback, now: datetime) -> None:
        """Refuse one for a time that is over, and one without, unless it was planned in the call already."""
        if callback.at is not None or await self.tasks.callback_of(call_id) is None:
            check_time(callback, now)

    def keeping(self, call_id: str, callback: Callback, by: Actor) -> Along:
        """Open the task, or let the call's own have this time; without `is_mine` whoever is of the queue takes it."""
        owner_id = by.user_id if callback.is_mine else None
        return self.tasks.agreeing(TaskDraft("", due_at=callback.at, owner_id=owner_id, call_id=call_id), by)
