"""Administration: users, queues, flows, numbers, prompts, words, messages, audit."""

import io
import math
import struct
import wave
from datetime import UTC, datetime
from typing import Any

from aiohttp import FormData

from crm_core.messages import MessageDraft
from ivr.entries import packaged_flow
from tests.agent_ui.world import World


async def test_users_come_go_and_change(world: World) -> None:
    admin = await world.person("admin")
    body = {"login": "li", "name": "Li", "role": "agent", "language": "en", "queue_ids": [1]}
    status, made = await admin.call("POST", "/users", body)
    assert status == 201
    assert made["user"]["extension"]
    li = world.stranger()
    assert (await li.sign_in("li", made["password"]))[0] == 200
    assert (await admin.call("POST", "/users", body))[1]["error"]["code"] == "already_exists"
    assert (await admin.call("POST", "/users", {**body, "login": "x", "role": "boss"}))[0] == 422
    assert (await admin.call("POST", "/users", {**body, "login": "x", "queue_ids": [99]}))[0] == 422
    path = f"/users/{made['user']['id']}"
    assert (await admin.call("PATCH", path, {"name": "Li Na", "queue_ids": []}))[1]["queue_ids"] == []
    assert (await li.call("GET", "/session"))[1]["user"]["name"] == "Li Na"
    status, reset = await admin.call("POST", f"{path}/password")
    assert (await li.call("GET", "/session"))[0] == 401
    assert (await li.sign_in("li", reset["password"]))[0] == 200
    same = {"name": "Li", "role": "agent", "active": True, "skills": {"refunds": 4}}
    assert (await admin.call("PATCH", path, same))[1]["skills"] == {"refunds": 4}
    assert (await li.call("GET", "/session"))[0] == 200, "the page sends all fields: nothing of it is new but the skill"
    assert (await admin.call("PATCH", path, {"role": "supervisor"}))[0] == 200
    assert (await li.call("GET", "/session"))[0] == 401
    _, users = await admin.call("GET", "/users")
    assert "password" not in str(users)
    mine = f"/users/{world.users['admin'].id}"
    assert (await admin.call("PATCH", mine, {"active": False}))[1]["error"]["code"] == "in_use"
    agent = await world.person("agent")
    _, directory = await agent.call("GET", "/directory")
    assert {queue["name"] for queue in directory["queues"]} == {"Sales", "Service"}


