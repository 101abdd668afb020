"""Runs the campaigns that are at work: starts and ends them by their timetables, keeps their pacing told, and dials.

The floor is never waited for: what it says comes over the bus, and what is to be dialed goes to it as an event. The
database is asked beside it, a few leads at a time.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import partial

from crm_core.attempts import Attempts
from crm_core.audit import SYSTEM
from crm_core.campaigns import CampaignRow, Campaigns
from crm_core.domain.campaign_rules import GO_ON
from crm_core.domain.campaign_words import AGENTLESS
from crm_core.due_leads import DueLeads
from crm_core.errors import CampaignMoved, StorageError
from crm_core.registers import Registers
from cti.bus import Subscription
from cti.domain.attempt_words import AttemptChanged, Attending
from cti.domain.facts import AgentChanged, Change
from dialer.asking import lead_place
from dialer.attendance import Attendance
from dialer.by_hand import ByHand
from dialer.domain.calling_window import Holidays, no_holidays
from dialer.domain.campaign import CAMPAIGN_TRANSITIONS, CampaignState, CampaignStep
from dialer.domain.pace_words import NotAPerson, Window
from dialer.domain.sharing import turn_order
from dialer.domain.timetable import Left, goal_step, step_of_lists, timed_step
from dialer.domain.windows import nobody_called_after, window_of
from dialer.ears import Ears
from dialer.lease import DialerLease
from dialer.plan import CampaignPlan, plan_of
from dialer.ports import DialPolicy, Floor
from dialer.preview import Card, PreviewRun
from dialer.run import CampaignRun
from dialer.setbacks import Duty, Setbacks
from dialer.showing import Showing, ShownCalls

_log = logging.getLogger(__name__)
TICK_S = 0.25
LOOK_S = 1.0
"""How often campaigns are read: what a manager changes is in force by then."""
_BEFORE = (CampaignState.DRAFT, CampaignState.SCHEDULED)
_STARTED = tuple(state for state in CampaignState if state not in (*_BEFORE, CampaignState.FINISHED))
AT_WORK = (CampaignState.SCHEDULED.value, *(state.value for state in _STARTED))
PREVIEW, MANUAL = "preview", "manual"
DIALS = frozenset({"progressive", "ratio", "predictive", PREVIEW, AGENTLESS})


@dataclass(frozen=True, slots=True)
class Records:
    """What the database keeps of dialing."""

    campaigns: Campaigns
    leads: DueLeads
    attempts: Attempts
    registers: Registers


class Dialer:
    """`zone` is the house's, where a day ends."""

    def __init__(
        self,
        records: Records,
        policy: DialPolicy,
        floor: Floor,
        now: Callable[[], datetime],
        zone: tzinfo,
        ears: Ears | None = None,
        lease: DialerLease | None = None,
    ) -> None:
        self.ears = ears
        # None: no other program dials for this database
        self.lease = lease
        # of all campaigns together; 0: each has its own limit alone
        self.lines_max = 0
        self.policy = policy
        self.showing = Showing(ShownCalls(records.attempts.shown, zone), policy)
        self.by_hand = ByHand(records.leads, records.attempts, policy, floor, now, self.showing)
        self.previews: tuple[CampaignRow, ...] = ()
        self._is_fresh = True
        self.turned = asyncio.Event()
        self.on_disposed: list[Callable[[], None]] = []
        self._campaigns, self._leads = records.campaigns, records.leads
        self._attempts, self._registers = records.attempts, records.registers
        self.floor = floor
        self.now = now
        self._zone = zone
        self.runs: dict[int, CampaignRun] = {}
        self.setbacks = Setbacks(now)
        self._windows: dict[int, Window] = {}
        self._calendars: dict[int, tuple[date, Holidays]] = {}
        self._attendance = Attendance(floor)
        self._wake = asyncio.Event()

    async def registers_as_of(self) -> Mapping[str, datetime]:
        """Of which day each register is that some policy asks for."""
        return await self._registers.as_of()

    def tell_disposed(self) -> None:
        """An agent said what a campaign's call was."""
        for listener in self.on_disposed:
            listener()

    def not_a_person(self, campaign_id: int, attempt_id: str) -> None:
        """Nobody was there with whom an agent was connected: the limit is about people alone."""
        if (run := self.runs.get(campaign_id)) is not None:
            run.pacing.handle(NotAPerson(attempt_id), self.now().timestamp())

    def look_now(self) -> None:
        """Something was changed: do not wait for the next look."""
        self._wake.set()

    async def follow(self, changes: Subscription) -> None:
        """Keep every campaign's pacing told, until the bus closes."""
        async for change in changes:
            try:
                self.hear(change)
            except Exception:
                _log.exception(
                    "The dialer did not understand the floor and looks at it anew", extra={"seq": change.seq}
                )
                self._compare_with_floor()

    def _compare_with_floor(self) -> None:
        for campaign_id, run in self.runs.items():
            try:
                run.compare_with_floor()
            except Exception:
                # the others still have to hear
                _log.exception("A campaign's lines cannot be compared", extra={"campaign_id": campaign_id})
        self._attendance.know_nothing()
        self._attendance.take_stock(self.runs, self.now().timestamp())
        self._wake.set()

    @property
    def clock_off_s(self) -> float:
        """How far the machine's calendar is ahead of the house's time; below zero: behind."""
        return (self.policy.wall_now() - self.now()).total_seconds()

    def uncounted(self, campaign_id: int) -> dict[str, int]:
        """Count by reason whom of its queue a campaign at work does not count on now."""
        return self._attendance.uncounted(campaign_id, self.runs)

    def why_uncounted(self, agent: Attending, campaign_id: int) -> str:
        """Why this campaign does not count on them now, as a code; "": it does, or is not at work."""
        return self._attendance.why_not(agent, campaign_id, self.runs) if campaign_id in self.runs else ""

    def hear(self, change: Change) -> None:
        """Take one change of the floor."""
        for fact in change.facts:
            if isinstance(fact, AttemptChanged) and (run := self.runs.get(fact.campaign_id)) is not None:
                run.hear(fact, change.at)
                self._wake.set()
            elif isinstance(fact, AgentChanged):
                self._attendance.changed(fact.agent_id, self.runs, self.now().timestamp())
                self._wake.set()

    async def run(self) -> None:
        """Until cancelled; dialed calls go on without us."""
        looked_s = float("-inf")
        loop = asyncio.get_running_loop()
        while True:
            try:
                if loop.time() - looked_s >= LOOK_S:
                    looked_s = loop.time()
                    await self.look_if_ours()
                await self.dial()
            except StorageError:
                _log.warning("Nothing is dialed while the database is away", exc_info=True)
            except Exception:
                _log.exception("The dialer failed; it goes on with the next look")
            try:
                async with asyncio.timeout(TICK_S):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()

    async def look_if_ours(self) -> None:
        """Of several Callrooms on this database one dials; the others follow no campaign."""
        if self.lease is None or await self.lease.hold():
            await self.look()
        else:
            await self._leave()

    async def _leave(self) -> None:
        for campaign_id in list(self.runs):
            await self._drop(campaign_id)
        self.previews, self._is_fresh = (), True
        self.showing.calls.forget()

    @property
    def is_ours(self) -> bool:
        """Whether nobody else can dial for this database now."""
        return self.lease is None or self.lease.is_held

    async def look(self) -> None:
        """Read which campaigns are at work, and take the steps that time and lists ask for."""
        if self._is_fresh:
            await self._attempts.reservations.release_all()
            self._is_fresh = False
        at_work = await self._campaigns.in_states(*AT_WORK)
        self.previews = tuple(one for one in at_work if one.mode == PREVIEW)
        for campaign_id in self.runs.keys() - {one.id for one in at_work}:
            await self.setbacks.attempt(campaign_id, Duty.LOOK, partial(self._drop, campaign_id))
        self.setbacks.keep({one.id for one in at_work} | self.runs.keys())
        registers = await self.registers_as_of()
        for one in at_work:
            await self.setbacks.attempt(one.id, Duty.LOOK, partial(self._look_at, one, registers))
        self._attendance.take_stock(self.runs, self.now().timestamp())

    async def _look_at(self, campaign: CampaignRow, registers: Mapping[str, datetime]) -> None:
        plan, state = plan_of(campaign, registers), await self._step(campaign)
        if state not in _STARTED or campaign.mode not in DIALS:
            await self._drop(campaign.id)
            return
        before = self.runs.get(campaign.id)
        if before is not None and isinstance(before, PreviewRun) is not (campaign.mode == PREVIEW):
            await self._drop(campaign.id)
        # what was learned, and the calls that go on, stay with it until it is finished
        run = self.runs.get(campaign.id) or await self._take_up(plan)
        run.may_dial = state is CampaignState.RUNNING and not plan.unknown_policies
        run.change(plan)
        await run.look()
        await run.keep_what_was_learned()
        await self._keep_window(run)

    async def _take_up(self, plan: CampaignPlan) -> CampaignRun:
        """Begin to follow a campaign; it hears of its calls from the first moment on."""
        campaign_id = plan.campaign.id
        run = self._new_run(plan)
        self.runs[campaign_id] = run
        try:
            await run.take_up()
            await self._keep_window(run)
        except BaseException:
            # half of it known, it would dial as if the other half were not there: calls, and whom they abandoned
            del self.runs[campaign_id]
            raise
        return run

    def _new_run(self, plan: CampaignPlan) -> CampaignRun:
        parts = (plan, self._leads, self._attempts, self.policy, self.floor, self.now, self.showing)
        if plan.campaign.mode == PREVIEW:
            return PreviewRun(*parts, self.by_hand)
        return CampaignRun(*parts, self.ears)

    async def _drop(self, campaign_id: int) -> None:
        run = self.runs.get(campaign_id)
        if run is not None:
            await run.stop()
            del self.runs[campaign_id]
            self._windows.pop(campaign_id, None)
            self._calendars.pop(campaign_id, None)

    def card_of(self, agent_id: int) -> tuple[PreviewRun, Card] | None:
        """Whom an agent looks at, and for which campaign."""
        for run in self.runs.values():
            if isinstance(run, PreviewRun) and (card := run.card_of(agent_id)) is not None:
                return run, card
        return None

    async def _keep_window(self, run: CampaignRun) -> None:
        """Open the window of the strictest policy, counted from the attempts, whenever there is another one.

        It is another when the day is over, and when other policies hold.
        """
        campaign, policies, local_now = run.plan.campaign, run.plan.policies, self.now().astimezone(self._zone)
        campaign_id = campaign.id
        begins_at, ends_at = window_of(policies, local_now)
        # no answer is to be counted on after the last call
        holidays = self._holidays(run, local_now.date())
        ends = (ends_at, nobody_called_after(run.plan.law.policies, local_now, holidays), campaign.ends_at)
        closes_s = min((end.timestamp() for end in ends if end is not None), default=float("inf"))
        window = self._windows.get(campaign_id)
        if window is not None and (window.opens_s, window.closes_s) == (begins_at.timestamp(), closes_s):
            return
        counted = await self._attempts.answers(campaign_id, begins_at)
        window = Window(begins_at.timestamp(), closes_s, counted.people, counted.abandoned)
        self._windows[campaign_id] = window
        run.pacing.open_window(window)

    def _holidays(self, run: CampaignRun, day: date) -> Holidays:
        """Those of whom it calls first that day: the window is not to move with each lead of a list."""
        campaign_id, lead = run.plan.campaign.id, run.hopper.first()
        kept = self._calendars.get(campaign_id)
        if (kept is None or kept[0] != day) and lead is not None:
            kept = self._calendars[campaign_id] = (day, lead_place(lead).holidays)
        return kept[1] if kept is not None and kept[0] == day else no_holidays

    async def _step(self, campaign: CampaignRow) -> CampaignState:
        """Take the step that is due, if one is, and give the state that holds then."""
        state = CampaignState(campaign.state)
        if state is CampaignState.PAUSED:
            return state
        step = await self._due_step(campaign, state)
        if step is None:
            return state
        to = CAMPAIGN_TRANSITIONS[state][step]
        try:
            await self._campaigns.take_step(campaign.id, state.value, to.value, SYSTEM, step.value)
        except CampaignMoved as moved:
            return CampaignState(moved.state)
        return to

    async def _due_step(self, campaign: CampaignRow, state: CampaignState) -> CampaignStep | None:
        now, run = self.now(), self.runs.get(campaign.id)
        step = timed_step(state, campaign.starts_at, campaign.ends_at, now) or await self._goal_step(campaign, state)
        if step is not None or (state is CampaignState.RUNNING and (run is None or not run.hopper.nobody_due)):
            return step
        due_at, is_dialing = await self._leads.left(campaign.id, of_people=campaign.mode in (PREVIEW, MANUAL))
        if run is not None:
            run.progress.next_due_at = due_at
        put_off = None if run is None else run.progress.put_off
        return step_of_lists(state, Left(due_at, is_dialing, put_off is not None and put_off.is_hour), now)

    async def _goal_step(self, campaign: CampaignRow, state: CampaignState) -> CampaignStep | None:
        rules = campaign.rules
        if rules.goal is None or rules.at_goal == GO_ON:
            return None
        return goal_step(state, rules.at_goal, rules.goal, await self._campaigns.successes(campaign.id))

    async def dial(self) -> None:
        """Give every campaign its turn, by priority and share; who has more to place gets another one at once."""
        await self.by_hand.take_back_unsure()
        claims = {campaign_id: run.claim for campaign_id, run in self.runs.items() if self.is_ours}
        lines = {campaign_id: len(run.lines) for campaign_id, run in self.runs.items()}
        turns = [await self._dial_for(campaign_id) for campaign_id in turn_order(claims, lines)]
        self.turned.set()
        if any(turns):
            self._wake.set()

    async def _dial_for(self, campaign_id: int) -> bool:
        if not self.setbacks.may_dial(campaign_id):
            return False
        run = self.runs[campaign_id]
        return await self.setbacks.attempt(campaign_id, Duty.DIAL, lambda: run.dial(self._spare())) or False

    def _spare(self) -> int | None:
        """The lines that nobody has of those that all campaigns together may have; None: there is no such limit."""
        return max(0, self.lines_max - sum(len(run.lines) for run in self.runs.values())) if self.lines_max else None
