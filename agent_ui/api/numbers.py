"""Telephone numbers of people whom one may not see whole: by reference, and one at a time on request."""

from typing import Any

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.calls import check_mine, once_written
from agent_ui.api.lead_rights import check_my_lead
from agent_ui.api.route import Answer, Body, OwnAnswer, OwnText, Route
from agent_ui.api.task_rights import my_task
from agent_ui.api.voicemails import my_message
from agent_ui.auth.permissions import Permission
from crm_core.domain.number_right import OF_ROLE, SETTING, NumberRight, reveals_per_day, right_of
from crm_core.errors import NotFound
from crm_core.numbers import Number

# what a 64-bit column holds
ID_DIGITS = 18
NEEDED = {
    "point": Permission.SEE_CUSTOMERS,
    "message": Permission.HANDLE_VOICEMAILS,
    "call": Permission.SEE_OWN_CALLS,
    "task": Permission.DO_TASKS,
    "lead": Permission.SEE_OWN_CALLS,
}


class Reveal(Body):
    """`ref` as the number came with it; the reason (4 letters or 2 Chinese characters) stands in the audit log."""

    ref: str = Field(max_length=80)
    reason: str = Field(max_length=200)


class RevealAnswer(Answer):
    """What was asked for, and so deliberately not masked."""

    number: OwnText
    e164: OwnText | None
    left_today: int


class NumberRights(Body):
    """What each role sees of telephone numbers, and how many a day one person may ask for."""

    agent: NumberRight
    supervisor: NumberRight
    admin: NumberRight
    reveals_per_day: int = Field(ge=0, le=10_000)


class NumberRightsAnswer(OwnAnswer):
    """The same, as it is in force."""

    agent: NumberRight
    supervisor: NumberRight
    admin: NumberRight
    reveals_per_day: int


async def number_behind(ask: Ask, ref: str) -> Number:
    """Return the number if the person may see what it stands on; else it is as if there were none."""
    kind, _, name = ref.partition(":")
    if kind not in NEEDED or not ask.me.may(NEEDED[kind]):
        raise NotFound("number", ref)
    if kind == "call":
        await check_mine(ask, name)
        return await once_written(ask, name, lambda: ask.parts.memory.numbers.resolve(ref))
    if kind == "message" and name.isdecimal() and len(name) <= ID_DIGITS:
        await my_message(ask, int(name))
    if kind == "task" and name.isdecimal() and len(name) <= ID_DIGITS:
        await my_task(ask, int(name))
    if kind == "lead" and name.isdecimal() and len(name) <= ID_DIGITS:
        await check_my_lead(ask, int(name))
    return await ask.parts.memory.numbers.resolve(ref)


async def reveal_number(ask: Ask) -> dict[str, Any]:
    """Show one number whole; the entry in the audit log comes first."""
    parts, body = ask.parts, ask.body
    await number_behind(ask, body.ref)
    most = reveals_per_day((await parts.memory.settings.all()).get(SETTING))
    now = parts.clock.now().astimezone(parts.config.telephone.zone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    number, left = await parts.memory.numbers.reveal(body.ref, body.reason, ask.actor, midnight, most)
    return {"number": number.display, "e164": number.e164, "left_today": left}


async def show_number_rights(ask: Ask) -> dict[str, Any]:
    """Show what each role sees, and the daily cap."""
    stored = (await ask.parts.memory.settings.all()).get(SETTING)
    return {**{role: right_of(role, "", stored) for role in OF_ROLE}, "reveals_per_day": reveals_per_day(stored)}


async def set_number_rights(ask: Ask) -> dict[str, Any]:
    """Save it for everybody, those who are signed in at once."""
    await ask.parts.memory.settings.put({SETTING: ask.body.model_dump(mode="json")}, ask.actor)
    await ask.parts.number_rights_changed()
    return await show_number_rights(ask)


ROUTES = [
    Route(
        method="POST",
        path="/numbers/reveal",
        permission=Permission.REVEAL_NUMBERS,
        handler=reveal_number,
        summary="Show one number whole",
        body=Reveal,
        answer=RevealAnswer,
    ),
    Route(
        method="GET",
        path="/settings/numbers",
        permission=Permission.ADMINISTER,
        handler=show_number_rights,
        summary="Who sees whole numbers",
        answer=NumberRightsAnswer,
    ),
    Route(
        method="PUT",
        path="/settings/numbers",
        permission=Permission.ADMINISTER,
        handler=set_number_rights,
        summary="Say who sees whole numbers",
        body=NumberRights,
        answer=NumberRightsAnswer,
    ),
]
