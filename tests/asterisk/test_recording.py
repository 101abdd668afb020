"""What MixMonitor's options do on a real Asterisk: the facts that the recording code relies on.

Measured on 22.10.1, `MixMonitor(file.raw,D)` on the customer's channel: interleaved 16-bit samples at 8 kHz, the
LEFT (first) sample is what comes from the customer, the RIGHT what the customer hears (the agent). With `b` nothing is
written before the bridge, so the file begins with the talk.
"""

import asyncio
import uuid
from pathlib import Path

import numpy as np
import pytest

from cti.asterisk.pstn import call_in
from tests.asterisk.pair import AgiPeer, Pair, agi_server, ami_of, eventually

pytestmark = pytest.mark.asterisk

RATE_HZ = 8000


def loudest_hz(samples: "np.ndarray") -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * RATE_HZ / len(samples))


def sides(path: Path) -> tuple["np.ndarray", "np.ndarray"]:
    samples = np.frombuffer(path.read_bytes(), dtype="<i2")
    return samples[0::2].astype(float), samples[1::2].astype(float)


async def record(pair: Pair, options: str, steps: list[tuple[str, float]]) -> Path:
    """Let a caller hum 440 Hz, record, and take each step for a while."""
    path = pair.settings.recordings_incoming / f"{uuid.uuid4().hex}.raw"
    finished = asyncio.Event()

    async def talk(agi: AgiPeer) -> None:
        await agi("EXEC Answer 0,i")
        await agi("SET VARIABLE TIMEOUT(absolute) 60")
        await asyncio.sleep(1.5)
        await agi(f"EXEC MixMonitor {path},{options}")
        for command, pause_s in steps:
            assert (await agi(command)).startswith("200")
            await asyncio.sleep(pause_s)
        await agi("EXEC StopMixMonitor")
        await agi("SET VARIABLE CALLROOM_DONE 1")
        finished.set()

    async with agi_server(pair.settings.agi_port, talk):
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", key_delay_s=0, audio="tone440")
        await asyncio.wait_for(finished.wait(), 20)
        return path


async def test_left_is_the_customer_and_right_what_the_customer_hears(pair: Pair) -> None:
    path = await record(pair, "D", [("EXEC PlayTones 1000", 3), ("EXEC StopPlayTones", 0)])
    left, right = sides(path)
    middle = slice(RATE_HZ, 2 * RATE_HZ)
    assert loudest_hz(left[middle]) == pytest.approx(440, abs=5)
    assert loudest_hz(right[middle]) == pytest.approx(1000, abs=5)
    assert len(left) / RATE_HZ == pytest.approx(3, abs=0.4)


async def test_b_records_only_while_bridged(pair: Pair) -> None:
    """The carrier's silent number stands for the agent: it answers after 2 s, waits in agent-wait, ends after 5 s."""
    leg = f"leg-{uuid.uuid4().hex}"
    async with ami_of(pair.settings) as ami:
        where = ("Context", "agent-wait"), ("Exten", "s"), ("Priority", "1")
        channel = ("Channel", "PJSIP/138000501@pstn"), ("ChannelId", leg), ("Async", "true")
        await ami.action("Originate", *channel, *where)
        up = await ami.event(6, Event="Newstate", Uniqueid=leg, ChannelStateDesc="Up")
        path = await record(pair, "Db", [("NOOP", 1), (f"EXEC Bridge {up['Channel']}", 1)])
        enter = await ami.event(10, Event="BridgeEnter", Uniqueid=leg)
        leave = await ami.event(10, Event="BridgeLeave", Uniqueid=leg)
    bridged_s = float(leave["Timestamp"]) - float(enter["Timestamp"])

    async def written() -> bool:
        return path.exists()

    await eventually(written, 3, "the recording")
    left, right = sides(path)
    assert len(left) / RATE_HZ == pytest.approx(bridged_s, abs=0.6)
    assert loudest_hz(left[: RATE_HZ // 2]) == pytest.approx(440, abs=5)
    assert np.abs(right).max() < 200
