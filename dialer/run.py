"""One campaign at work: what its pacing hears of lines and agents, and whom it dials next."""

import logging
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crm_core.attempts import Attempts, OpenAttempt, PlannedAttempt
from crm_core.due_leads import BARRED, DONE, DueLead, DueLeads, DueNumber, DueTry
from cti.domain.attempt_words import AttemptChanged, AttemptOrdered, AttemptPhase
from cti.errors import Refused
from dialer.domain.attempt_caps import PastAttempt
from dialer.domain.calling_window import Place
from dialer.domain.clearance import PutOff, put_off
from dialer.domain.fixed_ratio import lines_to_open
from dialer.domain.pace_words import (
    Abandoned,
    AttemptEnded,
    AttemptStarted,
    Connected,
    HumanAnswered,
    HungUp,
    Pace,
    PaceReason,
    RouteFailed,
)
from dialer.domain.pacing import Pacing
from dialer.domain.sharing import Claim
from dialer.domain.verdict import ROUTE_VERDICTS, Signalling, Verdict, read
from dialer.ears import Ears
from dialer.plan import CampaignPlan
from dialer.ports import Dialable, DialPolicy, Floor

_log = logging.getLogger(__name__)
HOPPER = 40
"""Leads in memory: a second's worth at any pace; who is taken from it is asked for again in the database."""
HOPPER_KEPT_S = 5.0
TURN = 5
"""Leads that one campaign tries before the next has its turn."""
LOOK_AGAIN_S = 1.0
REFUSED_AGAIN = timedelta(seconds=30)
CAPS_LOOK_BACK = timedelta(days=31)
"""As far as the longest cap of any policy that ships (30 days), and a little more."""
_LEFT_PACE = Pace(0, PaceReason.NO_AGENTS)


@dataclass(slots=True)
class _Line:
    """A dialing that is not over; seconds on the pacing's clock."""

    rang: bool = False
    answered_s: float | None = None
    connected: bool = False


@dataclass(slots=True)
class Progress:
    """What a manager sees of the campaign now."""

    pace: Pace = _LEFT_PACE
    dialed: int = 0
    put_off: PutOff | None = None
    next_due_at: datetime | None = None
    nobody_due: bool = False


