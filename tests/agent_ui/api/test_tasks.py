"""Tasks by the API: what people do with them, what a masked person sees, and what their pages are told."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from crm_core.audit import SYSTEM, AuditFilter
from crm_core.models import Call, CallAgent
from crm_core.task_writing import TaskDraft
from tests.agent_ui.api.test_called_leads import a_call
from tests.agent_ui.world import Person, World, running_world

NUMBER = "+8613800138000"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with running_world(tmp_path, todo=True) as running:
        yield running


async def the_call(world: World, call_id: str = "call-1") -> str:
    """One that the agent took, of a customer's number."""
    now, me = world.parts.clock.now(), world.users["agent"]
    row = {
        "id": call_id,
        "direction": "inbound",
        "node": "n1",
        "number": NUMBER,
        "caller_name": "",
        "dialed": "4001",
        "queue_id": me.queue_ids[0],
        "agent_id": me.id,
        "priority": 0,
        "started_at": now,
        "waited_s": 0.0,
        "talked_s": 5.0,
        "note": "",
    }
    part = {"agent_id": me.id, "started_at": now, "call_id": call_id}
    database = world.parts.memory.database
    await database.write(lambda connection: connection.execute(insert(Call).values(row)))
    await database.write(lambda connection: connection.execute(insert(CallAgent).values(part)))
    return call_id


async def listed(person: Person, query: str = "") -> list[str]:
    status, page = await person.call("GET", f"/tasks?{query}")
    assert status == 200, page
    return [item["title"] for item in page["items"]]


async def test_a_task_of_the_call_knows_what_the_call_knows(world: World) -> None:
    person, call_id = await world.person("agent"), await the_call(world)
    due_at = world.parts.clock.now() + timedelta(hours=1)
    body = {"title": "Call back", "kind": "callback", "call_id": call_id, "due_at": due_at.isoformat(), "priority": 1}
    status, task = await person.call("POST", "/tasks", body)
    assert status == 201, task
    assert (task["owner"]["name"], task["queue"], task["call_id"]) == ("Agent", None, call_id)
    assert (task["number"], task["number_ref"]) == ("138****8000", f"task:{task['id']}"), "agents see no whole numbers"
    boss = await world.person("supervisor")
    assert (await boss.call("GET", f"/tasks/{task['id']}"))[1]["number"] == "138 0013 8000"
    status, _ = await (await world.person("agent2")).call("POST", "/tasks", body)
    assert status == 404, "of a call of their own only"
    status, revealed = await person.call("POST", "/numbers/reveal", {"ref": task["number_ref"], "reason": "call back"})
    assert (status, revealed["e164"]) == (200, NUMBER)


async def test_a_callback_of_a_campaigns_call_says_of_whom_and_of_which_campaign_it_is(world: World) -> None:
    call_id, person = await a_call(world), await world.person("agent")
    due_at = world.parts.clock.now() + timedelta(hours=1)
    body = {"kind": "callback", "call_id": call_id, "due_at": due_at.isoformat()}
    status, task = await person.call("POST", "/tasks", body)
    assert (status, task["title"], task["person_name"], task["campaign"]["name"]) == (201, "", "Li Lei", "Spring")
    _, page = await person.call("GET", "/tasks?scope=mine")
    assert [(one["person_name"], one["campaign"]["name"]) for one in page["items"]] == [("Li Lei", "Spring")]
    past = {**body, "due_at": (world.parts.clock.now() - timedelta(hours=1)).isoformat()}
    status, answer = await person.call("POST", "/tasks", past)
    problem = answer["error"]["fields"][0]
    assert (status, problem["path"], problem["code"]) == (422, "due_at", "in_past")
    assert (await person.call("POST", "/tasks", {"kind": "follow_up"}))[0] == 422, "what else is to be done needs words"


async def test_it_is_done_undone_cancelled_and_listed(world: World) -> None:
    person = await world.person("agent")
    _, task = await person.call("POST", "/tasks", {"title": "first"})
    one = f"/tasks/{task['id']}"
    status, done = await person.call("POST", f"{one}/done", {"note": "was glad"})
    assert (status, done["state"], done["done_by"], done["outcome"]) == (200, "done", "Agent", "was glad")
    status, refused = await person.call("POST", f"{one}/done", {})
    assert (status, refused["error"]["code"]) == (409, "task_closed")
    assert (await listed(person), await listed(person, "state=done")) == ([], ["first"])
    assert (await person.call("POST", f"{one}/reopen"))[1]["state"] == "open"
    assert (await person.call("POST", f"{one}/cancel", {"note": "no"}))[1]["state"] == "cancelled"
    assert await listed(person, "state=cancelled&scope=mine") == ["first"]


async def test_the_list_is_parted_by_time(world: World) -> None:
    person, now = await world.person("agent"), world.parts.clock.now()
    for title, due_at in (
        ("late", now - timedelta(hours=1)),
        ("later", now + timedelta(days=3)),
        ("sometime", None),
    ):
        body = {"title": title, "due_at": due_at.isoformat() if due_at else None}
        assert (await person.call("POST", "/tasks", body))[0] == 201
    assert await listed(person) == ["late", "later", "sometime"]
    assert await listed(person, "due=overdue") == ["late"]
    assert await listed(person, "due=today") == []
    assert await listed(person, "due=later") == ["later", "sometime"]
    assert await listed(person, "due=later&state=done") == []


