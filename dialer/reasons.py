"""Why somebody is not called now, and when that may be: by the very rules that a campaign asks before it dials."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from crm_core.due_leads import DueLead, DueTry
from dialer.asking import CALLED_NOW, CALLED_NOW_AGAIN, is_called_now, number_of, whom_of
from dialer.domain.clearance import Law, PutOff, all_by_both, next_chance
from dialer.domain.showing import SHOWN_USED_UP, UsedUp
from dialer.ports import Dialable, DialPolicy

Shown = Callable[[str, Dialable], Awaitable[str | UsedUp]]
"""Which number of ours a call of this number would show now."""
NO_NUMBER_LEFT, NOT_DUE = "no_number_left", "not_due"


@dataclass(frozen=True, slots=True)
class Reasons:
    """Everything that stands in the way; `next_at`: when nothing of it does any more, None: nobody can tell."""

    found: tuple[PutOff, ...]
    next_at: datetime | None


async def reasons(
    lead: DueLead,
    tries: tuple[DueTry, ...],
    law: Law,
    policy: DialPolicy,
    queue_id: int,
    now: datetime,
    shown: Shown | None = None,
) -> Reasons:
    """Ask all of them; where it is one of the house's own rules, `policy` of it is empty."""
    number = number_of(lead)
    if number is None:
        return Reasons((PutOff(NO_NUMBER_LEFT, "", None),), None)
    whom = whom_of(lead, number, tries)
    clocks = now, policy.wall_now()
    found = all_by_both(law, whom, clocks)
    answer = await policy.may_dial(number.number, lead.customer_id, queue_id)
    if not isinstance(answer, Dialable):
        found.append(PutOff(answer.why, "", answer.until))
    elif shown is not None and isinstance(used_up := await shown(number.number, answer), UsedUp):
        found.append(PutOff(SHOWN_USED_UP, "", used_up.until))
    if is_called_now(lead, tries, now):
        found.append(PutOff(CALLED_NOW, "", now + CALLED_NOW_AGAIN))
    if lead.due_at > now and not found:
        found.append(PutOff(NOT_DUE, "", lead.due_at))
    if any(one.until is None for one in found):
        return Reasons(tuple(found), None)
    of_the_house = [one.until for one in found if not one.policy and one.until is not None]
    return Reasons(tuple(found), next_chance(law, whom, max([now, lead.due_at, *of_the_house])))
