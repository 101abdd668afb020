"""Whose a task is to see and do: its owner's, of a queue's task its agents', of all of them supervisors'."""

from agent_ui.api.ask import Ask
from agent_ui.auth.permissions import Permission
from crm_core.errors import NotFound
from crm_core.task_rows import Audience, TaskRow


def audience_of(ask: Ask, *, own: bool = True, team: bool = True) -> Audience:
    """What the person who asks has to do."""
    return Audience(ask.me.user_id, frozenset(ask.me.queue_ids), own=own, team=team)


async def my_task(ask: Ask, task_id: int) -> TaskRow:
    """Return the task; another's looks as if it were not there."""
    row = await ask.parts.memory.tasks.get(task_id)
    if ask.me.may(Permission.SEE_ALL_TASKS) or audience_of(ask).sees(row):
        return row
    raise NotFound("task", task_id)
