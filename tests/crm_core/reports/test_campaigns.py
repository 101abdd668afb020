"""Reports of campaigns, and the attempts behind each of their figures."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from crm_core.audit import Actor
from crm_core.campaigns import CampaignDraft, Campaigns
from crm_core.domain.campaign_report import WITH_ATTEMPTS, CampaignAxis, CampaignWanted
from crm_core.errors import Invalid
from crm_core.lead_lists import LeadListRow, LeadLists
from crm_core.models import Attempt, Lead
from crm_core.queues import QueueDraft, Queues
from crm_core.reports.attempts_behind import AttemptsBehind
from crm_core.reports.behind import Cell
from crm_core.reports.campaigns import CampaignReports
from crm_core.storage.database import Database
from tests.crm_core.attempt_rows import attempt
from tests.crm_core.conftest import HandClock
from tests.crm_core.lead_rows import lead
from tests.crm_core.plans import plans_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 20)
NINE = datetime(2026, 11, 20, 1, 10, tzinfo=UTC)
"""In Shanghai it is ten past nine."""
Ask = Callable[..., Any]


class House:
    """Two campaigns, the first with two lists."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        self.database, self.clock = database, clock
        self.reports = CampaignReports(database, SHANGHAI, clock)
        self.behind = AttemptsBehind(database, SHANGHAI)
        self.lists: list[LeadListRow] = []
        self.leads: list[int] = []
        self.agent_id: int | None = None

    async def furnish(self, by: Actor) -> None:
        self.agent_id = by.user_id
        queue = await Queues(self.database, self.clock).add(QueueDraft("Sales"), by)
        books = LeadLists(self.database, self.clock)
        for campaign, name in (("Spring", "North"), ("Spring", "South"), ("Idle", "Nobody")):
            known = {row.name: row for row in await Campaigns(self.database, self.clock).all()}
            draft = CampaignDraft(campaign, "predictive", queue.id, ("cn",))
            made = known.get(campaign) or await Campaigns(self.database, self.clock).create(draft, by)
            self.lists.append(await books.create(made.id, name, "", 1, by))
        for of in (self.lists[0], self.lists[0], self.lists[1], self.lists[2]):
            self.leads.append(await self.put(Lead, lead(of, self.clock.now()), Lead.id))

    async def put(self, table: Any, values: dict[str, Any], back: Any) -> Any:
        async def work(connection: Any) -> Any:
            return (await connection.execute(insert(table).values(values).returning(back))).scalar_one()

        return await self.database.write(work)

    async def dial(self, place: int, lead_place: int | None, at: datetime, **more: Any) -> str:
        of, lead_id = self.lists[place], None if lead_place is None else self.leads[lead_place]
        return str(await self.put(Attempt, attempt(of, lead_id, at, **more), Attempt.attempt_id))

    async def some(self) -> None:
        talk = {
            "verdict": "human",
            "connected_at": NINE,
            "ended_at": NINE + timedelta(seconds=90),
            "disposition": "sold",
        }
        mine = {"agent_id": self.agent_id}
        await self.dial(0, 0, NINE, **talk, **mine, converted=True)
        await self.dial(0, 0, NINE - timedelta(hours=1), verdict="busy", shown_as="4002", **mine)
        await self.dial(0, 1, NINE, verdict="abandoned", abandoned=True)
        await self.dial(0, 1, NINE, verdict="unallocated", state="cancelled")
        await self.dial(1, 2, NINE + timedelta(days=1), verdict="unallocated")
        await self.dial(1, 2, NINE + timedelta(days=1), **mine)
        await self.dial(1, 2, NINE + timedelta(days=2), verdict="machine", connected_at=NINE, abandoned=True, **mine)
        await self.dial(1, None, NINE + timedelta(days=40), verdict="machine")

    async def ask(self, axis: CampaignAxis, days: int = 2, *campaign_ids: int) -> Any:
        wanted = CampaignWanted(axis, DAY, DAY + timedelta(days=days - 1), frozenset(campaign_ids))
        return await self.reports.answer(wanted)


@pytest.fixture
async def house(database: Database, clock: HandClock, by: Actor) -> House:
    made = House(database, clock)
    await made.furnish(by)
    await made.some()
    return made


