"""From where on the floor warns of a queue or an agent; who sees the floor has them by push."""

from typing import Any

from agent_ui.api.ask import Ask
from agent_ui.api.route import Route
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError, FieldProblem
from agent_ui.wallboard.thresholds import Thresholds


async def set_thresholds(ask: Ask) -> None:
    """Save a queue's; pages and boards show it at once."""
    body: Thresholds = ask.body
    problems = tuple(FieldProblem(path, "out_of_range", sentence) for path, sentence in body.problems())
    if problems:
        raise ApiError(422, "invalid", "Some fields are not right; nothing was saved.", problems)
    queue = await ask.parts.memory.queues.get(ask.number("queue_id"))
    await ask.parts.wallboard.thresholds.put(queue.id, body, ask.actor)


async def clear_thresholds(ask: Ask) -> None:
    """Colours as in a new queue, and no alarm."""
    await ask.parts.wallboard.thresholds.put(ask.number("queue_id"), None, ask.actor)


def _route(method: str, handler: Any, summary: str, **more: Any) -> Route:
    path = "/floor/thresholds/{queue_id:int}"
    return Route(method=method, path=path, permission=Permission.SUPERVISE, handler=handler, summary=summary, **more)


ROUTES = [
    _route("PUT", set_thresholds, "Set a queue's thresholds", body=Thresholds),
    _route("DELETE", clear_thresholds, "Take a queue's thresholds away"),
]