class CampaignRun:
    """Told of everything by the service, whose loop calls `dial`; never two at once for one campaign."""

    def __init__(
        self,
        plan: CampaignPlan,
        leads: DueLeads,
        attempts: Attempts,
        policy: DialPolicy,
        floor: Floor,
        now: Callable[[], datetime],
        ears: Ears | None = None,
    ) -> None:
        self.plan = plan
        self.pacing = Pacing(plan.limits)
        self.progress = Progress()
        self._leads = leads
        self._attempts = attempts
        self._policy = policy
        self._floor = floor
        self._now = now
        self._ears = ears
        self._lines: dict[str, _Line] = {}
        self._unsure: dict[str, int] = {}
        self._hopper: deque[DueLead] = deque()
        self._filled_s = 0.0
        self._has_more = True
        self.may_dial = True

    @property
    def lines(self) -> int:
        """How many are in use: ringing, waiting and talking."""
        return len(self._lines)

    @property
    def needs_agents(self) -> bool:
        """It dials, or somebody whom it dialed may still answer."""
        return self.may_dial or self.pacing.lines.ringing + self.pacing.lines.waiting > 0

    @property
    def claim(self) -> Claim:
        """What it asks for of agents and lines: no more free agents than it has people for."""
        rules, pacing = self.plan.campaign.rules, self.pacing
        on_the_way = pacing.lines.ringing + pacing.lines.waiting
        most = on_the_way + (len(self._hopper) if self.may_dial else 0)
        return Claim(rules.priority, rules.share, None if self.may_dial and self._has_more else most)

    @property
    def answers_within_s(self) -> float:
        """How long it takes, as a rule, until somebody who is dialed now answers."""
        return self.pacing.lines.law.answer_moments_s(1)[0]

    async def look(self) -> None:
        """Know whether anybody is due, also while no agent is there to call them."""
        if self.may_dial:
            await self._fill()

    def change(self, plan: CampaignPlan) -> None:
        """Go on with other settings; whom they let through is asked anew."""
        if plan != self.plan:
            self.plan = plan
            self.pacing.change(plan.limits)
            self._hopper.clear()
            self._filled_s = 0.0

    async def take_up(self) -> None:
        """Know the dialings that were on their way before a restart.

        What is heard of one while they are read is newer than what is read, and so is what the floor knows.
        """
        for attempt in await self._attempts.in_flight(self.plan.campaign.id):
            if attempt.attempt_id not in self._lines:
                self._go_on_with(attempt)

    def _go_on_with(self, attempt: OpenAttempt) -> None:
        attempt_id = attempt.attempt_id
        line = self._lines[attempt_id] = _Line(rang=attempt.rang_at is not None)
        self.pacing.handle(AttemptStarted(attempt_id), attempt.planned_at.timestamp())
        if attempt.answered_at is not None:
            line.answered_s, line.connected = attempt.answered_at.timestamp(), attempt.connected_at is not None
            self.pacing.lines.leave(attempt_id)
        self._compare(attempt_id)

    def compare_with_floor(self) -> None:
        """Something that the floor said was lost: take its dialings as they are there. Nothing is learned from it."""
        for attempt_id in list(self._lines):
            self._compare(attempt_id)

    def _compare(self, attempt_id: str) -> None:
        line, phase = self._lines[attempt_id], self._floor.phase(attempt_id)
        if phase is AttemptPhase.ENDED:
            del self._lines[attempt_id]
            self.pacing.lines.leave(attempt_id)
        elif phase is AttemptPhase.CONNECTED:
            line.answered_s, line.connected = line.answered_s or self._now().timestamp(), True
            self.pacing.lines.leave(attempt_id)
        elif phase is AttemptPhase.ANSWERED and line.answered_s is None:
            line.answered_s = self._now().timestamp()
            self.pacing.handle(HumanAnswered(attempt_id), line.answered_s)

    def hear(self, change: AttemptChanged, at: datetime) -> None:
        """One of its dialings is a phase further."""
        now_s, attempt_id = at.timestamp(), change.call_id
        line = self._lines.setdefault(attempt_id, _Line())
        match change.phase:
            case AttemptPhase.RINGING:
                line.rang = True
            case AttemptPhase.ANSWERED if line.answered_s is None:
                line.answered_s = now_s
                if self._ears is not None:
                    self._ears.answered(attempt_id)
                self.pacing.handle(HumanAnswered(attempt_id), now_s)
            case AttemptPhase.CONNECTED if not line.connected:
                line.connected = True
                is_late = self._waited_too_long(line, now_s)
                self.pacing.handle(Connected(attempt_id, str(change.agent_id), late=is_late), now_s)
            case AttemptPhase.ENDED:
                del self._lines[attempt_id]
                self._hear_end(line, change, now_s)

    def _hear_end(self, line: _Line, change: AttemptChanged, now_s: float) -> None:
        attempt_id = change.call_id
        if line.connected:
            return
        if line.answered_s is not None:
            is_late = self._waited_too_long(line, now_s)
            self.pacing.handle(Abandoned(attempt_id) if is_late else HungUp(attempt_id), now_s)
            return
        verdict = read(Signalling(change.sip_status or None, change.cause or None, rang=line.rang)).verdict
        failed = verdict in ROUTE_VERDICTS
        self.pacing.handle(RouteFailed(attempt_id) if failed else AttemptEnded(attempt_id), now_s)

    def _waited_too_long(self, line: _Line, now_s: float) -> bool:
        return line.answered_s is not None and now_s - line.answered_s >= self.plan.connect_within_s

    @property
    def connected(self) -> int:
        """How many talk now."""
        return sum(line.connected for line in self._lines.values())

    async def dial(self, spare: int | None = None) -> bool:
        """Place what may be placed now, one after the other: each is asked for anew; `spare` lines are left for it.

        Return True when its turn is over and there is more: dead numbers end as fast as they are dialed, and whoever
        pauses a campaign, or has another one, is not kept waiting for that.
        """
        await self._take_back_unsure()
        most = None if spare is None else self.lines + spare
        for _ in range(TURN):
            pace = self.progress.pace = self._pace(most)
            if not self.may_dial or pace.calls <= 0 or (lead := await self._next_lead()) is None:
                return False
            await self._try(lead)
        return True

    def _pace(self, most: int | None) -> Pace:
        if not self._floor.can_dial():
            return Pace(0, PaceReason.SWITCH_AWAY)
        pace = self._pace_by_mode()
        if pace.calls > 0 and most is not None and self.lines >= most:
            return Pace(0, PaceReason.TRUNKS_FULL)
        return pace

    def _pace_by_mode(self) -> Pace:
        now_s, campaign = self._now().timestamp(), self.plan.campaign
        if campaign.mode == "predictive":
            return self.pacing.calls_to_place(now_s)
        return lines_to_open(self.pacing, campaign.rules.ratio if campaign.mode == "ratio" else 1.0, now_s)

    async def _next_lead(self) -> DueLead | None:
        await self._fill()
        return self._hopper.popleft() if self._hopper else None

    async def _fill(self) -> None:
        now, campaign = self._now(), self.plan.campaign
        age_s = now.timestamp() - self._filled_s
        if age_s > HOPPER_KEPT_S or (not self._hopper and (self._has_more or age_s > LOOK_AGAIN_S)):
            found = await self._leads.next(campaign.id, now, HOPPER, campaign.rules.order)
            self._hopper, self._filled_s = deque(found), now.timestamp()
            self._has_more = len(found) >= HOPPER
            self.progress.nobody_due = not found

    async def _try(self, lead: DueLead) -> None:
        number = _number_of(lead)
        if number is None:
            await self._leads.end(lead.id, DONE, "no_number_left")
            return
        now = self._now()
        tries = await self._leads.tries(lead, now - CAPS_LOOK_BACK)
        wait = put_off(self.plan.policies, _place_of(lead), number.number, _past(tries), now)
        if wait is not None:
            await self._put_off(lead, wait)
            return
        answer = await self._policy.may_dial(number.number, lead.customer_id, self.plan.campaign.queue_id)
        if isinstance(answer, Dialable):
            await self._plan(lead, number, answer, len(tries))
        elif answer.until is None:
            await self._leads.end(lead.id, BARRED, answer.why)
        else:
            await self._leads.put_off([lead.id], answer.until, answer.why)

    async def _put_off(self, lead: DueLead, wait: PutOff) -> None:
        """Also those behind it who are in the same place, when it is the hour there that says no."""
        self.progress.put_off = wait
        alike = [one.id for one in self._hopper if wait.why == "closed" and one.zones == lead.zones]
        await self._leads.put_off([lead.id, *alike], wait.until, wait.why)
        self._hopper = deque(one for one in self._hopper if one.id not in alike)

    async def _plan(self, lead: DueLead, number: DueNumber, dialable: Dialable, tries_before: int) -> None:
        now = self._now()
        shown_as = _one_of(self.plan.campaign.rules.shown_as, lead.id) or dialable.shown_as
        order = AttemptOrdered(
            str(uuid.uuid4()),
            self.plan.terms(lead.language, 0 if self._ears is None else self._ears.port),
            dialable.number,
            self.plan.ring_s,
            shown_as,
            withheld=dialable.withheld and not shown_as,
            customer_id=lead.customer_id,
            customer_name=lead.customer_name,
            preferred_agent_id=lead.owner_id,
        )
        checks = {
            "policies": [policy.name for policy in self.plan.policies],
            "zones": {zone: now.astimezone(ZoneInfo(zone)).strftime("%a %H:%M") for zone in lead.zones},
            "tries_before": tries_before,
            "do_not_call": "not_listed",
        }
        planned = PlannedAttempt(order.call_id, lead, number, shown_as, order.terms, checks)
        # a database that breaks off may have written it, or not
        self._unsure[order.call_id] = lead.id
        if await self._attempts.plan(planned, now):
            await self._order(order, lead)
        del self._unsure[order.call_id]

    async def _take_back_unsure(self) -> None:
        """Those whose writing came to nothing that anybody knows of were not dialed: their leads wait again."""
        for attempt_id, lead_id in list(self._unsure.items()):
            if attempt_id not in self._lines:
                await self._attempts.take_back(attempt_id, lead_id, self._now() + REFUSED_AGAIN, "database_unavailable")
            del self._unsure[attempt_id]

    async def _order(self, order: AttemptOrdered, lead: DueLead) -> None:
        if self._ears is not None:
            self._ears.expect(order.call_id)
        # before the order: whatever breaks but a refusal may have dialed, and is never taken back
        self._lines[order.call_id] = _Line()
        try:
            self._floor.order(order)
        except Refused as refused:
            del self._lines[order.call_id]
            _log.info("The floor dials nothing now", extra={"attempt_id": order.call_id, "why": refused.code})
            if self._ears is not None:
                self._ears.end(order.call_id)
            await self._attempts.take_back(order.call_id, lead.id, self._now() + REFUSED_AGAIN, refused.code)
            return
        self.pacing.handle(AttemptStarted(order.call_id), self._now().timestamp())
        self.progress.dialed += 1
        self.progress.put_off = None


def _number_of(lead: DueLead) -> DueNumber | None:
    alive = [one for one in lead.numbers if one.dead is None]
    return next((one for one in alive if one.id == lead.next_number_id), alive[0] if alive else None)


def _place_of(lead: DueLead) -> Place:
    return Place(tuple(ZoneInfo(zone) for zone in lead.zones))


def _past(tries: tuple[DueTry, ...]) -> list[PastAttempt]:
    counted = [one for one in tries if one.verdict != Verdict.ROUTE_FAULT]
    return [PastAttempt(one.at, one.number, one.connected, one.abandoned and not one.connected) for one in counted]


def _one_of(pool: tuple[str, ...], lead_id: int) -> str:
    return pool[lead_id % len(pool)] if pool else ""