async def test_queues_are_checked_and_kept(world: World) -> None:
    admin = await world.person("admin")
    body = {"name": "VIP", "ring_timeout_s": 15, "overflow": {"action": "queue", "queue_id": 1}}
    status, made = await admin.call("POST", "/queues", body)
    assert (status, made["overflow"]) == (201, {"action": "queue", "prompt": None, "queue_id": 1})
    path = f"/queues/{made['id']}"
    assert (await admin.call("PATCH", path, {"record": False}))[1]["record"] is False
    assert made["consent_prompt"] is None
    told = {"consent_prompt": "recording_notice"}
    assert (await admin.call("PATCH", path, told))[1]["consent_prompt"] == "recording_notice"
    assert (await admin.call("PATCH", path, {"name": "VIPs"}))[1]["consent_prompt"] == "recording_notice"
    plan = {"first_after_s": 5, "position_up_to": 3, "comfort": ["keep_waiting"]}
    _, told = await admin.call("PATCH", path, {"announcements": plan})
    assert told["announcements"] == {**plan, "expected_up_to_min": 30, "comfort_every_s": 45}
    assert (await admin.call("PATCH", path, {"announcements": {"comfort_every_s": 1}}))[0] == 422
    _, told = await admin.call("PATCH", path, {"callbacks": {"offered": True, "key": "5", "agent_first": False}})
    assert (told["callbacks"]["key"], told["callbacks"]["attempts"], told["callbacks"]["agent_first"]) == (
        "5",
        3,
        False,
    )
    status, refused = await admin.call("PATCH", path, {"callbacks": {"key": "#", "attempts": 0}})
    assert (status, {field["path"] for field in refused["error"]["fields"]}) == (
        422,
        {"callbacks.key", "callbacks.attempts"},
    )
    mail = {"addresses": ["boss@example.org"], "language": "en", "attach": True, "whole_number": False}
    assert (await admin.call("PATCH", path, {"voicemail_mail": mail}))[1]["voicemail_mail"] == mail
    assert (await admin.call("PATCH", path, {"name": "VIP"}))[1]["voicemail_mail"] == mail
    status, refused = await admin.call("PATCH", path, {"voicemail_mail": {"addresses": ["nobody"]}})
    assert refused["error"]["fields"][0]["path"] == "voicemail_mail.addresses"
    routing = {"overflow_beyond": 10, "overflow_expected_s": 120, "overflow_held_s": 20}
    _, told = await admin.call("PATCH", path, {"routing": routing})
    assert {name: told["routing"][name] for name in routing} == routing
    _, refused = await admin.call("PATCH", path, {"routing": {"overflow_beyond": -1}})
    assert [field["path"] for field in refused["error"]["fields"]] == ["routing.overflow_beyond"]
    climb = {"after_s": 0.0, "raise_by": 5, "also_queue_id": None, "cause": "depth", "more_than": 9, "expected_s": 0.0}
    by_time = {"after_s": 60.0, "raise_by": 5}
    _, told = await admin.call("PATCH", path, {"routing": {"ladder": [climb, by_time]}})
    assert told["routing"]["ladder"] == [climb, {**climb, **by_time, "cause": "time", "more_than": 0}]
    _, refused = await admin.call("PATCH", path, {"routing": {"ladder": [{**climb, "more_than": 0}]}})
    assert refused["error"]["fields"][0]["path"] == "routing.ladder.0.more_than"
    _, refused = await admin.call("PATCH", path, {"routing": {"ladder": [by_time, climb, {**climb, "raise_by": 9}]}})
    assert [(field["path"], field["named"]) for field in refused["error"]["fields"]] == [
        ("routing.ladder.2.cause", "2")
    ]
    assert made["consent_refusable"] is False
    assert (await admin.call("PATCH", path, {"consent_refusable": True}))[1]["consent_refusable"] is True
    assert (await admin.call("PATCH", path, {"consent_prompt": None}))[1]["consent_prompt"] is None
    assert (await admin.call("PATCH", path, {"consent_prompt": "../etc/x"}))[0] == 422
    bad = {"overflow": {"action": "queue", "queue_id": None}, "ring_timeout_s": 1}
    status, answer = await admin.call("PATCH", path, bad)
    assert {field["path"] for field in answer["error"]["fields"]} == {"overflow.queue_id", "ring_timeout_s"}
    refused = (await admin.call("DELETE", "/queues/1"))[1]["error"]
    assert (refused["code"], refused["used_by"]) == ("used_by_queues", ["VIP"])
    assert (await admin.call("DELETE", path))[0] == 204
    assert [queue["name"] for queue in (await admin.call("GET", "/queues"))[1]["items"]] == ["Sales", "Service"]
    old_tab = {"overflow": {"action": "queue", "queue_id": made["id"]}}
    [field] = (await admin.call("PATCH", "/queues/1", old_tab))[1]["error"]["fields"]
    assert (field["path"], field["code"], field["named"]) == ("overflow.queue_id", "queue_removed", "VIP")


async def test_a_flow_is_saved_whole_or_not_at_all(world: World) -> None:
    admin = await world.person("admin")
    # the built-in prompts are not spoken in this test; the flow may name none
    flow: dict[str, Any] = {"start": "line", "nodes": {"line": {"type": "queue", "queue": 1}}}
    status, made = await admin.call("POST", "/flows", {"name": "Main", "body": flow})
    assert status == 201
    path = f"/flows/{made['id']}"
    broken = packaged_flow("demo", 99)
    status, answer = await admin.call("PUT", path, {"name": "Main", "body": broken, "version": 1})
    assert status == 422
    assert "nodes.support.queue" in {field["path"] for field in answer["error"]["fields"]}
    assert (await admin.call("GET", path))[1]["version"] == 1
    status, saved = await admin.call("PUT", path, {"name": "Main 2", "body": flow, "version": 1})
    assert (saved["version"], saved["updated_by"]) == (2, "Admin")
    stale = await admin.call("PUT", path, {"name": "Main 3", "body": flow, "version": 1})
    assert stale[1]["error"]["code"] == "version_conflict"
    number = {"number": "+864001", "label": "Main", "flow_id": made["id"]}
    assert (await admin.call("POST", "/entry-numbers", number))[0] == 201
    assert (await admin.call("POST", "/entry-numbers", number))[1]["error"]["code"] == "already_exists"
    assert (await admin.call("POST", "/entry-numbers", {}))[1]["error"]["fields"][0]["path"] == "number"
    assert (await admin.call("GET", "/flows"))[1]["items"][0]["numbers"] == ["+864001"]
    assert (await admin.call("DELETE", path))[1]["error"]["code"] == "in_use"
    assert (await admin.call("POST", "/entry-numbers", {**number, "number": "4003", "label": "Third"}))[0] == 201
    taken = await admin.call("PATCH", "/entry-numbers/4003", {"number": "+864001"})
    assert taken[1]["error"]["code"] == "already_exists"
    labels = [item["label"] for item in (await admin.call("GET", "/entry-numbers"))[1]["items"]]
    assert labels == ["Main", "Third"]
    assert (await admin.call("DELETE", "/entry-numbers/4003"))[0] == 204
    moved = await admin.call("PATCH", "/entry-numbers/%2B864001", {"number": "4002"})
    assert (moved[1]["id"], moved[1]["language"]) == ("4002", "zh")
    spoken = await admin.call("PATCH", "/entry-numbers/4002", {"language": "en"})
    assert (spoken[1]["language"], spoken[1]["label"]) == ("en", "Main")
    assert (await admin.call("PATCH", "/entry-numbers/4002", {"language": "fr"}))[0] == 422
    assert [item["number"] for item in (await admin.call("GET", "/entry-numbers"))[1]["items"]] == ["4002"]
    assert (await admin.call("DELETE", "/entry-numbers/4002"))[0] == 204
    assert (await admin.call("DELETE", path))[0] == 204


