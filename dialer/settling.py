"""What comes of attempts that are over: the verdict, and what comes next for the lead, written in one go.

It works from what the diary has written, so that a restart finds again whatever was not settled.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from crm_core.attempts import Attempts, OpenAttempt, Settled
from crm_core.diary.entry import Entry
from crm_core.domain.campaign_words import ASKED
from crm_core.due_leads import BARRED, DONE, WAITING, DueLeads, DueNumber, DueTry
from crm_core.errors import StorageError
from cti.domain.attempt_words import AttemptChanged, AttemptPhase
from cti.domain.values import EndReason
from dialer.disposing import UNLISTED, Disposing, DoNotCall, unlisted_sign
from dialer.domain.disposing import Fate
from dialer.domain.keyed import KeyMeaning, Served, consequence_of, served, wish
from dialer.domain.outcome import AttemptEnd, Course, Outcome, outcome, weighed, weighed_answer
from dialer.domain.retry import Ended, Next, Plan, Tried, dead_numbers, next_try
from dialer.domain.verdict import Finding, Signalling, Verdict
from dialer.domain.who_answered import GUESS_MOST_RATIO
from dialer.ears import Ears
from dialer.plan import CampaignPlan

_log = logging.getLogger(__name__)
_AT_ONCE = 100
_AGAIN_S = 1.0
_RUNG_AGAIN = timedelta(hours=2)
PlanOf = Callable[[int], Awaitable[CampaignPlan | None]]


class Settling:
    """`plan_of` gives the settings of any campaign, whatever its state; None: it is gone."""

    def __init__(
        self,
        attempts: Attempts,
        leads: DueLeads,
        plan_of: PlanOf,
        ears: Ears | None = None,
        disposing: Disposing | None = None,
        do_not_call: DoNotCall | None = None,
    ) -> None:
        self._do_not_call = do_not_call
        self._disposing = disposing
        self._attempts = attempts
        self._leads = leads
        self._plan_of = plan_of
        self._ears = ears
        self._over: dict[str, None] = {}
        self._wake = asyncio.Event()

    def written(self, entries: Sequence[Entry]) -> None:
        """The diary has taken these."""
        for entry in entries:
            fact = entry.fact
            if isinstance(fact, AttemptChanged) and fact.phase is AttemptPhase.ENDED:
                self.again(fact.call_id)

    def again(self, attempt_id: str) -> None:
        """More became known of one that is over."""
        self._over[attempt_id] = None
        self._wake.set()

    def look(self) -> None:
        """An agent said something of an attempt."""
        self._wake.set()

    async def run(self) -> None:
        """First what a run before left behind, then whatever comes; until cancelled."""
        await self._insist(None)
        await self._dispose()
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._over:
                some = list(self._over)[:_AT_ONCE]
                await self._insist(some)
                for attempt_id in some:
                    self._over.pop(attempt_id, None)
            await self._dispose()

    async def _dispose(self) -> None:
        """What agents said holds for an attempt that is settled."""
        while self._disposing is not None:
            try:
                await self._disposing.look()
            except StorageError:
                _log.warning("Dispositions cannot be settled while the database is away", exc_info=True)
                await asyncio.sleep(_AGAIN_S)
            except Exception:
                _log.exception("A disposition cannot be settled")
                return
            else:
                return

    async def _insist(self, attempt_ids: Sequence[str] | None) -> None:
        while True:
            try:
                for attempt in await self._attempts.unsettled(attempt_ids):
                    await self._settle_or_say(attempt)
            except StorageError:
                _log.warning("Attempts cannot be settled while the database is away", exc_info=True)
                await asyncio.sleep(_AGAIN_S)
            else:
                return

    async def _settle_or_say(self, attempt: OpenAttempt) -> None:
        try:
            await self.settle(attempt)
        except StorageError:
            raise
        except Exception:
            # what is wrong with one must not keep all others; it is tried again at the next start
            _log.exception("An attempt cannot be settled", extra={"attempt_id": attempt.attempt_id})

    async def settle(self, attempt: OpenAttempt) -> None:
        """Say what came of one; of a campaign that is gone nothing has to be said."""
        is_answered = attempt.answered_at is not None
        heard = None if self._ears is None else self._ears.end(attempt.attempt_id, answered=is_answered)
        if attempt.end_reason == EndReason.NO_PHONE and attempt.lead_id is not None:
            # an agent's own phone was not there: nobody was dialed
            again_at = attempt.ended_at or attempt.planned_at
            await self._attempts.take_back(attempt.attempt_id, attempt.lead_id, again_at, EndReason.NO_PHONE.value)
            return
        plan = await self._plan_of(attempt.campaign_id)
        if plan is None:
            return
        if attempt.end_reason == EndReason.WITHDRAWN:
            await self._withdraw(plan, attempt)
            return
        in_flow = plan.is_agentless and is_answered
        course = _course(attempt, plan.connect_within_s)
        result = outcome(replace(course, promised=not plan.is_agentless))
        numbers, tries = ((), ()) if attempt.lead_id is None else await self._leads.story(attempt.lead_id)
        by_ear = _ended_by_ear(attempt) if heard is None else heard
        settled = settled_by(plan.retries, attempt, result, numbers, tries, None if attempt.is_lost else by_ear)
        if in_flow and (attempt.keys or not attempt.is_lost):
            settled = await self._after_flow(plan, attempt, settled)
        await self._attempts.settle(attempt.attempt_id, attempt.lead_id, settled)

    async def _withdraw(self, plan: CampaignPlan, attempt: OpenAttempt) -> None:
        """Nobody was left for whoever would have answered: that is none of the lead's attempts.

        Who heard it ring is left alone for a while, and it counts for the law's caps.
        """
        ended_at = attempt.ended_at or attempt.planned_at
        if attempt.rang_at is None and attempt.lead_id is not None:
            await self._attempts.take_back(attempt.attempt_id, attempt.lead_id, ended_at, EndReason.WITHDRAWN.value)
            return
        rang_s = (ended_at - (attempt.rang_at or ended_at)).total_seconds()
        finding = Finding(Verdict.WITHDRAWN, 1.0, f"rang {rang_s:.1f} s, and no agent was left")
        rule = plan.retries.rule_for(Verdict.NO_ANSWER)
        settled = Settled(
            AttemptEnd.FAILED.value,
            finding.verdict.value,
            (_told("signalling", finding),),
            WAITING,
            finding.verdict.value,
            ended_at + (_RUNG_AGAIN if rule is None else rule.after[0]),
            attempt.number_id,
            uncounted=True,
        )
        await self._attempts.settle(attempt.attempt_id, attempt.lead_id, settled)

    async def _after_flow(self, plan: CampaignPlan, attempt: OpenAttempt, settled: Settled) -> Settled:
        """What they pressed in the campaign's flow says what comes next for them."""
        rules, ended_at = plan.campaign.rules, attempt.ended_at or attempt.planned_at
        wanted = wish(attempt.keys or "", {one.key: one.means for one in rules.keys})
        talked = attempt.connected_at is not None
        came = consequence_of(wanted, ended_at, timedelta(seconds=rules.later_s), talked=talked)
        refused = ""
        if wanted is KeyMeaning.REMOVE_EVERYWHERE and self._do_not_call is not None:
            refused = await self._do_not_call.list_number(attempt.number, None)
        if refused:
            finding = Finding(Verdict(settled.verdict), 1.0, unlisted_sign(attempt.attempt_id, refused))
            came = replace(came, why=UNLISTED)
            settled = replace(settled, evidence=(*settled.evidence, _told("do_not_call", finding)))
        if attempt.is_lost and wanted is None:
            return settled
        heard_s = (ended_at - (attempt.answered_at or ended_at)).total_seconds()
        said = replace(
            settled,
            listened_ms=round(heard_s * 1000) if attempt.listened_ms is None else attempt.listened_ms,
            response=_response(attempt, wanted),
        )
        if came.fate is Fate.AGAIN:
            return replace(said, lead_state=WAITING, why=came.why, due_at=came.at, next_number_id=attempt.number_id)
        return replace(said, lead_state=BARRED, why=came.why, due_at=None) if came.fate is Fate.BARRED else said


