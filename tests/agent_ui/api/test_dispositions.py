"""What a campaign's call may be said to be, and what an agent says, by API."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from crm_core.audit import SYSTEM
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.domain.campaign_rules import CampaignDisposition, CampaignRules, document_of
from crm_core.models import Attempt, Call, Campaign, Queue
from crm_core.task_rows import TaskFilter
from cti.domain.facts import CallStarted, TalkStarted
from cti.domain.values import Caller, Direction
from tests.agent_ui.api.test_campaigns import a_campaign
from tests.agent_ui.api.test_tasks import the_call
from tests.agent_ui.world import Person, World
from tests.crm_core.attempt_rows import attempt

OWN = (CampaignDisposition("follow_up", "callback"), CampaignDisposition("resolved", "success"))


async def campaign_call(world: World, rules: CampaignRules) -> str:
    """The agent talked with somebody of a campaign."""
    campaign = await a_campaign(world, await world.person("supervisor"), policies=["us-ftc"])
    memory, me = world.parts.memory, world.users["agent"].id
    of = await memory.lead_lists.create(campaign["id"], "North", "", 1, SYSTEM)
    now = world.parts.clock.now()
    row = attempt(of, None, now, attempt_id="a1", state="connected")

    async def work(connection: Any) -> None:
        await connection.execute(update(Campaign).values(rules=document_of(rules)))
        await connection.execute(insert(Attempt).values(row))
        facts = (
            CallStarted("a1", "l1", "n1", Caller("+8613900139000"), "4001", now, Direction.OUTBOUND),
            TalkStarted("a1", me, "l2", None, 0.0, None),
        )
        await write_group(connection, [Entry(f"k{place}", place, now, fact) for place, fact in enumerate(facts)])

    await memory.database.write(work)
    return "a1"


async def offered(person: Person, call_id: str) -> list[tuple[str, str]]:
    items = (await person.call("GET", f"/calls/{call_id}/dispositions"))[1]["items"]
    return [(item["code"], item["means"]) for item in items]


async def said(world: World) -> Any:
    async with world.parts.memory.database.reading() as connection:
        return (await connection.execute(select(Attempt).where(Attempt.attempt_id == "a1"))).one()


async def test_a_campaigns_own_words_in_its_order(world: World) -> None:
    agent, call_id = await world.person("agent"), await campaign_call(world, CampaignRules(dispositions=OWN))
    machine = ("answering_machine", "not_a_person")
    assert await offered(agent, call_id) == [("follow_up", "callback"), ("resolved", "success"), machine]
    everything = await offered(agent, await the_call(world))
    assert len(everything) > len(OWN)
    assert "answering_machine" not in dict(everything), "a machine calls nobody"
    assert {(code, means) for code, means in everything if means} == {("callback", "task")}


async def test_every_campaign_has_one_word_for_machines(world: World) -> None:
    agent, call_id = await world.person("agent"), await campaign_call(world, CampaignRules())
    house = await offered(agent, call_id)
    assert [code for code, means in house if means == "not_a_person"] == ["answering_machine"]
    assert ("callback", "task") in house
    own = (CampaignDisposition("no_voice", "not_a_person"), *OWN)
    for dispositions in (own, (CampaignDisposition("answering_machine", ""), *OWN)):
        rules = document_of(CampaignRules(dispositions=dispositions))
        await world.parts.memory.database.write(
            lambda connection, rules=rules: connection.execute(update(Campaign).values(rules=rules))
        )
        assert await offered(agent, call_id) == [(one.code, one.means) for one in dispositions], "it has its own"


async def test_an_answering_machine_is_noted_with_the_attempt(world: World) -> None:
    agent, call_id = await world.person("agent"), await campaign_call(world, CampaignRules(dispositions=OWN))
    assert (await agent.call("POST", f"/calls/{call_id}/disposition", {"code": "answering_machine"}))[0] == 200
    row = await said(world)
    assert (row.disposition, row.open_disposition, row.converted) == ("answering_machine", "answering_machine", False)


async def test_a_success_is_counted(world: World) -> None:
    agent, call_id = await world.person("agent"), await campaign_call(world, CampaignRules(dispositions=OWN))
    heard: list[int] = []
    world.parts.dialer.on_disposed.append(lambda: heard.append(1))
    assert (await agent.call("POST", f"/calls/{call_id}/disposition", {"code": "resolved"}))[0] == 200
    row = await said(world)
    assert (row.disposition, row.open_disposition, row.converted, row.again_at) == ("resolved", "resolved", True, None)
    assert heard == [1]


async def test_a_callback_needs_its_time(world: World) -> None:
    agent, call_id = await world.person("agent"), await campaign_call(world, CampaignRules(dispositions=OWN))
    path, at = f"/calls/{call_id}/disposition", world.parts.clock.now() + timedelta(hours=3)
    status, answer = await agent.call("POST", path, {"code": "follow_up"})
    assert (status, answer["error"]["fields"][0]["path"]) == (422, "again_at")
    yesterday = (world.parts.clock.now() - timedelta(days=1)).isoformat()
    status, answer = await agent.call("POST", path, {"code": "follow_up", "again_at": yesterday})
    problem = answer["error"]["fields"][0]
    assert (status, problem["path"], problem["code"]) == (422, "again_at", "in_past")
    assert (await said(world)).disposition is None
    body = {"code": "follow_up", "again_at": at.isoformat(), "again_mine": True}
    assert (await agent.call("POST", path, body))[0] == 200
    row = await said(world)
    assert (row.again_at, row.again_for_user_id, row.converted) == (at, world.users["agent"].id, False)


@pytest.mark.parametrize("code", ["no_answer", "nonsense"])
async def test_what_the_campaign_does_not_offer_is_refused(world: World, code: str) -> None:
    agent, call_id = await world.person("agent"), await campaign_call(world, CampaignRules(dispositions=OWN))
    status, answer = await agent.call("POST", f"/calls/{call_id}/disposition", {"code": code})
    assert (status, answer["error"]["fields"][0]["code"]) == (422, "unknown_disposition")


async def test_a_campaign_without_words_of_its_own_has_the_houses(world: World) -> None:
    agent, call_id = await world.person("agent"), await campaign_call(world, CampaignRules())
    assert (await agent.call("POST", f"/calls/{call_id}/disposition", {"code": "resolved"}))[0] == 200
    assert not (await said(world)).converted


async def tasks(world: World) -> list[tuple[str, str, Any, Any, str | None]]:
    rows = (await world.parts.memory.tasks.page(TaskFilter())).items
    return [(row.title, row.kind, row.due_at, row.owner_id, row.call_id) for row in rows]


async def test_a_callback_of_no_campaign_is_a_task_with_its_time(world: World) -> None:
    agent, call_id = await world.person("agent"), await the_call(world)
    path, at = f"/calls/{call_id}/disposition", world.parts.clock.now() + timedelta(hours=3)
    status, answer = await agent.call("POST", path, {"code": "callback"})
    assert (status, answer["error"]["fields"][0]["path"], await tasks(world)) == (422, "again_at", [])
    yesterday = (world.parts.clock.now() - timedelta(days=1)).isoformat()
    status, answer = await agent.call("POST", path, {"code": "callback", "again_at": yesterday})
    assert (status, answer["error"]["fields"][0]["code"], await tasks(world)) == (422, "in_past", [])
    body = {"code": "callback", "again_at": at.isoformat(), "again_mine": True}
    assert (await agent.call("POST", path, body))[0] == 200
    [(_, kind, due_at, owner_id, of_call)] = await tasks(world)
    assert (kind, due_at, owner_id, of_call) == ("callback", at, world.users["agent"].id, call_id)
    later = {"code": "callback", "again_at": (at + timedelta(hours=1)).isoformat()}
    assert (await agent.call("POST", path, later))[0] == 200
    assert [due_at for _, _, due_at, _, _ in await tasks(world)] == [at + timedelta(hours=1)], "still one"


async def test_where_a_campaign_has_no_words_of_its_own_a_callback_is_a_task_as_well(world: World) -> None:
    agent, call_id = await world.person("agent"), await campaign_call(world, CampaignRules())
    at = world.parts.clock.now() + timedelta(hours=3)
    body = {"code": "callback", "again_at": at.isoformat()}
    assert (await agent.call("POST", f"/calls/{call_id}/disposition", body))[0] == 200
    assert [(kind, due_at, owner_id) for _, kind, due_at, owner_id, _ in await tasks(world)] == [("callback", at, None)]


async def test_where_the_note_is_not_saved_there_is_no_task_either(world: World) -> None:
    agent, call_id = await world.person("agent"), await the_call(world)
    path, at = f"/calls/{call_id}/disposition", world.parts.clock.now() + timedelta(hours=3)
    await world.parts.memory.calls.set_note(call_id, "of another page")
    body = {"code": "callback", "again_at": at.isoformat(), "note": "mine", "base": ""}
    status, answer = await agent.call("POST", path, body)
    assert (status, answer["error"]["code"], await tasks(world)) == (409, "note_changed", [])
    assert (await agent.call("POST", path, {**body, "base": "of another page"}))[0] == 200
    assert len(await tasks(world)) == 1


async def test_where_there_can_be_no_task_nothing_is_saved(world: World) -> None:
    agent, call_id = await world.person("agent"), await campaign_call(world, CampaignRules())
    memory, at = world.parts.memory, world.parts.clock.now() + timedelta(hours=3)
    own = world.users["agent"].queue_ids[0]
    await memory.database.write(lambda connection: connection.execute(update(Queue).values(active=False)))
    await memory.database.write(lambda connection: connection.execute(update(Call).values(queue_id=own)))
    body = {"code": "callback", "again_at": at.isoformat()}
    assert (await agent.call("POST", f"/calls/{call_id}/disposition", body))[0] == 422
    call = (await memory.calls.get(call_id)).call
    assert (call.disposition, (await said(world)).disposition, await tasks(world)) == (None, None, [])


async def test_what_is_offered_is_looked_up_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    agent, call_id = await world.person("agent"), await campaign_call(world, CampaignRules(dispositions=OWN))
    words, looked = world.parts.memory.dispositions, []
    real = words.all

    async def counted(**how: Any) -> Any:
        looked.append(how)
        return await real(**how)

    monkeypatch.setattr(words, "all", counted)
    assert (await agent.call("POST", f"/calls/{call_id}/disposition", {"code": "resolved"}))[0] == 200
    assert len(looked) == 1
