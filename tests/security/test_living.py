"""What only the floor and the sockets can tell: another's living call, and sessions that end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from websockets.asyncio.server import ServerConnection, serve

from agent_ui.sip import SipProxy
from cti.domain.commands import RingAgent
from tests.agent_ui.test_story import Screen, sit_down
from tests.agent_ui.world import Person, World, running_world
from tests.fakes import FakeCaller
from tests.security.house import house

_ACTIONS: dict[str, dict[str, object] | None] = {
    **dict.fromkeys(("decline", "hang-up", "rejoin", "pause-recording", "resume-recording")),
    **dict.fromkeys(("hold", "retrieve", "leave", "parties/p/swap", "parties/p/bring-in", "parties/p/drop")),
    "invite": {"number": "13800138000"},
    "transfer": {"queue_id": 1},
}


async def test_nobody_touches_anothers_living_call(tmp_path: Path) -> None:
    async with house(tmp_path, live=True) as (world, _):
        owner, screen, _ = await sit_down(world, "agent")
        assert (await owner.call("POST", "/agent/ready"))[0] == 204
        caller = FakeCaller(world.telephony, world.switch, "call-1", "+8613800138000")
        caller.arrive(world.parts.clock.now())
        visit = asyncio.ensure_future(caller.visit(1))
        await screen.until(lambda objects: objects.get("call:call-1", {}).get("state") == "ringing")
        others = [await world.person(login) for login in ("stranger", "agent2", "supervisor")]
        for state in ("ringing", "talking"):
            for other in others:
                for action, body in _ACTIONS.items():
                    status, _ = await other.call("POST", f"/calls/call-1/{action}", body)
                    assert status == 409, (state, action)
            for other in others[:2]:
                for method, action, body in (
                    ("PUT", "note", {"text": "x"}),
                    ("POST", "customer", {"customer_id": None}),
                    ("POST", "disposition", {"code": "order"}),
                ):
                    assert (await other.call(method, f"/calls/call-1/{action}", body))[0] == 404
                assert (await other.call("GET", "/pop/call-1"))[0] == 404
                assert (await other.call("GET", "/calls/call-1"))[0] == 404
            view = world.telephony.floor.view("call:call-1")
            assert view is not None
            assert (view["state"], view["agent_id"]) == (state, world.users["agent"].id)
            if state == "ringing":
                (ring,) = [command for command in world.switch.commands if isinstance(command, RingAgent)]
                world.switch.answer(ring.leg_id)
                await screen.until(lambda objects: objects["call:call-1"]["state"] == "talking")
        assert (await owner.call("POST", "/calls/call-1/hang-up"))[0] == 204
        await visit


async def may_look(person: Person) -> set[int]:
    """Statuses of all that is done with a call that is over for this person."""
    asked: tuple[tuple[str, str, dict[str, object] | None], ...] = (
        ("GET", "/calls/call-1", None),
        ("GET", "/pop/call-1", None),
        ("PUT", "/calls/call-1/note", {"text": "x"}),
        ("POST", "/calls/call-1/customer", {"customer_id": None}),
        ("POST", "/calls/call-1/disposition", {"code": "order"}),
    )
    return {(await person.call(method, path, body))[0] for method, path, body in asked}


async def test_a_call_stays_the_own_of_everybody_who_talked_in_it_and_of_nobody_else(tmp_path: Path) -> None:
    async with house(tmp_path, live=True) as (world, _):
        await world.parts.roster_changed()  # the stranger has a seat
        owner, screen, me = await sit_down(world, "agent")
        second, second_screen, _ = await sit_down(world, "agent2")
        third, third_screen, third_id = await sit_down(world, "stranger")
        assert (await owner.call("POST", "/agent/ready"))[0] == 204
        caller = FakeCaller(world.telephony, world.switch, "call-1", "+8613800138000")
        caller.arrive(world.parts.clock.now())
        visit = asyncio.ensure_future(caller.visit(1))

        async def answered(own: Screen) -> None:
            await own.until(lambda objects: (objects.get("call:call-1") or {}).get("state") == "ringing")
            world.switch.answer(next(c for c in reversed(world.switch.commands) if isinstance(c, RingAgent)).leg_id)
            await own.until(lambda objects: objects["call:call-1"]["state"] == "talking")

        await answered(screen)
        assert (await owner.call("POST", "/calls/call-1/transfer", {"agent_id": third_id}))[0] == 204
        await third_screen.until(lambda objects: (objects.get("call:call-1") or {}).get("state") == "ringing")
        assert (await third.call("GET", "/calls/call-1"))[0] == 200, "it rings there"
        assert (await third.call("POST", "/calls/call-1/decline"))[0] == 204
        assert await may_look(third) == {404}, "and never was theirs"
        assert (await second.call("POST", "/agent/ready"))[0] == 204
        await answered(second_screen)

        assert (await owner.call("POST", "/calls/call-1/disposition", {"code": "order"}))[0] == 200
        assert (await owner.call("POST", "/agent/ready"))[0] == 204
        await screen.until(lambda objects: objects[f"agent:{me}"]["call_id"] is None)
        assert await may_look(owner) == {200, 204}, "passed on, and theirs while the colleague talks"
        assert (await second.call("POST", "/calls/call-1/hang-up"))[0] == 204
        await visit
        for person, status, own in (
            (owner, {200, 204}, ["call-1"]),
            (second, {200, 204}, ["call-1"]),
            (third, {404}, []),
        ):
            assert await may_look(person) == status
            assert [
                item["id"] for item in (await person.call("GET", "/calls"))[1]["items"] if item["id"] == "call-1"
            ] == own


@asynccontextmanager
async def sip_server(world: World) -> AsyncIterator[None]:
    """In Asterisk's place: takes sockets and says nothing."""

    async def silent(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async with serve(silent, "127.0.0.1", 0, subprotocols=["sip"]) as server:  # type: ignore[list-item]
        port = next(iter(server.sockets)).getsockname()[1]
        world.parts.sip = SipProxy(f"ws://127.0.0.1:{port}/ws")
        world.parts.sessions.on_end(world.parts.sip.end_session)
        yield


async def sign_out(world: World, person: Person) -> None:
    await person.call("DELETE", "/session")


async def demote(world: World, person: Person) -> None:
    await change(world, {"role": "agent"})


async def switch_off(world: World, person: Person) -> None:
    await change(world, {"active": False})


async def change(world: World, body: dict[str, object]) -> None:
    admin = await world.person("admin")
    assert (await admin.call("PATCH", f"/users/{world.users['supervisor'].id}", body))[0] == 200


async def new_password(world: World, person: Person) -> None:
    admin = await world.person("admin")
    assert (await admin.call("POST", f"/users/{world.users['supervisor'].id}/password"))[0] == 200


async def sign_in_again(world: World, person: Person) -> None:
    assert (await person.sign_in("supervisor"))[0] == 200


@pytest.mark.parametrize("end", [sign_out, demote, switch_off, new_password, sign_in_again])
async def test_the_end_of_a_session_closes_its_sockets_at_once(
    end: Callable[[World, Person], Awaitable[None]], tmp_path: Path
) -> None:
    async with running_world(tmp_path) as world, sip_server(world):
        person = await world.person("supervisor")
        headers = {"Origin": world.base}
        push = await person.session.ws_connect(f"{world.base}/cti", headers=headers)
        sip = await person.session.ws_connect(f"{world.base}/sip", headers=headers, protocols=["sip"])
        await push.receive_json(timeout=20)
        (old,) = [cookie.value for cookie in person.session.cookie_jar]
        await end(world, person)
        # a second is what is promised; it takes milliseconds, but this machine may be busy
        async with asyncio.timeout(5):
            await until_closed(push)
            await until_closed(sip)
        async with aiohttp.ClientSession(cookies={"callroom": old}) as thief:
            for path in ("/api/v1/session", "/cti", "/sip"):
                async with thief.get(world.base + path, headers=headers) as answer:
                    assert answer.status == 401, path


async def until_closed(socket: aiohttp.ClientWebSocketResponse) -> None:
    while (await socket.receive()).type not in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}:
        pass
