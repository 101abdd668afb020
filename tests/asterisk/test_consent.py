"""What callers are told before a recording: heard whole before the line, and never a part of what is recorded."""

import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from cti.asterisk.pstn import call_in
from cti.domain.commands import Join, SayGoodbye
from cti.domain.events import CallArrived, CallQueued
from cti.domain.values import NoRecording
from ivr.prompts import PromptLibrary
from tests.asterisk.ivr_call import RATE_HZ, agent_leg, front_desk, heard, likeness, loudest_hz, put_ear, spoken_prompts
from tests.asterisk.pair import Pair, ami_of, eventually
from tests.asterisk.test_ivr_call import FLOW, FROM, STRAIGHT

pytestmark = pytest.mark.asterisk
__all__ = ["spoken_prompts"]


async def test_the_caller_hears_the_notice_before_the_line_and_the_recording_begins_after_it(
    pair: Pair, spoken_prompts: PromptLibrary, tmp_path: Path
) -> None:
    ear, leg, recording = tmp_path / "ear.raw", f"leg-{uuid.uuid4().hex}", uuid.uuid4().hex
    notice = spoken_prompts.audio_file("recording_notice", "en")
    assert notice is not None
    async with front_desk(pair, spoken_prompts, FLOW, tmp_path) as front, ami_of(pair.settings) as ami:
        front.source.queues[1] = replace(front.source.queues[1], consent_prompt="recording_notice")
        await call_in(pair.pstn_settings, "4001", FROM, keys="1", key_delay_s=4, audio="tone440")
        await put_ear(pair, ear)
        listens_since = time.monotonic()
        await front.told("CallQueued", 20)
        arrived = front.floor.told[0]
        assert isinstance(arrived, CallArrived)
        (queued,) = (event for event in front.floor.told if isinstance(event, CallQueued))
        assert queued.no_recording is None
        await agent_leg(ami, leg, "138000501")
        front.floor.order(Join(arrived.call_id, leg, 7, recording))
        await ami.event(10, Event="BridgeEnter", Uniqueid=arrived.leg_id)
        alone_s = time.monotonic() - listens_since
        await front.told("JoinEnded", 20)
        front.floor.order(SayGoodbye(arrived.call_id))
        await front.told("CallLeft", 10)
    assert likeness(heard(ear)[: int(alone_s * RATE_HZ)], notice) > 0.8
    raw = pair.settings.recordings_incoming / f"{recording}.raw"
    assert likeness(heard(raw), notice) < 0.5
    assert loudest_hz(heard(raw)) == pytest.approx(440, abs=5)


async def test_a_caller_who_presses_9_is_not_recorded_and_told_so(
    pair: Pair, spoken_prompts: PromptLibrary, tmp_path: Path
) -> None:
    ear = tmp_path / "ear.raw"
    confirmation = spoken_prompts.audio_file("recording_refused", "en")
    assert confirmation is not None
    async with front_desk(pair, spoken_prompts, STRAIGHT, tmp_path) as front:
        settings = front.source.queues[1]
        front.source.queues[1] = replace(settings, consent_prompt="recording_notice", consent_refusable=True)
        await call_in(pair.pstn_settings, "4001", FROM, keys="9", key_delay_s=4, audio="silence")
        await put_ear(pair, ear)
        await front.told("CallQueued", 20)
        (queued,) = (event for event in front.floor.told if isinstance(event, CallQueued))
        assert queued.no_recording is NoRecording.REFUSED
        front.floor.order(SayGoodbye(queued.call_id))
        await front.told("CallLeft", 10)

    async def was_told() -> bool:
        return likeness(heard(ear), confirmation) > 0.8

    # The carrier writes the end of its file when its own leg is gone.
    await eventually(was_told, 10, "the caller heard the confirmation")
