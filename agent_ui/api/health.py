"""Whether the server is well, and what its API looks like: the only things that anybody may ask."""

from typing import Any

from agent_ui.api.ask import Ask
from agent_ui.api.route import OwnAnswer, Route
from agent_ui.auth.permissions import Permission
from agent_ui.doctor.examine import Inside, examinations, examine
from agent_ui.doctor.finding import Level, worst
from crm_core.diary.journal import DiaryState
from crm_core.errors import StorageError


class Health(OwnAnswer):
    """No detail: this is public."""

    status: str


class FindingAnswer(OwnAnswer):
    """One result of an examination; screens have words of their own for `code`, filled with `values`."""

    level: str
    code: str
    values: dict[str, str]
    message: str
    cure: str


class HealthDetail(OwnAnswer):
    """What an administrator wants to know when something is slow, or might become so."""

    status: str
    version: str
    database: str
    writes_waiting: int
    diary: DiaryState
    listeners: dict[str, int]
    browsers: int
    nodes: dict[str, bool]
    problems: dict[str, str]
    findings: list[FindingAnswer]
    # as `callroom audit verify --expect` reads it; None while the database is away
    audit_head: str | None


async def show_health(ask: Ask) -> dict[str, str]:
    """Answer as long as the loop runs."""
    del ask
    return {"status": "ok"}


async def show_health_detail(ask: Ask) -> dict[str, Any]:
    """Look at every part."""
    parts = ask.parts
    nodes: dict[str, bool] = (parts.telephony.floor.view("system") or {}).get("node_up", {})
    inside = Inside(parts.disks, nodes, parts.diary_state())
    findings = await examine(examinations(parts.config, parts.memory.database, parts.clock, inside))
    is_well = not parts.problems and worst(findings) is not Level.FAIL
    return {
        "status": "ok" if is_well else "degraded",
        "version": parts.version,
        "database": parts.memory.database.dialect,
        "writes_waiting": parts.memory.database.writer.waiting,
        "diary": inside.diary,
        "listeners": parts.telephony.bus.lengths(),
        "browsers": parts.hub.browsers,
        "nodes": nodes,
        "problems": parts.problems,
        "findings": findings,
        "audit_head": await _audit_head(ask),
    }


async def _audit_head(ask: Ask) -> str | None:
    """Give the end of the audit log, for whoever keeps it elsewhere; what cannot be read now is a finding already."""
    try:
        head = await ask.parts.memory.audit.head()
    except StorageError:
        return None
    return f"{head.entry_id}:{head.link_hash}"


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
