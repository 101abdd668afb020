"""The trace of who did what."""

from datetime import datetime
from typing import Any

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import Answer, Route
from agent_ui.api.shapes import PageAnswer, PageQuery
from agent_ui.auth.permissions import Permission
from crm_core.audit import AuditFilter


class AuditQuery(PageQuery):
    """Filters; None is any."""

    user_id: int | None = None
    object_kind: str | None = Field(None, max_length=64)
    object_id: str | None = Field(None, max_length=64)
    action: str | None = Field(None, max_length=64)


class AuditAnswer(Answer):
    """One entry."""

    id: int
    at: datetime
    user_id: int | None
    user_name: str | None
    action: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]
    address: str


async def list_audit(ask: Ask) -> object:
    """List entries, the newest first."""
    query: AuditQuery = ask.query
    wanted = AuditFilter(query.user_id, query.object_kind, query.object_id, query.action)
    return await ask.parts.memory.audit.page(wanted, query.cursor, query.limit)


ROUTES = [
    Route(
        method="GET",
        path="/audit",
        permission=Permission.SEE_AUDIT,
        handler=list_audit,
        summary="Who did what",
        query=AuditQuery,
        answer=PageAnswer[AuditAnswer],
    )
]
