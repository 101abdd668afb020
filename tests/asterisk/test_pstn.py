"""The simulated carrier, as Callroom's Asterisk sees it."""

import asyncio
import uuid

import pytest

from cti.asterisk.layout import CARRIER
from cti.asterisk.pstn import FATES, Fate, active_calls, call_in, hang_up
from tests.asterisk.pair import AgiPeer, Pair, agi_server, ami_of, eventually

pytestmark = pytest.mark.asterisk

NEVER_ANSWERED = ("busy", "rejects", "unallocated", "announced", "declines", "trunk_failure")


def fate(name: str) -> Fate:
    return next(f for f in FATES if f.name == name)


async def dial(pair: Pair, number: str, timeout_s: float = 20) -> tuple[bool, int]:
    """Dial out as Callroom does; return whether it was answered and the cause at the end."""
    leg = uuid.uuid4().hex
    async with ami_of(pair.settings) as ami:
        await ami.action(
            "Originate",
            ("Channel", f"PJSIP/{number}@pstn"),
            ("ChannelId", leg),
            ("Context", "agent-wait"),
            ("Exten", "s"),
            ("Priority", "1"),
            ("Timeout", "70000"),
            ("Async", "true"),
        )
        hangup = await ami.event(timeout_s, Event="Hangup", Uniqueid=leg)
        ups = [e for e in ami.events if e.get("Event") == "Newstate" and e.get("Uniqueid") == leg]
        return any(e["ChannelStateDesc"] == "Up" for e in ups), int(hangup["Cause"])


@pytest.mark.parametrize("name", NEVER_ANSWERED)
async def test_fate_that_is_never_answered_has_its_cause(pair: Pair, name: str) -> None:
    assert await dial(pair, f"1380013{fate(name).ending}") == (False, fate(name).cause)


@pytest.mark.parametrize("name", ["talks", "silent", "hangs_up"])
async def test_fate_that_answers_ends_normally(pair: Pair, name: str) -> None:
    assert await dial(pair, f"138001303{fate(name).ending}") == (True, 16)


async def test_who_was_dialed_is_kept_only_where_a_test_asks_for_it(pair: Pair) -> None:
    number = f"138001{fate('busy').ending}"
    await dial(pair, number)
    assert "0 results found" in await pair.pstn.command("database show dialed")
    await pair.pstn.command("database put carrier keeps yes")
    try:
        await dial(pair, number)
        await dial(pair, number)
        kept = await pair.pstn.command("database show dialed")
        assert kept.count(f"/dialed/{number}/") == 2, kept
    finally:
        await pair.pstn.command("database deltree carrier")
        await pair.pstn.command("database deltree dialed")


async def test_number_that_rings_out_rings_and_is_not_answered(pair: Pair) -> None:
    leg = uuid.uuid4().hex
    async with ami_of(pair.settings) as ami:
        await ami.action(
            "Originate",
            ("Channel", "PJSIP/138001303@pstn"),
            ("ChannelId", leg),
            ("Context", "agent-wait"),
            ("Exten", "s"),
            ("Priority", "1"),
            ("Timeout", "3000"),
            ("Async", "true"),
        )
        assert (await ami.event(5, Event="DialState", DestUniqueid=leg))["DialStatus"] == "RINGING"
        assert (await ami.event(8, Event="OriginateResponse", Uniqueid=leg))["Reason"] == "3"


async def test_caller_arrives_with_number_name_and_keys(pair: Pair) -> None:
    seen: dict[str, str] = {}

    async def talk(agi: AgiPeer) -> None:
        for name in ("CALLERID(num)", "CALLERID(name)", "CALLROOM_DIALED", "CALLROOM_CALL_ID", "CALLROOM_ARRIVED_AT"):
            seen[name] = await agi.get(name)
        await agi("EXEC Answer 0,i")
        await agi("SET VARIABLE TIMEOUT(absolute) 60")
        for _ in range(2):
            seen["keys"] = seen.get("keys", "") + chr(int((await agi("WAIT FOR DIGIT 5000")).split("=")[1]))
        await asyncio.sleep(60)

    async with agi_server(pair.settings.agi_port, talk):
        caller = await call_in(
            pair.pstn_settings, "4001", "+8613800138000", name="<img src=x>王", keys="1#", key_delay_s=0.5
        )

        async def pressed() -> bool:
            return len(seen.get("keys", "")) == 2

        await eventually(pressed, 8, "two keys")
        assert await active_calls(pair.pstn_settings) == (caller,)
        await hang_up(pair.pstn_settings, caller)

        async def gone() -> bool:
            return not await pair.channels()

        await eventually(gone, 3, "the caller's channel gone")
    assert seen["CALLERID(num)"] == "+8613800138000"
    assert seen["CALLERID(name)"] == "<img src=x>王"
    assert seen["CALLROOM_DIALED"] == "4001"
    assert len(seen["CALLROOM_CALL_ID"]) == 36
    assert float(seen["CALLROOM_ARRIVED_AT"]) > 1.7e9
    assert "." in seen["CALLROOM_ARRIVED_AT"]
    assert seen["keys"] == "1#"


async def test_withheld_number_is_known_as_withheld(pair: Pair) -> None:
    seen: dict[str, str] = {}

    async def talk(agi: AgiPeer) -> None:
        seen["num"], seen["pres"] = await agi.get("CALLERID(num)"), await agi.get("CALLERID(num-pres)")
        await agi("SET VARIABLE CALLROOM_DONE 1")

    async with agi_server(pair.settings.agi_port, talk):
        await call_in(pair.pstn_settings, "4001", None)

        async def came() -> bool:
            return "pres" in seen

        await eventually(came, 5, "the call")
    assert seen == {"num": "", "pres": "prohib"}


def test_the_carrier_has_an_address_of_its_own() -> None:
    assert CARRIER != "127.0.0.1"