async def test_a_teams_task_is_taken_and_passed_on(world: World) -> None:
    me, other = world.users["agent"], world.users["agent2"]
    row = await world.parts.memory.tasks.open(TaskDraft("x", queue_id=me.queue_ids[0]), SYSTEM)
    person, stranger = await world.person("agent"), await world.person("agent2")
    one = f"/tasks/{row.id}"
    assert await listed(stranger, "scope=team") == ["x"], "whoever is of the queue"
    status, taken = await person.call("POST", f"{one}/assign", {"owner_id": me.id, "queue_id": me.queue_ids[0]})
    assert (status, taken["owner"]["id"], taken["queue"]["name"]) == (200, me.id, "Sales")
    status, again = await person.call("POST", f"{one}/assign", {"owner_id": me.id, "queue_id": me.queue_ids[0]})
    assert (status, again["error"]["code"]) == (409, "same_owner")
    assert (await person.call("POST", f"{one}/assign", {"owner_id": 999}))[0] == 422
    assert (await person.call("POST", f"{one}/assign", {"owner_id": other.id}))[0] == 200
    assert (await person.call("GET", one))[0] == 404
    assert await listed(stranger, "scope=mine") == ["x"]
    boss = await world.person("supervisor")
    assert await listed(boss, f"scope=all&owner_id={other.id}") == ["x"]


async def test_a_masked_person_changes_a_note_and_loses_no_number(world: World) -> None:
    person = await world.person("agent")
    _, task = await person.call("POST", "/tasks", {"title": "x", "note": "ring 13900139000 soon"})
    assert task["note"] == "ring 139****9000 soon"
    changed = {"version": task["version"], "note": f"{task['note']}, please", "due_at": None, "priority": None}
    assert (await person.call("PATCH", f"/tasks/{task['id']}", changed))[0] == 200
    assert (await world.parts.memory.tasks.get(task["id"])).note == "ring 13900139000 soon, please"
    status, stale = await person.call("PATCH", f"/tasks/{task['id']}", changed)
    assert (status, stale["error"]["code"]) == (409, "version_conflict")


async def test_numbers_are_read_and_probes_are_counted(world: World) -> None:
    person = await world.person("agent")
    status, task = await person.call("POST", "/tasks", {"title": "x", "number": "138 0013 8000"})
    assert (status, (await world.parts.memory.tasks.get(task["id"])).number) == (201, NUMBER)
    page = (await world.parts.memory.audit.page(AuditFilter())).items
    assert [entry.action for entry in page][:2] == ["task.add", "number.search"]
    status, again = await person.call("POST", "/tasks", {"title": "y", "number_ref": f"task:{task['id']}"})
    assert (await world.parts.memory.tasks.get(again["id"])).number == NUMBER
    for wrong in ("abc", "12-"):
        status, refused = await person.call("POST", "/tasks", {"title": "x", "number": wrong})
        assert (status, refused["error"]["fields"][0]["path"]) == (422, "number"), wrong


async def test_pages_are_told_what_is_to_do(world: World) -> None:
    person, me = await world.person("agent"), world.users["agent"]
    key = f"tasks:{me.id}"
    async with person.session.ws_connect(f"{world.base}/cti", headers={"Origin": world.base}) as socket:

        async def told(counts: tuple[int, int]) -> dict[str, object]:
            while True:
                message = await socket.receive_json(timeout=20)
                view = message.get("objects", {}).get(key)
                if view is not None and (view["overdue"], view["reminding"]) == counts:
                    return dict(view)

        await told((0, 0))
        draft = TaskDraft(
            "Sales", queue_id=me.queue_ids[0], number=NUMBER, due_at=world.parts.clock.now(), created_by=None
        )
        row = await world.parts.memory.tasks.open(draft, SYSTEM)
        view = await told((1, 1))
        assert view["reminders"][0]["number"] == "138****8000"  # type: ignore[index]
        assert (await person.call("POST", f"/tasks/{row.id}/snooze", {"after_s": 600}))[0] == 200
        await told((1, 0))
        assert (await person.call("POST", f"/tasks/{row.id}/snooze", {"after_s": None}))[1]["remind_at"] is None
        assert (await person.call("POST", f"/tasks/{row.id}/done", {}))[0] == 200
        await told((0, 0))


async def test_an_open_item_of_a_customer_is_a_task(world: World) -> None:
    person = await world.person("agent")
    _, customer = await person.call("POST", "/customers", {"name": "Li"})
    _, item = await person.call("POST", f"/customers/{customer['id']}/open-items", {"title": "send it"})
    assert await listed(person, f"customer_id={customer['id']}") == ["send it"]
    path = f"/customers/{customer['id']}/open-items/{item['id']}"
    done = [await person.call("PATCH", path, {"done": True}) for _ in range(2)]
    assert done[0] == done[1], "what is ticked off twice was done once"
    assert (await person.call("PATCH", f"/customers/999/open-items/{item['id']}", {"done": True}))[0] == 404


async def test_a_call_is_tagged_by_whom_it_belongs_to(world: World) -> None:
    call_id, person = await the_call(world), await world.person("agent")
    _, tags = await person.call("GET", "/tags")
    assert [(tag["code"], tag["color"]) for tag in tags["items"]][:2] == [("complaint", "red"), ("urgent", "amber")]
    status, row = await person.call("PUT", f"/calls/{call_id}/tags", {"tags": ["urgent"]})
    assert (status, row["tags"]) == (200, ["urgent"])
    assert [item["id"] for item in (await person.call("GET", "/calls?tag=urgent"))[1]["items"]] == [call_id]
    assert (await person.call("GET", "/calls?tag=praise"))[1]["items"] == []
    assert (await person.call("PUT", f"/calls/{call_id}/tags", {"tags": ["nonsense"]}))[0] == 422
    assert (await (await world.person("agent2")).call("PUT", f"/calls/{call_id}/tags", {"tags": []}))[0] == 404
