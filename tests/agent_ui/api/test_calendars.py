"""Business hours by API: kept, tried out before they count, switched by hand, and in force from the next call on."""

from typing import Any

from crm_core.audit import Actor
from tests.agent_ui.world import World

PLAN: dict[str, Any] = {
    "time_zone": "Europe/Berlin",
    "weekly": {"mon": ["09:00-12:00", "13:00-18:00"]},
    "holidays": [{"day": "2026-12-25", "name": "Christmas"}],
    "special": {"2026-12-20": {"spans": ["10:00-14:00"], "name": "Advent Sunday"}},
}


async def test_hours_are_kept_shown_and_deleted(world: World) -> None:
    admin = await world.person("admin")
    status, made = await admin.call("POST", "/calendars", {"name": "Office", "body": PLAN})
    assert (status, made["body"], made["version"]) == (201, PLAN, 1)
    path = f"/calendars/{made['id']}"
    queue = (await admin.call("GET", "/queues"))[1]["items"][0]
    closed = {"action": "message", "prompt": "closed", "queue_id": None}
    status, queue = await admin.call("PATCH", f"/queues/{queue['id']}", {"calendar_id": made["id"], "closed": closed})
    assert (queue["calendar_id"], queue["closed"]) == (made["id"], closed)
    assert (await admin.call("PATCH", f"/queues/{queue['id']}", {"record": False}))[1]["calendar_id"] == made["id"]
    _, flow = await admin.call(
        "POST", "/flows", {"name": "F", "body": {"start": "bye", "nodes": {"bye": {"type": "hang_up"}}}}
    )
    entry = {"number": "4055", "flow_id": flow["id"], "calendar_id": made["id"]}
    assert (await admin.call("POST", "/entry-numbers", entry))[1]["calendar_id"] == made["id"]
    assert (await admin.call("PATCH", "/entry-numbers/4055", {"label": "x"}))[1]["calendar_id"] == made["id"]
    (listed,) = (await admin.call("GET", "/calendars"))[1]["items"]
    assert (listed["queues"], listed["numbers"]) == ([queue["name"]], ["4055"])
    assert (await admin.call("DELETE", path))[1]["error"]["code"] == "in_use"
    assert (await admin.call("PATCH", "/entry-numbers/4055", {"calendar_id": None}))[1]["calendar_id"] is None
    assert (await admin.call("PATCH", f"/queues/{queue['id']}", {"calendar_id": None}))[1]["calendar_id"] is None
    assert (await admin.call("PUT", path, {"name": "Office", "body": PLAN, "version": 7}))[0] == 409
    assert (await admin.call("PUT", path, {"name": "Shop", "body": PLAN, "version": 1}))[1]["name"] == "Shop"
    assert (await admin.call("DELETE", path))[0] == 204


async def test_one_that_went_bad_is_listed_beside_the_others(world: World) -> None:
    admin, calendars = await world.person("admin"), world.parts.memory.calendars
    await admin.call("POST", "/calendars", {"name": "Good", "body": PLAN})
    await calendars.add("Went bad", {"weekly": {"mon": ["9-18"]}}, Actor(world.users["admin"].id))
    status, page = await admin.call("GET", "/calendars")
    assert (status, {one["name"]: one["now"] is None for one in page["items"]}) == (
        200,
        {"Good": False, "Went bad": True},
    )


async def test_a_plan_with_faults_is_refused_field_by_field(world: World) -> None:
    admin = await world.person("admin")
    wrong = {"time_zone": "Mars/Base", "weekly": {"mon": ["9-18"]}, "holidays": ["soon"]}
    status, answer = await admin.call("POST", "/calendars", {"name": "Office", "body": wrong})
    assert status == 422
    assert {(one["path"], one["code"]) for one in answer["error"]["fields"]} == {
        ("time_zone", "unknown_time_zone"), ("weekly.mon", "not_span"), ("holidays.0", "not_date"),
    }  # fmt: skip
    assert (await admin.call("POST", "/calendars/look", {"body": wrong}))[0] == 422


async def test_what_happens_at_a_moment(world: World) -> None:
    lead = await world.person("supervisor")
    look = {"body": PLAN, "at": "2026-12-25T09:30:00+00:00"}
    status, found = await lead.call("POST", "/calendars/look", look)
    assert (status, found["opening"], found["because"], found["name"]) == (200, "holiday", "holiday", "Christmas")
    assert found["local"] == "2026-12-25T10:30+01:00"
    assert [day["day"] for day in found["week"]][::6] == ["2026-12-21", "2026-12-27"]
    assert found["week"][0]["spans"] == [[540, 720], [780, 1080]]
    assert found["week"][4] == {"day": "2026-12-25", "because": "holiday", "name": "Christmas", "spans": []}
    _, found = await lead.call("POST", "/calendars/look", {**look, "at": "2026-12-20T09:30:00Z"})
    assert (found["opening"], found["because"], found["until"]) == ("open", "special", "2026-12-20T13:00:00Z")
    assert (await lead.call("POST", "/calendars/look", {"body": PLAN}))[0] == 200
    assert (await lead.call("POST", "/calendars/look", {"body": PLAN, "at": "2026-12-20T09:30"}))[0] == 422


async def test_a_lead_closes_by_hand_and_the_next_call_finds_it_so(world: World) -> None:
    admin, lead = await world.person("admin"), await world.person("supervisor")
    _, made = await admin.call("POST", "/calendars", {"name": "Office", "body": {**PLAN, "weekly": {}}})
    path = f"/calendars/{made['id']}/switch"
    status, shut = await lead.call("POST", path, {"to": "open", "until": "2126-01-01T00:00:00Z", "note": "late shift"})
    assert (status, shut["switched"], shut["switched_note"]) == (200, "open", "late shift")
    assert shut["switched_by"] == (await lead.call("GET", "/session"))[1]["user"]["name"]
    assert shut["now"]["opening"] == "open"
    assert shut["now"]["because"] == "switched"
    assert (await lead.call("POST", path, {"to": "open", "until": "2000-01-01T00:00:00Z"}))[0] == 422
    assert (await lead.call("POST", path, {"to": None}))[1]["now"]["opening"] == "closed"


async def test_a_list_of_holidays_is_read_and_nothing_saved(world: World) -> None:
    admin = await world.person("admin")
    text = "2026-10-01/2026-10-07,国庆节\n2026-10-10,调休,09:00-18:00\nsoon,x\n"
    status, found = await admin.call("POST", "/calendars/holidays", {"text": text})
    assert status == 200
    assert found["days"] == [
        {"first": "2026-10-01", "last": "2026-10-07", "name": "国庆节", "spans": []},
        {"first": "2026-10-10", "last": "2026-10-10", "name": "调休", "spans": ["09:00-18:00"]},
    ]
    assert found["unread"] == [{"line": 3, "code": "not_date", "text": "soon,x"}]
    assert (await admin.call("GET", "/calendars"))[1]["items"] == []
