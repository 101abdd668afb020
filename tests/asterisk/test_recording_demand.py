"""A recording on demand in its sound: what was before the press is in no file, and both sides are from then on."""

import asyncio
import uuid
from pathlib import Path

import numpy as np
import pytest

from cti.ami.actions import action_for
from cti.asterisk.layout import LOOPBACK
from cti.asterisk.manager_link import manager_link
from cti.asterisk.pstn import call_in
from cti.domain.commands import Join, Notice, Place, SendLeg, StopRecording
from cti.domain.events import CallArrived
from ivr.prompts import PromptLibrary
from tests.asterisk.ivr_call import RATE_HZ, agent_leg, front_desk, loudest_hz, spoken_prompts
from tests.asterisk.pair import Ami, Pair, ami_of, eventually
from tests.asterisk.test_ivr_call import STRAIGHT
from tests.asterisk.test_recording import sides

pytestmark = pytest.mark.asterisk
__all__ = ["spoken_prompts"]
SPOKEN_S = 1.5
QUIET = 50  # of 32768: what A-law makes of silence is 8


async def order(ami: Ami, command: SendLeg | StopRecording) -> None:
    action = action_for(command)
    assert (await ami.action(action.name, *action.headers))["Response"] == "Success"


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


async def grows(path: Path, by_s: float) -> None:
    """MixMonitor's buffer comes to the disk in pieces."""
    wanted = size(path) + by_s * RATE_HZ * 4

    async def check() -> bool:
        return size(path) >= wanted

    await eventually(check, 20, "sound in the recording")


async def far_ends(pair: Pair) -> tuple[str, ...]:
    """The channels of the two people at the carrier."""
    listed = await pair.pstn.command("core show channels concise")
    rows = [line.split("!") for line in listed.splitlines()]
    return tuple(row[0] for row in rows if len(row) > 1 and row[1] in {"fates", "pstn-caller"})


async def let_them(pair: Pair, people: tuple[str, ...], what: str) -> None:
    pstn = pair.pstn_settings
    async with manager_link(LOOPBACK, pstn.ami_port, pstn.ami_user, pstn.secrets.pstn_ami_secret) as link:
        for channel in people:
            there = ("Context", "pstn-caller"), ("Exten", what), ("Priority", "1")
            await link.call("Redirect", (("Channel", channel), *there))


async def test_the_file_has_both_sides_from_the_press_to_the_stop_and_nothing_before_or_after(
    pair: Pair, spoken_prompts: PromptLibrary, tmp_path: Path
) -> None:
    """They hum, are silent when it begins, and hum again: a file that had the time before would begin with the tone."""
    leg, recording_id = f"leg-{uuid.uuid4().hex}", str(uuid.uuid4())
    path = pair.settings.recordings_incoming / f"{recording_id}.raw"
    async with front_desk(pair, spoken_prompts, STRAIGHT, tmp_path) as front, ami_of(pair.settings) as ami:
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", audio="tone440", stay_s=90)
        await front.told("CallQueued", 15)
        arrived = front.floor.told[0]
        assert isinstance(arrived, CallArrived)
        await agent_leg(ami, leg, "138003000")
        front.floor.order(Join(arrived.call_id, leg, 1, None))
        await ami.event(10, Event="BridgeEnter", Uniqueid=leg)
        people = await far_ends(pair)
        assert len(people) == 2
        await let_them(pair, people, "tone440")
        await asyncio.sleep(SPOKEN_S)  # heard by both, kept by nobody
        await let_them(pair, people, "silence")
        front.floor.order(Join(arrived.call_id, leg, 1, recording_id, notice=Notice()))
        ami.events.clear()
        await order(ami, SendLeg("n1", leg, Place.HOLD))
        await front.told("TapeBegan", 10)
        await ami.event(10, Event="BridgeEnter", Uniqueid=leg)
        await grows(path, SPOKEN_S)
        await let_them(pair, people, "tone440")
        await grows(path, 2 * SPOKEN_S)
        await order(ami, StopRecording("n1", arrived.leg_id))
        await ami.event(10, Event="MixMonitorStop")
        await asyncio.sleep(SPOKEN_S)
        kept = size(path)
        await asyncio.sleep(SPOKEN_S)
        await ami.action("Hangup", ("Channel", leg), ("Cause", "16"))
        await front.told("JoinEnded", 10)
        await pair.hang_up_all()
    assert size(path) == kept, "nothing after the stop"
    for name, side in zip(("customer", "agent"), sides(path), strict=True):
        assert np.max(np.abs(side[RATE_HZ // 4 : RATE_HZ])) < QUIET, f"{name}: silent when it began"
        assert loudest_hz(side[-RATE_HZ:]) == pytest.approx(440, abs=5), name