def sound() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(i / 3))) for i in range(8000)))
    return buffer.getvalue()


def upload(data: bytes, name: str, language: str) -> FormData:
    form = FormData()
    form.add_field("name", name)
    form.add_field("language", language)
    form.add_field("file", data, filename="prompt.wav")
    return form


async def test_prompts_are_taken_spoken_and_deleted(world: World) -> None:
    admin = await world.person("admin")
    status, made = await admin.call("POST", "/prompts", data=upload(sound(), "offer", "zh"))
    assert (status, made["source"], made["duration_s"]) == (201, "upload", 1.0)
    status, body = await admin.call("GET", "/prompts/offer/zh/audio")
    assert body[:4] == b"RIFF"
    for data, name, code in ((b"junk", "offer", "wrong_type"), (sound(), "../x", "bad_name")):
        status, answer = await admin.call("POST", "/prompts", data=upload(data, name, "zh"))
        assert (status, answer["error"]["code"]) == (422, code)
    _, prompts = await admin.call("GET", "/prompts")
    by_key = {(item["name"], item["language"]): item for item in prompts["items"]}
    assert by_key["offer", "zh"]["builtin"] is False
    assert by_key["welcome", "en"]["builtin"] is True
    status, spoken = await admin.call("POST", "/prompts/welcome/en/speak", {"text": "Good morning"})
    assert (spoken["source"], spoken["builtin"]) == ("spoken", True)
    flow = {"start": "say", "nodes": {"say": {"type": "say", "prompt": "offer", "next": "end"}, "end": HANG_UP}}
    assert (await admin.call("POST", "/flows", {"name": "F", "body": flow}))[0] == 201
    assert (await admin.call("DELETE", "/prompts/offer/zh"))[1]["error"]["code"] == "in_use"
    await admin.call("POST", "/prompts", data=upload(sound(), "spring_regret", "zh"))
    spring = {"name": "Spring", "mode": "predictive", "queue_id": 1, "policies": ["us-ftc"]}
    for rule in ("no_agent", "machines"):
        spring["rules"] = {rule: {"action": "message", "prompt": "spring_regret"}}
        _, campaign = await admin.call("POST", "/campaigns", spring)
        assert (await admin.call("DELETE", "/prompts/spring_regret/zh"))[1]["error"]["code"] == "used_by_campaigns"
        assert (await admin.call("DELETE", f"/campaigns/{campaign['id']}"))[0] == 204
    closed = {"closed": {"action": "message", "prompt": "spring_regret"}}
    assert (await admin.call("PATCH", "/queues/1", closed))[0] == 200
    assert (await admin.call("DELETE", "/prompts/spring_regret/zh"))[1]["error"]["code"] == "in_use"
    assert (await admin.call("PATCH", "/queues/1", {"closed": {"action": "voicemail", "prompt": None}}))[0] == 200
    assert (await admin.call("DELETE", "/prompts/spring_regret/zh"))[0] == 204
    assert (await admin.call("DELETE", "/prompts/welcome/en"))[0] == 204
    assert (await admin.call("GET", "/prompts/none/en/audio"))[0] == 404


HANG_UP = {"type": "hang_up"}


