"""What must stay with its owner is in no table and in no log: passwords, cookies, session ids, keys."""

import asyncio
import logging
import re
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from agent_ui.auth.sessions import key_of
from agent_ui.logs import set_up_logging
from agent_ui.phones.ticket import ticket_cookie
from cti.asterisk.secrets import sip_password
from cti.domain.commands import RingAgent
from tests.agent_ui.test_story import NUMBER, sit_down
from tests.agent_ui.world import PASSWORD, Person, World, running_world
from tests.fakes import FakeCaller

TYPED = {"wrong": "typed by mistake 7", "new": "chosen by agent2 & co"}


@pytest.fixture(autouse=True)
def logs(tmp_path: Path) -> Iterator[None]:
    """The program's own log, as it is set up in earnest."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    set_up_logging(tmp_path / "log")
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = handlers, level


def cookies(person: Person) -> dict[str, str]:
    return {cookie.key: cookie.value for cookie in person.session.cookie_jar}


async def story(world: World) -> dict[str, str]:
    """Sign-ins, wrong ones, a user, a password, a call; return all that was secret in it."""
    secret = {"the password": PASSWORD, **TYPED}
    agent, screen, _ = await sit_down(world, "agent")
    admin, agent2 = await world.person("admin"), await world.person("agent2")
    assert (await world.stranger().sign_in("agent", TYPED["wrong"]))[0] == 401
    assert (await agent2.call("PUT", "/session/password", {"current": TYPED["wrong"], "new": TYPED["new"]}))[0] == 422
    assert (await agent2.call("PUT", "/session/password", {"current": PASSWORD, "new": TYPED["new"]}))[0] == 204
    status, made = await admin.call("POST", "/users", {"login": "new", "name": "New"})
    assert status == 201
    status, reset = await admin.call("POST", f"/users/{made['user']['id']}/password")
    assert status == 200
    secret |= {"generated": made["password"], "reset": reset["password"]}
    # what goes wrong is logged with its trace
    async with admin.session.post(f"{world.base}/api/v1/session", data=b'{"password": "typed by mis') as answer:
        assert answer.status == 403
    status, phone = await agent.call("GET", "/softphone")
    assert status == 200
    secret["of the phone"] = phone["password"]
    await call(world, agent, screen)
    for name, person in (("agent", agent), ("admin", admin), ("agent2", agent2)):
        secret |= {f"{name}'s {key}": value for key, value in cookies(person).items()}
    assert ticket_cookie(secure=False) in cookies(agent)
    own = world.parts.config.secrets
    secret |= {"sip key": own.asterisk.sip_key, "metrics": own.metrics_token}
    secret |= {f"{login} of the demonstration": password for login, password in own.passwords.items()}
    assert phone["password"] == sip_password(own.asterisk.sip_key, phone["extension"])
    assert (await admin.call("DELETE", "/session"))[0] == 204
    return secret


async def call(world: World, agent: Person, screen: object) -> None:
    assert (await agent.call("POST", "/agent/ready"))[0] == 204
    caller = FakeCaller(world.telephony, world.switch, "call-1", NUMBER)
    caller.arrive(world.parts.clock.now())
    visit = asyncio.ensure_future(caller.visit(1))
    await screen.until(lambda objects: objects.get("call:call-1", {}).get("state") == "ringing")  # type: ignore[attr-defined]
    (ring,) = [command for command in world.switch.commands if isinstance(command, RingAgent)]
    world.switch.answer(ring.leg_id)
    await screen.until(lambda objects: objects["call:call-1"]["state"] == "talking")  # type: ignore[attr-defined]
    assert (await agent.call("POST", "/calls/call-1/hang-up"))[0] == 204
    await visit


def spellings(text: str) -> Iterator[bytes]:
    """As it is, and as it may be written down."""
    yield text.encode()
    yield b64encode(text.encode()).rstrip(b"=")
    yield quote(text, safe="").encode()
    yield text.encode().hex().encode()


def files(home: Path) -> dict[str, bytes]:
    """All of the home folder, but for the file where the installation's own secrets live."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.name != "secrets.toml"
    }


def rows(home: Path) -> list[str]:
    connection = sqlite3.connect(home / "callroom.db")
    lines = list(connection.iterdump())
    connection.close()
    return lines


def test_the_spellings_find_what_is_there() -> None:
    assert [one for one in spellings("a b") if one in b"x a b y YSBi a%20b 612062"] == list(spellings("a b"))


async def test_secrets_are_in_no_table_and_no_log(tmp_path: Path) -> None:
    async with running_world(tmp_path, live=True) as world:
        secret = await story(world)
    rest, dump = files(tmp_path), "\n".join(rows(tmp_path))
    assert "session.refused" in dump
    assert "call-1" in dump
    assert b"POST /api/v1/session" in rest["log/callroom.log"], "the log was not written"
    for name, text in secret.items():
        assert len(text) >= 10, name
        for spelling in spellings(text):
            for place, content in {**rest, "dump": dump.encode()}.items():
                assert spelling not in content, (name, place)


async def test_session_ids_stay_in_their_table(tmp_path: Path) -> None:
    async with running_world(tmp_path, live=True) as world:
        secret = await story(world)
    keys = [key_of(text) for name, text in secret.items() if name.endswith(" callroom")]
    assert len(keys) == 3
    of_sessions = [line for line in rows(tmp_path) if line.startswith('INSERT INTO "sessions"')]
    others = "\n".join(line for line in rows(tmp_path) if not line.startswith('INSERT INTO "sessions"'))
    assert any(key in line for line in of_sessions for key in keys)
    logged = files(tmp_path)["log/callroom.log"].decode()
    for key in keys:
        assert key not in others
        assert key not in logged
    # a cookie of ours, whosever: 43 characters after its name
    assert not re.search(r"callroom=[\w-]{20}", logged)
