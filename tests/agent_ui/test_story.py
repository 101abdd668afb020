"""One call from ring to disposition, through the API, push, the real floor, the real diary: only Asterisk is faked."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cti.domain.commands import RingAgent
from tests.agent_ui.world import Person, World, running_world
from tests.fakes import FakeCaller

NUMBER = "+8613800138000"


class Screen:
    """The copy that a browser keeps."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.objects: dict[str, Any] = {}
        self.seen_with_ring: set[str] = set()

    async def until(self, condition: Callable[[dict[str, Any]], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition(self.objects):
                message = await self.socket.receive_json()
                if message["type"] == "snapshot":
                    self.objects = {}
                self.objects |= message.get("objects", {})
                for key, view in list(self.objects.items()):
                    if view and view.get("state") == "ringing" and key.startswith("call:"):
                        self.seen_with_ring = self.seen_with_ring or set(self.objects)


async def sit_down(world: World, login: str) -> tuple[Person, Screen, int]:
    person, user = await world.person(login), world.users[login]
    assert user.extension is not None
    world.switch.register(user.extension)
    screen = Screen(await person.session.ws_connect(f"{world.base}/cti", headers={"Origin": world.base}))
    assert (await person.call("POST", "/agent/sign-in"))[0] == 204
    await screen.until(lambda objects: objects.get(f"agent:{user.id}", {}).get("phone_reachable") is True)
    return person, screen, user.id


async def test_a_call_from_ring_to_disposition(tmp_path: Path) -> None:
    async with running_world(tmp_path, live=True) as world:
        person, screen, me = await sit_down(world, "agent")
        status, customer = await person.call(
            "POST", "/customers", {"name": "Zhang Wei", "level": "vip", "phones": [{"number": "138 0013 8000"}]}
        )
        assert status == 201
        assert (await person.call("POST", "/agent/ready"))[0] == 204
        caller = FakeCaller(world.telephony, world.switch, "call-1", NUMBER)
        caller.arrive(world.parts.clock.now())
        visit = asyncio.ensure_future(caller.visit(1))
        await screen.until(lambda objects: objects.get("call:call-1", {}).get("state") == "ringing")
        assert "pop:call-1" in screen.seen_with_ring
        assert screen.objects["pop:call-1"]["matches"][0]["name"] == "Zhang Wei"

        (ring,) = [command for command in world.switch.commands if isinstance(command, RingAgent)]
        world.switch.answer(ring.leg_id)
        await screen.until(lambda objects: objects["call:call-1"]["state"] == "talking")
        assert (await person.call("PUT", "/calls/call-1/note", {"text": "wants a quote"}))[0] == 204
        body = {"customer_id": customer["id"]}
        assert (await person.call("POST", "/calls/call-1/customer", body))[1]["customer"]["name"] == "Zhang Wei"
        assert (await person.call("POST", "/calls/call-1/hang-up"))[0] == 204
        await visit
        await screen.until(lambda objects: objects[f"agent:{me}"]["state"] == "wrap_up")
        assert (await person.call("POST", "/agent/ready"))[1]["error"]["code"] == "disposition_missing"
        bad = await person.call("POST", "/calls/call-1/disposition", {"code": "nonsense"})
        assert bad[1]["error"]["fields"][0]["path"] == "code"
        status, row = await person.call("POST", "/calls/call-1/disposition", {"code": "order"})
        assert (status, row["disposition"], row["note"]) == (200, "order", "wants a quote")
        await person.call("POST", "/agent/ready")
        await screen.until(lambda objects: objects[f"agent:{me}"]["state"] == "ready")

        # the diary is written behind
        async with asyncio.timeout(10):
            while not (page := (await person.call("GET", "/calls"))[1])["items"][0]["end_reason"]:
                await asyncio.sleep(0.01)
        assert [(item["id"], item["end_reason"]) for item in page["items"]] == [("call-1", "agent_hung_up")]
        _, detail = await person.call("GET", "/calls/call-1")
        assert {leg["role"] for leg in detail["legs"]} == {"customer", "agent"}
        assert "offer_made" in [event["kind"] for event in detail["events"]]
        _, timeline = await person.call("GET", f"/customers/{customer['id']}/timeline")
        assert timeline["items"][0]["call"]["id"] == "call-1"

        stranger = await world.person("agent2")
        assert (await stranger.call("GET", "/calls"))[1]["items"] == []
        for method, path, json in (
            ("GET", "/calls/call-1", None),
            ("PUT", "/calls/call-1/note", {"text": "x"}),
            ("POST", "/calls/call-1/disposition", {"code": "order"}),
            ("POST", "/calls/call-1/customer", {"customer_id": None}),
            ("GET", "/pop/call-1", None),
        ):
            assert (await stranger.call(method, path, json))[0] == 404, path
        assert (await stranger.call("GET", f"/calls?agent_id={me}"))[0] == 403
        boss = await world.person("supervisor")
        for query, count in (("result=answered", 1), ("result=abandoned", 0), ("number=13800138000", 1)):
            assert len((await boss.call("GET", f"/calls?{query}"))[1]["items"]) == count, query
        assert (await boss.call("GET", "/calls?from=yesterday"))[1]["error"]["fields"][0]["path"] == "from"
        assert (await boss.call("GET", "/pop/call-1"))[1]["matches"][0]["customer_id"] == customer["id"]
        await screen.socket.close()


async def test_a_declined_call_goes_to_the_next_agent(tmp_path: Path) -> None:
    async with running_world(tmp_path, live=True) as world:
        first, first_screen, me = await sit_down(world, "agent")
        second, second_screen, _ = await sit_down(world, "agent2")
        for person in (first, second):
            assert (await person.call("POST", "/agent/ready"))[0] == 204
        caller = FakeCaller(world.telephony, world.switch, "call-1")
        caller.arrive(world.parts.clock.now())
        visit = asyncio.ensure_future(caller.visit(1))
        await first_screen.until(lambda objects: objects.get("call:call-1", {}).get("state") == "ringing")
        assert first_screen.objects["pop:call-1"]["withheld"] is True
        assert (await second.call("POST", "/calls/call-1/decline"))[0] == 409
        assert (await first.call("POST", "/calls/call-1/decline"))[0] == 204
        await second_screen.until(lambda objects: (objects.get("call:call-1") or {}).get("state") == "ringing")
        await first_screen.until(lambda objects: objects["call:call-1"] is None)
        assert first_screen.objects["pop:call-1"] is None
        assert first_screen.objects[f"agent:{me}"]["state"] == "not_ready"
        caller.hang_up()
        await visit
        for screen in (first_screen, second_screen):
            await screen.socket.close()


async def test_a_new_user_has_a_seat_at_once(tmp_path: Path) -> None:
    async with running_world(tmp_path, live=True) as world:
        admin = await world.person("admin")
        body = {"login": "new", "name": "New", "role": "agent", "queue_ids": [1]}
        status, answer = await admin.call("POST", "/users", body)
        assert status == 201
        new = world.stranger()
        assert (await new.sign_in("new", answer["password"]))[0] == 200
        assert (await new.call("POST", "/agent/sign-in"))[0] == 204
        assert (await admin.call("PATCH", f"/users/{answer['user']['id']}", {"active": False}))[0] == 200
        assert (await new.call("GET", "/session"))[0] == 401