def _response(attempt: OpenAttempt, wanted: KeyMeaning | None) -> str | None:
    if attempt.connected_at is not None:
        return Served.AGENT.value
    if attempt.response == ASKED:
        return served(attempt.end_reason).value
    return None if wanted is None else wanted.value


_BY_EAR = (EndReason.MACHINE.value, EndReason.MESSAGE_LEFT.value)


def _ended_by_ear(attempt: OpenAttempt) -> Finding | None:
    """What was heard is forgotten over a restart; that the call was ended by it is not."""
    if attempt.end_reason not in _BY_EAR:
        return None
    return Finding(Verdict.MACHINE, GUESS_MOST_RATIO, "it was ended as a machine's")


def _course(attempt: OpenAttempt, connect_within_s: float) -> Course:
    signalling = Signalling(attempt.sip_code, attempt.q850_cause, rang=attempt.rang_at is not None)
    return Course(
        attempt.rang_at,
        attempt.answered_at,
        attempt.connected_at,
        attempt.ended_at or attempt.planned_at,
        signalling,
        connect_within_s,
        is_lost=attempt.is_lost,
    )


def settled_by(
    plan: Plan,
    attempt: OpenAttempt,
    result: Outcome,
    numbers: Sequence[DueNumber],
    tries: Sequence[DueTry],
    heard: Finding | None = None,
) -> Settled:
    """Put the outcome, what was `heard` before the answer, and the retry engine's answer together."""
    evidence = [_told("signalling", result.finding), *([] if heard is None else [_told("listening", heard)])]
    if attempt.answered_at is None:
        result = replace(result, finding=weighed(result.finding, heard))
    else:
        result = weighed_answer(result, heard, is_ended_by_it=attempt.end_reason in _BY_EAR)
    finding = result.finding
    before = [
        Tried(one.at, one.number, Verdict(one.verdict))
        for one in tries
        if one.verdict is not None and one.attempt_id != attempt.attempt_id
    ]
    tried = [*before, Tried(attempt.planned_at, attempt.number, finding.verdict)]
    alive = [one for one in numbers if one.dead is None]
    dead = dead_numbers(plan, tried)
    came = next_try(plan, [one.number for one in alive], tried) if alive else Ended.NO_NUMBER_LEFT
    state, why, due_at, next_id = _next(came, finding.verdict, alive)
    return Settled(
        result.state.value,
        finding.verdict.value,
        tuple(evidence),
        state,
        why,
        due_at,
        next_id,
        {one.id: finding.verdict.value for one in alive if one.number in dead},
        abandoned=result.abandoned,
    )


def _told(kind: str, finding: Finding) -> dict[str, Any]:
    return {
        "kind": kind,
        "verdict": finding.verdict.value,
        "sign": finding.evidence,
        "confidence_ratio": finding.confidence_ratio,
    }


def _next(
    came: Next | Ended, verdict: Verdict, alive: Sequence[DueNumber]
) -> tuple[str, str, datetime | None, int | None]:
    if isinstance(came, Ended):
        return DONE, verdict.value if came is Ended.DONE else came.value, None, None
    next_id = next((one.id for one in alive if one.number == came.number), None)
    return WAITING, verdict.value, came.at, next_id
