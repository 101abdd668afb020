"""The push socket: who may open it, what comes, and what happens to a browser that does not read."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSServerHandshakeError

from agent_ui.push import connection
from agent_ui.push.hub import PAGES_MAX
from cti.domain.facts import Change
from tests.agent_ui.world import Person, World, running_world

NOW = datetime(2026, 11, 22, tzinfo=UTC)


async def connect(person: Person, **headers: str) -> ClientWebSocketResponse:
    return await person.session.ws_connect(f"{person.base}/cti", headers={"Origin": person.base} | headers)


def publish(world: World, key: str, view: dict[str, Any]) -> None:
    world.telephony.floor.views[key] = view
    world.telephony.bus.publish(Change(1, NOW, (), (key,)))


async def test_a_snapshot_then_changes(world: World) -> None:
    person, me = await world.person("agent"), world.users["agent"].id
    async with await connect(person) as socket:
        first = await socket.receive_json()
        assert (first["type"], first["seq"], first["me"]) == ("snapshot", 1, me)
        assert world.presence == [(me, True)]
        publish(world, f"agent:{me}", {"agent_id": me, "state": "ready"})
        change = await socket.receive_json()
        assert (change["type"], change["seq"]) == ("change", 2)
        assert change["objects"] == {f"agent:{me}": {"agent_id": me, "state": "ready"}}
        await socket.send_json({"type": "resync"})
        assert (await socket.receive_json())["type"] == "snapshot"
    for _ in range(100):
        if len(world.presence) == 2:
            break
        await asyncio.sleep(0.01)
    assert world.presence[-1] == (me, False)


async def test_what_colleagues_do_comes_gathered_and_never_before_what_is_urgent(world: World) -> None:
    person, me = await world.person("agent"), world.users["agent"].id
    async with await connect(person) as socket:
        await socket.receive_json()
        for state in ("ready", "ringing", "talking"):
            publish(world, "agent:999", {"agent_id": 999, "state": state})
            await asyncio.sleep(0.01)
        gathered = await socket.receive_json(timeout=5)
        assert gathered["objects"] == {"agent:999": {"agent_id": 999, "state": "talking"}}
        publish(world, "agent:999", {"agent_id": 999, "state": "wrap_up"})
        publish(world, f"agent:{me}", {"agent_id": me, "state": "ready"})
        assert set((await socket.receive_json(timeout=5))["objects"]) == {f"agent:{me}"}
        assert set((await socket.receive_json(timeout=5))["objects"]) == {"agent:999"}


@pytest.mark.parametrize("path", ["/cti", "/sip"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
async def test_foreign_pages_get_no_socket(world: World, origin: str, path: str) -> None:
    person = await world.person("agent")
    with pytest.raises(WSServerHandshakeError) as caught:
        await person.session.ws_connect(f"{person.base}{path}", headers={"Origin": origin})
    assert caught.value.status == 403


@pytest.mark.parametrize("path", ["/cti", "/sip"])
async def test_no_session_no_socket(world: World, path: str) -> None:
    stranger = world.stranger()
    with pytest.raises(WSServerHandshakeError) as caught:
        await stranger.session.ws_connect(f"{stranger.base}{path}", headers={"Origin": stranger.base})
    assert caught.value.status == 401


async def test_signing_out_closes_the_socket(world: World) -> None:
    person = await world.person("agent")
    async with await connect(person) as socket:
        await socket.receive_json()
        await person.call("DELETE", "/session")
        assert await socket.receive_json() == {"type": "signed_out"}
        message = await socket.receive(timeout=2)
        assert socket.closed or message.type.name in {"CLOSE", "CLOSED"}


async def test_nonsense_ends_the_socket(world: World) -> None:
    person = await world.person("agent")
    async with await connect(person) as socket:
        await socket.receive_json()
        await socket.send_str("nonsense")
        await socket.receive(timeout=2)
        assert socket.close_code == 1003


async def test_another_tab_takes_over(world: World) -> None:
    person = await world.person("agent")
    async with await connect(person) as first, await connect(person) as second:
        await first.receive_json()
        await first.send_json({"type": "claim"})
        await second.receive_json()
        await second.send_json({"type": "resync"})
        await second.receive_json()
        await second.send_json({"type": "claim"})
        assert await first.receive_json(timeout=2) == {"type": "replaced"}


async def test_who_does_not_read_is_cut_and_others_are_not(tmp_path: Any) -> None:
    async with running_world(tmp_path, CALLROOM_WEB_PUSH_STALL_S="0.3") as world:
        slow, quick = await world.person("supervisor"), await world.person("admin")
        async with await connect(quick) as quick_socket:
            slow_socket = await connect(slow)
            assert slow_socket._conn is not None
            slow_socket._conn.transport.pause_reading()  # type: ignore[union-attr]
            filler = "x" * 200_000
            seen = 0
            for number in range(200):
                publish(world, f"call:{number % 3}", _call(filler))
                message = await quick_socket.receive_json(timeout=5)
                seen += message["type"] == "change"
                if world.parts.hub.browsers == 1:
                    break
                await asyncio.sleep(0.02)
            assert world.parts.hub.browsers == 1
            assert seen > 0
            slow_socket._conn.transport.abort()  # type: ignore[union-attr]


async def test_a_quiet_connection_says_that_it_is_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "ALIVE_EVERY_S", 0.05)
    person = await world.person("supervisor")
    async with await connect(person) as socket:
        await socket.receive_json()
        assert [await socket.receive_json(timeout=5) for _ in range(3)] == [{"type": "alive"}] * 3
        publish(world, "call:c1", _call(""))
        async with asyncio.timeout(5):
            while (await socket.receive_json())["type"] != "change":
                pass


async def test_a_session_has_so_many_pages_and_the_newest_stay(world: World) -> None:
    person, other = await world.person("agent"), await world.person("supervisor")
    async with await connect(other) as bystander:
        await bystander.receive_json()
        sockets = [await connect(person) for _ in range(PAGES_MAX)]
        for socket in sockets:
            await socket.receive_json()
        await sockets[0].send_json({"type": "claim"})  # the one with the telephone
        await sockets[0].send_json({"type": "resync"})
        await sockets[0].receive_json()
        newest = await connect(person)
        assert (await newest.receive_json())["type"] == "snapshot"
        assert await sockets[1].receive_json(timeout=5) == {"type": "crowded"}
        await sockets[1].receive(timeout=5)
        assert sockets[1].closed
        async with asyncio.timeout(5):
            while world.parts.hub.browsers > PAGES_MAX + 1:
                await asyncio.sleep(0.01)
        for socket in (sockets[0], sockets[2], newest, bystander):
            await socket.send_json({"type": "resync"})
            assert (await socket.receive_json(timeout=5))["type"] == "snapshot"
        for socket in (*sockets, newest):
            await socket.close()


def _call(filler: str) -> dict[str, Any]:
    return {"agent_id": None, "state": "waiting", "caller": {"number": None, "name": filler}}
