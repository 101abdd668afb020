"""May this lead be dialed now, which of its numbers, and what is written down of it: asked whoever wants to dial."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm_core.attempts import PlannedAttempt
from crm_core.due_leads import BARRED, DONE, DueLead, DueLeads, DueNumber, DueTry
from cti.domain.attempt_words import AttemptTerms
from dialer.domain.attempt_caps import PastAttempt
from dialer.domain.calling_window import Place
from dialer.domain.clearance import PutOff, put_off_by_both
from dialer.domain.verdict import Verdict
from dialer.plan import CampaignPlan
from dialer.ports import Dialable, DialPolicy

CAPS_LOOK_BACK = timedelta(days=31)
"""As far as the longest cap of any policy that ships (30 days), and a little more."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """It may be dialed now; `shown_as` is the number of ours."""

    number: DueNumber
    dialable: Dialable
    shown_as: str
    tries_before: int

    @property
    def withheld(self) -> bool:
        """No number of ours is shown."""
        return self.dialable.withheld and not self.shown_as


@dataclass(frozen=True, slots=True)
class Waits:
    """Not before `until`; `by` where a policy says so, and not the house."""

    why: str
    until: datetime
    by: PutOff | None = None


@dataclass(frozen=True, slots=True)
class Out:
    """Never: the lead's `state` from now on, and why."""

    state: str
    why: str


class Checking:
    """One answer from hours, caps and rests of every policy, and the house's dial policy."""

    def __init__(self, leads: DueLeads, policy: DialPolicy) -> None:
        self._leads = leads
        self._policy = policy

    async def check(self, plan: CampaignPlan, lead: DueLead, now: datetime) -> Cleared | Waits | Out:
        """Ask all of them for the lead's next number."""
        number = number_of(lead)
        if number is None:
            return Out(DONE, "no_number_left")
        tries = await self._leads.tries(lead, now - CAPS_LOOK_BACK)
        wait = put_off_by_both(
            plan.policies, _place_of(lead), number.number, _past(tries), (now, self._policy.wall_now())
        )
        if wait is not None:
            return Waits(wait.why, wait.until, wait)
        answer = await self._policy.may_dial(number.number, lead.customer_id, plan.campaign.queue_id)
        if isinstance(answer, Dialable):
            shown_as = _one_of(plan.campaign.rules.shown_as, lead.id) or answer.shown_as
            return Cleared(number, answer, shown_as, len(tries))
        return Out(BARRED, answer.why) if answer.until is None else Waits(answer.why, answer.until)


def planned(
    plan: CampaignPlan,
    lead: DueLead,
    cleared: Cleared,
    attempt_id: str,
    terms: AttemptTerms,
    now: datetime,
    reserved_for: int | None = None,
) -> PlannedAttempt:
    """Give what is written down before it is dialed."""
    checks: dict[str, Any] = {
        "policies": [policy.name for policy in plan.policies],
        "zones": {zone: now.astimezone(ZoneInfo(zone)).strftime("%a %H:%M") for zone in lead.zones},
        "tries_before": cleared.tries_before,
        "do_not_call": "not_listed",
    }
    return PlannedAttempt(attempt_id, lead, cleared.number, cleared.shown_as, terms, checks, reserved_for)


def number_of(lead: DueLead) -> DueNumber | None:
    """Give the one to be dialed next; None: all are dead."""
    alive = [one for one in lead.numbers if one.dead is None]
    return next((one for one in alive if one.id == lead.next_number_id), alive[0] if alive else None)


def _place_of(lead: DueLead) -> Place:
    return Place(tuple(ZoneInfo(zone) for zone in lead.zones))


def _past(tries: Sequence[DueTry]) -> list[PastAttempt]:
    counted = [one for one in tries if one.verdict != Verdict.ROUTE_FAULT]
    return [PastAttempt(one.at, one.number, one.connected, one.abandoned and not one.connected) for one in counted]


def _one_of(pool: tuple[str, ...], lead_id: int) -> str:
    return pool[lead_id % len(pool)] if pool else ""
