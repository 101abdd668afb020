"""Whether and how a number that a person gave may be dialed: every way to the outside asks here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_ui.errors import ApiError
from agent_ui.memory import Memory
from crm_core.domain.dial_policy import SETTING, Dialed, DialRefusal, dial_string, refusal, rules_of
from crm_core.domain.phone import normalise

MESSAGES = {
    DialRefusal.NOT_A_NUMBER: "This is not a telephone number that can be dialed.",
    DialRefusal.NO_RIGHT: "Your role does not include calling outside numbers.",
    DialRefusal.BLOCKED: "Numbers that begin like this are blocked.",
    DialRefusal.KIND_NOT_ALLOWED: "Your role may not dial this kind of number.",
    DialRefusal.PREFIX_NOT_ALLOWED: "Your role may dial only numbers with certain beginnings, and this is none.",
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
    """Who wants to dial."""

    user_id: int
    role: str


async def permitted(memory: Memory, now: datetime, who: Who, typed: str, *, counts: bool = False) -> Outgoing:
    """Ask the dial policy; ApiError with its reason as the code. `counts`: the caps are of such calls.

    `now` is local: a day ends at midnight.
    """
    phone = normalise(typed)
    rules = rules_of((await memory.settings.all()).get(SETTING))
    dialed = Dialed()
    if counts and phone.key is not None and (rules.per_agent_hour or rules.per_number_day):
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        dialed = Dialed(*await memory.numbers.dialed(who.user_id, phone.key, now - HOUR, midnight))
    why = refusal(phone, rules, who.role, dialed)
    if why is not None:
        raise ApiError(422, why.value, MESSAGES[why])
    own = rules.of(who.role)
    return Outgoing(dial_string(phone), own.shown_as, own.withheld)
