"""A campaign with people on its list, agents on a real floor, and a diary that is written at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from crm_core.attempts import Attempts
from crm_core.audit import SYSTEM
from crm_core.campaigns import CampaignDraft, CampaignRow, Campaigns
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.domain.campaign_rules import CampaignRules
from crm_core.due_leads import DueLeads
from crm_core.flows import Flows
from crm_core.lead_lists import LeadLists
from crm_core.models import Attempt, Lead, LeadNumber
from crm_core.queues import QueueDraft, Queues
from crm_core.registers import Registers
from crm_core.storage.database import Database
from cti.domain.attempt_words import (
    AttemptPhase,
    AttemptTerms,
    AttemptWithdrawn,
    AttendedLine,
    Attending,
    DialerEvent,
)
from cti.domain.commands import DialCustomer
from cti.domain.events import CallArrived, CallReached, LegEnded, LegRang, RoomJoined
from cti.domain.facts import Change, Fact
from cti.domain.values import Caller, Roster
from cti.domain.wishes import AgentDialed
from dialer.ears import Ears
from dialer.plan import CampaignPlan, plan_of
from dialer.ports import Dialable, Undialable
from dialer.service import Dialer, Records
from dialer.settling import Settling
from tests.crm_core.lead_rows import lead
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage

_KEYS = count()
FLOW = {"start": "bye", "nodes": {"bye": {"type": "hang_up"}}}
LONDON = ZoneInfo("Europe/London")


@dataclass
class Policy:
    """Allows what is not listed here."""

    answers: dict[str, Undialable]
    now: Callable[[], datetime]
    wall_off: timedelta = timedelta()
    not_ours: tuple[str, ...] = ()

    def wall_now(self) -> datetime:
        return self.now() + self.wall_off

    async def ours(self, numbers: Sequence[str]) -> tuple[str, ...]:
        return tuple(number for number in numbers if number not in self.not_ours)

    async def may_dial(self, number: str, customer_id: int | None, queue_id: int) -> Dialable | Undialable:
        return self.answers.get(number, Dialable(number, "4001"))


class House:
    """`stage` is the floor; `settle` lets everybody hear what it said, and writes it down."""

    def __init__(self, database: Database, folder: Path, roster: Roster | None = None) -> None:
        self.database = database
        self.folder = folder
        self.stage = Stage(roster or Roster((ANN, BOB), (SALES, CARE)))
        self.policy = Policy({}, self.stage.clock.now)
        self.campaigns = Campaigns(database, self.stage.clock)
        self.attempts, self.leads = Attempts(database), DueLeads(database)
        self.registers = Registers(database, self.stage.clock)
        self.settling = Settling(self.attempts, self.leads, self._plan_of)
        self.dialer = self.new_dialer()
        self.list_id = 0
        self.campaign_id = 0
        self._told = 0

    def new_dialer(self) -> Dialer:
        """As after a restart."""
        now = self.stage.clock.now
        records = Records(self.campaigns, self.leads, self.attempts, self.registers)
        return Dialer(records, self.policy, self, now, LONDON)

    # --- the floor, as the dialer's port asks for it ---

    def order(self, wish: DialerEvent | AgentDialed) -> None:
        self.stage.tell(wish)

    def withdraw(self, attempt_id: str) -> None:
        self.stage.tell(AttemptWithdrawn(attempt_id))

    def can_dial(self) -> bool:
        return self.stage.floor.can_dial

    def phase(self, attempt_id: str) -> AttemptPhase | None:
        return self.stage.floor.attempt_phase(attempt_id)

    def caller_lines(self) -> tuple[AttendedLine, ...]:
        return self.stage.floor.attended_lines(self.now)

    def agent(self, agent_id: int) -> Attending | None:
        return self.stage.floor.attending(agent_id)

    def agents(self) -> tuple[Attending, ...]:
        return self.stage.floor.all_attending()

    # --- what a test does ---

    async def open(self, mode: str = "progressive", policies: tuple[str, ...] = ("us-ftc",), **rules: Any) -> None:
        queue = await Queues(self.database, self.stage.clock).add(QueueDraft("Sales"), SYSTEM)
        assert queue.id == SALES.queue_id
        if mode == "agentless":
            rules["flow_id"] = (await Flows(self.database, self.stage.clock).add("Message", FLOW, SYSTEM)).id
        draft = CampaignDraft("Spring", mode, queue.id, policies, CampaignRules(order="oldest", **rules))
        made = await self.campaigns.create(draft, SYSTEM)
        of = await LeadLists(self.database, self.stage.clock).create(made.id, "North", "", 1, SYSTEM)
        self.campaign_id, self.list_id = made.id, of.id
        await self.registers.note("us-ftc", self.now, "FTC", SYSTEM)
        self.stage.switch_back()

    async def another(self, name: str, queue_id: int = SALES.queue_id, rules: CampaignRules | None = None) -> int:
        """One more campaign that runs; `add` adds to its list from now on."""
        draft = CampaignDraft(name, "progressive", queue_id, ("us-ftc",), rules or CampaignRules(order="oldest"))
        made = await self.campaigns.create(draft, SYSTEM)
        of = await LeadLists(self.database, self.stage.clock).create(made.id, name, "", 1, SYSTEM)
        self.campaign_id, self.list_id = made.id, of.id
        await self.start()
        return made.id

    async def change(self, **rules: Any) -> None:
        """Give the campaign other rules."""
        row = await self.row()
        draft = CampaignDraft(row.name, row.mode, row.queue_id, row.policies, replace(row.rules, **rules))
        await self.campaigns.change(row.id, row.version, draft, SYSTEM)

    def agents_of(self, campaign_id: int) -> tuple[int, int]:
        """Whom its pacing knows: free, and all."""
        agents = self.dialer.runs[campaign_id].pacing.agents
        return agents.idle, agents.present

    async def add(self, *numbers: str, **more: Any) -> int:
        of = replace(await self._list(), id=self.list_id)

        async def work(connection: Any) -> int:
            values = lead(of, self.now, **{"zones": ["Europe/London"], **more})
            lead_id = int((await connection.execute(insert(Lead).values(values).returning(Lead.id))).scalar_one())
            for place, number in enumerate(numbers):
                values = {"campaign_id": of.campaign_id, "lead_id": lead_id, "position": place, "number": number}
                await connection.execute(insert(LeadNumber).values(**values, key=number))
            return lead_id

        return await self.database.write(work)

    async def add_many(self, count: int) -> None:
        """As many people, with a number each."""
        of = replace(await self._list(), id=self.list_id)

        async def work(connection: Any) -> None:
            rows = [lead(of, self.now, zones=["Europe/London"]) for _ in range(count)]
            found = (await connection.execute(insert(Lead).returning(Lead.id), rows)).scalars().all()
            numbers = [
                {"campaign_id": of.campaign_id, "lead_id": one, "position": 0, "number": number, "key": number}
                for one, number in ((one, f"+4479{one:08}") for one in found)
            ]
            await connection.execute(insert(LeadNumber), numbers)

        await self.database.write(work)

    async def _list(self) -> Any:
        (of,) = await LeadLists(self.database, self.stage.clock).of(self.campaign_id)
        return of

    async def start(self) -> None:
        await self.campaigns.take_step(self.campaign_id, "draft", "running", SYSTEM)

    async def row(self) -> CampaignRow:
        return await self.campaigns.get(self.campaign_id)

    @property
    def now(self) -> datetime:
        return self.stage.now

    async def step(self, seconds: float = 0.0) -> None:
        """Let time pass, everybody hear of it, and the dialer look and dial."""
        self.stage.wait(seconds)
        await self.settle()
        await self.dialer.look()
        await self.dialer.dial()
        await self.settle()

    async def settle(self) -> None:
        await self._write()
        for attempt in await self.attempts.unsettled():
            await self.settling.settle(attempt)

    async def settle_with(self, ears: Ears) -> None:
        """As the house does that listens."""
        self.settling = Settling(self.attempts, self.leads, self._plan_of, ears)
        await self.settle()

    def terms(self, call_id: str) -> AttemptTerms:
        """On which terms it was dialed."""
        terms = self.stage.floor._board.calls[call_id].attempt
        assert terms is not None
        return terms

    async def settle_by(self, settling: Settling) -> None:
        """Leave it to one that runs."""
        settling.written(await self._write())

    async def write(self, *facts: Fact) -> None:
        """The diary takes what the stage did not say."""
        entries = [Entry(f"k{next(_KEYS)}", place, self.now, fact) for place, fact in enumerate(facts)]
        await self.database.write(lambda connection: write_group(connection, entries))
        await self.settle()

    async def _write(self) -> list[Entry]:
        facts, self._told = self.stage.facts[self._told :], len(self.stage.facts)
        if not facts:
            return []
        self.dialer.hear(Change(1, self.now, tuple(facts), ()))
        entries = [Entry(f"k{next(_KEYS)}", place, self.now, fact) for place, fact in enumerate(facts)]
        await self.database.write(lambda connection: write_group(connection, entries))
        return entries

    def dialed(self) -> list[str]:
        return [order.number for order in self.stage.all(DialCustomer)]

    def last(self) -> DialCustomer:
        return self.stage.last(DialCustomer)

    def ends(self, cause: int, sip_status: int = 0, order: DialCustomer | None = None) -> None:
        self.stage.tell(LegEnded((order or self.last()).leg_id, cause, sip_status))

    def answers(self, order: DialCustomer | None = None) -> str:
        """They answer, and stand in line."""
        order = order or self.last()
        self.stage.tell(LegRang(order.leg_id))
        arrived = CallArrived(order.call_id, order.leg_id, "n1", Caller(order.number), "4001", self.now, outbound=True)
        self.stage.tell(arrived, CallReached(order.call_id))
        return order.leg_id

    def talks_now(self) -> None:
        """Who stands in line is joined with the agent whose phone rings."""
        own, order = self.stage.answer(), self.last()
        self.stage.tell(RoomJoined(own, f"room{own}"), RoomJoined(order.leg_id, f"room{own}"))

    def talks(self) -> str:
        """They answer and are joined with the agent whose phone rings."""
        leg_id = self.answers()
        self.talks_now()
        return leg_id

    async def attempt_rows(self) -> list[Any]:
        async with self.database.reading() as connection:
            return list((await connection.execute(select(Attempt).order_by(Attempt.planned_at))).all())

    async def lead_row(self, lead_id: int) -> Any:
        async with self.database.reading() as connection:
            return (await connection.execute(select(Lead).where(Lead.id == lead_id))).one()

    async def _plan_of(self, campaign_id: int) -> CampaignPlan | None:
        return plan_of(await self.campaigns.get(campaign_id))
