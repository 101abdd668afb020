"""Supervisors' messages to agents' pages: sent, read, taken back. Who is offline has them when they come."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from pydantic import Field, model_validator

from agent_ui.api.ask import Ask
from agent_ui.api.route import Answer, Body, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from agent_ui.errors import RetryError
from crm_core.bulletins import LONGEST_TEXT

KIND = "bulletins"


class BulletinBody(Body):
    """To one agent, to all who serve a queue, or to everybody who has a seat."""

    text: str = Field(max_length=LONGEST_TEXT)
    agent_id: int | None = None
    queue_id: int | None = None
    everybody: bool = False
    valid_min: int = Field(60, ge=1, le=24 * 60)

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if [self.agent_id is not None, self.queue_id is not None, self.everybody].count(True) != 1:
            raise ValueError("Give agent_id, queue_id or everybody.")
        return self


class BulletinAnswer(Answer):
    """One message to this person."""

    id: int
    text: str
    by_name: str | None
    created_at: datetime
    expires_at: datetime


class SentAnswer(BulletinAnswer):
    """One message, and how many have read it."""

    recipients: int
    acknowledged: int


async def list_bulletins(ask: Ask) -> dict[str, Any]:
    """List what this person has not read."""
    return {"items": await ask.parts.memory.bulletins.unread(ask.me.user_id)}


async def list_sent_bulletins(ask: Ask) -> dict[str, Any]:
    """List those that are not over, with how many have read them."""
    return {"items": await ask.parts.memory.bulletins.sent()}


async def send_bulletin(ask: Ask) -> None:
    """Save it and show it on the pages that are open."""
    body: BulletinBody = ask.body
    now = ask.parts.clock.now()
    wait_s = ask.parts.bulletin_limit.wait_s(ask.me.user_id, now)
    if wait_s:
        raise RetryError(wait_s, "too_many_bulletins", f"Too many messages; try again in {wait_s} seconds.")
    readers = await _readers(ask, body)
    until = now + timedelta(minutes=body.valid_min)
    await ask.parts.memory.bulletins.send(body.text, readers, until, ask.actor)
    await _show(ask, readers)


async def acknowledge_bulletin(ask: Ask) -> None:
    """Read; it is shown to this person no more."""
    await ask.parts.memory.bulletins.acknowledge(ask.number("bulletin_id"), ask.me.user_id)
    await _show(ask, [ask.me.user_id])


async def revoke_bulletin(ask: Ask) -> None:
    """Take it back from all pages."""
    await _show(ask, await ask.parts.memory.bulletins.revoke(ask.number("bulletin_id"), ask.actor))


async def _readers(ask: Ask, body: BulletinBody) -> list[int]:
    """Whoever has a seat now, but not the sender."""
    seated = [user for user in await ask.parts.memory.users.all(active_only=True) if user.extension is not None]
    return [
        user.id
        for user in seated
        if user.id != ask.me.user_id and (body.everybody or user.id == body.agent_id or body.queue_id in user.queue_ids)
    ]


async def _show(ask: Ask, user_ids: Iterable[int]) -> None:
    here = ask.parts.hub.users()
    for user_id in user_ids:
        if user_id in here:
            rows = await ask.parts.memory.bulletins.unread(user_id)
            items = [BulletinAnswer.model_validate(row).model_dump(mode="json") for row in rows]
            ask.parts.hub.show(user_id, KIND, {"items": items})


def _route(method: str, path: str, permission: Permission, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method=method, path=path, permission=permission, handler=handler, summary=summary, **more)


ONE = "/bulletins/{bulletin_id:int}"
ROUTES = [
    _route("GET", "/bulletins", Permission.SIGNED_IN, list_bulletins, "Unread", answer=PageAnswer[BulletinAnswer]),
    _route("GET", "/bulletins/sent", Permission.SUPERVISE, list_sent_bulletins, "Sent", answer=PageAnswer[SentAnswer]),
    _route("POST", "/bulletins", Permission.SUPERVISE, send_bulletin, "Send a message", body=BulletinBody),
    _route("POST", f"{ONE}/acknowledge", Permission.SIGNED_IN, acknowledge_bulletin, "Say that a message was read"),
    _route("DELETE", ONE, Permission.SUPERVISE, revoke_bulletin, "Take a message back"),
]
