"""Reports over the API."""

import json

from tests.agent_ui.world import World

DAYS = {"first": "2026-11-01", "last": "2026-11-22"}


async def test_a_report_and_its_file(world: World) -> None:
    boss = await world.person("supervisor")
    status, answer = await boss.call("POST", "/reports/answer", {"axis": "week", **DAYS})
    assert (status, answer["axis"], answer["zone"]) == (200, "week", "Asia/Shanghai")
    assert [line["key"]["day"] for line in answer["lines"]] == ["2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16"]
    assert answer["total"]["figures"]["offered"] == 0
    status, export = await boss.call(
        "POST", "/reports/exports", {"axis": "day", "format": "csv", "language": "en", **DAYS}
    )
    assert (status, export["state"]) == (202, "wanted")
    assert await world.parts.reporting.exports.make_next()
    _, export = await boss.call("GET", f"/reports/exports/{export['id']}")
    assert (export["state"], export["row_count"], export["done"]) == ("ready", 23, 23)
    assert export["name"] == "report-day-2026-11-01-2026-11-22.csv"
    status, body = await boss.call("GET", f"/reports/exports/{export['id']}/file")
    text = body if isinstance(body, str) else body.decode("utf-8-sig")
    assert (status, text.lstrip("\ufeff").splitlines()[0].split(",")[:2]) == (200, ["Day", "Offered"])
    admin = await world.person("admin")
    one = f"/reports/exports/{export['id']}"
    for method, path in (("GET", one), ("GET", f"{one}/file"), ("POST", f"{one}/cancel"), ("DELETE", one)):
        assert (await admin.call(method, path))[0] == 404, "files are their maker's alone"
    assert (await admin.call("GET", "/reports/exports"))[1]["items"] == []
    (mine,) = (await boss.call("GET", "/reports/exports"))[1]["items"]
    assert (mine["id"], mine["choices"]["axis"], mine["first"]) == (export["id"], "day", DAYS["first"])
    assert (await boss.call("POST", f"{one}/cancel"))[1]["state"] == "ready", "too late"
    path = world.parts.config.home / "exports" / f"{export['id']}.csv"
    path.rename(path.with_suffix(".away"))
    assert (await boss.call("GET", f"{one}/file"))[1]["error"]["code"] == "file_gone"
    assert (await boss.call("GET", one))[1]["state"] == "failed"
    assert (await boss.call("DELETE", one))[0] == 204
    assert (await boss.call("GET", one))[0] == 404
    _, trace = await admin.call("GET", "/audit?action=report.file")
    assert [row["object_id"] for row in trace["items"]] == ["day"]


async def test_what_cannot_be_asked_is_refused(world: World) -> None:
    boss = await world.person("supervisor")
    for body, path in (
        ({"axis": "interval", "first": "2026-09-21", "last": "2026-11-22", "interval_min": 30}, "last"),
        ({"axis": "day", "first": "2026-11-22", "last": "2026-11-21"}, "last"),
        ({"axis": "week", "first": "0001-01-01", "last": "0001-01-02"}, "first"),
        ({"axis": "day", "first": "9999-12-30", "last": "9999-12-31"}, "first"),
        ({"axis": "mood", **DAYS}, "axis"),
        ({"axis": "day", "threshold_s": 21, **DAYS}, "threshold_s"),
    ):
        status, answer = await boss.call("POST", "/reports/answer", body)
        assert (status, answer["error"]["fields"][0]["path"]) == (422, path)
    status, answer = await boss.call("POST", "/reports/calls", {"axis": "day", "figure": "asa_s", **DAYS})
    assert (status, answer["error"]["fields"][0]["code"]) == (422, "no_calls")
    for day in ("0001-01-01", "9999-12-31"):
        body = {"axis": "week", "figure": "offered", "key": {"day": day}, **DAYS}
        status, answer = await boss.call("POST", "/reports/calls", body)
        assert (status, answer["error"]["fields"][0]["path"]) == (422, "key.day")


