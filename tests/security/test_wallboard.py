"""The one link that carries a right: who makes it, what it opens, what it never tells, and how it ends."""

import asyncio
import itertools
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from agent_ui.wallboard import viewers
from agent_ui.wallboard.token import Token, token_key, write_token
from tests.agent_ui.test_story import sit_down
from tests.agent_ui.world import Person, World, running_world
from tests.fakes import FakeCaller
from tests.security.test_living import change
from tests.security.test_secrets import files

NUMBER = "+8613800138000"
LIVE = "/api/v1/wallboards/live"


class Board:
    """What the page reads, line by line."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response
        self.lines: list[dict[str, Any]] = []
        self.text = ""

    async def line(self) -> dict[str, Any] | None:
        read = await asyncio.wait_for(self.response.content.readline(), 20)
        if not read:
            return None
        self.text += read.decode()
        self.lines.append(json.loads(read))
        return self.lines[-1]

    async def board(self) -> dict[str, Any]:
        while (line := await self.line()) is not None:
            if line["type"] == "board":
                return line
        raise AssertionError("the stream ended")


@asynccontextmanager
async def looking(world: World, token: str, **headers: str) -> AsyncIterator[Board]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(world.base + LIVE, headers={"Authorization": f"Bearer {token}", **headers}) as response,
    ):
        yield Board(response)


async def refused(world: World, token: str) -> tuple[int, str]:
    async with looking(world, token) as board:
        return board.response.status, (await board.response.json())["error"]["code"]


async def make(person: Person, **board: Any) -> dict[str, Any]:
    status, link = await person.call("POST", "/wallboards", {"name": "Hall", "board": board})
    assert status == 201, link
    return dict(link)


async def test_a_link_opens_the_board_and_nothing_else(tmp_path: Path) -> None:
    async with running_world(tmp_path, live=True) as world:
        link = await make(await world.person("supervisor"))
        async with looking(world, link["token"]) as board:
            assert board.response.headers["Cache-Control"] == "no-store"
            assert board.response.headers["X-Accel-Buffering"] == "no"
            assert (await board.board())["name"] == "Hall"
        for carried in ({"Authorization": f"Bearer {link['token']}"}, {"Cookie": f"callroom={link['token']}"}):
            async with aiohttp.ClientSession(headers=carried) as session:
                for path in ("/session", "/wallboards", "/calls", "/directory", "/recordings", "/audit"):
                    async with session.get(f"{world.base}/api/v1{path}") as answer:
                        assert answer.status == 401, path
                for path in ("/cti", "/sip", "/metrics"):
                    async with session.get(world.base + path, headers={"Origin": world.base}) as answer:
                        assert answer.status == 401, path


@pytest.mark.parametrize("who", ["nobody", "agent", "supervisor", "admin"])
async def test_nobody_looks_on_without_a_link(who: str, tmp_path: Path) -> None:
    async with running_world(tmp_path) as world:
        person = world.stranger() if who == "nobody" else await world.person(who)
        for headers in ({}, {"Authorization": ""}, {"Authorization": "Basic x"}, {"Authorization": "bearer"}):
            status, answer = await person.call("GET", "/wallboards/live", headers=headers)
            assert (status, answer["error"]["code"]) == (401, "link_needed")
        link = await make(await world.person("admin"))
        for name in ("token", "link", "key"):
            status, _ = await person.call("GET", "/wallboards/live", params={name: link["token"]})
            assert status == 401, "an address is written into logs and histories"


async def test_a_link_that_is_not_ours_opens_nothing(tmp_path: Path) -> None:
    async with running_world(tmp_path) as world:
        link = await make(await world.person("admin"))
        own = token_key(world.parts.config.secrets.asterisk.sip_key)
        ends_at = datetime.fromisoformat(link["expires_at"])
        forged = [
            link["token"][:-1] + ("0" if link["token"][-1] != "0" else "1"),
            write_token(Token(link["id"], ends_at), token_key("of another installation")),
            write_token(Token(link["id"] + 1, ends_at), own),
            # of this installation's key, but of a database that was there before
            write_token(Token(link["id"], ends_at + timedelta(days=1)), own),
            "x" * 4000,
        ]
        for token in forged:
            assert await refused(world, token) == (403, "link_unknown")
        async with looking(world, link["token"]) as board:
            assert board.response.status == 200


async def test_a_revoked_link_ends_open_boards_at_once_and_opens_none(tmp_path: Path) -> None:
    async with running_world(tmp_path, live=True) as world:
        maker, other = await world.person("supervisor"), await world.person("admin")
        link, kept = await make(maker), await make(maker)
        async with looking(world, link["token"]) as board, looking(world, kept["token"]) as stays:
            await board.board()
            await stays.board()
            assert (await other.call("DELETE", f"/wallboards/{link['id']}"))[0] == 204
            async with asyncio.timeout(5):
                while (line := await board.line()) is not None:
                    last = line
            assert (last["type"], last["code"]) == ("end", "link_revoked")
            assert (await stays.line()) is not None
        assert await refused(world, link["token"]) == (403, "link_revoked")
        _, page = await maker.call("GET", "/wallboards")
        assert [(row["state"], row["token"] is None) for row in page["items"]] == [("valid", False), ("revoked", True)]
        assert page["items"][1]["revoked_by_name"] == "Admin"
        entries = (await other.call("GET", "/audit?object_kind=wallboard"))[1]["items"]
        assert [(entry["action"], entry["user_name"]) for entry in entries] == [
            ("wallboard.revoke", "Admin"),
            ("wallboard.make", "Supervisor"),
            ("wallboard.make", "Supervisor"),
        ]


class HandClock:
    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead  # noqa: TID251 - beside the real clock


async def test_a_link_ends_by_itself(tmp_path: Path) -> None:
    async with running_world(tmp_path, live=True) as world:
        clock = world.parts.wallboard._clock = HandClock()
        link = await make(await world.person("supervisor"))
        async with looking(world, link["token"]) as board:
            await board.board()
            clock.ahead = timedelta(days=91)
            while (line := await board.line()) is not None:
                last = line
            assert (last["type"], last["code"]) == ("end", "link_expired")
        assert await refused(world, link["token"]) == (403, "link_expired")


async def test_agents_have_no_hand_in_it(tmp_path: Path) -> None:
    async with running_world(tmp_path) as world:
        agent = await world.person("agent")
        link = await make(await world.person("supervisor"))
        for method, path in (("GET", ""), ("POST", ""), ("DELETE", f"/{link['id']}")):
            body = {"name": "x"} if method == "POST" else None
            assert (await agent.call(method, f"/wallboards{path}", body))[0] == 403
        async with looking(world, link["token"]) as board:
            assert board.response.status == 200


async def test_the_maker_may_go_and_the_link_stays_until_it_is_taken_back(tmp_path: Path) -> None:
    async with running_world(tmp_path) as world:
        link = await make(await world.person("supervisor"))
        await change(world, {"active": False})
        async with looking(world, link["token"]) as board:
            assert board.response.status == 200
        admin = await world.person("admin")
        assert (await admin.call("DELETE", f"/wallboards/{link['id']}"))[0] == 204
        assert (await admin.call("DELETE", "/wallboards/999"))[0] == 404


async def test_a_call_is_on_the_board_and_who_calls_is_not(tmp_path: Path) -> None:
    async with running_world(tmp_path, live=True) as world:
        supervisor = await world.person("supervisor")
        _, screen, me = await sit_down(world, "agent")
        link = await make(supervisor)
        named = await make(supervisor, with_names=True)
        other = await make(supervisor, queue_ids=[world.users["agent"].queue_ids[0] + 1], with_names=True)
        async with (
            looking(world, link["token"]) as board,
            looking(world, named["token"]) as with_names,
            looking(world, other["token"]) as elsewhere,
        ):
            await board.board()
            caller = FakeCaller(world.telephony, world.switch, "call-1", NUMBER)
            caller.arrive(world.parts.clock.now())
            visit = asyncio.ensure_future(caller.visit(1))
            await screen.until(lambda objects: objects.get("queue:1", {}).get("waiting") == ["call-1"])
            while (seen := await board.board())["total"]["waiting"] != 1:
                pass
            assert (seen["total"]["offered"], seen["total"]["open"]) == (1, 1)
            assert seen["total"]["states"]["not_ready"] == 1
            caller.hang_up()
            await visit
            while (seen := await board.board())["total"]["waiting"] != 0:
                pass
            assert (seen["total"]["short_abandoned"], seen["total"]["open"]) == (1, 0)
            while (await with_names.board())["total"]["offered"] != 1:
                pass
            assert (await elsewhere.board())["total"]["offered"] == 0
        assert '"name":"Agent"' in with_names.text
        assert "Agent" not in board.text
        for text in (board.text, with_names.text, elsewhere.text):
            for secret in (NUMBER, "13800138000", "8000", "call-1", f'"agent_id":{me}', "agent_id"):
                assert secret not in text, secret
        assert "Sales" not in elsewhere.text
        assert '"Agent"' not in elsewhere.text


async def test_at_most_one_message_in_a_second(tmp_path: Path) -> None:
    async with running_world(tmp_path, live=True) as world:
        link = await make(await world.person("supervisor"))
        async with looking(world, link["token"]) as board:
            await board.board()
            for number in range(20):
                caller = FakeCaller(world.telephony, world.switch, f"call-{number}", NUMBER)
                caller.arrive(world.parts.clock.now())
                visit = asyncio.ensure_future(caller.visit(1))
                await asyncio.sleep(0.06)
                caller.hang_up()
                await visit
            while board.lines[-1].get("total", {}).get("offered") != 20:
                await board.line()
        moments = [datetime.fromisoformat(line["at"]) for line in board.lines]
        # sent by its loop's timer; its clock is another one, which may run a little ahead
        assert min(b - a for a, b in itertools.pairwise(moments)) > timedelta(seconds=0.9)


async def test_boards_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewers, "MOST_VIEWERS", 2)
    async with running_world(tmp_path, live=True) as world:
        link = await make(await world.person("supervisor"))
        async with looking(world, link["token"]) as one:
            await one.board()
            async with looking(world, link["token"]) as two:
                await two.board()
                assert await refused(world, link["token"]) == (503, "too_many_viewers")
                assert (await refused(world, "1.2." + "0" * 64))[1] == "link_unknown", "strangers take no room"


async def test_tokens_are_nowhere_but_in_the_answers(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with running_world(tmp_path, live=True) as world:
        link = await make(await world.person("supervisor"))
        async with looking(world, link["token"]) as board:
            await board.board()
    seal = link["token"].rpartition(".")[2]
    connection = sqlite3.connect(tmp_path / "callroom.db")
    dump = "\n".join(connection.iterdump())
    connection.close()
    assert "wallboard.make" in dump
    assert seal not in dump
    assert seal not in caplog.text
    assert seal not in board.text
    assert [name for name, content in files(tmp_path).items() if seal.encode() in content] == []
