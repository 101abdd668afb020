"""Scripts: kept, chosen for a call, filled, and walked, on both databases."""

from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor
from crm_core.calls import Calls
from crm_core.campaigns import CampaignDraft, Campaigns
from crm_core.customer_writing import ContactDraft, CustomerDraft
from crm_core.customers import Customers
from crm_core.errors import AlreadyExists, Invalid, NotFound, StaleVersion
from crm_core.lead_lists import LeadLists
from crm_core.models import Attempt, Call, Lead
from crm_core.queues import QueueDraft, Queues
from crm_core.scripts import ScriptDraft, Scripts
from crm_core.storage.database import Database
from tests.crm_core.attempt_rows import attempt
from tests.crm_core.conftest import HandClock
from tests.crm_core.lead_rows import lead

BODY: dict[str, Any] = {
    "start": "hello",
    "steps": {
        "hello": {
            "title": "Greeting",
            "text": "您好，{{customer.name}}",
            "choices": [{"label": "wants it", "to": "offer"}],
        },
        "offer": {"title": "Offer", "text": "…", "choices": []},
    },
}
ROW = {"direction": "inbound", "node": "n1", "caller_name": "", "dialed": "1", "priority": 0, "note": ""}


class Room:
    def __init__(self, database: Database, clock: HandClock, by: Actor) -> None:
        self.database, self.clock, self.by = database, clock, by
        self.scripts = Scripts(database, clock)

    async def open(self) -> None:
        queues = Queues(self.database, self.clock)
        self.sales = (await queues.add(QueueDraft("Sales"), self.by)).id
        self.service = (await queues.add(QueueDraft("Service"), self.by)).id
        person = CustomerDraft("张伟", company="远航", owner_id=self.by.user_id, contacts=(ContactDraft("李娜", ""),))
        self.customer = (await Customers(self.database, self.clock).add(person, self.by)).id

    async def call(self, call_id: str, queue_id: int | None, customer_id: int | None = None) -> None:
        row = {
            **ROW,
            "id": call_id,
            "queue_id": queue_id,
            "customer_id": customer_id,
            "number": "+8613800138000",
            "started_at": self.clock.now(),
            "waited_s": 0.0,
            "talked_s": 0.0,
        }
        await self.database.write(lambda connection: connection.execute(insert(Call).values(row)))

    async def name_for(self, call_id: str) -> str | None:
        found = await self.scripts.for_call(call_id, self.by.user_id or 0)
        return None if found is None else found.script.name


@pytest.fixture
async def room(database: Database, clock: HandClock, by: Actor) -> Room:
    room = Room(database, clock, by)
    await room.open()
    return room


async def test_a_script_is_kept_changed_and_removed(room: Room) -> None:
    made = await room.scripts.add(ScriptDraft(" Sales ", BODY, queue_ids=(room.sales,)), room.by)
    assert (made.name, made.queue_ids, made.version, made.active) == ("Sales", [room.sales], 1, True)
    saved = await room.scripts.save(made.id, 1, ScriptDraft("Other", BODY, "en", active=False), room.by)
    assert (saved.name, saved.language, saved.queue_ids, saved.version) == ("Other", "en", [], 2)
    with pytest.raises(StaleVersion):
        await room.scripts.save(made.id, 1, ScriptDraft("Other", BODY), room.by)
    with pytest.raises(AlreadyExists):
        await room.scripts.add(ScriptDraft("Other", BODY), room.by)
    for draft in (ScriptDraft("", BODY), ScriptDraft("x", {"start": "", "steps": {}}), ScriptDraft("x", BODY, "fr")):
        with pytest.raises(Invalid):
            await room.scripts.add(draft, room.by)
    with pytest.raises(Invalid):
        await room.scripts.add(ScriptDraft("x", BODY, queue_ids=(999,)), room.by)
    await room.scripts.remove(made.id, room.by)
    assert await room.scripts.all() == ()
    with pytest.raises(NotFound):
        await room.scripts.remove(made.id, room.by)


async def test_the_one_that_fits_best_is_for_the_call(room: Room) -> None:
    await room.call("sales", room.sales, room.customer)
    await room.call("service", room.service)
    assert await room.name_for("sales") is None
    await room.scripts.add(ScriptDraft("for all", BODY), room.by)
    own = await room.scripts.add(ScriptDraft("of sales", BODY, "en", (room.sales,)), room.by)
    assert (await room.name_for("sales"), await room.name_for("service")) == ("of sales", "for all")
    await room.scripts.save(own.id, 1, ScriptDraft("of sales", BODY, "en", (room.sales,), active=False), room.by)
    assert await room.name_for("sales") == "for all"
    with pytest.raises(NotFound):
        await room.name_for("none")


async def test_a_call_of_a_campaign_has_the_campaigns_script_and_the_persons_columns(room: Room) -> None:
    campaigns = Campaigns(room.database, room.clock)
    made = await campaigns.create(CampaignDraft("Renewals", "predictive", room.sales, ("cn",)), room.by)
    of = await LeadLists(room.database, room.clock).create(made.id, "North", "", 1, room.by)
    person = lead(of, room.clock.now(), name="王芳", custom={"policy no": 4711, "name": "not this"})

    async def work(connection: AsyncConnection) -> None:
        lead_id = (await connection.execute(insert(Lead).values(person).returning(Lead.id))).scalar_one()
        row = attempt(of, lead_id, room.clock.now(), attempt_id="dialed")
        await connection.execute(insert(Attempt).values(row))

    await room.database.write(work)
    await room.call("dialed", room.sales)
    await room.call("inbound", room.sales)
    await room.scripts.add(ScriptDraft("of sales", BODY, queue_ids=(room.sales,)), room.by)
    own = ScriptDraft("of renewals", BODY, "en", campaign_ids=(made.id,))
    await room.scripts.add(own, room.by)
    assert (await room.name_for("dialed"), await room.name_for("inbound")) == ("of renewals", "of sales")
    found = await room.scripts.for_call("dialed", 0)
    assert found is not None
    told = {name: value for name, value in found.values.items() if name.startswith(("lead.", "campaign."))}
    assert told == {"campaign.name": "Renewals", "lead.name": "王芳", "lead.policy no": "4711"}
    with pytest.raises(Invalid):
        await room.scripts.add(ScriptDraft("x", BODY, campaign_ids=(999,)), room.by)


