"""The dialplan keeps every caller, whatever happens to Callroom."""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator

import pytest

from cti.ami.actions import action_for
from cti.asterisk.pstn import active_calls, call_in
from cti.asterisk.secrets import sip_password
from cti.domain.commands import RingAgent
from cti.domain.values import Caller, Phone, PhoneKind
from tests.asterisk.pair import AgiPeer, Pair, agi_server, ami_of, eventually
from tests.asterisk.sip_phone import SipPhone

pytestmark = pytest.mark.asterisk


@contextlib.asynccontextmanager
async def shorter(pair: Pair, **seconds: int) -> AsyncIterator[None]:
    """Set times of the dialplan for one test; what is shipped is in test_templates."""
    shipped = {
        "GUARD_S": 12,
        "OUTAGE_S": 20,
        "OUTAGE_AFTER_TALK_S": 6,
        "RETRY_S": 2,
        "FALLBACK_S": 30,
        "EMERGENCY_MOST": 40,
        "HOLD_ROUNDS": 120,
        "HOLD_ROUND_S": 60,
        "CONFIRM_ROUNDS": 2,
        "CONFIRM_KEY_S": 2,
    }
    for name, value in seconds.items():
        await pair.switch.command(f"dialplan set global {name} {value}")
    try:
        yield
    finally:
        for name in seconds:
            await pair.switch.command(f"dialplan set global {name} {shipped[name]}")


async def in_context(pair: Pair, context: str, timeout_s: float) -> float:
    async def there() -> bool:
        return any(channel[1] == context for channel in await pair.channels())

    return await eventually(there, timeout_s, f"a channel in {context}")


async def nobody_left(pair: Pair, timeout_s: float) -> float:
    async def nobody() -> bool:
        return not await pair.channels()

    return await eventually(nobody, timeout_s, "no channel left")


async def test_hung_callroom_loses_the_caller_to_the_fallback_within_15_s(pair: Pair) -> None:
    async def hang(agi: AgiPeer) -> None:
        await asyncio.sleep(60)

    async with agi_server(pair.settings.agi_port, hang) as sessions:
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="")
        took_s = await in_context(pair, "fallback", 15)
        assert 11 < took_s < 15
        assert len(sessions) == 1


async def test_lease_holds_while_it_is_renewed_and_ends_after(pair: Pair) -> None:
    renewed: list[float] = []

    async def renew(agi: AgiPeer) -> None:
        for _ in range(5):
            await agi("SET VARIABLE TIMEOUT(absolute) 2")
            renewed.append(time.monotonic())
            await asyncio.sleep(1)
        await asyncio.sleep(60)

    async with agi_server(pair.settings.agi_port, renew), shorter(pair, GUARD_S=3):
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="")
        await in_context(pair, "fallback", 10)
    assert len(renewed) == 5
    assert time.monotonic() - renewed[-1] > 1.5


async def test_finished_call_is_hung_up_and_not_asked_again(pair: Pair) -> None:
    async def finish(agi: AgiPeer) -> None:
        await agi("SET VARIABLE CALLROOM_DONE 1")

    async with agi_server(pair.settings.agi_port, finish) as sessions:
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="")

        async def came() -> bool:
            return bool(sessions)

        await eventually(came, 5, "the call")
        await nobody_left(pair, 5)
        assert len(sessions) == 1


async def test_killed_callroom_gets_the_same_call_back(pair: Pair) -> None:
    seen: list[tuple[str, str]] = []

    async def die_once(agi: AgiPeer) -> None:
        seen.append((await agi.get("CALLROOM_CALL_ID"), await agi.get("CALLROOM_ARRIVED_AT")))
        if len(seen) == 1:
            agi.writer.transport.abort()
            return
        await agi("SET VARIABLE CALLROOM_DONE 1")

    async with agi_server(pair.settings.agi_port, die_once):
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="")

        async def twice() -> bool:
            return len(seen) == 2

        assert await eventually(twice, 8, "the second session") < 5
    assert seen[0] == seen[1]


async def test_refused_callroom_that_comes_back_gets_the_call(pair: Pair) -> None:
    async def finish(agi: AgiPeer) -> None:
        await agi("SET VARIABLE CALLROOM_DONE 1")

    await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="")
    await in_context(pair, "callroom-call", 5)
    await asyncio.sleep(3)
    async with agi_server(pair.settings.agi_port, finish) as sessions:

        async def came() -> bool:
            return bool(sessions)

        await eventually(came, 5, "the call")
        await nobody_left(pair, 5)


