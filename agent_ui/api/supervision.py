"""Whether agents see who attends their call: said by administrators, and by the file of settings until they do."""

from typing import Any

from agent_ui.api.ask import Ask
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.auth.permissions import Permission
from agent_ui.joints.people import SUPERVISION_SETTING


class SupervisionSight(Body):
    """Shown to the agent: that somebody listens, whispers or has barged in, and who."""

    agents_see_supervisors: bool


class SupervisionSightAnswer(OwnAnswer):
    """What holds now; `is_set`: an administrator said so, and not the file."""

    agents_see_supervisors: bool
    is_set: bool


async def show_supervision_sight(ask: Ask) -> dict[str, Any]:
    """Show what holds now."""
    is_set = SUPERVISION_SETTING in await ask.parts.memory.settings.all()
    return {"agents_see_supervisors": ask.parts.agents_see_supervisors, "is_set": is_set}


async def set_supervision_sight(ask: Ask) -> dict[str, Any]:
    """Save it for the whole house; open pages show it at once."""
    body: SupervisionSight = ask.body
    await ask.parts.memory.settings.put({SUPERVISION_SETTING: body.agents_see_supervisors}, ask.actor)
    await ask.parts.supervision_sight_changed()
    return await show_supervision_sight(ask)


def _route(method: str, handler: Any, summary: str, **more: Any) -> Route:
    path, permission = "/settings/supervision", Permission.ADMINISTER
    answer = SupervisionSightAnswer
    return Route(
        method=method, path=path, permission=permission, handler=handler, summary=summary, answer=answer, **more
    )


ROUTES = [
    _route("GET", show_supervision_sight, "Whether agents see supervisors"),
    _route("PUT", set_supervision_sight, "Say whether agents see supervisors", body=SupervisionSight),
]