async def test_by_list_with_people_and_a_total(house: House) -> None:
    report = await house.ask(CampaignAxis.LIST)
    assert [(line.key["name"], line.figures["attempts"]) for line in report.lines] == [("North", 3), ("South", 2)]
    north = report.lines[0].figures
    expected = {"people": 2, "busy": 1, "abandoned": 1, "talks": 1, "converted": 1, "leads": 2, "leads_dialed": 2}
    assert {name: north[name] for name in expected} == expected
    assert (north["abandon_ratio"], north["leads_reached"], north["penetration_ratio"]) == (0.5, 1, 0.5)
    assert (north["attempts_per_lead"], north["talk_s"]) == (1.5, pytest.approx(90, abs=0.01))
    total = report.total.figures
    assert (total["attempts"], total["dead"], total["open"], total["leads"], total["leads_dialed"]) == (5, 1, 1, 3, 3)


async def test_campaigns_that_called_nobody_are_there_when_they_are_asked_for(house: House) -> None:
    assert [line.key["name"] for line in (await house.ask(CampaignAxis.CAMPAIGN)).lines] == ["Spring"]
    idle = house.lists[2].campaign_id
    (line,) = (await house.ask(CampaignAxis.CAMPAIGN, 2, idle)).lines
    assert (line.key["name"], line.figures["attempts"], line.figures["leads"]) == ("Idle", 0, 1)


async def test_whom_a_campaign_without_agents_spoke_to_is_reached(house: House) -> None:
    before = (await house.ask(CampaignAxis.LIST)).total.figures
    assert (before["leads_reached"], before["penetration_ratio"]) == (1, pytest.approx(1 / 3, abs=0.001))
    await house.dial(1, 2, NINE, verdict="human", answered_at=NINE, ended_at=NINE + timedelta(seconds=20))
    after = (await house.ask(CampaignAxis.LIST)).total.figures
    assert (after["leads_reached"], after["talks"]) == (2, 1)
    assert after["penetration_ratio"] == pytest.approx(2 / 3, abs=0.001)


async def test_by_agent_and_campaign_with_what_was_said(house: House) -> None:
    await house.dial(0, 1, NINE, verdict="human", connected_at=NINE, agent_id=99, disposition="sold")
    await house.dial(0, 1, NINE, verdict="human", connected_at=NINE, agent_id=99, disposition="no_longer_there")
    await house.dial(0, 1, NINE, verdict="human", connected_at=NINE, agent_id=99, disposition="sold")
    report = await house.ask(CampaignAxis.AGENT)
    mine, gone = report.lines
    spring = {"campaign_id": house.lists[0].campaign_id, "campaign": "Spring"}
    assert gone.key == {"agent_id": 99, "agent": ""} | spring, "who is no user any more still did it"
    assert mine.key["agent"]
    assert (mine.figures["attempts"], mine.figures["talks"], mine.figures["disposed"]) == (3, 1, 1)
    assert (mine.figures["talk_total_s"], mine.figures["converted"]) == (pytest.approx(90, abs=0.01), 1)
    assert [(one.code, one.count) for one in gone.dispositions] == [("sold", 2), ("no_longer_there", 1)]
    assert [(one.code, one.count) for one in report.total.dispositions] == [("sold", 3), ("no_longer_there", 1)]
    # who was abandoned or is still to be settled was nobody's
    assert (report.total.figures["attempts"], report.total.figures["leads"]) == (6, None)


async def test_who_asked_for_an_agent_and_got_none_is_counted_and_abandons_nobody(house: House) -> None:
    for response in ("lost_waiting", "lost_nobody", "agent", "later", "asked"):
        await house.dial(1, 2, NINE, verdict="human", answered_at=NINE, response=response)
    report = await house.ask(CampaignAxis.LIST)
    assert (report.total.figures["unserved"], report.total.figures["abandoned"]) == (2, 1)
    page = await house.behind.page(report.wanted, Cell("unserved", {}), None)
    assert {row.response for row in page.items} == {"lost_waiting", "lost_nobody"}


async def test_a_talk_that_goes_on_has_no_length_yet(house: House) -> None:
    await house.dial(0, 1, NINE, connected_at=NINE, state="connected")
    figures = (await house.ask(CampaignAxis.LIST)).total.figures
    assert (figures["talks"], figures["talk_s"]) == (2, pytest.approx(90, abs=0.01))


