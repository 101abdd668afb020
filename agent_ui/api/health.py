"""Whether the server is well, and what its API looks like: the only things that anybody may ask."""

from typing import Any

from agent_ui.api.ask import Ask
from agent_ui.api.route import OwnAnswer, Route
from agent_ui.auth.permissions import Permission


class Health(OwnAnswer):
    """No detail: this is public."""

    status: str


class HealthDetail(OwnAnswer):
    """What an administrator wants to know when something is slow."""

    status: str
    version: str
    database: str
    writes_waiting: int
    listeners: dict[str, int]
    browsers: int
    nodes: dict[str, bool]
    problems: dict[str, str]


async def show_health(ask: Ask) -> dict[str, str]:
    """Answer as long as the loop runs."""
    del ask
    return {"status": "ok"}


async def show_health_detail(ask: Ask) -> dict[str, Any]:
    """Look at every part."""
    parts = ask.parts
    system = parts.telephony.floor.view("system") or {}
    return {
        "status": "degraded" if parts.problems else "ok",
        "version": parts.version,
        "database": parts.memory.database.dialect,
        "writes_waiting": parts.memory.database.writer.waiting,
        "listeners": parts.telephony.bus.lengths(),
        "browsers": parts.hub.browsers,
        "nodes": system.get("node_up", {}),
        "problems": parts.problems,
    }


ROUTES = [
    Route(
        method="GET",
        path="/health",
        permission=Permission.PUBLIC,
        handler=show_health,
        summary="Whether the server answers",
        answer=Health,
    ),
    Route(
        method="GET",
        path="/health/detail",
        permission=Permission.ADMINISTER,
        handler=show_health_detail,
        summary="How every part is",
        answer=HealthDetail,
    ),
]
