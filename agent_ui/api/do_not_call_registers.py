"""How old the registers are that policies ask for, as managers of the do-not-call list state it."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, Field

from agent_ui.api.ask import Ask
from agent_ui.api.problems import invalid
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from agent_ui.errors import FieldProblem
from agent_ui.joints.campaign_law import known_policies


class RegisterBody(Body):
    """The day of the register that numbers are compared with from here on, and where it is from."""

    as_of: AwareDatetime
    source: str = Field(max_length=200)


class RegisterAnswer(OwnAnswer):
    """What a policy asks for; nulls: nobody stated anything yet, and by this policy nobody may be called."""

    policy: str
    age_max_days: int
    as_of: datetime | None
    expires_at: datetime | None
    is_old: bool
    source: str
    noted_at: datetime | None
    noted_by_name: str | None


async def list_registers(ask: Ask) -> dict[str, Any]:
    """List one for each policy that asks for one."""
    noted = {row.policy: row for row in await ask.parts.memory.registers.all()}
    return {"items": [_answer(ask, name, days, noted.get(name)) for name, days in _asked().items()]}


async def note_register(ask: Ask) -> dict[str, Any]:
    """State of which day it is; campaigns hear of it within a second."""
    name, body, registers = ask.text("policy"), ask.body, ask.parts.memory.registers
    if name not in _asked():
        raise invalid([FieldProblem("policy", "unknown_policy", f"No policy {name} asks for a register.")])
    await registers.note(name, body.as_of, body.source, ask.actor)
    row = next(row for row in await registers.all() if row.policy == name)
    return _answer(ask, name, _asked()[name], row)


def _asked() -> dict[str, int]:
    asked = {policy.name: policy.do_not_call_age_max_days for policy in known_policies()}
    return {name: days for name, days in asked.items() if days is not None}


def _answer(ask: Ask, policy: str, age_max_days: int, row: Any) -> dict[str, Any]:
    expires_at = None if row is None else row.as_of + timedelta(days=age_max_days)
    return {
        "policy": policy,
        "age_max_days": age_max_days,
        "as_of": None if row is None else row.as_of,
        "expires_at": expires_at,
        "is_old": expires_at is None or expires_at < ask.parts.clock.now(),
        "source": "" if row is None else row.source,
        "noted_at": None if row is None else row.noted_at,
        "noted_by_name": None if row is None else row.noted_by_name,
    }


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    permission, path = Permission.MANAGE_DO_NOT_CALL, f"/do-not-call/registers{path}"
    return Route(method=method, path=path, permission=permission, handler=handler, summary=summary, **more)


ROUTES = [
    _route("GET", "", list_registers, "How old the registers are", answer=PageAnswer[RegisterAnswer]),
    _route("PUT", "/{policy}", note_register, "Of which day a register is", body=RegisterBody, answer=RegisterAnswer),
]