async def test_by_time_disposition_and_number_shown(house: House) -> None:
    told = {axis: (await house.ask(axis)).lines for axis in CampaignAxis}
    assert [(line.key["hour"], line.figures["attempts"]) for line in told[CampaignAxis.HOUR]] == [(8, 1), (9, 4)]
    days = [(line.key["day"], line.figures["attempts"]) for line in told[CampaignAxis.DAY]]
    assert days == [("2026-11-20", 3), ("2026-11-21", 2)]
    shown = [(line.key["shown_as"], line.figures["attempts"]) for line in told[CampaignAxis.CALLER_ID]]
    assert shown == [("4001", 4), ("4002", 1)]
    said = {line.key["disposition"]: line.figures["attempts"] for line in told[CampaignAxis.DISPOSITION]}
    assert said == {"": 4, "sold": 1}
    assert told[CampaignAxis.HOUR][0].figures["leads"] is None


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("Asia/Kolkata", [(5, 1), (6, 2)]), ("Asia/Kathmandu", [(5, 1), (6, 2)]), ("Asia/Shanghai", [(8, 1), (9, 2)])],
)
async def test_hours_are_those_of_clocks_also_where_they_begin_at_half_past(
    house: House, database: Database, clock: HandClock, zone: str, hours: list[tuple[int, int]]
) -> None:
    wanted = CampaignWanted(CampaignAxis.HOUR, DAY, DAY)
    lines = (await CampaignReports(database, ZoneInfo(zone), clock).answer(wanted)).lines
    assert [(line.key["hour"], line.figures["attempts"]) for line in lines] == hours


@pytest.mark.parametrize("axis", list(CampaignAxis))
async def test_behind_each_figure_are_as_many_attempts_as_it_says(house: House, axis: CampaignAxis) -> None:
    report = await house.ask(axis, 60)
    looked_at = 0
    for line in (*report.lines, report.total):
        for figure in sorted(WITH_ATTEMPTS):
            page = await house.behind.page(report.wanted, Cell(figure, line.key), None)
            assert len(page.items) == line.figures[figure], (axis, line.key, figure)
            looked_at += len(page.items)
    assert looked_at > 20


async def test_what_cannot_be_asked_is_refused(house: House) -> None:
    wanted = CampaignWanted(CampaignAxis.HOUR, DAY, DAY)
    for cell in (Cell("talk_s", {}), Cell("talks", {"hour": 24}), Cell("talks", {"hour": "9"})):
        with pytest.raises(Invalid):
            await house.behind.page(wanted, cell, None)
    for day in ("soon", "0001-01-01", "9999-12-31"):
        with pytest.raises(Invalid):
            await house.behind.page(CampaignWanted(CampaignAxis.DAY, DAY, DAY), Cell("talks", {"day": day}), None)
    keys: tuple[tuple[CampaignAxis, dict[str, Any]], ...] = (
        (CampaignAxis.CAMPAIGN, {"campaign_id": "Spring"}),
        (CampaignAxis.LIST, {"campaign_id": house.lists[0].campaign_id, "list_id": "North"}),
        (CampaignAxis.DISPOSITION, {"disposition": 7}),
        (CampaignAxis.CALLER_ID, {"shown_as": 4001}),
        (CampaignAxis.HOUR, {"day": "2026-11-20"}),
    )
    for axis, key in keys:
        with pytest.raises(Invalid):
            await house.behind.page(CampaignWanted(axis, DAY, DAY), Cell("talks", key), None)
    spans = ((DAY, DAY - timedelta(days=1)), (DAY, DAY + timedelta(days=366)), (date(1, 1, 1), DAY))
    for first, last in spans:
        with pytest.raises(Invalid):
            await house.reports.answer(CampaignWanted(CampaignAxis.DAY, first, last))


async def test_attempts_are_read_from_one_index(house: House) -> None:
    async with plans_of(house.database) as plans:
        await house.ask(CampaignAxis.LIST)
    asked = [one for one in plans.texts if "FROM attempts" in one]
    assert len(asked) == 2
    assert all("ix_attempts_campaign_id_planned_at_reported" in one for one in asked)


async def test_attempts_behind_a_figure_of_all_campaigns_are_searched_too(house: House) -> None:
    for axis in CampaignAxis:
        async with plans_of(house.database) as plans:
            await house.behind.page(CampaignWanted(axis, DAY, DAY), Cell("unserved", {}), None)
        (asked,) = [one for one in plans.texts if "FROM attempts" in one]
        assert "(campaign_id=? AND planned_at>?" in asked or "Index Cond: ((campaign_id = " in asked, asked