async def test_reports_are_saved_and_mailed_where_there_is_a_server(world: World) -> None:
    boss = await world.person("supervisor")
    draft = {
        "name": "Weeks",
        "choices": {"axis": "week"},
        "days": "last_week",
        "every": "week",
        "recipients": ["a@example.org"],
    }
    status, saved = await boss.call("POST", "/reports/saved", draft)
    assert (status, saved["choices"]["threshold_s"], saved["every"]) == (201, 20, "week")
    assert saved["next_at"]
    _, answer = await boss.call("GET", "/reports/saved")
    assert (answer["can_mail"], [row["name"] for row in answer["items"]]) == (False, ["Weeks"])
    status, refusal = await boss.call("POST", f"/reports/saved/{saved['id']}/send")
    assert (status, refusal["error"]["code"]) == (409, "mail_not_set_up")
    status, _ = await boss.call("PUT", f"/reports/saved/{saved['id']}", draft | {"recipients": ["nobody"]})
    assert status == 422
    assert (await boss.call("DELETE", f"/reports/saved/{saved['id']}"))[0] == 204
    assert json.dumps((await boss.call("GET", "/reports/saved"))[1]["items"]) == "[]"


async def test_a_supervisor_sees_the_work_of_their_own_teams(world: World) -> None:
    admin, boss = await world.person("admin"), await world.person("supervisor")
    queues = {row["name"]: row["id"] for row in (await admin.call("GET", "/queues"))[1]["items"]}
    own, other = list(queues.values())[:2]
    users = (await admin.call("GET", "/users"))[1]["items"]
    lead, agents = next(u for u in users if u["role"] == "supervisor"), [u for u in users if u["role"] == "agent"]

    async def assign(user: dict[str, object], *queue_ids: int) -> None:
        row = next(u for u in (await admin.call("GET", "/users"))[1]["items"] if u["id"] == user["id"])
        body = {"queue_ids": list(queue_ids), "version": row["version"]}
        status, answer = await admin.call("PATCH", f"/users/{user['id']}", body)
        assert status == 200, answer

    await assign(lead)
    await assign(agents[0], own)
    _, answer = await boss.call("POST", "/reports/answer", {"axis": "team", **DAYS})
    assert {line["key"]["team_id"] for line in answer["lines"]} >= {own, other}, "who is in no team leads the house"
    await assign(lead, own)
    boss = await world.person("supervisor")
    _, answer = await boss.call("POST", "/reports/answer", {"axis": "team", **DAYS})
    assert [line["key"]["team_id"] for line in answer["lines"]] == [own]
    for path, more in (
        ("/reports/answer", {}),
        ("/reports/calls", {"figure": "talks"}),
        ("/reports/exports", {"format": "csv"}),
    ):
        for axis in ("team", "agent", "day"):
            figure = {"figure": "offered"} if axis == "day" and more.get("figure") else {}
            body = {"axis": axis, "team_ids": [other], **DAYS, **more, **figure}
            status, refusal = await boss.call("POST", path, body)
            assert (status, refusal["error"]["code"]) == (403, "other_team"), path
            assert (await admin.call("POST", path, body))[0] in {200, 202}
    _, saved = await boss.call("POST", "/reports/saved", {"name": "Ours", "choices": {"axis": "agent"}})
    assert saved["choices"]["team_ids"] == [own], "mailed is what they might see who saved it"
    by_day = {"axis": "day", "agent_ids": [agents[1]["id"]]}
    _, saved = await boss.call("POST", "/reports/saved", {"name": "Theirs", "choices": by_day})
    assert saved["choices"]["team_ids"] == [own], "the occupancy of chosen people is in reports of calls, too"
    _, answer = await boss.call("POST", "/reports/answer", {"axis": "queue", **DAYS})
    assert {line["key"]["queue_id"] for line in answer["lines"]} >= {own, other}, "calls are everybody's"
