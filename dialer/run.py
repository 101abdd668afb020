"""One campaign at work: what its pacing hears of lines and agents, and whom it dials next."""

import logging
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.attempts import Attempts, OpenAttempt
from crm_core.due_leads import DueLead, DueLeads
from cti.domain.attempt_words import AttemptChanged, AttemptOrdered, AttemptPhase
from cti.errors import Refused
from dialer.asking import lead_place
from dialer.checking import Checking, Cleared, Out, Waits, planned
from dialer.domain.clearance import PutOff, stale_registers
from dialer.domain.fixed_ratio import lines_to_open
from dialer.domain.learned import learned, recall
from dialer.domain.pace_words import (
    Abandoned,
    AgentTalks,
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
from dialer.domain.steady import Steady
from dialer.domain.verdict import ROUTE_VERDICTS, Signalling, read
from dialer.ears import Ears
from dialer.plan import CampaignPlan
from dialer.ports import DialPolicy, Floor

_log = logging.getLogger(__name__)
HOPPER = 40
"""Leads in memory: a second's worth at any pace; who is taken from it is asked for again in the database."""
HOPPER_KEPT_S = 5.0
TURN = 5
"""Leads that one campaign tries before the next has its turn."""
LOOK_AGAIN_S = 1.0
KEEP_EVERY_S = 60.0
_COUNTED_AFTER_S = 0.5
"""Who is connected at the last moment may be told a moment later."""
REFUSED_AGAIN = timedelta(seconds=30)
_LEFT_PACE = Pace(0, PaceReason.NO_AGENTS)


@dataclass(slots=True)
class _Line:
    """A dialing that is not over; seconds on the pacing's clock."""

    rang: bool = False
    answered_s: float | None = None
    connected: bool = False
    is_late: bool = False
    """Nobody was there in time, and that is counted."""
    by_hand: bool = False


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
        self._checking = Checking(leads, policy)
        self._floor = floor
        self._now = now
        self._ears = ears
        self._lines: dict[str, _Line] = {}
        self._unsure: dict[str, int] = {}
        self._hopper: deque[DueLead] = deque()
        self._filled_s = self._kept_s = 0.0
        self._outcomes = self._kept_outcomes = 0
        self._has_more = True
        self.may_dial = True
        self._steady = Steady()

    @property
    def lines(self) -> int:
        """How many are in use: ringing, waiting and talking."""
        return len(self._lines)

    @property
    def needs_agents(self) -> bool:
        """It dials, or somebody whom it dialed may still answer."""
        if self.plan.is_agentless:
            return False
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
        recall(self.pacing, await self._attempts.paces.of(self.plan.campaign.id))
        for attempt in await self._attempts.in_flight(self.plan.campaign.id):
            if attempt.attempt_id not in self._lines:
                self._go_on_with(attempt)

    async def keep_what_was_learned(self) -> None:
        """Write it down for a restart; only where there is news, and once a minute at most."""
        now, seen = self._now(), self._outcomes
        if seen != self._kept_outcomes and now.timestamp() - self._kept_s >= KEEP_EVERY_S:
            await self._attempts.paces.keep(self.plan.campaign.id, learned(self.pacing), now)
            self._kept_s, self._kept_outcomes = now.timestamp(), seen

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
        if line.by_hand:
            line.connected = phase is AttemptPhase.CONNECTED
        if phase is AttemptPhase.ENDED:
            del self._lines[attempt_id]
            self.pacing.lines.leave(attempt_id)
        elif line.by_hand:
            return
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
        if line.by_hand:
            self._hear_by_hand(line, change)
            return
        if self.plan.is_agentless and change.phase in (AttemptPhase.ANSWERED, AttemptPhase.CONNECTED):
            self._hear_of_flow(line, change, now_s)
            return
        match change.phase:
            case AttemptPhase.RINGING:
                line.rang = True
            case AttemptPhase.ANSWERED if line.answered_s is None:
                line.answered_s = now_s
                if self._ears is not None:
                    self._ears.answered(attempt_id)
                self.pacing.handle(HumanAnswered(attempt_id), now_s)
            case AttemptPhase.CONNECTED if line.is_late:
                line.connected = True
                self.pacing.handle(AgentTalks(str(change.agent_id)), now_s)
            case AttemptPhase.CONNECTED if not line.connected:
                line.connected = True
                is_late = self._waited_too_long(line, now_s)
                self.pacing.handle(Connected(attempt_id, str(change.agent_id), late=is_late), now_s)
            case AttemptPhase.ENDED:
                self._outcomes += 1
                del self._lines[attempt_id]
                self._hear_end(line, change, now_s)

    def follow_by_hand(self, attempt_id: str) -> Callable[[], object]:
        """An agent dials this one themselves: shown, and no business of the pacing's; what comes back forgets it."""
        self._lines[attempt_id] = _Line(by_hand=True)
        return lambda: self._lines.pop(attempt_id, None)

    def _hear_of_flow(self, line: _Line, change: AttemptChanged, now_s: float) -> None:
        """Nobody waits for an agent, unless they asked for one: the pacing has only lines that ring."""
        line.answered_s = line.answered_s or now_s
        line.connected = line.connected or change.phase is AttemptPhase.CONNECTED
        if self._ears is not None:
            self._ears.answered(change.call_id)
        self.pacing.lines.leave(change.call_id)

    def _hear_by_hand(self, line: _Line, change: AttemptChanged) -> None:
        line.rang = line.rang or change.phase is AttemptPhase.RINGING
        line.connected = line.connected or change.phase is AttemptPhase.CONNECTED
        if change.phase is AttemptPhase.ENDED:
            del self._lines[change.call_id]

    @property
    def dialed_by_hand(self) -> int:
        """How many agents wait for an answer to what they dialed."""
        return sum(line.by_hand and not line.connected for line in self._lines.values())

    async def stop(self) -> None:
        """It dials no more; what is under way goes on."""

    def _hear_end(self, line: _Line, change: AttemptChanged, now_s: float) -> None:
        attempt_id = change.call_id
        if line.connected or line.is_late or (self.plan.is_agentless and line.answered_s is not None):
            return
        if line.answered_s is not None:
            is_late = self._waited_too_long(line, now_s)
            self.pacing.handle(Abandoned(attempt_id) if is_late else HungUp(attempt_id), now_s)
            return
        verdict = read(Signalling(change.sip_status or None, change.cause or None, rang=line.rang)).verdict
        failed = verdict in ROUTE_VERDICTS
        self.pacing.handle(RouteFailed(attempt_id) if failed else AttemptEnded(attempt_id), now_s)

    def _count_who_is_late(self) -> None:
        """Who was not connected in time is abandoned from then on, and not when the message that they hear is over."""
        now_s = self._now().timestamp()
        for attempt_id, line in self._lines.items():
            if not line.connected and not line.is_late and self._waited_too_long(line, now_s - _COUNTED_AFTER_S):
                line.is_late = True
                self.pacing.handle(Abandoned(attempt_id), now_s)

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
        self._count_who_is_late()
        if self._lacks_register():
            return False
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
        if self.plan.is_agentless:
            return self._steady.calls_to_place(self.lines, campaign.rules.lines_max, campaign.rules.calls_per_s, now_s)
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
        checked = await self._checking.check(self.plan, lead, self._now())
        if isinstance(checked, Cleared):
            await self._plan(lead, checked)
        else:
            await self._set_aside(lead, checked)

    async def _set_aside(self, lead: DueLead, found: Waits | Out) -> None:
        match found:
            case Waits(by=PutOff() as wait):
                await self._put_off(lead, wait, found.until)
            case Waits():
                await self._leads.put_off([lead.id], found.until, found.why)
            case Out():
                self.progress.put_off = found.by or self.progress.put_off
                await self._leads.end(lead.id, found.state, found.why)

    async def _put_off(self, lead: DueLead, wait: PutOff, until: datetime) -> None:
        """Also those behind it who are in the same place, when it is the hour there that says no."""
        self.progress.put_off = wait
        place = lead_place(lead)
        alike = [one.id for one in self._hopper if wait.is_hour and lead_place(one) == place]
        await self._leads.put_off([lead.id, *alike], until, wait.why)
        self._hopper = deque(one for one in self._hopper if one.id not in alike)

    def _lacks_register(self) -> bool:
        """Nobody may be called by a register that is too old: whom it would be is not asked, and stays as they are."""
        stale = next(stale_registers(self.plan.law, self._now()), None)
        if stale is not None:
            self.progress.put_off = stale
        return stale is not None

    async def _plan(self, lead: DueLead, cleared: Cleared) -> None:
        now = self._now()
        order = AttemptOrdered(
            str(uuid.uuid4()),
            self.plan.terms(lead.language, 0 if self._ears is None else self._ears.port),
            cleared.dialable.number,
            self.plan.ring_s,
            cleared.shown_as,
            withheld=cleared.withheld,
            customer_id=lead.customer_id,
            customer_name=lead.customer_name,
            preferred_agent_id=lead.owner_id,
        )
        written = planned(self.plan, lead, cleared, order.call_id, order.terms, now)
        # a database that breaks off may have written it, or not
        self._unsure[order.call_id] = lead.id
        if await self._attempts.plan(written, now):
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
        self._steady.placed()
        self.progress.put_off = None