async def test_refused_callroom_loses_the_caller_to_the_fallback(pair: Pair) -> None:
    async with shorter(pair, OUTAGE_S=3):
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="")
        assert await in_context(pair, "fallback", 9) >= 2


async def test_after_a_talk_nobody_is_sent_to_the_fallback(pair: Pair) -> None:
    async def talked(agi: AgiPeer) -> None:
        await agi("SET VARIABLE CALLROOM_TALKED 1")
        agi.writer.transport.abort()

    async with agi_server(pair.settings.agi_port, talked), shorter(pair, OUTAGE_AFTER_TALK_S=3):
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="")
        await in_context(pair, "callroom-call", 5)
        contexts: set[str] = set()

        async def gone() -> bool:
            now = await pair.channels()
            contexts.update(channel[1] for channel in now)
            return not now

        assert await eventually(gone, 12, "hung up") >= 2
    assert "fallback" not in contexts


async def test_caller_who_hangs_up_ends_the_session_at_once(pair: Pair) -> None:
    ended = asyncio.Event()

    async def wait(agi: AgiPeer) -> None:
        await agi("EXEC Answer 0,i")
        await agi("SET VARIABLE TIMEOUT(absolute) 60")
        # Asterisk says so (once or twice) although nothing was asked, and closes
        assert set((await agi.reader.read()).split()) <= {b"HANGUP"}
        ended.set()

    async with agi_server(pair.settings.agi_port, wait):
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", key_delay_s=0, stay_s=2)
        await asyncio.wait_for(ended.wait(), 6)


async def test_fallback_queue_rings_who_was_ready(pair: Pair) -> None:
    """The carrier's "silent" number stands for an agent's phone."""
    await pair.switch.command("devstate change Custom:seat NOT_INUSE")
    member = ("Queue", "fallback"), ("Interface", "PJSIP/1380013" + "01@pstn"), ("StateInterface", "Custom:seat")
    async with ami_of(pair.settings) as ami, shorter(pair, OUTAGE_S=1):
        assert (await ami.action("QueueAdd", *member))["Response"] == "Success"
        try:
            await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="")
            await ami.event(15, Event="AgentConnect", Queue="fallback")
        finally:
            await ami.action("QueueRemove", *member[:2])


async def test_fallback_queue_leaves_a_phone_alone_that_has_a_call_on_the_way(pair: Pair) -> None:
    """Callroom's last act: the INVITE is out, and nothing rings yet that app_queue could see."""
    extension = "1001"
    phone = SipPhone(extension, sip_password(pair.settings.secrets.sip_key, extension), "100 Trying")
    await phone.open_ws(pair.settings.ws_port)
    assert " 200 " in await phone.register()
    member = ("Queue", "fallback"), ("Interface", f"PJSIP/{extension}")
    last_act = action_for(RingAgent("n1", "n1-last-act", extension, "c0", Caller(None), 6.0))

    async def rung(times: int) -> bool:
        return len(phone.invites) >= times

    async with ami_of(pair.settings) as ami, shorter(pair, OUTAGE_S=1):
        assert (await ami.action("QueueAdd", *member))["Response"] == "Success"
        try:
            assert (await ami.action(last_act.name, *last_act.headers))["Response"] == "Success"
            await eventually(lambda: rung(1), 5, "the phone has it")
            await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="")
            await eventually(lambda: rung(2), 20, "the caller in the fallback queue gets the phone")
        finally:
            await ami.action("QueueRemove", *member)
            await phone.aclose()
    asked = [text.split(" ", 1)[0] for text in phone.heard]
    assert [word for word in asked if word in ("INVITE", "CANCEL")] == ["INVITE", "CANCEL", "INVITE"]


@pytest.mark.parametrize("dialed", ["4001&1001", "4001,x", "4001${SHELL(id)}", "+864001x"])
async def test_dialed_number_is_filtered(pair: Pair, dialed: str) -> None:
    seen: list[str] = []

    async def talk(agi: AgiPeer) -> None:
        seen.append(await agi.get("CALLROOM_DIALED"))
        await agi("SET VARIABLE CALLROOM_DONE 1")

    async with agi_server(pair.settings.agi_port, talk):
        # through a local channel, because the carrier itself filters what it dials
        async with ami_of(pair.settings, events="off") as ami:
            call = ("Channel", f"Local/{dialed}@from-trunk"), ("Application", "Wait"), ("Data", "2"), ("Async", "true")
            assert (await ami.action("Originate", *call))["Response"] == "Success"

        async def came() -> bool:
            return bool(seen)

        await eventually(came, 5, "the call")
    assert set(seen[0]) <= set("+0123456789")


