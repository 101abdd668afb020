"""What comes of agents' dispositions of campaigns' calls: for the lead, the do-not-call list and the pacing."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from crm_core.attempt_dispositions import AttemptDispositions, DisposedAttempt, LeadChange
from crm_core.due_leads import BARRED, DONE, WAITING, DueLeads
from dialer.domain.disposing import BY_WORD, Consequence, Fate, Meaning, consequence, machine_verdict
from dialer.domain.retry import Next, Tried, next_try
from dialer.domain.verdict import Verdict
from dialer.domain.who_answered import MACHINES
from dialer.plan import CampaignPlan

_log = logging.getLogger(__name__)


class DoNotCall(Protocol):
    """The list of who must not be called, for a dialer."""

    async def list_number(self, number: str, by_user_id: int | None) -> str:
        """Put it there, unless it is there; return the code of what refuses it, or nothing."""


UNLISTED = "asked_not_to_unlisted"
"""They asked never to be called, and the list does not take their number: other campaigns do not know it."""


SAID = "disposition"
"""The kind of sign that an agent's word is, where it made another verdict of what was heard."""


def unlisted_sign(attempt_id: str, refused: str) -> str:
    """Say it in the log; return what is kept with the attempt."""
    _log.warning("A number cannot be put on the do-not-call list", extra={"attempt_id": attempt_id, "refused": refused})
    return f"not put on the do-not-call list: {refused}"


class Disposing:
    """Told of nothing: it looks for what is open. `not_a_person` tells a campaign's pacing of an attempt."""

    def __init__(
        self,
        dispositions: AttemptDispositions,
        leads: DueLeads,
        plan_of: Callable[[int], Awaitable[CampaignPlan | None]],
        do_not_call: DoNotCall,
        not_a_person: Callable[[int, str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._dispositions = dispositions
        self._leads = leads
        self._plan_of = plan_of
        self._do_not_call = do_not_call
        self._not_a_person = not_a_person
        self._now = now

    async def look(self) -> None:
        """Settle all that is open; what breaks off is found again."""
        for one in await self._dispositions.open():
            plan = await self._plan_of(one.campaign_id)
            meaning = Meaning.NOTHING if plan is None else Meaning(plan.campaign.rules.meaning_of(one.open_disposition))
            if plan is None:
                await self._dispositions.settle(one, None)
            else:
                await self._settle(plan, one, meaning)

    async def _settle(self, plan: CampaignPlan, one: DisposedAttempt, meaning: Meaning) -> None:
        came = consequence(meaning, self._now(), one.again_at, one.again_for_user_id)
        evidence = _without_what_was_said(one)
        before = _verdict_before(one)
        verdict = _machine(before, evidence) if came.fate is Fate.BY_RULE else before
        # first the list: what is done twice there is done once
        if came.fate is Fate.BARRED and (refused := await self._do_not_call.list_number(one.number, one.agent_id)):
            came = replace(came, why=UNLISTED)
            evidence.append(_told("do_not_call", verdict, unlisted_sign(one.attempt_id, refused)))
        if verdict is not before:
            evidence.append(_told(SAID, verdict, f"said by the agent: {one.open_disposition}"))
        lead = await self._lead(plan, one, came, verdict)
        settled = await self._dispositions.settle(one, lead, verdict.value, evidence)
        if settled and came.fate is Fate.BY_RULE and one.verdict not in tuple(MACHINES):
            self._not_a_person(one.campaign_id, one.attempt_id)

    async def _lead(
        self, plan: CampaignPlan, one: DisposedAttempt, came: Consequence, verdict: Verdict
    ) -> LeadChange | None:
        if came.fate not in (Fate.BY_RULE, Fate.AS_IT_IS):
            return _lead_change(one, came)
        change = await self._by_rule(plan, one, verdict)
        if change is None or came.fate is Fate.BY_RULE or verdict.value != one.verdict:
            return change
        # it means nothing: what an earlier one meant was a slip
        return replace(change, instead_of=BY_WORD)

    async def _by_rule(self, plan: CampaignPlan, one: DisposedAttempt, verdict: Verdict) -> LeadChange | None:
        if one.lead_id is None:
            return None
        numbers, tries = await self._leads.story(one.lead_id)
        alive = [number for number in numbers if number.dead is None]
        tried = [
            Tried(each.at, each.number, verdict if each.attempt_id == one.attempt_id else Verdict(each.verdict))
            for each in tries
            if each.verdict is not None
        ]
        came = next_try(plan.retries, [number.number for number in alive], tried)
        if isinstance(came, Next):
            next_id = next((number.id for number in alive if number.number == came.number), None)
            return LeadChange(WAITING, verdict.value, came.at, next_id)
        return LeadChange(DONE, verdict.value if came.value == DONE else came.value)


def _machine(before: Verdict, evidence: Sequence[Mapping[str, Any]]) -> Verdict:
    """What was heard on the line may have been too little to be its verdict."""
    return before if before in MACHINES else machine_verdict(*(sign.get("verdict") for sign in evidence))


def _without_what_was_said(one: DisposedAttempt) -> list[Mapping[str, Any]]:
    return [sign for sign in one.evidence if sign.get("kind") != SAID]


def _verdict_before(one: DisposedAttempt) -> Verdict:
    """What it was before an agent said that it is a machine."""
    signs = _without_what_was_said(one)
    word = signs[0].get("verdict") if signs and len(signs) < len(one.evidence) else one.verdict
    return Verdict(word or Verdict.LOST)


def _told(kind: str, verdict: Verdict, sign: str) -> dict[str, Any]:
    return {"kind": kind, "verdict": verdict.value, "sign": sign, "confidence_ratio": 1.0}


def _lead_change(one: DisposedAttempt, came: Consequence) -> LeadChange:
    if came.fate is Fate.AGAIN:
        return LeadChange(WAITING, came.why, came.at, one.number_id, came.for_user_id)
    return LeadChange(BARRED if came.fate is Fate.BARRED else DONE, came.why)
