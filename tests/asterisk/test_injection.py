"""Whatever is written into a field for AMI or AGI: refused by a typed error, or one value; never a second of anything.

What Asterisk did is asked of Asterisk: its events, its own log of what it executed, its variables, its channels. Not
tried are names of variables and paths of files: both are constants or made by the server.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cti.agi.server import AgiServer
from cti.agi.session import AgiSession
from cti.ami.actions import action_for
from cti.ami.originate import Destination, originate
from cti.asterisk.layout import LOOPBACK
from cti.asterisk.manager_link import manager_link
from cti.asterisk.pstn import call_in, check_caller
from cti.domain.commands import HangUpLeg, MuteRecording, OfferToFallback, RingAgent, SwitchCommand, TakeBack
from cti.domain.values import Caller
from cti.errors import ActionRefused, UnsafeValue
from tests.asterisk.injections import COUNT, PWNED, SEED, injections
from tests.asterisk.pair import Pair, ami_of, eventually

pytestmark = pytest.mark.asterisk
Headers = tuple[tuple[str, str], ...]
LEG, PHONE = "leg-1", "1001"
# What Asterisk says while no channel is made.
QUIET = {"FullyBooted", "OriginateResponse", "DeviceStateChange", "PeerStatus", "ContactStatus"}


def order(command: SwitchCommand) -> tuple[str, Headers]:
    action = action_for(command)
    return action.name, action.headers


def ring(text: str, **fields: str) -> tuple[str, Headers]:
    values = {"leg_id": LEG, "extension": PHONE, "call_id": "call-1"} | fields
    return order(RingAgent("n1", caller=Caller(text, text), ring_s=1.0, **values))


def begin(text: str, **fields: object) -> tuple[str, Headers]:
    values: dict[str, object] = {"channel": f"PJSIP/{PHONE}", "leg_id": LEG, "timeout_ms": 1000, "variables": {}}
    return originate(Destination.AGENT_WAIT, **(values | fields))  # type: ignore[arg-type]


# Every field of every action that Callroom can send; the last is what they all go through.
ACTIONS: dict[str, Callable[[str], tuple[str, Headers]]] = {
    "ring: caller": ring,
    "ring: leg": lambda text: ring("", leg_id=text),
    "ring: extension": lambda text: ring("", extension=text),
    "ring: call": lambda text: ring("", call_id=text),
    "hang up": lambda text: order(HangUpLeg("n1", text)),
    "take back": lambda text: order(TakeBack("n1", text)),
    "mute": lambda text: order(MuteRecording("n1", text, True)),
    "fallback": lambda text: order(OfferToFallback(text, True)),
    "originate: channel": lambda text: begin(text, channel=text),
    "originate: other leg": lambda text: begin(text, other_leg_id=text),
    "originate: variable": lambda text: begin(text, variables={text: "1"}),
    "originate: name": lambda text: begin(text, variables={"CALLER_NAME": text}),
    "originate: id": lambda text: begin(text, variables={"CALLROOM_CALL_ID": text}),
    "originate: number": lambda text: begin(text, shown_number=text),
    "any header": lambda text: ("Ping", (("Data", text),)),
    "any name": lambda text: ("Ping", ((text, "1"),)),
}


async def test_no_text_is_a_second_action_or_header(pair: Pair) -> None:
    print("seed", SEED)  # noqa: T201
    canary, sent = pair.home / "pwned-by-ami", Counter[str]()
    settings = pair.settings
    secret = settings.secrets.ami_secret
    async with (
        ami_of(settings) as witness,
        manager_link(LOOPBACK, settings.ami_port, settings.ami_user, secret) as link,
    ):
        for text in injections(str(canary)):
            for build in ACTIONS.values():
                try:
                    name, headers = build(text)
                    await link.call(name, headers)
                    sent[name] += 1
                except UnsafeValue:
                    sent["refused here"] += 1
                except ActionRefused:
                    sent["refused there"] += 1

        async def told() -> bool:
            return (
                len([each for each in witness.events if each.get("Event") == "OriginateResponse"]) >= sent["Originate"]
            )

        await eventually(told, 20, "what became of every Originate that Asterisk took")
        for event in witness.events:
            assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name) for name in event), event
            assert event["Event"] in QUIET, event
            if event["Event"] == "OriginateResponse":
                assert (event["Context"], event["Exten"]) == ("agent-wait", "s"), event
                assert "Application" not in event, event
                assert event["Channel"] in {f"PJSIP/{PHONE}", f"PJSIP/{PHONE}-"}, event
        assert (await witness.action("Ping"))["Ping"] == "Pong"
    print(sent)  # noqa: T201
    assert sum(sent.values()) >= COUNT * len(ACTIONS)
    assert min(sent["Ping"], sent["Originate"], sent["refused here"]) > COUNT / 4
    await nothing_came_of_it(pair, canary)


def test_the_simulators_callers_are_numbers_and_keys(tmp_path: Path) -> None:
    """What the demonstration page may say; the name is one variable of a call, as above."""
    for text in injections(str(tmp_path)):
        for to, number, keys in ((text, "1", "1"), ("1", text, "1"), ("1", "1", text)):
            with pytest.raises(UnsafeValue):
                check_caller(to, number, "", keys)


async def nothing_came_of_it(pair: Pair, canary: Path) -> None:
    assert not await asyncio.to_thread(canary.exists)
    assert PWNED not in await pair.switch.command("dialplan show globals")
    assert await pair.channels() == []


COMMANDS: dict[str, Callable[[AgiSession, str], Awaitable[object]]] = {
    "value": lambda session, text: session.set_variable("PROBE", text),
    "values": lambda session, text: session.set_variables({"PROBE_TOO": text}),
    "application": lambda session, text: session.execute("NoOp", text, "x"),
    "join": lambda session, text: session.gosub("callroom-join", text),
    # to a trunk that there is not: it is the number's turn, and nobody's telephone shall ring
    "outside: number": lambda session, text: session.gosub("callroom-outside", text, "nowhere", "1"),
    "outside: trunk": lambda session, text: session.gosub("callroom-outside", "100", f"no{text}", "1"),
    "outside: time": lambda session, text: session.gosub("callroom-outside", "100", "nowhere", text),
    "sound": lambda session, text: session.stream_file(f"no-such-{text}", "#"),
    "keys": lambda session, text: session.stream_file("no-such-sound", text),
    "music": lambda session, text: session.music_on(text),
}
# Go the same way as the number, and each takes 45 ms.
SELDOM = {"outside: trunk", "outside: time"}
APPLICATIONS = {"Answer", "NoOp", "MSet"}
CONTEXTS = {"from-trunk", "callroom-call", "callroom-join", "callroom-outside"}
STEPS = {"Set", "AGI", "Bridge", "Dial", "Return", "ExecIf", "GotoIf", "Goto", "NoOp", "Hangup", "Answer", "Ringing"}


async def test_no_text_is_a_second_command_argument_or_variable(pair: Pair) -> None:
    canary, done = pair.home / "pwned-by-agi", Counter[str]()

    async def story(session: AgiSession) -> None:
        await session.answer()
        for place, text in enumerate(injections(str(canary))):
            for name, command in COMMANDS.items():
                if name in SELDOM and place % 4:
                    continue
                try:
                    await command(session, text)
                    done[name] += 1
                except UnsafeValue:
                    done["refused here"] += 1
                except ActionRefused:
                    done["refused there"] += 1
                else:
                    if name == "value":
                        # GET VARIABLE gives the first 1023 bytes
                        found = await session.command("GET FULL VARIABLE", "${PROBE}")
                        assert (found.value or "") == text
        await session.music_off()
        for name in (PWNED, f"GLOBAL({PWNED})"):
            assert not await session.get_variable(name)

    async with executed(pair) as log:
        await in_a_call(pair, story)
    print(done)  # noqa: T201
    assert done["value"] > COUNT / 3
    assert done["refused here"] > COUNT
    assert all(done[name] > 20 for name in COMMANDS if name not in {"sound", "keys"}), (
        "nothing came through to be tried"
    )
    text = log.read_text(errors="replace")
    steps = Counter(
        re.findall(r"^\[[^]]*\] VERBOSE\S* pbx\.c: +(?:-- )?Executing \[[^\]]*@([\w-]+):\d+\] (\w+)\(", text, re.M)
    )
    assert {context for context, _ in steps} <= CONTEXTS
    assert {step for _, step in steps} <= STEPS
    assert steps["callroom-join", "Bridge"] == done["join"], "one Bridge for each order, and the log was read"
    ran = set(re.findall(r"res_agi\.c: .*AGI Script Executing Application: \((\w+)\)", text))
    assert ran == APPLICATIONS
    assert steps["callroom-outside", "Dial"] == sum(done[name] for name in COMMANDS if name.startswith("outside"))
    assert "app_dial.c: Called" not in text, "nobody's telephone rang"
    await nothing_came_of_it(pair, canary)


@asynccontextmanager
async def executed(pair: Pair) -> AsyncIterator[Path]:
    """Asterisk's own account of every step of the dialplan and every application that AGI ran."""
    name = "executed.verbose"
    await pair.switch.command(f"logger add channel {name} verbose(5)")
    try:
        yield pair.settings.layout.log / name
    finally:
        await pair.switch.command(f"logger remove channel {name}")


async def in_a_call(pair: Pair, story: Callable[[AgiSession], Awaitable[None]]) -> None:
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def handler(session: AgiSession) -> None:
        try:
            await story(session)
            await session.set_variable("CALLROOM_DONE", "1")
        except BaseException as error:
            ended.set_exception(error)
            raise
        ended.set_result(None)

    server = AgiServer(LOOPBACK, pair.settings.agi_port, handler)
    await server.start()
    try:
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", stay_s=300)
        await asyncio.wait_for(ended, 120)
    finally:
        await server.aclose()
    await pair.hang_up_all()
