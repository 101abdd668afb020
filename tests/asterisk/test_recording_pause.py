"""A paused recording in its sound: silent on both sides for as long as it was asked, and as long as the talk."""

import asyncio
import itertools
import uuid
from pathlib import Path

import numpy as np
import pytest

from cti.ami.actions import PAUSED
from cti.asterisk.layout import LOOPBACK
from cti.asterisk.manager_link import manager_link
from cti.asterisk.pstn import call_in
from cti.domain.commands import MuteRecording
from cti.domain.events import RecordingMuted, RecordingNotMuted, SwitchBack
from ivr.talking import RECORDING_OPTIONS
from tests.asterisk.ivr_call import loudest_hz
from tests.asterisk.pair import AgiPeer, Pair, agi_server, ami_of, eventually
from tests.asterisk.test_recording import RATE_HZ, sides
from tests.asterisk.test_switch_contract import watching

pytestmark = pytest.mark.asterisk
PIECE = RATE_HZ // 20


def silent_stretches(samples: "np.ndarray") -> list[tuple[float, float]]:
    """Where nothing at all is heard for half a second or longer, in seconds from the beginning."""
    pieces = [bool(np.any(samples[at : at + PIECE])) for at in range(0, len(samples) - PIECE, PIECE)]
    found, at = [], 0
    for has_sound, run in itertools.groupby(pieces):
        length = len(list(run))
        if not has_sound and length >= 10:
            found.append((at / 20, (at + length) / 20))
        at += length
    return found


async def hum(pair: Pair) -> None:
    """Let the far end of the agent's leg hum 440 Hz, whatever its number had in mind."""
    listed = await pair.pstn.command("core show channels concise")
    callee = next(line.split("!")[0] for line in listed.splitlines() if "!fates!" in line)
    there = ("Context", "pstn-caller"), ("Exten", "tone440"), ("Priority", "1")
    pstn = pair.pstn_settings
    async with manager_link(LOOPBACK, pstn.ami_port, pstn.ami_user, pstn.secrets.pstn_ami_secret) as link:
        await link.call("Redirect", (("Channel", callee), *there))


async def test_both_sides_are_silent_while_it_is_paused_and_the_length_stays(pair: Pair) -> None:
    path = pair.settings.recordings_incoming / f"{uuid.uuid4().hex}.raw"
    agent, came, over = f"leg-{uuid.uuid4().hex}", asyncio.Event(), asyncio.Event()
    customer: list[AgiPeer] = []

    async def talk(agi: AgiPeer) -> None:
        customer.append(agi)
        await agi("EXEC Answer 0,i")
        await agi("SET VARIABLE TIMEOUT(absolute) 120")
        await agi("SET VARIABLE CALLROOM_DONE 1")
        await agi(f"EXEC MixMonitor {path},{RECORDING_OPTIONS}")
        came.set()
        await over.wait()

    loop = asyncio.get_running_loop()
    async with (
        agi_server(pair.settings.agi_port, talk),
        ami_of(pair.settings) as ami,
        watching(pair) as watch,
    ):
        await watch.next(SwitchBack)
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", audio="tone440", stay_s=90)
        await asyncio.wait_for(came.wait(), 20)
        leg = customer[0].env["agi_uniqueid"]
        where = ("Context", "agent-wait"), ("Exten", "s"), ("Priority", "1")
        channel = ("Channel", "PJSIP/138003000@pstn"), ("ChannelId", agent), ("Async", "true")
        await ami.action("Originate", *channel, *where)
        up = await ami.event(15, Event="UserEvent", Uniqueid=agent)
        bridging = asyncio.ensure_future(customer[0](f"EXEC Bridge {up['Channel']}"))
        await ami.event(10, Event="BridgeEnter", Uniqueid=agent)
        await ami.event(10, Event="BridgeEnter", Uniqueid=leg)
        began_s = loop.time()
        await hum(pair)
        marks: list[tuple[float, float]] = []
        for muted in (True, False):
            await asyncio.sleep(3)
            ordered_s = loop.time()
            await watch.switch.carry_out(MuteRecording("n1", leg, muted))
            assert await watch.next(RecordingMuted, RecordingNotMuted) == RecordingMuted(leg, muted)
            marks.append((ordered_s - began_s, loop.time() - began_s))
        await asyncio.sleep(3)
        await ami.action("Hangup", ("Channel", agent), ("Cause", "16"))
        await asyncio.wait_for(bridging, 10)
        talked_s = loop.time() - began_s
        over.set()
        await pair.hang_up_all()

    async def written() -> bool:
        return path.exists() and path.stat().st_size > 0

    await eventually(written, 5, "the recording")
    assert all(after - before < 0.3 for before, after in marks), marks
    for name, side in zip(("customer", "agent"), sides(path), strict=True):
        assert len(side) / RATE_HZ == pytest.approx(talked_s, abs=0.6)
        ((begin, end),) = [each for each in silent_stretches(side) if each[1] - each[0] > 2]
        # 20 ms frames in pieces of 50 ms, behind the jitter of a phone line
        assert begin == pytest.approx(marks[0][1], abs=0.4)
        assert end == pytest.approx(marks[1][1], abs=0.4)
        for at in (begin - 1.1, end + 0.2):
            piece = side[int(at * RATE_HZ) : int((at + 0.9) * RATE_HZ)]
            assert loudest_hz(piece) == pytest.approx(440, abs=5), (name, at)


async def test_what_is_not_recorded_cannot_be_muted(pair: Pair) -> None:
    came, over = asyncio.Event(), asyncio.Event()
    customer: list[AgiPeer] = []

    async def talk(agi: AgiPeer) -> None:
        customer.append(agi)
        came.set()
        await over.wait()

    async with (
        agi_server(pair.settings.agi_port, talk),
        ami_of(pair.settings) as ami,
        watching(pair) as watch,
    ):
        await watch.next(SwitchBack)
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="")
        await asyncio.wait_for(came.wait(), 20)
        for leg in (customer[0].env["agi_uniqueid"], "n1-0.0"):
            await watch.switch.carry_out(MuteRecording("n1", leg, True))
            assert await watch.next(RecordingMuted, RecordingNotMuted) == RecordingNotMuted(leg, True)
        leg = customer[0].env["agi_uniqueid"]
        for muted, mark in ((True, "r-1@12.500"), (False, "@14.250")):
            await watch.switch.carry_out(MuteRecording("n1", leg, muted, "r-1", 12.5 if muted else 14.25))
            await watch.next(RecordingMuted, RecordingNotMuted)

            async def is_marked(mark: str = mark) -> bool:
                return (await ami.action("Getvar", ("Channel", leg), ("Variable", PAUSED)))["Value"] == mark

            # after the end of a pause the mark is sent last, and another connection may look before it came
            await eventually(is_marked, 2, f"the mark {mark}")
        over.set()


def test_the_log_of_the_switch_knows_no_keys(running: Pair) -> None:
    """DTMF lines exist only at the levels dtmf, verbose and debug, of which none is written."""
    logger = (running.settings.layout.etc / "logger.conf").read_text()
    files = [line for line in logger.splitlines() if "=>" in line]
    assert files == ["messages => warning,error"]
    assert Path(running.settings.layout.log, "messages").exists()
