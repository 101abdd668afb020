"""An agent's own seat."""

from cti.asterisk.secrets import sip_password
from cti.domain.events import AgentSignedIn, AgentSignedOut, AgentWentNotReady, AgentWentReady
from cti.errors import Refused, SwitchUnavailable
from tests.agent_ui.world import World


async def test_the_seat_is_the_own_one(world: World) -> None:
    person, me = await world.person("agent"), world.users["agent"].id
    for path, body in (
        ("/agent/sign-in", None),
        ("/agent/ready", None),
        ("/agent/not-ready", {"reason": "meal"}),
        ("/agent/sign-out", None),
    ):
        assert (await person.call("POST", path, body))[0] == 204
    assert world.telephony.requests == [
        AgentSignedIn(me),
        AgentWentReady(me),
        AgentWentNotReady(me, "meal"),
        AgentSignedOut(me),
    ]


async def test_a_refusal_tells_its_code(world: World) -> None:
    person = await world.person("agent")
    world.telephony.refusal = Refused("phone_unreachable")
    status, answer = await person.call("POST", "/agent/ready")
    assert (status, answer["error"]["code"]) == (409, "phone_unreachable")
    world.telephony.refusal = SwitchUnavailable()
    status, answer = await person.call("POST", "/agent/ready")
    assert (status, answer["error"]["code"]) == (503, "switch_unavailable")
    world.telephony.refusal = ZeroDivisionError()
    status, answer = await person.call("POST", "/agent/ready")
    assert (status, answer["error"]["code"]) == (500, "internal")


async def test_a_pause_reason_must_exist(world: World) -> None:
    person = await world.person("agent")
    status, answer = await person.call("POST", "/agent/not-ready", {"reason": "phone_lost"})
    assert (status, answer["error"]["fields"][0]["path"]) == (422, "reason")


async def test_only_who_has_an_extension_has_a_seat(world: World) -> None:
    person = await world.person("admin")
    assert (await person.call("POST", "/agent/sign-in"))[1]["error"]["code"] == "no_extension"
    assert (await person.call("GET", "/softphone"))[1]["error"]["code"] == "no_extension"


async def test_the_softphone_gets_its_own_account(world: World) -> None:
    person, extension = await world.person("agent"), world.users["agent"].extension
    assert extension is not None
    status, answer = await person.call("GET", "/softphone")
    assert status == 200
    assert answer["extension"] == extension
    assert answer["password"] == sip_password(world.parts.config.secrets.asterisk.sip_key, extension)


async def test_the_demo_calls_from_whom_one_likes(world: World) -> None:
    person = await world.person("agent")
    assert (await person.call("POST", "/demo/calls", {"kind": "known"}))[1]["error"]["code"] == "demo_off"
    calls: list[tuple[str, str | None]] = []

    async def caller(to: str, from_number: str | None) -> str:
        calls.append((to, from_number))
        return "x"

    world.parts.demo_caller = caller
    for body in ({"kind": "known"}, {"kind": "two_matches"}, {"kind": "withheld"}, {"from": "+44123"}, {}):
        assert (await person.call("POST", "/demo/calls", body))[0] == 202
    assert [number for _, number in calls] == ["+8613800138000", "+8613900139000", None, "+44123", "+8613800138000"]
    assert (await person.call("POST", "/demo/calls", {"kind": "unknown"}))[1]["number"].startswith("139****")
    assert (await person.call("POST", "/demo/calls", {"from": "1\r\nx"}))[0] == 422
