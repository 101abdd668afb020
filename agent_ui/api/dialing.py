"""An agent calls somebody outside; how it goes on comes by push, like everything about a call."""

import logging
import uuid
from dataclasses import asdict
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from agent_ui.api.agent import seat
from agent_ui.api.ask import Ask
from agent_ui.api.numbers import number_behind
from agent_ui.api.route import Answer, Body, OwnAnswer, OwnText, Route
from agent_ui.auth.permissions import Permission
from agent_ui.joints.dialing import Outgoing, Target, Who, permitted
from crm_core.domain.dial_policy import DIALABLE, ROLES, SETTING, RoleRules, rules_of
from crm_core.errors import StorageError
from cti.domain.events import CallRecognised
from cti.domain.wishes import AgentDialed
from cti.errors import Refused

DialableKind = Literal["mobile", "fixed", "service", "short", "foreign"]
Prefix = Annotated[str, Field(pattern=r"^\+?\d{1,15}$")]
_log = logging.getLogger(__name__)


class DialBody(Body):
    """`number` as somebody types it, or `ref`, what a number stands on, for those who may not see it.

    `customer_id` says whose it is where several have it, `task_id` what for, `overrule_reason` why somebody is called
    who must not be.
    """

    number: str | None = Field(None, max_length=40)
    ref: str | None = Field(None, max_length=80)
    customer_id: int | None = None
    task_id: int | None = None
    overrule_reason: str = Field("", max_length=200)

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.number is None) is (self.ref is None):
            raise ValueError("Give number or ref.")
        return self


class DialAnswer(Answer):
    """The call to be."""

    call_id: OwnText


class RoleRulesBody(Body):
    """What one role may dial; prefixes as they are dialed ("+44") or written at home ("0898").

    `may_overrule`: with a reason also who must not be called.
    """

    may_dial: bool
    kinds: list[DialableKind]
    allowed: list[Prefix] = Field(max_length=100)
    blocked: list[Prefix] = Field(max_length=100)
    shown_as: str = Field(pattern=r"^(\+?\d{1,20})?$")
    withheld: bool
    may_overrule: bool = False


class DialRulesBody(Body):
    """All of it; a cap of 0 is none."""

    agent: RoleRulesBody
    supervisor: RoleRulesBody
    admin: RoleRulesBody
    per_agent_hour: int = Field(ge=0, le=10_000)
    per_number_day: int = Field(ge=0, le=10_000)


class RoleRulesAnswer(OwnAnswer):
    """The same, as it is in force."""

    may_dial: bool
    kinds: list[DialableKind]
    allowed: list[str]
    blocked: list[str]
    shown_as: str
    withheld: bool
    may_overrule: bool


class DialRulesAnswer(OwnAnswer):
    """The same, as it is in force."""

    agent: RoleRulesAnswer
    supervisor: RoleRulesAnswer
    admin: RoleRulesAnswer
    per_agent_hour: int
    per_number_day: int


async def dial_number(ask: Ask) -> dict[str, Any]:
    """Ring one's own phone, and from it the number. Who it is, is looked up beside."""
    body: DialBody = ask.body
    agent_id, _ = seat(ask)
    typed = body.number if body.ref is None else (await number_behind(ask, body.ref)).typed
    target = Target(typed or "", "dial", body.customer_id, body.overrule_reason)
    call_id, outgoing = str(uuid.uuid4()), await permit(ask, target)
    event = AgentDialed(
        agent_id,
        call_id,
        outgoing.number,
        outgoing.shown_as,
        withheld=outgoing.withheld,
        task_id=body.task_id,
    )
    await ask.parts.telephony.request(event)
    try:
        await _recognise(ask, call_id, outgoing.number, body.customer_id)
    except (StorageError, Refused):
        _log.exception("Whom an agent dials is not known", extra={"call_id": call_id})
    return {"call_id": call_id}


async def _recognise(ask: Ask, call_id: str, number: str, customer_id: int | None) -> None:
    views = ask.parts.memory.views
    known = await views.known_caller(number) if customer_id is None else await views.known_customer(customer_id)
    if known is not None:
        ask.parts.telephony.step(CallRecognised(call_id, known.customer_id, known.name, known.agent_id, known.level))


async def permit(ask: Ask, target: Target) -> Outgoing:
    """Ask the one dial policy for the person who asks."""
    parts = ask.parts
    now = parts.clock.now().astimezone(parts.config.telephone.zone)
    return await permitted(parts.memory, now, Who(ask.actor, ask.me.role), target)


async def show_dial_rules(ask: Ask) -> dict[str, Any]:
    """Show what each role may dial, the caps, and which number of ours is shown."""
    rules = rules_of((await ask.parts.memory.settings.all()).get(SETTING))
    roles = {role: _shown(rules.of(role)) for role in ROLES}
    return {**roles, "per_agent_hour": rules.per_agent_hour, "per_number_day": rules.per_number_day}


def _shown(rules: RoleRules) -> dict[str, Any]:
    return {**asdict(rules), "kinds": [kind.value for kind in DIALABLE if kind in rules.kinds]}


async def set_dial_rules(ask: Ask) -> dict[str, Any]:
    """Save them; they hold for the next number that is dialed, and for agents' telephones outside."""
    await ask.parts.memory.settings.put({SETTING: ask.body.model_dump(mode="json")}, ask.actor)
    await ask.parts.roster_changed()
    return await show_dial_rules(ask)


ROUTES = [
    Route(
        method="GET",
        path="/settings/dialing",
        permission=Permission.ADMINISTER,
        handler=show_dial_rules,
        summary="Who may dial what",
        answer=DialRulesAnswer,
    ),
    Route(
        method="PUT",
        path="/settings/dialing",
        permission=Permission.ADMINISTER,
        handler=set_dial_rules,
        summary="Say who may dial what",
        body=DialRulesBody,
        answer=DialRulesAnswer,
    ),
    Route(
        method="POST",
        path="/agent/dial",
        permission=Permission.TAKE_CALLS,
        handler=dial_number,
        summary="Call somebody outside",
        body=DialBody,
        answer=DialAnswer,
        status=202,
    ),
]
