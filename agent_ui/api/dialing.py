"""An agent calls somebody outside; how it goes on comes by push, like everything about a call."""

import logging
import uuid
from dataclasses import asdict
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from agent_ui.api.agent import seat
from agent_ui.api.ask import Ask
from agent_ui.api.numbers import number_behind
from agent_ui.api.problems import invalid
from agent_ui.api.route import Answer, Body, OwnAnswer, OwnText, Route
from agent_ui.auth.permissions import Permission
from agent_ui.errors import FieldProblem
from agent_ui.joints.dialing import Outgoing, Target, Who, numbers_of_ours, permitted
from crm_core.domain.caller_id import CallerId, CallerIdRule, is_own
from crm_core.domain.dial_policy import DIALABLE, ROLES, SETTING, RoleRules, rules_of
from crm_core.errors import StorageError
from cti.domain.events import CallRecognised
from cti.domain.wishes import AgentDialed
from cti.errors import Refused

DialableKind = Literal["mobile", "fixed", "service", "short", "foreign"]
Prefix = Annotated[str, Field(pattern=r"^\+?\d{1,15}$")]
OwnNumber = Annotated[str, Field(pattern=r"^\+?\d{3,20}$")]
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


class CallerIdRuleBody(Body):
    """Which number of ours is shown for one person, or for a queue and its team; "" is the trunk's own."""

    user_id: int | None = None
    queue_id: int | None = None
    shown_as: str = Field("", pattern=r"^(\+?\d{1,20})?$")
    withheld: bool = False

    @model_validator(mode="after")
    def _one_owner(self) -> Self:
        if (self.user_id is None) is (self.queue_id is None):
            raise ValueError("Give user_id or queue_id.")
        return self

    @property
    def shown(self) -> CallerId:
        """What it shows."""
        return CallerId(self.shown_as, self.withheld)


class DialRulesBody(Body):
    """All of it; a cap of 0 is none. `own_numbers` are ours beside the entry numbers: only those may be shown."""

    agent: RoleRulesBody
    supervisor: RoleRulesBody
    admin: RoleRulesBody
    per_agent_hour: int = Field(ge=0, le=10_000)
    per_number_day: int = Field(ge=0, le=10_000)
    own_numbers: list[OwnNumber] = Field(default=[], max_length=500)
    caller_ids: list[CallerIdRuleBody] = Field(default=[], max_length=1000)


class RoleRulesAnswer(OwnAnswer):
    """The same, as it is in force."""

    may_dial: bool
    kinds: list[DialableKind]
    allowed: list[str]
    blocked: list[str]
    shown_as: str
    withheld: bool
    may_overrule: bool


class CallerIdRuleAnswer(OwnAnswer):
    """The same, as it is in force."""

    user_id: int | None
    queue_id: int | None
    shown_as: str
    withheld: bool


class DialRulesAnswer(OwnAnswer):
    """The same, as it is in force."""

    agent: RoleRulesAnswer
    supervisor: RoleRulesAnswer
    admin: RoleRulesAnswer
    per_agent_hour: int
    per_number_day: int
    own_numbers: tuple[str, ...]
    caller_ids: list[CallerIdRuleAnswer]


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
    return await permitted(parts.memory, now, Who(ask.actor, ask.me.role, ask.me.queue_ids), target)


async def show_dial_rules(ask: Ask) -> dict[str, Any]:
    """Show what each role may dial, the caps, and which number of ours is shown."""
    rules = rules_of((await ask.parts.memory.settings.all()).get(SETTING))
    roles = {role: _shown(rules.of(role)) for role in ROLES}
    return {
        **roles,
        "per_agent_hour": rules.per_agent_hour,
        "per_number_day": rules.per_number_day,
        "own_numbers": rules.own_numbers,
        "caller_ids": [_rule_shown(rule) for rule in rules.caller_ids],
    }


def _rule_shown(rule: CallerIdRule) -> dict[str, Any]:
    return {"user_id": rule.user_id, "queue_id": rule.queue_id, **asdict(rule.shown)}


def _shown(rules: RoleRules) -> dict[str, Any]:
    return {**asdict(rules), "kinds": [kind.value for kind in DIALABLE if kind in rules.kinds]}


async def set_dial_rules(ask: Ask) -> dict[str, Any]:
    """Save them; they hold for the next number that is dialed, and for agents' telephones outside."""
    await _check_shown(ask)
    await ask.parts.memory.settings.put({SETTING: ask.body.model_dump(mode="json")}, ask.actor)
    await ask.parts.roster_changed()
    return await show_dial_rules(ask)


async def _check_shown(ask: Ask) -> None:
    """Only numbers of ours may be shown, for people and queues that there are, each once."""
    body: DialRulesBody = ask.body
    memory = ask.parts.memory
    own = await numbers_of_ours(memory, tuple(body.own_numbers))
    shown = {f"{role}.shown_as": CallerId(getattr(body, role).shown_as, getattr(body, role).withheld) for role in ROLES}
    shown |= {f"caller_ids.{place}.shown_as": one.shown for place, one in enumerate(body.caller_ids)}
    problems = [
        FieldProblem(path, "not_own", "is none of our numbers") for path, one in shown.items() if not is_own(one, own)
    ]
    users = {user.id for user in await memory.users.all()}
    queues = {queue.id for queue in await memory.queues.all()}
    seen: set[tuple[int | None, int | None]] = set()
    for place, one in enumerate(body.caller_ids):
        whose, path = (one.user_id, one.queue_id), f"caller_ids.{place}.whose"
        if whose in seen:
            problems.append(FieldProblem(path, "duplicate", "has a rule already"))
        elif one.user_id not in {None, *users}:
            problems.append(FieldProblem(path, "unknown_user", "is not a user"))
        elif one.queue_id not in {None, *queues}:
            problems.append(FieldProblem(path, "unknown_queue", "is not a queue"))
        seen.add(whose)
    if problems:
        raise invalid(problems)


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
