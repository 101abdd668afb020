"""For how long a talk is broken off where a recording is asked for in it, by what both people hear of each other."""

import asyncio
import uuid
from pathlib import Path

import numpy as np
import pytest

from cti.asterisk.pstn import call_in
from cti.domain.commands import Join, Notice, Place, SendLeg, StopRecording
from cti.domain.events import CallArrived
from ivr.prompts import PromptLibrary
from tests.asterisk.ivr_call import RATE_HZ, Front, agent_leg, front_desk, heard, spoken_prompts
from tests.asterisk.pair import Ami, Pair, ami_of
from tests.asterisk.test_ivr_call import STRAIGHT
from tests.asterisk.test_recording_demand import far_ends, let_them, order

pytestmark = pytest.mark.asterisk
__all__ = ["spoken_prompts"]
PRESSES = 10
STEP_S = 0.01
HUM_HZ = 440
# Of a machine under load; BENCHMARKS.md has the figures of one at rest.
MOST_S, MOST_AFTER_RESTART_S = 0.25, 0.8


async def put_ears(pair: Pair, folder: Path) -> tuple[Path, ...]:
    """Record what each of the two people hears, until their call ends."""
    people = await far_ends(pair)
    assert len(people) == 2
    ears = tuple(folder / f"ear-{number}.raw" for number in range(2))
    for channel, ear in zip(people, ears, strict=True):
        await pair.pstn.command(f"mixmonitor start {channel} {ear},D")
    await let_them(pair, people, f"tone{HUM_HZ}")
    return ears


def breaks(ear: Path) -> list[float]:
    """The stretches without the other's hum between its first and its last, in seconds; music is none."""
    sound, size = heard(ear), int(RATE_HZ * STEP_S)
    assert len(sound) > RATE_HZ
    pieces = sound[: len(sound) // size * size].reshape(-1, size)
    wave = np.exp(-2j * np.pi * HUM_HZ * np.arange(size) / RATE_HZ)
    share = np.abs(pieces @ wave) ** 2 * 2 / size / np.maximum(np.sum(pieces**2, axis=1), 1)
    hums = np.flatnonzero((share > 0.8) & (np.max(np.abs(pieces), axis=1) > 500))
    assert len(pieces) - hums[-1] < 1 / STEP_S, "heard to the end of the call"
    return [float(gap * STEP_S) for gap in np.diff(hums) - 1 if gap * STEP_S >= 2 * STEP_S]


async def press(front: Front, ami: Ami, call_id: str, leg: str) -> None:
    """As the floor orders it: the recording with the next bridge, and the agent's leg out of this one."""
    front.floor.order(Join(call_id, leg, 1, str(uuid.uuid4()), notice=Notice()))
    ami.events.clear()
    await order(ami, SendLeg("n1", leg, Place.HOLD))
    await ami.event(15, Event="BridgeEnter", Uniqueid=leg)


def longest(ears: tuple[Path, ...], most: int) -> float:
    """The longest break that anybody heard, 0 when nobody heard one; at most so many, and both hear to the end."""
    found = [breaks(ear) for ear in ears]
    assert all(len(gaps) <= most for gaps in found), found
    return max((gap for gaps in found for gap in gaps), default=0.0)


async def talking(front: Front, pair: Pair, ami: Ami, leg: str) -> CallArrived:
    await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", audio=f"tone{HUM_HZ}", stay_s=120)
    await front.told("CallQueued", 15)
    arrived = front.floor.told[0]
    assert isinstance(arrived, CallArrived)
    await agent_leg(ami, leg, "138003000")
    front.floor.order(Join(arrived.call_id, leg, 1, None))
    await ami.event(10, Event="BridgeEnter", Uniqueid=leg)
    return arrived


async def test_the_break_at_the_press_is_short(pair: Pair, spoken_prompts: PromptLibrary, tmp_path: Path) -> None:
    leg = f"leg-{uuid.uuid4().hex}"
    async with front_desk(pair, spoken_prompts, STRAIGHT, tmp_path) as front, ami_of(pair.settings) as ami:
        arrived = await talking(front, pair, ami, leg)
        ears = await put_ears(pair, tmp_path)
        await asyncio.sleep(1)
        for _ in range(PRESSES):
            await press(front, ami, arrived.call_id, leg)
            await asyncio.sleep(0.7)
            await order(ami, StopRecording("n1", arrived.leg_id))
            await ami.event(10, Event="MixMonitorStop")
            await asyncio.sleep(0.6)
        await pair.hang_up_all()
    assert longest(ears, 4 * PRESSES) < MOST_S


async def test_in_a_talk_of_before_a_restart_the_dialplan_asks_first(
    pair: Pair, spoken_prompts: PromptLibrary, tmp_path: Path
) -> None:
    """It asks at once, and the talk goes on."""
    leg = f"leg-{uuid.uuid4().hex}"
    async with ami_of(pair.settings) as ami:
        async with front_desk(pair, spoken_prompts, STRAIGHT, tmp_path) as before:
            arrived = await talking(before, pair, ami, leg)
            ears = await put_ears(pair, tmp_path)
            await asyncio.sleep(6)  # longer than what the dialplan takes for an attempt in vain
        async with front_desk(pair, spoken_prompts, STRAIGHT, tmp_path) as front:
            await asyncio.sleep(1)
            ami.events.clear()
            await order(ami, SendLeg("n1", leg, Place.HOLD))
            await front.told("CallArrived", 15)
            again = front.floor.told[0]
            assert isinstance(again, CallArrived)
            assert (again.call_id, again.talked_before) == (arrived.call_id, True)
            front.floor.order(Join(arrived.call_id, leg, 1, str(uuid.uuid4()), notice=Notice()))
            await front.told("TapeBegan", 10)
            await ami.event(15, Event="BridgeEnter", Uniqueid=leg)
            await asyncio.sleep(1)
            await pair.hang_up_all()
    assert longest(ears, 4) < MOST_AFTER_RESTART_S, "without RETRY_S of the dialplan"
