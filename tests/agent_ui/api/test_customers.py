"""Customers: form, search, versions, notes, items, import."""

import asyncio
import errno
from io import BytesIO
from typing import Any

import pytest
from aiohttp import FormData

from agent_ui.api import importing
from crm_core.audit import SYSTEM
from crm_core.errors import DatabaseUnavailable
from tests.agent_ui.world import Person, World
from tests.crm_core.importing.test_workbook import book

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
    status, begun = await boss.call("POST", "/customers/import", data=upload)
    assert status == 202
    result = await outcome(boss, begun["id"])
    assert (result["state"], result["created"], result["done"], result["row_count"]) == ("done", 1, 2, 2)
    assert [(row["line"], row["field"]) for row in result["rejected"]] == [(3, "phone")]
    again = await boss.call("POST", "/customers/import", data=form(data, mapping='{"0": "name", "1": "phone"}'))
    assert (await outcome(boss, again[1]["id"]))["created"] == 0
    assert (await boss.call("GET", "/customers/import"))[1] == {"running": None}
    assert (await boss.call("GET", "/customers/import/unknown"))[0] == 404


async def test_a_workbook_is_a_table_too(world: World) -> None:
    boss = await world.person("supervisor")
    data = book(people=[["姓名", "电话"], [], ["张三", 13800138001], ["李四", "bad"]])
    status, seen = await boss.call("POST", "/customers/import/preview", data=form(data))
    assert (status, seen["rows"][0], seen["mapping"]) == (200, ["张三", "13800138001"], {"0": "name", "1": "phone"})
    _, begun = await boss.call("POST", "/customers/import", data=form(data, mapping='{"0": "name", "1": "phone"}'))
    result = await outcome(boss, begun["id"])
    assert (result["state"], result["created"]) == ("done", 1)
    assert [(row["line"], row["field"]) for row in result["rejected"]] == [(4, "phone")], "the sheet's own row"
    status, refused = await boss.call("POST", "/customers/import/preview", data=form(data[:600]))
    assert (status, refused["error"]["code"]) == (422, "workbook_unreadable")


async def outcome(person: Person, job_id: str) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while True:
            status, job = await person.call("GET", f"/customers/import/{job_id}")
            assert status == 200, job
            if job["state"] != "running":
                return dict(job)
            await asyncio.sleep(0.02)


async def test_an_import_can_be_watched_and_stopped_and_only_one_runs(world: World) -> None:
    boss = await world.person("supervisor")
    held = asyncio.Event()
    bulk = world.parts.memory.database.bulk

    async def slow(work: Any) -> Any:
        await held.wait()
        return await bulk(work)

    world.parts.memory.database.bulk = slow  # type: ignore[method-assign]
    data = "姓名,电话\n".encode() + b"".join(b"C%d,1380013%04d\n" % (n, n) for n in range(600))
    mapping = '{"0": "name", "1": "phone"}'
    status, begun = await boss.call("POST", "/customers/import", data=form(data, mapping=mapping, name="list.csv"))
    assert (status, begun["state"], begun["file_name"]) == (202, "running", "list.csv")
    status, refused = await boss.call("POST", "/customers/import", data=form(data, mapping=mapping))
    assert (status, refused["error"]["code"]) == (409, "import_running")
    async with asyncio.timeout(10):
        while (running := (await boss.call("GET", "/customers/import"))[1]["running"])["row_count"] != 600:
            await asyncio.sleep(0.01)
    assert (running["id"], running["done"]) == (begun["id"], 0)
    assert (await boss.call("DELETE", f"/customers/import/{begun['id']}"))[0] == 200
    held.set()
    ended = await outcome(boss, begun["id"])
    assert (ended["state"], ended["done"], ended["created"]) == ("stopped", 250, 250)


async def test_an_import_that_was_running_when_the_program_ended_says_so(world: World) -> None:
    boss = await world.person("supervisor")
    jobs = world.parts.memory.import_jobs
    await jobs.begin("left", "list.csv", SYSTEM)
    await jobs.interrupt_all()
    assert (await outcome(boss, "left"))["state"] == "interrupted"
    await jobs.fail("left", "internal")
    assert (await outcome(boss, "left"))["state"] == "interrupted", "an end is an end"


async def test_an_import_without_the_database_is_a_failed_one(world: World) -> None:
    boss = await world.person("supervisor")

    async def away(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("away")

    world.parts.imports._importer.run = away  # type: ignore[method-assign, assignment]
    _, begun = await boss.call("POST", "/customers/import", data=form(b"name\nx\n", mapping='{"0": "name"}'))
    ended = await outcome(boss, begun["id"])
    assert (ended["state"], ended["error"]) == ("failed", "database_unavailable")


class FullFile(BytesIO):
    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("path", ["/customers/import", "/customers/import/preview"])
async def test_a_full_folder_for_temporary_files_is_said(
    world: World, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = await world.person("supervisor")
    monkeypatch.setattr(importing, "TemporaryFile", FullFile)
    status, answer = await boss.call("POST", path, data=form(b"name\nx\n"))
    assert (status, answer["error"]["code"]) == (507, "disk_short")


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
    status, refused = await boss.call("POST", path, data=form(b'name,phone\nx,"1\ny,2\n'))
    assert (status, refused["error"]["code"]) == (422, "open_quote")
    assert refused["error"]["fields"][0]["path"] == "line.2"
    strange = b"--b\r\n" + b"A: b\r\n" * 1000 + b"\r\nx\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    assert (await boss.call("POST", path, data=strange, headers=headers))[1]["error"]["code"] == "multipart_malformed"
    wrong = form(b"name\nx\n", mapping="nonsense")
    assert (await boss.call("POST", "/customers/import", data=wrong))[1]["error"]["fields"][0]["path"] == "mapping"
