"""Scripts and articles by the API: beside whose call, filled, masked, walked; written by administrators."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from crm_core.audit import SYSTEM, AuditFilter
from crm_core.customer_writing import CustomerDraft
from tests.agent_ui.api.test_tasks import the_call
from tests.agent_ui.world import World, running_world

BODY = {
    "start": "hello",
    "steps": {
        "hello": {
            "title": "Greeting",
            "text": "Hello {{customer.name}} of {{customer.company}}, {{caller.number}}",
            "choices": [{"label": "yes", "to": "end"}],
        },
        "end": {"title": "End", "text": "Bye"},
    },
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with running_world(tmp_path) as running:
        yield running


async def test_a_script_is_written_tried_and_read_out(world: World) -> None:
    admin, agent, call_id = await world.person("admin"), await world.person("agent"), await the_call(world)
    customer = await world.parts.memory.customers.add(CustomerDraft("<b>Li</b>"), SYSTEM)
    await agent.call("POST", f"/calls/{call_id}/customer", {"customer_id": customer.id})
    path = f"/calls/{call_id}/script"
    assert await agent.call("GET", path) == (200, {"script": None})
    status, made = await admin.call("POST", "/scripts", {"name": "All", "body": BODY})
    assert status == 201, made
    _, listed = await admin.call("GET", "/scripts")
    assert ([one["name"] for one in listed["items"]], "customer.name" in listed["places"]) == (["All"], True)
    _, tried = await admin.call("POST", "/scripts/preview", {"body": BODY, "values": {"customer.name": "Wang"}})
    assert tried["script"]["steps"][0]["pieces"][1] == {"text": "Wang", "gap": ""}
    status, answer = await agent.call("GET", path)
    script = answer["script"]
    assert (status, script["start"], script["path"]) == (200, "hello", ["hello"])
    assert script["steps"][0]["pieces"] == [
        {"text": "Hello ", "gap": ""},
        {"text": "<b>Li</b>", "gap": ""},
        {"text": " of ", "gap": ""},
        {"text": "", "gap": "customer.company"},
        {"text": ", ", "gap": ""},
        {"text": "138****8000", "gap": ""},
    ], "as texts, and no whole number for an agent"
    assert (await agent.call("PUT", path, {"script_id": made["id"], "path": ["hello", "end"]}))[0] == 204
    assert (await agent.call("PUT", path, {"script_id": made["id"], "path": ["end"]}))[0] == 422
    _, call = await agent.call("GET", f"/calls/{call_id}")
    assert call["script"] == {
        "name": "All",
        "path": [{"step": "hello", "title": "Greeting"}, {"step": "end", "title": "End"}],
    }
    assert (await (await world.person("agent2")).call("GET", path))[0] == 404
    one = f"/scripts/{made['id']}"
    saved = {"name": "Other", "body": BODY, "version": 1, "active": False}
    status, refused = await admin.call("PUT", one, saved | {"campaign_ids": [99]})
    assert (status, refused["error"]["fields"][0]["path"]) == (422, "campaign_ids")
    assert (await admin.call("PUT", one, saved))[1]["version"] == 2
    assert (await admin.call("PUT", one, saved))[0] == 409
    bad = {"start": "none", "steps": {"a": {"title": "A", "text": "{{nobody}}"}}}
    status, refused = await admin.call("POST", "/scripts", {"name": "Bad", "body": bad})
    assert status == 422
    paths = {field["path"] for field in refused["error"]["fields"]}
    assert paths == {"body.start", "body.steps.a.text"}
    assert (await admin.call("DELETE", one))[0] == 204


async def test_an_article_is_written_found_and_shown(world: World) -> None:
    admin, agent = await world.person("admin"), await world.person("agent")
    hostile = "# Refunds\n\n<img src=x onerror=pwned()> call **95588** [x](javascript:pwned())"
    status, made = await admin.call("POST", "/articles", {"title": "退款", "body": hostile, "tags": ["money"]})
    assert status == 201, made
    assert "<h1>Refunds</h1>" in made["html"]
    assert "<img" not in made["html"]
    assert 'href="javascript' not in made["html"]
    _, found = await agent.call("GET", "/articles?q=退款")
    assert [(one["title"], one["tags"]) for one in found["items"]] == [("退款", ["money"])]
    assert "body" not in found["items"][0]
    one = f"/articles/{made['id']}"
    assert (await agent.call("GET", one))[1]["html"] == made["html"]
    assert (await agent.call("GET", "/articles?all=true"))[0] == 403
    _, shown = await admin.call("POST", "/articles/preview", {"body": "*x*"})
    assert shown["html"] == "<p><em>x</em></p>\n"
    body = {"title": "退款", "body": "new", "version": 1, "active": False}
    assert (await admin.call("PUT", one, body))[1]["version"] == 2
    assert (await agent.call("GET", one))[0] == 404, "out of use"
    assert (await agent.call("GET", "/articles"))[1]["items"] == []
    assert len((await admin.call("GET", "/articles?all=true"))[1]["items"]) == 1
    _, versions = await admin.call("GET", f"{one}/versions")
    assert [(version["version"], version["saved_by_name"]) for version in versions["items"]] == [
        (2, world.users["admin"].name),
        (1, world.users["admin"].name),
    ]
    _, changed = await admin.call("GET", f"{one}/versions/2")
    assert (changed["against"], changed["changes"][-1]) == (1, {"kind": "in", "text": "new"})
    assert {"kind": "out", "text": "# Refunds"} in changed["changes"]
    _, whole = await admin.call("GET", f"{one}/versions/2?against=0")
    assert whole["changes"] == [{"kind": "in", "text": text} for text in ("退款", "", "new")]
    status, back = await admin.call("POST", f"{one}/versions/1/restore", {"version": 2})
    assert (status, back["version"], back["html"], back["active"]) == (200, 3, made["html"], False)
    assert (await admin.call("POST", f"{one}/versions/1/restore", {"version": 2}))[0] == 409, "somebody was faster"
    assert (await admin.call("POST", f"{one}/versions/8/restore", {"version": 3}))[0] == 404
    await assert_audited(world, "article.restore", made["id"], {"title": "退款", "version": 3, "back_to": 1})
    assert (await admin.call("DELETE", one))[0] == 204


async def test_one_goes_back_to_a_version_of_a_script(world: World) -> None:
    admin = await world.person("admin")
    _, made = await admin.call("POST", "/scripts", {"name": "All", "body": BODY})
    one, steps = f"/scripts/{made['id']}", {"start": "end", "steps": {"end": {"title": "End", "text": "Bye"}}}
    await admin.call("PUT", one, {"name": "All", "body": steps, "version": 1})
    _, listed = await admin.call("GET", f"{one}/versions")
    assert [(line["version"], line["title"]) for line in listed["items"]] == [(2, "All"), (1, "All")]
    _, changed = await admin.call("GET", f"{one}/versions/1?against=2")
    assert {"kind": "in", "text": "→ yes: End"} in changed["changes"]
    status, back = await admin.call("POST", f"{one}/versions/1/restore", {"version": 2})
    assert (status, back["version"], back["body"]) == (200, 3, made["body"])
    await assert_audited(world, "script.restore", made["id"], {"name": "All", "version": 3, "back_to": 1})


async def assert_audited(world: World, action: str, what: int, detail: dict[str, Any]) -> None:
    rows = (await world.parts.memory.audit.page(AuditFilter(action=action))).items
    assert [(row.object_id, row.detail, row.user_id) for row in rows] == [(str(what), detail, world.users["admin"].id)]