async def test_it_is_filled_with_what_is_known(room: Room) -> None:
    await room.scripts.add(ScriptDraft("for all", BODY), room.by)
    await room.call("known", room.sales, room.customer)
    await room.call("unknown", None)
    found = await room.scripts.for_call("known", room.by.user_id or 0)
    assert found is not None
    assert found.values == {
        "customer.name": "张伟",
        "customer.company": "远航",
        "customer.owner": "Boss",
        "contact.name": "李娜",
        "caller.number": "138 0013 8000",
        "queue.name": "Sales",
        "agent.name": "Boss",
    }
    nobody = await room.scripts.for_call("unknown", 0)
    assert nobody is not None
    assert nobody.values == {"caller.number": "138 0013 8000"}
    by_now = await room.scripts.for_call("unknown", 0, room.customer)
    assert by_now is not None
    assert by_now.values["customer.name"] == "张伟", "the floor knows whose call it is before the diary does"


async def test_the_way_through_it_is_kept_with_the_call(room: Room) -> None:
    script = await room.scripts.add(ScriptDraft("for all", BODY), room.by)
    await room.call("c1", room.sales)
    assert await room.scripts.path_of("c1") is None
    for path in (["hello"], ["hello", "offer"]):
        await room.scripts.walk("c1", script.id, path)
    found = await room.scripts.for_call("c1", 0)
    assert found is not None
    assert found.path == ["hello", "offer"], "where the agent was, after a reload"
    for wrong in (["offer"], ["hello", "none"]):
        with pytest.raises(Invalid):
            await room.scripts.walk("c1", script.id, wrong)
    with pytest.raises(NotFound):
        await room.scripts.walk("none", script.id, ["hello"])
    shorter = {"start": "hello", "steps": {"hello": {"title": "Hi", "text": "Hi", "choices": []}}}
    await room.scripts.save(script.id, 1, ScriptDraft("for all", shorter), room.by)
    changed = await room.scripts.for_call("c1", 0)
    assert changed is not None
    assert changed.path == ["hello"], "the step is not there any more"
    await room.scripts.remove(script.id, room.by)
    kept = await room.scripts.path_of("c1")
    assert kept is not None
    assert (kept.script_id, kept.name, kept.version) == (None, "for all", 1)
    assert [step["title"] for step in kept.path] == ["Greeting", "Offer"], "as they were then"
    assert (await Calls(room.database, room.clock).get("c1")).call.id == "c1"


async def test_one_goes_back_to_a_version_of_a_script(room: Room) -> None:
    made = await room.scripts.add(ScriptDraft("Sales", BODY, queue_ids=(room.sales,)), room.by)
    short = {"start": "hello", "steps": {"hello": {"title": "Greeting", "text": "Hi", "choices": []}}}
    await room.scripts.save(made.id, 1, ScriptDraft("Short", short, active=False), room.by)
    change = await room.scripts.compare(made.id, 2)
    assert change.against == 1
    assert [(line.kind.value, line.text) for line in change.changes] == [
        ("out", "Sales"),
        ("in", "Short"),
        ("same", ""),
        ("same", "[Greeting]"),
        ("out", "您好，{{customer.name}}"),
        ("out", "→ wants it: Offer"),
        ("out", ""),
        ("out", "[Offer]"),
        ("out", "…"),
        ("in", "Hi"),
    ]
    first = await room.scripts.compare(made.id, 1)
    assert (first.against, {line.kind.value for line in first.changes}) == (0, {"in"})
    back = await room.scripts.go_back(made.id, 2, 1, room.by)
    assert (back.version, back.name, back.body) == (3, "Sales", BODY)
    assert (back.queue_ids, back.active) == ([], False), "where it is used is no part of the text"
    assert (await room.scripts.compare(made.id, 3, 1)).changes == ()
    lines = await room.scripts.versions(made.id)
    assert [(one.version, one.title, one.saved_by_name) for one in lines] == [
        (3, "Sales", "Boss"),
        (2, "Short", "Boss"),
        (1, "Sales", "Boss"),
    ]


async def test_what_cannot_be_gone_back_to(room: Room) -> None:
    made = await room.scripts.add(ScriptDraft("Sales", BODY), room.by)
    await room.scripts.save(made.id, 1, ScriptDraft("Other", BODY), room.by)
    with pytest.raises(StaleVersion):
        await room.scripts.go_back(made.id, 1, 1, room.by)
    await room.scripts.add(ScriptDraft("Sales", BODY), room.by)
    with pytest.raises(AlreadyExists):
        await room.scripts.go_back(made.id, 2, 1, room.by)
    for work in (
        room.scripts.go_back(made.id, 2, 7, room.by),
        room.scripts.compare(made.id, 7),
        room.scripts.compare(made.id, 2, 7),
        room.scripts.versions(99),
    ):
        with pytest.raises(NotFound):
            await work
    assert [one.version for one in await room.scripts.versions(made.id)] == [2, 1]
