"""Customers: form, search, versions, notes, items, import."""

from typing import Any

from aiohttp import FormData

from tests.agent_ui.world import World

HOSTILE = '"><img src=x onerror=alert(1)>'


async def test_a_customer_is_added_found_and_changed(world: World) -> None:
    person = await world.person("supervisor")
    body = {
        "name": "张伟",
        "company": "远航",
        "level": "vip",
        "owner_id": world.users["agent"].id,
        "tags": ["old"],
        "phones": [{"number": "１３８ 0013 8000", "label": "mobile"}],
        "emails": [{"address": "zhang@example.com"}],
        "contacts": [{"id": None, "name": HOSTILE, "title": "CEO"}],
    }
    status, made = await person.call("POST", "/customers", body)
    assert status == 201
    (phone,) = made["phones"]
    assert (phone["e164"], phone["label"]) == ("+8613800138000", "mobile")
    assert phone["number"].endswith("138 0013 8000")
    assert made["owner"] == {"id": world.users["agent"].id, "name": "Agent"}
    assert made["contacts"][0]["name"] == HOSTILE
    for query in ("138 0013 8000", "0086 13800138000", "张伟", "远航"):
        status, page = await person.call("GET", "/customers", params={"q": query})
        assert [item["id"] for item in page["items"]] == [made["id"]], query
    path = f"/customers/{made['id']}"
    change = {"version": made["version"], "company": "新远航", "owner_id": None, "phones": made_phones(made)}
    status, changed = await person.call("PATCH", path, change)
    assert (status, changed["company"], changed["owner"]) == (200, "新远航", None)
    assert changed["phones"] == made["phones"]
    assert changed["name"] == "张伟"
    status, answer = await person.call("PATCH", path, change)
    assert (status, answer["error"]["code"]) == (409, "version_conflict")
    assert (await person.call("GET", path))[1] == changed
    assert (await person.call("GET", "/customers/999"))[1]["error"]["code"] == "not_found"


def made_phones(made: dict[str, Any]) -> list[dict[str, str]]:
    return [{"number": phone["number"], "label": phone["label"]} for phone in made["phones"]]


async def test_wrong_fields_are_named(world: World) -> None:
    person = await world.person("agent")
    body = {"name": "", "phones": [{"number": "12"}, {"number": "abc"}], "emails": [{"address": "x"}], "owner_id": 99}
    status, answer = await person.call("POST", "/customers", body)
    assert status == 422
    paths = {field["path"] for field in answer["error"]["fields"]}
    assert {"name", "phones.1.number", "emails.0.address"} <= paths
    status, answer = await person.call("POST", "/customers", {"name": "a", "phones": [{"numbr": "1"}]})
    fields = {(field["path"], field["code"]) for field in answer["error"]["fields"]}
    assert fields == {("phones.0.numbr", "unknown_field")}
    assert (await person.call("GET", "/customers"))[1]["items"] == []


async def test_notes_and_items_are_kept(world: World) -> None:
    person = await world.person("agent")
    _, made = await person.call("POST", "/customers", {"name": "Li"})
    path = f"/customers/{made['id']}"
    status, note = await person.call("POST", f"{path}/notes", {"text": HOSTILE})
    assert (status, note["text"], note["by"], note["kind"]) == (201, HOSTILE, "Agent", "note")
    _, timeline = await person.call("GET", f"{path}/timeline")
    assert timeline["items"] == [note]
    status, item = await person.call(
        "POST", f"{path}/open-items", {"title": "call back", "due_at": "2026-12-01T08:00:00+08:00"}
    )
    assert (status, item["due_at"]) == (201, "2026-12-01T00:00:00Z")
    assert (await person.call("GET", path))[1]["open_items"] == [item]
    status, done = await person.call("PATCH", f"{path}/open-items/{item['id']}", {"done": True})
    assert done["done_at"]
    assert (await person.call("GET", path))[1]["open_items"] == []


def form(data: bytes, **fields: str) -> FormData:
    built = FormData()
    built.add_field("file", data, filename="customers.csv", content_type="text/csv")
    for name, value in fields.items():
        built.add_field(name, value)
    return built


async def test_a_file_is_looked_at_then_imported(world: World) -> None:
    boss = await world.person("supervisor")
    data = "姓名,电话\n张三,13800138001\n李四,bad\n".encode("gb18030")
    status, seen = await boss.call("POST", "/customers/import/preview", data=form(data))
    assert status == 200
    assert seen["encoding"].lower() == "gb18030"
    assert seen["columns"] == ["姓名", "电话"]
    assert seen["mapping"] == {"0": "name", "1": "phone"}
    assert seen["rows"][0] == ["张三", "13800138001"]
    upload = form(data, mapping='{"0": "name", "1": "phone"}')
    status, result = await boss.call("POST", "/customers/import", data=upload)
    assert (status, result["created"]) == (200, 1)
    assert [(row["line"], row["field"]) for row in result["rejected"]] == [(3, "phone")]
    again = await boss.call("POST", "/customers/import", data=form(data, mapping='{"0": "name", "1": "phone"}'))
    assert again[1]["created"] == 0


async def test_uploads_have_rules(world: World) -> None:
    boss, agent = await world.person("supervisor"), await world.person("agent")
    path = "/customers/import/preview"
    assert (await agent.call("POST", path, data=form(b"a,b\n")))[0] == 403
    foreign = {"Origin": "http://evil.example"}
    assert (await boss.call("POST", path, data=form(b"a"), headers=foreign))[1]["error"]["code"] == "foreign_origin"
    assert (await boss.call("POST", path, {"file": "x"}))[1]["error"]["code"] == "multipart_expected"
    empty = FormData()
    empty.add_field("other", "x", filename="x")
    assert (await boss.call("POST", path, data=empty))[1]["error"]["fields"][0]["path"] == "other"
    assert (await boss.call("POST", path, data=form(b"")))[0] == 422
    wrong = form(b"name\nx\n", mapping="nonsense")
    assert (await boss.call("POST", "/customers/import", data=wrong))[1]["error"]["fields"][0]["path"] == "mapping"
