"""An agent's queues and skills, changed from the floor: effective at once, also for who waits already."""

from typing import Any

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.users import Skills
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError
from crm_core.users import UserChanges, UserRow


class Assignment(Body):
    """All of it as it shall be; `version` is what the page saw, so that nobody's change in between is lost."""

    queue_ids: list[int] = Field(max_length=200)
    reserve_queue_ids: list[int] = Field(default_factory=list, max_length=200)
    skills: Skills = Field(default_factory=dict, max_length=200)
    version: int


class AssignmentAnswer(OwnAnswer):
    """What the agent serves and can; `known_skills` are the names that somebody has."""

    queue_ids: tuple[int, ...]
    reserve_queue_ids: tuple[int, ...]
    skills: dict[str, int]
    version: int
    known_skills: tuple[str, ...]


async def show_assignment(ask: Ask) -> dict[str, Any]:
    """Show the agent's queues and skills."""
    return await _answer(ask, await ask.parts.memory.users.get(ask.number("agent_id")))


async def set_assignment(ask: Ask) -> dict[str, Any]:
    """Save them; the trace is the user's own."""
    body: Assignment = ask.body
    before = await ask.parts.memory.users.get(ask.number("agent_id"))
    if before.extension is None:
        raise ApiError(409, "unknown_agent", "This person has no seat on the floor.")
    changes: UserChanges = {
        "queue_ids": body.queue_ids,
        "reserve_queue_ids": body.reserve_queue_ids,
        "skills": body.skills,
    }
    user = await ask.parts.memory.users.change(before.id, body.version, changes, ask.actor)
    await ask.parts.roster_changed()
    await ask.parts.person_changed(user.id, sign_out=False)
    return await _answer(ask, user)


async def _answer(ask: Ask, user: UserRow) -> dict[str, Any]:
    known = {skill for one in await ask.parts.memory.users.all(active_only=True) for skill in one.skills}
    return {
        "queue_ids": user.queue_ids,
        "reserve_queue_ids": user.reserve_queue_ids,
        "skills": user.skills,
        "version": user.version,
        "known_skills": tuple(sorted(known)),
    }


def _route(method: str, handler: Any, summary: str, **more: Any) -> Route:
    path = "/agents/{agent_id:int}/assignment"
    permission = Permission.SUPERVISE
    return Route(
        method=method,
        path=path,
        permission=permission,
        handler=handler,
        summary=summary,
        answer=AssignmentAnswer,
        **more,
    )


ROUTES = [
    _route("GET", show_assignment, "An agent's queues and skills"),
    _route("PUT", set_assignment, "Change an agent's queues and skills", body=Assignment),
]
