"""Whether and how a number that a person gave may be dialed: every way to the outside asks here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_ui.errors import ApiError, FieldProblem
from agent_ui.memory import Memory
from crm_core.audit import Actor
from crm_core.domain.caller_id import CallerId, Calling, caller_id
from crm_core.domain.dial_policy import (
    SETTING,
    Dialed,
    DialRefusal,
    DialRules,
    Wish,
    dial_string,
    is_emergency,
    refusal,
    rules_of,
)
from crm_core.domain.phone import Phone, normalise

MESSAGES = {
    DialRefusal.NOT_A_NUMBER: "This is not a telephone number that can be dialed.",
    DialRefusal.NO_RIGHT: "Your role does not include calling outside numbers.",
    DialRefusal.BLOCKED: "Numbers that begin like this are blocked.",
    DialRefusal.KIND_NOT_ALLOWED: "Your role may not dial this kind of number.",
    DialRefusal.PREFIX_NOT_ALLOWED: "Your role may dial only numbers with certain beginnings, and this is none.",
    DialRefusal.DO_NOT_CALL: "This number, or the customer whose it is, must not be called.",
    DialRefusal.DO_NOT_CALL_UNLESS: "This number, or the customer whose it is, must not be called; say why you do.",
    DialRefusal.AGENT_CAP: "You have dialed as many numbers as an hour allows; try again later.",
    DialRefusal.NUMBER_CAP: "This number has been dialed as often as a day allows.",
}
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What goes to the trunk, and which number of ours is shown."""

    number: str
    shown_as: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class Who:
    """Who wants to dial; `agent_id`: for whom the house dials, and whose cap it counts against."""

    actor: Actor
    role: str
    queue_ids: tuple[int, ...] = ()
    agent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What they want to dial: `way` is "dial", "invite" or "transfer".

    `overrule_reason`: why somebody is called who must not be. `queue_id` is that of the call it is done from. `later`:
    it is not dialed now, and no cap stands before it yet.
    """

    typed: str
    way: str
    customer_id: int | None = None
    overrule_reason: str = ""
    queue_id: int | None = None
    later: bool = False


async def permitted(memory: Memory, now: datetime, who: Who, target: Target) -> Outgoing:
    """Ask the dial policy; ApiError with its reason as the code. `now` is local: a day ends at midnight."""
    phone = normalise(target.typed)
    rules = rules_of((await memory.settings.all()).get(SETTING))
    dialed = Dialed() if target.later else await _dialed(memory, now, who, phone, rules)
    is_listed = phone.key is not None and await memory.do_not_call.is_listed(phone.keys, target.customer_id)
    why = refusal(phone, rules, who.role, dialed, Wish(is_listed, bool(target.overrule_reason)))
    if why is not None:
        raise _refused(why, rules)
    if is_listed and not is_emergency(phone):
        await memory.do_not_call.overrule(phone.key or "", target.overrule_reason, target.way, who.actor)
    own, calling = rules.of(who.role), Calling(who.actor.user_id, who.queue_ids, target.queue_id)
    of_role = CallerId(own.shown_as, own.withheld)
    shown = caller_id(rules.caller_ids, calling, of_role, await numbers_of_ours(memory, rules.own_numbers))
    return Outgoing(dial_string(phone), "" if shown.withheld else shown.shown_as, shown.withheld)


async def numbers_of_ours(memory: Memory, others: tuple[str, ...]) -> tuple[str, ...]:
    """Give all numbers that may be shown: those that callers dial, and `others`."""
    return (*others, *(entry.number for entry in await memory.entry_numbers.all() if entry.active))


async def own_numbers(memory: Memory) -> tuple[str, ...]:
    """Give all numbers that may be shown, as they are set up now."""
    rules = rules_of((await memory.settings.all()).get(SETTING))
    return await numbers_of_ours(memory, rules.own_numbers)


async def _dialed(memory: Memory, now: datetime, who: Who, phone: Phone, rules: DialRules) -> Dialed:
    if phone.key is None or not (rules.per_agent_hour or rules.per_number_day):
        return Dialed()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    caller_id = who.actor.user_id or who.agent_id
    by_them, to_number = await memory.numbers.dialed(caller_id, phone.key, now - HOUR, midnight)
    # where the house dials for nobody in particular, no agent's cap is full
    return Dialed(0 if caller_id is None else by_them, to_number)


def _refused(why: DialRefusal, rules: DialRules) -> ApiError:
    roles = rules.overruled_by() if why is DialRefusal.DO_NOT_CALL else ()
    fields = tuple(FieldProblem(f"overruled_by.{role}", role, f"The role {role} may overrule it.") for role in roles)
    return ApiError(422, why.value, MESSAGES[why], fields)
