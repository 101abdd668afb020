"""Callroom is away: what callers leave, and that they were there, lies in the spool."""

import contextlib
import os
import re
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from cti.asterisk.configure import EMERGENCY_SCRIPT
from cti.asterisk.pstn import call_in
from cti.emergency.spool import EmergencyMessage, Spool
from tests.asterisk.pair import AgiPeer, Pair, agi_server, ami_of, eventually
from tests.asterisk.test_dialplan import nobody_left, shorter

pytestmark = pytest.mark.asterisk


async def left(pair: Pair, timeout_s: float) -> EmergencyMessage:
    spool = Spool(pair.settings.emergency_spool)

    async def one() -> bool:
        return bool(spool.take()[0])

    await eventually(one, timeout_s, "a message in the spool")
    return spool.take()[0][0]


async def test_caller_leaves_a_callback_number_by_keys(pair: Pair) -> None:
    async with shorter(pair, OUTAGE_S=1):
        keys = "1wwww13900139000#wwww1"
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys=keys, key_delay_s=6, audio="silence")
        message = await left(pair, 30)
    assert message.kind == "callback"
    assert message.callback_number == "13900139000"
    assert message.caller_number == "+8613800138000"
    assert message.dialed == "4001"
    assert len(message.call_id) == 36
    assert message.arrived_at < message.left_at


@contextlib.contextmanager
def nothing_but_the_disk(pair: Pair, seen: Path) -> Iterator[None]:
    """The script that Asterisk runs has no network, no environment and no PATH; what it found is in `seen`."""
    launcher = pair.settings.layout.agi_bin / EMERGENCY_SCRIPT
    kept = launcher.with_name("kept")
    launcher.rename(kept)
    # who is not root takes the network away in a user's namespace of their own
    alone = "--net" if os.geteuid() == 0 else "--map-root-user --net"
    look = f"cat /proc/self/net/dev > {seen}; /usr/bin/env >> {seen}"
    launcher.write_text(
        f'#!/bin/sh\nexec /usr/bin/unshare {alone} /usr/bin/env -i /bin/sh -c \'{look}; exec {kept} "$@"\' sh "$@"\n'
    )
    launcher.chmod(0o700)
    try:
        yield
    finally:
        kept.rename(launcher)


async def test_caller_leaves_a_voice_message_without_network_and_environment(pair: Pair, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    with nothing_but_the_disk(pair, seen):
        async with shorter(pair, OUTAGE_S=1):
            await call_in(pair.pstn_settings, "4001", None, keys="2", key_delay_s=6, stay_s=20, audio="tone440")
            message = await left(pair, 40)
            await nobody_left(pair, 10)
    interfaces = re.findall(r"^ *(\w+): +([0-9]+)", seen.read_text(), re.M)
    assert interfaces == [("lo", "0")], "not even the loopback was used"
    assert set(re.findall(r"^(\w+)=", seen.read_text(), re.M)) <= {"PWD", "SHLVL", "_", "OLDPWD"}
    assert message.kind == "voicemail"
    assert message.caller_number is None
    assert message.audio is not None
    with wave.open(str(message.audio)) as sound:
        assert sound.getframerate() == 8000
        assert sound.getnframes() / 8000 > 3


async def test_too_many_callers_at_once_are_told_and_called_back(pair: Pair) -> None:
    numbers = [f"+86138001380{n:02}" for n in range(9)]
    most, busiest = 3, 0
    async with shorter(pair, OUTAGE_S=1, EMERGENCY_MOST=most):
        for number in [*numbers, None]:
            await call_in(pair.pstn_settings, "4001", number, keys="", key_delay_s=0, stay_s=60, audio="silence")

        async def others_are_gone() -> bool:
            nonlocal busiest
            talking = [
                channel
                for channel in await pair.channels()
                if channel[1:3] == ["fallback", "s"] and channel[5] == "AGI"
            ]
            busiest = max(busiest, len(talking))
            return len(talking) == most == len(await pair.channels())

        await eventually(others_are_gone, 50, "those who are told that the number was noted")
        await pair.hang_up_all()
    assert busiest == most
    spool = Spool(pair.settings.emergency_spool)

    async def all_written() -> bool:
        return len(spool.take()[0]) == len(numbers) + 1

    await eventually(all_written, 15, "one record for each")
    messages = spool.take()[0]
    noted = [each.caller_number for each in messages if each.kind == "callback"]
    assert [each.callback_number for each in messages if each.kind == "callback"] == noted
    assert sorted(each.caller_number or "" for each in messages) == ["", *numbers]
    assert len(noted) >= len(numbers) - most
    assert {each.kind for each in messages} == {"callback", "gave_up"}


async def test_who_is_known_to_callroom_is_written_down_only_if_it_goes_away(pair: Pair) -> None:
    known, cut_off, unknown = "+8613800138001", "+8613800138002", "+8613800138003"

    async def serve(agi: AgiPeer) -> None:
        number = agi.env["agi_callerid"]
        if cut_off in number and "again" not in said:
            said.add("again")
            await agi("SET VARIABLE CALLROOM_KNOWN 1")
            agi.writer.transport.abort()
            return
        if known in number:
            await agi("SET VARIABLE CALLROOM_KNOWN 1")
        await agi("EXEC Answer 0,i")
        await agi.reader.read()

    said: set[str] = set()
    async with agi_server(pair.settings.agi_port, serve):
        for number, stay_s in ((known, 3.0), (unknown, 3.0), (cut_off, 1.0)):
            await call_in(pair.pstn_settings, "4001", number, keys="", key_delay_s=0, stay_s=stay_s, audio="silence")
        await nobody_left(pair, 15)
    spool = Spool(pair.settings.emergency_spool)

    async def two() -> bool:
        return len(spool.take()[0]) >= 2

    await eventually(two, 10, "those of whom Callroom may not know")
    found = {message.caller_number: message.kind for message in spool.take()[0]}
    assert found == {cut_off: "gone", unknown: "gone"}


async def test_who_was_ready_is_in_the_fallback_queue_after_a_restart_of_asterisk(pair: Pair) -> None:
    member = ("Queue", "fallback"), ("Interface", "PJSIP/1001")
    async with ami_of(pair.settings) as ami:
        assert (await ami.action("QueueAdd", *member))["Response"] == "Success"
    await pair.switch.stop()
    await pair.switch.start()
    async with ami_of(pair.settings) as ami:
        assert "PJSIP/1001" in await pair.switch.command("queue show fallback")
        assert (await ami.action("QueueRemove", *member))["Response"] == "Success"


async def test_caller_who_gives_up_is_remembered(pair: Pair) -> None:
    async with shorter(pair, OUTAGE_S=1):
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", key_delay_s=0, stay_s=8, audio="silence")
        message = await left(pair, 20)
    assert message.kind == "gave_up"
    assert message.caller_number == "+8613800138000"
