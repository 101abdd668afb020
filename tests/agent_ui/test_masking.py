"""A masked agent's whole session, byte by byte: no route and no push message holds a whole number."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from agent_ui.api.route import API_PREFIX, Answer, DialableText, NumberText, OwnAnswer, OwnText, Route, masked
from agent_ui.api.table import ROUTES
from crm_core.messages import MessageDraft
from cti.domain.commands import RingAgent
from tests.agent_ui.test_story import Screen, sit_down
from tests.agent_ui.world import Person, World, running_world
from tests.fakes import FakeCaller
from tests.numbers import leaks

KNOWN, SHARED, OTHER = "+8613800138000", "+8613900139000", "+8675582345678"
NUMBERS = (KNOWN, SHARED, OTHER)
MASKED = {"agent": "reveal", "supervisor": "see", "admin": "see", "reveals_per_day": 2}


class Listener(Person):
    """Keeps every byte that came."""

    heard: list[str]

    async def call(self, method: str, path: str, json: object = None, **more: Any) -> tuple[int, Any]:
        headers = {"Origin": self.base} | more.pop("headers", {})
        body = {} if json is None else {"json": json}
        url = f"{self.base}{API_PREFIX}{path}"
        async with self.session.request(method, url, headers=headers, **body, **more) as response:
            data = await response.read()
            self.heard.append(f"{response.raw_headers!r}\n{data.decode('utf-8', 'replace')}")
            is_json = response.content_type == "application/json"
            return response.status, await response.json() if is_json else data


async def listener(world: World, login: str) -> Listener:
    person = await world.person(login)
    mine = Listener(person.session, person.base)
    mine.heard = []
    return mine


async def seed(world: World) -> dict[str, Any]:
    boss = await world.person("supervisor")
    made = {}
    for name, number in (("Zhang", KNOWN), ("Wang", SHARED), ("Li", SHARED)):
        body = {
            "name": f"{name} 13800138000" if name == "Zhang" else name,
            "phones": [{"number": number, "label": "mobile"}, {"number": f"{OTHER}转801"}],
            "emails": [{"address": "13800138000@qq.com"}],
            "contacts": [{"name": "Wife 139-0013-9000", "title": "0755 8234 5678"}],
            "tags": ["13800138000"],
            "notes": "also at 138 0013 8000, since 2026-11-22",
        }
        status, made[name] = await boss.call("POST", "/customers", body)
        assert status == 201
    zhang = made["Zhang"]["id"]
    await boss.call("POST", f"/customers/{zhang}/notes", {"text": "Ring back on +86 139 0013 9000"})
    await boss.call("POST", f"/customers/{zhang}/open-items", {"title": "call 13800138000", "due_at": None})
    for key, number in (("m1", KNOWN), ("m2", SHARED)):
        draft = MessageDraft(key=key, kind="callback", at=world.parts.clock.now(), number=number, note=f"ring {number}")
        await world.parts.memory.messages.add(draft)
    return made


async def a_call(world: World, screen: Screen, call_id: str, number: str) -> RingAgent:
    caller = FakeCaller(world.telephony, world.switch, call_id, number)
    caller.arrive(world.parts.clock.now())
    visit = asyncio.ensure_future(caller.visit(1))
    await screen.until(lambda objects: (objects.get(f"call:{call_id}") or {}).get("state") == "ringing")
    ring = next(c for c in reversed(world.switch.commands) if isinstance(c, RingAgent) and c.call_id == call_id)
    world.switch.answer(ring.leg_id)
    await screen.until(lambda objects: objects[f"call:{call_id}"]["state"] == "talking")
    visit.add_done_callback(lambda _: None)
    return ring


class KeepingScreen(Screen):
    def __init__(self, screen: Screen, heard: list[str]) -> None:
        super().__init__(self)
        self._inner, self._heard = screen.socket, heard

    async def receive_json(self) -> Any:
        text = await self._inner.receive_str()
        self._heard.append(text)
        return json.loads(text)


def concrete(route: Route, made: dict[str, Any]) -> str:
    known = {"customer_id": str(made["Zhang"]["id"]), "call_id": "call-1", "voicemail_id": "1"}
    return re.sub(r"\{(\w+)(:int)?\}", lambda m: known.get(m[1], "1" if m[2] else "x"), route.path)


async def test_a_masked_agent_hears_no_whole_number_on_any_route_or_by_push(tmp_path: Path) -> None:
    async with running_world(tmp_path, live=True) as world:
        made = await seed(world)
        _, screen, me = await sit_down(world, "agent")
        agent = await listener(world, "agent")
        screen = KeepingScreen(screen, agent.heard)
        assert (await agent.call("POST", "/agent/ready"))[0] == 204
        ring = await a_call(world, screen, "call-1", KNOWN)
        assert ring.caller.number is None
        view, pop = screen.objects["call:call-1"], screen.objects["pop:call-1"]
        assert view["caller"]["number"] == "138****8000"
        assert (pop["number_e164"], pop["number_display"]) == (None, "138****8000")
        assert [match["name"] for match in pop["matches"]] == ["Zhang 138****8000"]
        await agent.call("PUT", "/calls/call-1/note", {"text": "wants 13800138000 removed"})

        tried = 0
        for route in ROUTES:
            if route.method == "GET":
                status, _ = await agent.call("GET", concrete(route, made))
                tried += status == 200
        assert tried >= 12
        for query in ("13800138000", "138 0013 8000", "0086 13900139000", "Zhang", "8000", "1380013", "Wife"):
            await agent.call("GET", "/customers", params={"q": query})
        await agent.call("GET", "/calls", params={"number": KNOWN})
        await agent.call("POST", "/calls/call-1/hang-up")
        await screen.until(lambda objects: objects[f"agent:{me}"]["state"] == "wrap_up")
        await agent.call("POST", "/calls/call-1/disposition", {"code": "order"})
        await agent.call("GET", "/calls")
        await agent.call("GET", "/calls/call-1")
        everything = "\n".join(agent.heard)
        assert leaks(everything, NUMBERS) == []
        # the net has no hole: somebody who may sees the very same things whole
        boss = await listener(world, "supervisor")
        for path in ("/calls/call-1", "/customers", f"/customers/{made['Zhang']['id']}", "/voicemails"):
            await boss.call("GET", path)
        assert len(leaks("\n".join(boss.heard), NUMBERS)) > 20
        await screen._inner.close()


async def test_who_may_not_see_a_number_can_save_it_and_use_it_by_reference(world: World) -> None:
    made = await seed(world)
    agent, boss = await world.person("agent"), await world.person("supervisor")
    path = f"/customers/{made['Zhang']['id']}"
    _, seen = await agent.call("GET", path)
    assert [p["number"] for p in seen["phones"]] == ["138****8000", "0755-****5678-801"]
    assert [p["e164"] for p in seen["phones"]] == [None, None]
    change = {
        "version": seen["version"],
        **{name: seen[name] for name in ("name", "tags", "emails", "contacts")},
        "notes": seen["notes"] + "!",
        "phones": [{"ref": phone["ref"], "label": phone["label"]} for phone in reversed(seen["phones"])],
    }
    status, _ = await agent.call("PATCH", path, change)
    assert status == 200
    before, after = made["Zhang"], (await boss.call("GET", path))[1]
    assert after["notes"] == before["notes"] + "!"
    for name in ("name", "tags", "emails"):
        assert after[name] == before[name], name
    assert [(c["name"], c["title"]) for c in after["contacts"]] == [("Wife 139-0013-9000", "0755 8234 5678")]
    assert after["phones"] == before["phones"][::-1]
    # stars are no number
    status, answer = await agent.call("PATCH", path, {"version": 2, "phones": [{"number": "138****8000"}]})
    assert (status, answer["error"]["fields"][0]["code"]) == (422, "not_a_phone")
    status, answer = await agent.call("PATCH", path, {"version": 2, "phones": [{"ref": "point:99999"}]})
    assert status == 404


async def test_a_masked_person_finds_whole_numbers_only_and_not_many(world: World) -> None:
    made = await seed(world)
    agent, boss = await world.person("agent"), await world.person("supervisor")

    async def found(person: Person, q: str) -> list[int]:
        status, page = await person.call("GET", "/customers", params={"q": q})
        assert status == 200, page
        return [item["id"] for item in page["items"]]

    zhang = made["Zhang"]["id"]
    for q in ("13800138000", "0086 138-0013-8000", "Zhang"):
        assert await found(agent, q) == [zhang], q
    for piece in ("00138000", "1380013", "8000", "Zhang 0013", "138 0013"):
        assert await found(agent, piece) == [], piece
    assert zhang in await found(boss, "0013800")
    _, trail = await (await world.person("admin")).call("GET", "/audit", params={"action": "number.search"})
    assert "138****8000" in [entry["detail"]["number"] for entry in trail["items"]]
    for _ in range(40):
        status, answer = await agent.call("GET", "/customers", params={"q": "13800138001"})
        if status == 429:
            break
    assert answer["error"]["code"] == "too_many_numbers"
    # one who types numbers into a form, to see which ones count as known, is stopped as well
    body = {"version": 1, "phones": [{"number": "13800138001"}]}
    assert (await agent.call("PATCH", f"/customers/{zhang}", body))[0] == 429
    assert await found(agent, "Zhang") == [zhang]


async def test_a_number_is_shown_for_a_reason_so_many_times_a_day(world: World) -> None:
    made = await seed(world)
    agent, admin = await world.person("agent"), await world.person("admin")
    assert (await admin.call("PUT", "/settings/numbers", MASKED))[1] == MASKED
    ref = (await agent.call("GET", f"/customers/{made['Zhang']['id']}"))[1]["phones"][0]["ref"]
    for body, status in (
        ({"ref": ref, "reason": " "}, 422),
        ({"ref": ref, "reason": " \u200b"}, 422),
        ({"ref": ref, "reason": "x"}, 422),
        ({"ref": ref, "reason": "----"}, 422),
        ({"ref": "point:9999", "reason": "x"}, 404),
        ({"ref": "point:1;x", "reason": "x"}, 404),
        ({"ref": "secret:1", "reason": "x"}, 404),
        ({"ref": "call:nobody", "reason": "x"}, 404),
        ({"ref": ref, "reason": "he asked for a text message"}, 200),
        ({"ref": "message:1", "reason": "call back"}, 200),
        ({"ref": ref, "reason": "again"}, 409),
    ):
        got, answer = await agent.call("POST", "/numbers/reveal", body)
        assert got == status, (body, answer)
        if got == 200:
            assert answer["e164"] == KNOWN
    assert answer["error"]["code"] == "reveals_used_up"
    _, trail = await admin.call("GET", "/audit", params={"action": "number.reveal"})
    assert [(e["user_name"], e["detail"]["reason"]) for e in trail["items"]] == [
        ("Agent", "call back"),
        ("Agent", "he asked for a text message"),
    ]
    assert leaks(json.dumps(trail), [KNOWN]) == []
    await admin.call("PUT", "/settings/numbers", {**MASKED, "agent": "masked"})
    got, answer = await agent.call("POST", "/numbers/reveal", {"ref": ref, "reason": "x"})
    assert (got, answer["error"]["code"]) == (403, "not_allowed")


async def test_rights_by_role_and_person_hold_at_once(world: World) -> None:
    made = await seed(world)
    agent, admin = await world.person("agent"), await world.person("admin")
    path = f"/customers/{made['Zhang']['id']}"

    async def sees() -> bool:
        return (await agent.call("GET", path))[1]["phones"][0]["e164"] == KNOWN

    assert not await sees()
    assert (await agent.call("GET", "/settings/numbers"))[0] == 403
    await admin.call("PUT", "/settings/numbers", {**MASKED, "agent": "see"})
    assert await sees()
    assert "numbers.see" in (await agent.call("GET", "/session"))[1]["permissions"]
    user = world.users["agent"].id
    await admin.call("PATCH", f"/users/{user}", {"number_right": "masked"})
    assert not await sees()
    await admin.call("PATCH", f"/users/{user}", {"number_right": ""})
    assert await sees()
    assert (await admin.call("PATCH", f"/users/{user}", {"number_right": "all"}))[0] == 422
    assert (await admin.call("PUT", "/settings/numbers", {**MASKED, "agent": "all"}))[0] == 422


class Line(Answer):
    number: NumberText | None
    e164: DialableText
    cursor: OwnText | None
    notes: tuple[str, ...]
    detail: dict[str, Any]
    count: int


class Setup(OwnAnswer):
    number: str


@pytest.mark.parametrize("wrap", [lambda line: line, lambda line: [line], lambda line: {"x": (line,)}])
def test_every_text_of_an_answer_is_masked_unless_it_is_marked(wrap: Any) -> None:
    line = Line(
        number="1001", e164=KNOWN, cursor="13800138000", notes=("13800138000",), detail={"a": ["13800138000"]}, count=1
    )
    found = masked(wrap(line))
    while not isinstance(found, Line):
        found = found["x"] if isinstance(found, dict) else found[0]
    assert (found.number, found.e164, found.cursor) == ("****", None, "13800138000")
    assert (found.notes, found.detail, found.count) == (("138****8000",), {"a": ["138****8000"]}, 1)


def test_what_a_text_is_named_by_is_a_text_as_well() -> None:
    line = Line(number="1", e164=None, cursor="", notes=(), detail={"13800138000": "gold", "plan": "x"}, count=1)
    found = masked(line)
    assert isinstance(found, Line)
    assert found.detail == {"138****8000": "gold", "plan": "x"}
    assert masked({1: "13800138000"}) == {1: "138****8000"}


def test_what_an_administrator_set_up_is_not_touched() -> None:
    assert masked(Setup(number="+8675588880000")) == Setup(number="+8675588880000")