async def test_words_are_added_ordered_and_retired(world: World) -> None:
    admin, agent = await world.person("admin"), await world.person("agent")
    word = {"code": "sold", "label_zh": "成交", "label_en": "Sold"}
    assert (await admin.call("POST", "/dispositions", word))[0] == 201
    assert (await admin.call("POST", "/dispositions", word))[1]["error"]["code"] == "already_exists"
    assert (await admin.call("POST", "/dispositions", {**word, "code": "Bad Code"}))[0] == 422
    assert (await admin.call("PATCH", "/dispositions/sold", {"label_en": "Deal"}))[1]["label_en"] == "Deal"
    _, listed = await agent.call("GET", "/dispositions")
    codes = [item["code"] for item in listed["items"]]
    assert codes[-1] == "sold"
    _, ordered = await admin.call("PUT", "/dispositions/order", {"codes": codes[::-1]})
    assert [item["code"] for item in ordered["items"]] == codes[::-1]
    assert (await admin.call("PUT", "/dispositions/order", {"codes": codes[1:]}))[0] == 422
    assert (await admin.call("DELETE", "/dispositions/sold"))[0] == 204
    pause = {"code": "prayer", "label_zh": "祈祷", "label_en": "Prayer"}
    assert (await admin.call("POST", "/pause-reasons", pause))[0] == 201
    assert (await agent.call("POST", "/agent/not-ready", {"reason": "prayer"}))[0] == 204
    assert (await admin.call("DELETE", "/pause-reasons/prayer"))[0] == 204
    assert (await agent.call("POST", "/agent/not-ready", {"reason": "prayer"}))[0] == 422


async def test_messages_are_heard_and_finished(world: World) -> None:
    agent = await world.person("agent")
    folder = world.parts.config.home / "voicemails"
    folder.mkdir()
    (folder / "one.wav").write_bytes(sound())
    at = datetime(2026, 11, 22, tzinfo=UTC)
    for key, path in (("a", "one.wav"), ("b", "../secrets.toml"), ("c", None)):
        kind = "voicemail" if path else "callback"
        await world.parts.memory.messages.add(MessageDraft(key, kind, at, number="13800138000", path=path))
    _, page = await agent.call("GET", "/voicemails?state=open")
    assert [(item["kind"], item["has_audio"]) for item in page["items"]] == [
        ("callback", False),
        ("voicemail", True),
        ("voicemail", True),
    ]
    first = page["items"][-1]["id"]
    assert (await agent.call("GET", f"/voicemails/{first}/audio"))[1][:4] == b"RIFF"
    assert (await agent.call("GET", f"/voicemails/{first + 1}/audio"))[0] == 410
    _, unheard = await agent.call("GET", "/voicemails?state=unheard")
    assert first in {one["id"] for one in unheard["items"]}, "reading changes nothing"
    assert (await agent.call("POST", f"/voicemails/{first}/heard", {}))[1]["heard_by"] == "Agent"
    _, unheard = await agent.call("GET", "/voicemails?state=unheard")
    assert first not in {one["id"] for one in unheard["items"]}, "it was listened to"
    _, found = await agent.call("GET", "/voicemails?state=open")
    heard = {one["id"]: one["heard_by"] for one in found["items"]}
    assert heard[first] == (await agent.call("GET", "/session"))[1]["user"]["name"]
    assert heard[first + 1] is None
    status, peaks = await agent.call("GET", f"/voicemails/{first}/peaks")
    assert (status, len(peaks["channels"]), peaks["pauses"]) == (200, 1, [])
    assert (await agent.call("GET", f"/voicemails/{first + 1}/peaks"))[0] == 410
    _, done = await agent.call("POST", f"/voicemails/{first}/done", {"done": True})
    assert (done["state"], done["done_by"]) == ("done", "Agent")
    assert len((await agent.call("GET", "/voicemails?state=open"))[1]["items"]) == 2


async def test_the_trace_is_for_administrators(world: World) -> None:
    admin = await world.person("admin")
    await admin.call("POST", "/customers", {"name": "Li"})
    _, page = await admin.call("GET", "/audit?object_kind=customer")
    assert page["items"][0]["user_name"] == "Admin"
    assert page["items"][0]["address"] == "127.0.0.1"
    _, detail = await admin.call("GET", "/health/detail")
    assert detail["database"] == "sqlite"
    found = {finding["code"]: finding for finding in detail["findings"]}
    assert found["database_schema"]["level"] == "ok"
    # whether this machine has an Asterisk is not the world's business; that it does not run is said
    assert {"asterisk_missing", "asterisk_not_running"} & set(found)
    assert detail["status"] == "degraded"
    assert (await admin.call("GET", "/audit?cursor=nonsense"))[0] == 422
