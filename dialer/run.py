"""One campaign at work: what it asks for of agents and lines, and whom it dials next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crm_core.attempts import Attempts
from crm_core.due_leads import DueLead, DueLeads
from cti.domain.attempt_words import AttemptChanged
from cti.domain.values import AgentState
from dialer.asking import lead_place, number_of, whom_of
from dialer.attempt_orders import AttemptOrders
from dialer.campaign_lines import CampaignLines
from dialer.checking import Checking, Cleared, Out, Waits
from dialer.domain.clearance import PutOff, all_by_both, stale_registers
from dialer.domain.fixed_ratio import lines_to_open
from dialer.domain.learned import learned, recall
from dialer.domain.pace_words import AttemptStarted, Pace, PaceReason
from dialer.domain.pacing import Pacing
from dialer.domain.sharing import Claim
from dialer.domain.showing import SHOWN_USED_UP
from dialer.domain.steady import Steady
from dialer.ears import Ears
from dialer.hopper import Hopper
from dialer.plan import CampaignPlan
from dialer.ports import DialPolicy, Floor
from dialer.showing import Showing

TURN = 5
"""Leads that one campaign tries before the next has its turn."""
KEEP_EVERY_S = 60.0
_SOON_FREE = (AgentState.READY, AgentState.WRAP_UP)
_LEFT_PACE = Pace(0, PaceReason.NO_AGENTS)
_NO_NUMBER = Pace(0, PaceReason.NUMBERS_USED_UP)


@dataclass(slots=True)
class Progress:
    """What a manager sees of the campaign now."""

    pace: Pace = _LEFT_PACE
    dialed: int = 0
    withdrawn: int = 0
    put_off: PutOff | None = None
    next_due_at: datetime | None = None


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
        showing: Showing,
        ears: Ears | None = None,
    ) -> None:
        self.plan = plan
        self.pacing = Pacing(plan.limits)
        self.progress = Progress()
        self.lines = CampaignLines(plan, self.pacing, floor, now, ears)
        self.hopper = Hopper(leads)
        self.may_dial = True
        self._leads = leads
        self._attempts = attempts
        self._orders = AttemptOrders(attempts, floor, self.lines, now, showing.calls, ears)
        self._checking = Checking(leads, policy, showing)
        self._policy = policy
        self._floor = floor
        self._now = now
        self._kept_outcomes = 0
        self._kept_s = 0.0
        self._steady = Steady()
        self._shown_again_at: datetime | None = None

    @property
    def needs_agents(self) -> bool:
        """It dials, or somebody whom it dialed may still answer."""
        if self.plan.is_agentless:
            return False
        return self.may_dial or self._on_the_way > 0

    @property
    def _on_the_way(self) -> int:
        return self.pacing.lines.ringing + self.pacing.lines.waiting

    @property
    def claim(self) -> Claim:
        """What it asks for of agents and lines: no more free agents than it has people for."""
        rules = self.plan.campaign.rules
        most = self._on_the_way + (len(self.hopper) if self.may_dial else 0)
        return Claim(rules.priority, rules.share, None if self.may_dial and self.hopper.has_more else most)

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
            self.plan = self.lines.plan = plan
            self.pacing.change(plan.limits)
            self.hopper.forget()
            self._shown_again_at = None

    async def take_up(self) -> None:
        """Know the dialings that were on their way before a restart.

        What is heard of one while they are read is newer than what is read, and so is what the floor knows.
        """
        recall(self.pacing, await self._attempts.paces.of(self.plan.campaign.id))
        for attempt in await self._attempts.in_flight(self.plan.campaign.id):
            self.lines.go_on_with(attempt)

    async def keep_what_was_learned(self) -> None:
        """Write it down for a restart; only where there is news, and once a minute at most."""
        now, seen = self._now(), self.lines.outcomes
        if seen != self._kept_outcomes and now.timestamp() - self._kept_s >= KEEP_EVERY_S:
            await self._attempts.paces.keep(self.plan.campaign.id, learned(self.pacing), now)
            self._kept_s, self._kept_outcomes = now.timestamp(), seen

    def compare_with_floor(self) -> None:
        """Something that the floor said was lost: take its dialings as they are there."""
        self.lines.compare_with_floor()

    def hear(self, change: AttemptChanged, at: datetime) -> None:
        """One of its dialings is a phase further."""
        self.lines.hear(change, at)

    async def stop(self) -> None:
        """It dials no more; what is under way goes on."""

    async def dial(self, spare: int | None = None) -> bool:
        """Place what may be placed now, one after the other: each is asked for anew; `spare` lines are left for it.

        Return True when its turn is over and there is more: dead numbers end as fast as they are dialed, and whoever
        pauses a campaign, or has another one, is not kept waiting for that.
        """
        await self._orders.take_back_unsure()
        self.lines.count_who_is_late()
        if self._nobody_is_left():
            self.progress.withdrawn += self.lines.withdraw(self.plan.rings_at_least_s)
        if self._lacks_register():
            return False
        if self._lacks_number_to_show():
            self.progress.pace = _NO_NUMBER
            return self.may_dial and await self.put_off_who_is_shut()
        most = None if spare is None else len(self.lines) + spare
        for _ in range(TURN):
            pace = self.progress.pace = self._pace(most)
            if not self.may_dial or pace.calls <= 0:
                return self.may_dial and await self.put_off_who_is_shut()
            if (lead := await self._next_lead()) is None or not await self._try(lead):
                return False
        return True

    async def put_off_who_is_shut(self) -> bool:
        """Nobody is tried now: know all the same whether it is the hour for anybody who is due.

        Return True when some were put off, and others may be behind them.
        """
        lead = self.hopper.first()
        number = None if lead is None else number_of(lead)
        if lead is None or number is None:
            return False
        whom, clocks = whom_of(lead, number, ()), (self._now(), self._policy.wall_now())
        hours = [wait for wait in all_by_both(self.plan.law, whom, clocks) if wait.is_hour and wait.until is not None]
        wait = max(hours, key=lambda one: one.until or clocks[0], default=None)
        if wait is None or wait.until is None:
            return False
        self.hopper.take()
        await self._put_off(lead, wait, wait.until)
        await self._fill()
        return True

    def _nobody_is_left(self) -> bool:
        """No agent will be there for whoever answers: who wraps up, or whose phone is away for a moment, will."""
        if self.plan.is_agentless or self.pacing.agents.present or not self.pacing.lines.ringing:
            return False
        queue_id = self.plan.campaign.queue_id
        return not any(
            agent.state in _SOON_FREE and not agent.leaves and queue_id in agent.queue_ids
            for agent in self._floor.agents()
        )

    def _pace(self, most: int | None) -> Pace:
        if not self._floor.can_dial():
            return Pace(0, PaceReason.SWITCH_AWAY)
        pace = self._pace_by_mode()
        if pace.calls > 0 and most is not None and len(self.lines) >= most:
            return Pace(0, PaceReason.TRUNKS_FULL)
        return pace

    def _pace_by_mode(self) -> Pace:
        now_s, campaign = self._now().timestamp(), self.plan.campaign
        rules = campaign.rules
        if self.plan.is_agentless:
            self.pacing.lines.forget_lost(now_s)
            held = self.pacing.held_back(now_s, for_agents=False)
            return held or self._steady.calls_to_place(len(self.lines), rules.lines_max, rules.calls_per_s, now_s)
        if campaign.mode == "predictive":
            return self.pacing.calls_to_place(now_s)
        return lines_to_open(self.pacing, rules.ratio if campaign.mode == "ratio" else 1.0, now_s)

    async def _next_lead(self) -> DueLead | None:
        await self._fill()
        return self.hopper.take()

    async def _fill(self) -> None:
        campaign = self.plan.campaign
        await self.hopper.fill(campaign.id, campaign.rules.order, self._now())

    async def _try(self, lead: DueLead) -> bool:
        """Return False where nobody else may be tried either."""
        checked = await self._checking.check(self.plan, lead, self._now())
        if isinstance(checked, Cleared):
            await self._place(lead, checked)
        else:
            await self._set_aside(lead, checked)
        return not self._lacks_number_to_show()

    async def _place(self, lead: DueLead, cleared: Cleared) -> None:
        attempt_id = await self._orders.place(self.plan, lead, cleared)
        if attempt_id is not None:
            self.pacing.handle(AttemptStarted(attempt_id), self._now().timestamp())
            self.progress.dialed += 1
            self._steady.placed()
            self.progress.put_off = None

    async def _set_aside(self, lead: DueLead, found: Waits | Out) -> None:
        match found:
            case Waits(by=PutOff() as wait):
                await self._put_off(lead, wait, found.until)
            case Waits(why=why) if why == SHOWN_USED_UP:
                # it is nobody's own fault: they stay as they are, and wait with the campaign
                self._shown_again_at = found.until
                self.progress.put_off = PutOff(why, "", found.until)
                self.progress.pace = _NO_NUMBER
            case Waits():
                await self._leads.put_off([lead.id], found.until, found.why)
            case Out():
                self.progress.put_off = found.by or self.progress.put_off
                await self._leads.end(lead.id, found.state, found.why)

    async def _put_off(self, lead: DueLead, wait: PutOff, until: datetime) -> None:
        """Also those behind it who are in the same place, when it is the hour there that says no."""
        self.progress.put_off = wait
        place = lead_place(lead)
        alike = self.hopper.take_out(lambda one: wait.is_hour and lead_place(one) == place)
        await self._leads.put_off([lead.id, *alike], until, wait.why)

    def _lacks_register(self) -> bool:
        """Nobody may be called by a register that is too old: whom it would be is not asked, and stays as they are."""
        stale = next(stale_registers(self.plan.law, self._now()), None)
        if stale is not None:
            self.progress.put_off = stale
        return stale is not None

    def _lacks_number_to_show(self) -> bool:
        """All of them were shown as often as they may be: nobody is asked for until one may be shown again."""
        return self._shown_again_at is not None and self._now() < self._shown_again_at
