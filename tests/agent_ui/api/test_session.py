"""Signing in and out."""

import asyncio
from datetime import timedelta

from agent_ui.auth.admission import Admission
from agent_ui.auth.gate import Gate
from agent_ui.auth.limits import LoginLimits
from crm_core.audit import SYSTEM, AuditFilter
from tests.agent_ui.world import PASSWORD, World


async def test_a_person_signs_in_and_out(world: World) -> None:
    person = world.stranger()
    status, answer = await person.sign_in("Agent")
    assert status == 200
    assert answer["user"]["login"] == "agent"
    assert answer["softphone"] == {"extension": "1002", "sip_uri": "sip:1002@callroom.invalid", "ws_path": "/sip"}
    assert "password" not in str(answer)
    assert (await person.call("GET", "/session"))[1]["user"]["name"] == "Agent"
    assert (await person.call("DELETE", "/session"))[0] == 204
    assert (await person.call("GET", "/session"))[0] == 401
    log = await world.parts.memory.audit.page(AuditFilter())
    assert "session.opened" in [row.action for row in log.items]


async def test_the_cookie_is_for_the_browser_alone(world: World) -> None:
    person = world.stranger()
    body = {"login": "agent", "password": PASSWORD}
    async with person.session.post(
        f"{world.base}/api/v1/session", json=body, headers={"Origin": world.base}
    ) as response:
        cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


async def test_wrong_login_and_wrong_password_look_alike(world: World) -> None:
    person = world.stranger()
    answers = [await person.sign_in("agent", "wrong"), await person.sign_in("nobody", "wrong")]
    assert answers[0] == answers[1]
    assert answers[0][0] == 401
    assert answers[0][1]["error"]["code"] == "wrong_credentials"


async def test_many_guesses_at_once_are_counted_as_many(world: World) -> None:
    person = world.stranger()
    answers = await asyncio.gather(*(person.sign_in("agent", "wrong") for _ in range(20)))
    assert sum(status == 401 for status, _ in answers) == 5


async def test_guessing_is_slowed_down(world: World) -> None:
    person = world.stranger()
    for _ in range(5):
        assert (await person.sign_in("agent", "wrong"))[0] == 401
    status, answer = await person.sign_in("agent")
    assert (status, answer["error"]["code"]) == (429, "too_many_tries")
    assert (await person.sign_in("agent2"))[0] == 200


async def test_a_crowd_is_told_when_to_come_again(world: World) -> None:
    await world.person("agent")
    gate = Gate(places=1, waiting=1)
    parts = world.parts
    limits = LoginLimits(5, 20, timedelta(minutes=5))
    parts.admission = Admission(limits, parts.passwords, parts.memory.users.credentials, parts.clock, gate)
    async with gate.turn("elsewhere", known=False):
        waiting = asyncio.ensure_future(world.stranger().sign_in("agent"))
        while not gate.waiting:
            await asyncio.sleep(0.01)
        body = {"login": "agent2", "password": PASSWORD}
        async with world.stranger().session.post(
            f"{world.base}/api/v1/session", json=body, headers={"Origin": world.base}
        ) as response:
            assert (response.status, response.headers["Retry-After"]) == (429, "3")
            assert (await response.json())["error"]["code"] == "sign_in_crowded"
    assert (await waiting)[0] == 200


async def test_a_stolen_session_does_not_guess_the_password(world: World) -> None:
    person = await world.person("agent")
    body = {"current": "wrong", "new": "another long one"}
    statuses = [(await person.call("PUT", "/session/password", body))[0] for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2


async def test_a_bad_body_is_explained(world: World) -> None:
    person = world.stranger()
    status, answer = await person.call("POST", "/session", {"login": "x" * 65, "passwort": "y"})
    assert status == 422
    assert {(f["path"], f["code"]) for f in answer["error"]["fields"]} == {
        ("login", "too_long"),
        ("password", "missing"),
        ("passwort", "unknown_field"),
    }
    status, answer = await person.call("POST", "/session", {"login": "a\0b", "password": "y"})
    assert answer["error"]["fields"][0]["path"] == "login"
    for data, code in ((b"{", "json_malformed"), (b"[]", "json_malformed"), (b"\xff", "json_malformed")):
        headers = {"Content-Type": "application/json"}
        status, answer = await person.call("POST", "/session", data=data, headers=headers)
        assert (status, answer["error"]["code"]) == (400, code)
    status, answer = await person.call("POST", "/session", data=b"login=agent", headers={"Content-Type": "text/plain"})
    assert (status, answer["error"]["code"]) == (415, "json_expected")


async def test_a_new_sign_in_ends_the_old_session(world: World) -> None:
    person = await world.person("agent")
    (old,) = [cookie.value for cookie in person.session.cookie_jar]
    await person.sign_in("agent2")
    assert await world.parts.sessions.identify(old) is None


async def test_language_and_password_are_ones_own(world: World) -> None:
    person, other = await world.person("agent"), await world.person("agent")
    status, answer = await person.call("PUT", "/session/preferences", {"language": "en"})
    assert (status, answer["user"]["language"]) == (200, "en")
    wrong = {"current": "wrong", "new": "another long one"}
    assert (await person.call("PUT", "/session/password", wrong))[1]["error"]["fields"][0]["path"] == "current"
    short = {"current": PASSWORD, "new": "short"}
    assert (await person.call("PUT", "/session/password", short))[1]["error"]["fields"][0]["code"] == "too_short"
    good = {"current": PASSWORD, "new": "another long one"}
    assert (await person.call("PUT", "/session/password", good))[0] == 204
    assert (await person.call("GET", "/session"))[0] == 200
    assert (await other.call("GET", "/session"))[0] == 401
    assert (await world.stranger().sign_in("agent", "another long one"))[0] == 200


async def test_a_user_who_is_switched_off_is_out(world: World) -> None:
    person = await world.person("agent")
    user = world.users["agent"]
    await world.parts.memory.users.change(user.id, None, {"active": False}, SYSTEM)
    await world.parts.person_changed(user.id, sign_out=True)
    assert (await person.call("GET", "/session"))[0] == 401
    assert (await person.sign_in("agent"))[0] == 401
