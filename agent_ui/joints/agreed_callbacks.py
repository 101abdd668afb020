"""A callback that was agreed in a call of no campaign: a task with its time, one for each call."""

from dataclasses import dataclass

from agent_ui.errors import ApiError, FieldProblem
from agent_ui.joints.campaign_dispositions import Callback
from crm_core.audit import Actor
from crm_core.storage.along import Along
from crm_core.task_writing import TaskDraft
from crm_core.tasks import TaskBook


@dataclass(frozen=True, slots=True)
class AgreedCallbacks:
    """Stands before the book of tasks, for agents' pages."""

    tasks: TaskBook

    async def check(self, call_id: str, callback: Callback) -> None:
        """Refuse one without its time, unless it was planned in the call already."""
        if callback.at is None and await self.tasks.callback_of(call_id) is None:
            problem = FieldProblem("again_at", "missing", "says when they want to be called again")
            raise ApiError(422, "invalid", "again_at says when they want to be called again.", (problem,))

    def keeping(self, call_id: str, title: str, callback: Callback, by: Actor) -> Along:
        """Open the task, or let the call's own have this time; without `is_mine` whoever is of the queue takes it."""
        owner_id = by.user_id if callback.is_mine else None
        return self.tasks.agreeing(TaskDraft(title, due_at=callback.at, owner_id=owner_id, call_id=call_id), by)