async def test_browsers_cannot_dial(pair: Pair) -> None:
    listing = await pair.switch.command("dialplan show from-agent")
    assert "=>" not in listing


async def test_the_carrier_is_known_by_its_address_and_not_by_its_name(pair: Pair) -> None:
    phone = SipPhone("pstn", "")
    await phone.open_udp(pair.settings.sip_port)
    try:
        status = await phone.invite("4001")
        assert " 401 " in status
        assert await pair.channels() == []
    finally:
        await phone.aclose()


async def test_nothing_to_complain_about_at_start(pair: Pair) -> None:
    for layout in (pair.settings.layout, pair.pstn_settings.layout):
        first = (layout.log / "messages").read_text().splitlines()
        assert [line for line in first if "loader.c" in line or "config" in line] == []


async def test_callers_are_all_gone(pair: Pair) -> None:
    assert await active_calls(pair.pstn_settings) == ()


@pytest.mark.parametrize("place", ["leg-hold", "leg-music"])
async def test_a_leg_on_hold_stays_for_all_its_rounds_and_not_for_ever(pair: Pair, place: str) -> None:
    both = (("Channel", f"Local/s@{place}/n"), ("Context", place), ("Exten", "s"), ("Priority", "1"), ("Async", "true"))
    async with ami_of(pair.settings, events="off") as ami, shorter(pair, HOLD_ROUND_S=1, HOLD_ROUNDS=3):
        assert (await ami.action("Originate", *both))["Response"] == "Success"
        await in_context(pair, place, 5)
        assert 1.5 < await nobody_left(pair, 10) < 6


@pytest.mark.parametrize(("number", "is_taken"), [("+8613800138007", False), ("+8613800138012", True)])
async def test_a_mailbox_does_not_take_a_call_for_a_number_outside(pair: Pair, number: str, is_taken: bool) -> None:
    """The one answers like a mailbox, with a greeting; at the other somebody presses 1."""
    leg_id = f"n1-confirm-{number[-2:]}"
    ring = action_for(RingAgent("n1", leg_id, "1009", "c0", Caller(None), 20.0, phone=Phone(PhoneKind.OUTSIDE, number)))
    async with ami_of(pair.settings) as ami, shorter(pair, CONFIRM_ROUNDS=1, CONFIRM_KEY_S=1):
        assert (await ami.action(ring.name, *ring.headers))["Response"] == "Success"
        await ami.event(8, Event="Newstate", Uniqueid=leg_id, ChannelStateDesc="Up")
        if is_taken:
            await ami.event(8, Event="UserEvent", UserEvent="CallroomAgentWaits", Uniqueid=leg_id)
        else:
            gone = await ami.event(12, Event="Hangup", Uniqueid=leg_id)
            assert gone["Cause"] == "19", "as if nobody had answered"
            assert not [one for one in ami.events if one.get("UserEvent") and one.get("Uniqueid") == leg_id]


@pytest.mark.parametrize(
    ("context", "exten", "application"),
    [
        ("leg-hold", "s", "Wait"),
        ("leg-music", "s", "MusicOnHold"),
        ("leg-pair", "n1-1.1", "Bridge"),
        ("leg-add", "n1-1.1", "BridgeAdd"),
        ("agent-wait", "s", "Wait"),
        ("agent-stay", "s", "Wait"),
    ],
)
async def test_a_leg_rests_also_a_line_after_the_next_one(
    pair: Pair, context: str, exten: str, application: str
) -> None:
    """Where Asterisk lets one go on that a bridge fetches while it leaves another."""

    async def led(agi: AgiPeer) -> None:
        await agi("EXEC Answer 0,i")
        await agi("SET VARIABLE STAYS_SINCE 4102444800")  # a persistent leg knows since when, not yet for too long
        await asyncio.sleep(60)

    async def rests() -> bool:
        return any(channel[5] in {"Wait", "MusicOnHold"} for channel in await pair.channels())

    shown = await pair.switch.command(f"dialplan show {context}")
    found = re.search(rf"(\d+)\. {application}\(", shown)
    assert found, shown
    async with agi_server(pair.settings.agi_port, led), ami_of(pair.settings) as ami:
        for later in (1, 2):
            await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", stay_s=60)
            await in_context(pair, "callroom-call", 10)
            ((name, *_),) = await pair.channels()
            there = ("Context", context), ("Exten", exten), ("Priority", str(int(found[1]) + later))
            assert (await ami.action("Redirect", ("Channel", name), *there))["Response"] == "Success"
            await eventually(rests, 3, f"a leg that went on at {application} + {later}")
            await pair.hang_up_all()
