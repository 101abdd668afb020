"""May this lead be dialed now, which of its numbers, and what is written down of it: asked whoever wants to dial."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.attempts import PlannedAttempt
from crm_core.due_leads import BARRED, DONE, DueLead, DueLeads, DueNumber
from cti.domain.attempt_words import AttemptTerms
from dialer.asking import CALLED_NOW, CALLED_NOW_AGAIN, CAPS_LOOK_BACK, checks_of, is_called_now, number_of, whom_of
from dialer.domain.clearance import NO_CONSENT, PutOff, put_off_by_both
from dialer.domain.showing import SHOWN_USED_UP, UsedUp
from dialer.plan import CampaignPlan
from dialer.ports import Dialable, DialPolicy
from dialer.showing import Showing

REGISTER_AGAIN = timedelta(minutes=1)
"""When somebody is asked again who could not be called by a register that is too old."""


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
    """Never: the lead's `state` from now on, and why; `by` where a policy says so."""

    state: str
    why: str
    by: PutOff | None = None


class Checking:
    """One answer from every rule of every policy, and the house's dial policy."""

    def __init__(self, leads: DueLeads, policy: DialPolicy, showing: Showing) -> None:
        self._leads = leads
        self._policy = policy
        self._showing = showing

    async def check(self, plan: CampaignPlan, lead: DueLead, now: datetime) -> Cleared | Waits | Out:
        """Ask all of them for the lead's next number."""
        number = number_of(lead)
        if number is None:
            return Out(DONE, "no_number_left")
        tries = await self._leads.tries(lead, now - CAPS_LOOK_BACK)
        if is_called_now(lead, tries, now):
            return Waits(CALLED_NOW, now + CALLED_NOW_AGAIN)
        wait = put_off_by_both(plan.law, whom_of(lead, number, tries), (now, self._policy.wall_now()))
        if wait is not None:
            return _by_policy(wait, now)
        answer = await self._policy.may_dial(number.number, lead.customer_id, plan.campaign.queue_id)
        if not isinstance(answer, Dialable):
            return Out(BARRED, answer.why) if answer.until is None else Waits(answer.why, answer.until)
        # last, so that nobody takes its place before it is dialed
        shown = await self._showing.number_for(plan.campaign.rules, lead, number.number, answer, now)
        if isinstance(shown, UsedUp):
            return Waits(SHOWN_USED_UP, shown.until)
        return Cleared(number, answer, shown, len(tries))


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
    checks = checks_of(plan.law, lead, now) | {"tries_before": cleared.tries_before, "do_not_call": "not_listed"}
    return PlannedAttempt(attempt_id, lead, cleared.number, cleared.shown_as, terms, checks, reserved_for)


def _by_policy(wait: PutOff, now: datetime) -> Waits | Out:
    if wait.until is not None:
        return Waits(wait.why, wait.until, wait)
    if wait.why == NO_CONSENT:
        return Out(BARRED, wait.why, wait)
    return Waits(wait.why, now + REGISTER_AGAIN, wait)
