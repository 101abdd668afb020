"""What a real caller meets: prompts in the ear, keys, music, an agent, a recording, a voicemail."""

import asyncio
import time
import uuid
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cti.asterisk.pstn import active_calls, call_in, hang_up
from cti.domain.commands import Join, KeepWaiting, SayGoodbye
from cti.domain.events import CallArrived, CallQueued, JoinEnded
from cti.domain.values import Announcements, Caller, EndReason
from ivr.music import MusicLibrary
from ivr.ports import Prompt
from ivr.prompts import PromptLibrary
from ivr.tools import SoundTools
from tests.asterisk.ivr_call import RATE_HZ, agent_leg, front_desk, heard, likeness, loudest_hz, put_ear, spoken_prompts
from tests.asterisk.pair import Pair, ami_of, eventually
from tests.ivr.sounds import wav

pytestmark = pytest.mark.asterisk
__all__ = ["spoken_prompts"]

FLOW: dict[str, Any] = {
    "start": "hello",
    "nodes": {
        "hello": {"type": "say", "prompt": "welcome", "next": "menu"},
        "menu": {
            "type": "menu",
            "prompt": "main_menu",
            "options": {"1": "support", "2": "message"},
            "on_timeout": "message",
        },
        "support": {"type": "queue", "queue": 1},
        "message": {"type": "voicemail"},
    },
}
STRAIGHT: dict[str, Any] = {"start": "q", "nodes": {"q": {"type": "queue", "queue": 1}}}
FROM = "+8613800138000"


def leg_name() -> str:
    return f"leg-{uuid.uuid4().hex}"


async def nobody_calls(pair: Pair) -> bool:
    return not await active_calls(pair.pstn_settings)


async def test_a_caller_hears_the_greeting_chooses_waits_and_talks(
    pair: Pair, spoken_prompts: PromptLibrary, tmp_path: Path
) -> None:
    ear = tmp_path / "ear.raw"
    leg = leg_name()
    async with front_desk(pair, spoken_prompts, FLOW, tmp_path) as front, ami_of(pair.settings) as ami:
        front.floor.place = (1, 30.0)
        await call_in(pair.pstn_settings, "4001", FROM, name="Li Lei", keys="1", key_delay_s=5, audio="tone440")
        await put_ear(pair, ear)
        listens_since = time.monotonic()
        await front.told("CallQueued", 12)
        queued_s = time.monotonic() - listens_since
        arrived = front.floor.told[0]
        assert isinstance(arrived, CallArrived)
        assert arrived.caller == Caller(FROM, "Li Lei")
        assert arrived.dialed == "4001"
        assert not arrived.talked_before
        await asyncio.sleep(6)
        recording = uuid.uuid4().hex
        await agent_leg(ami, leg, "138000501")
        front.floor.order(Join(arrived.call_id, leg, 7, recording))
        await ami.event(5, Event="BridgeEnter", Uniqueid=arrived.leg_id)
        await front.told("JoinEnded", 10)
        assert JoinEnded(arrived.call_id, leg, True) in front.floor.told
        front.floor.order(SayGoodbye(arrived.call_id))
        await front.told("CallLeft", 10)
        assert front.floor.end is EndReason.AGENT_HUNG_UP

        async def gone() -> bool:
            return await nobody_calls(pair)

        await eventually(gone, 5, "the dialplan hung up")
    sound = heard(ear)
    for name in ("main_menu", "position_is", "number_1", "expected_wait", "keep_waiting", "goodbye"):
        prompt = spoken_prompts.audio_file(name, "en")
        assert prompt is not None
        # the key cuts the menu short
        assert likeness(sound, prompt, first_s=1.5) > 0.9, name
    music = sound[int((queued_s + 0.3) * RATE_HZ) : int((queued_s + 1.2) * RATE_HZ)]
    assert np.sqrt(np.mean(music**2)) > 100
    raw = pair.settings.recordings_incoming / f"{recording}.raw"
    assert loudest_hz(heard(raw)) == pytest.approx(440, abs=5)


async def test_a_caller_who_hangs_up_in_talk_ends_the_coroutine_and_leaves_the_agent_waiting(
    pair: Pair, spoken_prompts: PromptLibrary, tmp_path: Path
) -> None:
    leg = leg_name()
    async with front_desk(pair, spoken_prompts, STRAIGHT, tmp_path) as front, ami_of(pair.settings) as ami:
        caller = await call_in(pair.pstn_settings, "4001", None, keys="")
        await front.told("CallQueued", 8)
        arrived = front.floor.told[0]
        assert isinstance(arrived, CallArrived)
        assert arrived.caller.number is None
        await agent_leg(ami, leg)
        front.floor.order(Join(arrived.call_id, leg, 7, None))
        await ami.event(5, Event="BridgeEnter", Uniqueid=leg)
        await hang_up(pair.pstn_settings, caller)
        await front.told("CallLeft", 5)
        assert front.floor.end is None

        async def waits() -> bool:
            return any(row[1] == "agent-wait" and row[4] == "Up" for row in await pair.channels())

        await eventually(waits, 3, "the agent's leg is back in its loop")


async def test_a_leg_that_is_gone_and_one_that_is_lost_put_the_caller_back_into_the_line(
    pair: Pair, spoken_prompts: PromptLibrary, tmp_path: Path
) -> None:
    leg = leg_name()
    library, ear = MusicLibrary(pair.settings.music, SoundTools()), tmp_path / "ear.raw"
    async with front_desk(pair, spoken_prompts, STRAIGHT, tmp_path) as front, ami_of(pair.settings) as ami:
        front.source.queues[1] = replace(front.source.queues[1], music_class="music_01", announce_every_s=0)
        await library.publish("music_01", wav(1.5, hz=700, rate_hz=RATE_HZ, channels=1))
        await call_in(pair.pstn_settings, "4001", FROM, keys="")
        await front.told("CallQueued", 8)
        call = front.floor.told[0].call_id  # type: ignore[union-attr]
        front.floor.order(Join(call, "no-such-leg", 7, None), KeepWaiting(call))
        await front.told("JoinEnded", 5)
        assert JoinEnded(call, "no-such-leg", False) in front.floor.told
        await agent_leg(ami, leg)
        front.floor.order(Join(call, leg, 7, None))
        enter = await ami.event(5, Event="BridgeEnter", Uniqueid=leg)
        front.floor.order(KeepWaiting(call))
        await ami.action("Hangup", ("Channel", enter["Channel"]), ("Cause", "27"))

        async def back() -> bool:
            return JoinEnded(call, leg, True) in front.floor.told

        await eventually(back, 5, "the customer's coroutine goes on")
        customer = front.floor.told[0].leg_id  # type: ignore[union-attr]

        async def in_line() -> bool:
            return "CALLROOM_TALKED=0" in await pair.switch.command(f"core show channel {customer}")

        await eventually(in_line, 5, "back under the rules for callers in line")
        await put_ear(pair, ear)
        await eventually(partial(_hears, ear, 700, True), 5, "the queue's own music, uploaded after Asterisk's start")
        await library.remove("music_01")
        await eventually(partial(_hears, ear, 700, False), 8, "the usual music, after the end of the deleted piece")


async def _hears(ear: Path, tone_hz: float, wanted: bool) -> bool:
    """Whether the last second was music, and that tone or not."""
    if not ear.exists() or ear.stat().st_size < 4 * RATE_HZ:  # noqa: ASYNC240 - a test's own small file
        return False
    sound = heard(ear)[-RATE_HZ:]
    is_loud = bool(np.sqrt(np.mean(sound**2)) > 100)
    return is_loud and (abs(loudest_hz(sound) - tone_hz) < 5) is wanted


async def test_a_voicemail_is_recorded_whole_though_the_caller_just_hangs_up(
    pair: Pair, spoken_prompts: PromptLibrary, tmp_path: Path
) -> None:
    async with front_desk(pair, spoken_prompts, FLOW, tmp_path) as front:
        caller = await call_in(pair.pstn_settings, "4001", FROM, keys="2", key_delay_s=4, audio="tone440")
        incoming = pair.settings.voicemails_incoming

        async def records() -> bool:
            return any(path.stat().st_size > 5 * 16000 for path in incoming.iterdir())

        await eventually(records, 30, "five seconds of a message")
        await hang_up(pair.pstn_settings, caller)
        await front.told("CallLeft", 5)
        assert front.floor.end is EndReason.VOICEMAIL
        (voicemail,) = front.voicemails
        assert voicemail.duration_s > 4.5
        assert voicemail.context.number == FROM
        data = Path(voicemail.path).read_bytes()  # noqa: ASYNC240 - a test's own small file
        middle = len(data) // 4 * 2
        (tmp_path / "middle.raw").write_bytes(b"".join(data[i : i + 2] * 2 for i in range(middle, middle + 16000, 2)))
        assert loudest_hz(heard(tmp_path / "middle.raw")) == pytest.approx(440, abs=5)


async def test_callroom_comes_back_and_the_caller_keeps_the_place_in_line(
    pair: Pair, spoken_prompts: PromptLibrary, tmp_path: Path
) -> None:
    async with front_desk(pair, spoken_prompts, STRAIGHT, tmp_path) as before:
        await call_in(pair.pstn_settings, "4001", FROM, keys="")
        await before.told("CallQueued", 8)
    async with front_desk(pair, spoken_prompts, FLOW, tmp_path) as after:
        await after.told("CallQueued", 8)
        first, again = before.floor.told[0], after.floor.told[0]
        assert isinstance(first, CallArrived)
        assert isinstance(again, CallArrived)
        assert again.call_id == first.call_id
        # reckoned from how long ago it was by Asterisk's clock: the way of each question is in it
        assert abs((again.arrived_at - first.arrived_at).total_seconds()) < 0.1
        assert CallQueued(first.call_id, 1, 0, "en") in after.floor.told


async def test_an_order_cuts_an_announcement_short(
    pair: Pair, spoken_prompts: PromptLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    find = spoken_prompts.find

    def noting(name: str, language: str) -> Prompt | None:
        asked.append(name)
        return find(name, language)

    async def last_piece_begins() -> bool:
        return asked.count("keep_waiting") == 2  # how long it is, and then where it lies

    monkeypatch.setattr(spoken_prompts, "find", noting)
    leg, ear = leg_name(), tmp_path / "ear.raw"
    async with front_desk(pair, spoken_prompts, STRAIGHT, tmp_path) as front, ami_of(pair.settings) as ami:
        front.floor.place = (15, 2400.0)
        plan = Announcements(position_up_to=9, comfort=("recording_notice",), comfort_every_s=1)
        front.source.queues[1] = replace(front.source.queues[1], announcements=plan)
        caller = await call_in(pair.pstn_settings, "4001", FROM, keys="", key_delay_s=0, audio="tone440")
        await put_ear(pair, ear)
        await front.told("CallQueued", 8)
        call = front.floor.told[0].call_id  # type: ignore[union-attr]
        await agent_leg(ami, leg)
        await eventually(last_piece_begins, 30, "the last of the announcement")
        ordered_at = time.monotonic()
        front.floor.order(Join(call, leg, 7, None))
        await ami.event(5, Event="BridgeEnter", Uniqueid=leg)
        # less than what is left of the announcement; a busy machine may take its time
        assert time.monotonic() - ordered_at < 2
        await hang_up(pair.pstn_settings, caller)

        async def gone() -> bool:
            return await nobody_calls(pair)

        await eventually(gone, 8, "the ear is closed")
    sound = heard(ear)
    said = {
        name: likeness(sound, prompt, first_s=1.5)
        for name in ("recording_notice", "expected_wait_more", "position_is")
        if (prompt := spoken_prompts.audio_file(name, "en")) is not None
    }
    assert said["recording_notice"] > 0.9, said
    assert said["expected_wait_more"] > 0.9, said
    assert said["position_is"] < 0.9, said


async def test_a_talk_taken_up_again_goes_on_in_the_same_recording(
    pair: Pair, spoken_prompts: PromptLibrary, tmp_path: Path
) -> None:
    legs = [leg_name(), leg_name()]
    recording = uuid.uuid4().hex
    async with front_desk(pair, spoken_prompts, STRAIGHT, tmp_path) as front, ami_of(pair.settings) as ami:
        await call_in(pair.pstn_settings, "4001", FROM, keys="", audio="tone440", key_delay_s=0)
        await front.told("CallQueued", 8)
        call = front.floor.told[0].call_id  # type: ignore[union-attr]
        talked_s = 0.0
        for leg in legs:
            await agent_leg(ami, leg)
            front.floor.order(Join(call, leg, 7, recording))
            enter = await ami.event(5, Event="BridgeEnter", Uniqueid=leg)
            await asyncio.sleep(2)
            front.floor.order(KeepWaiting(call))
            await ami.action("Hangup", ("Channel", enter["Channel"]))
            leave = await ami.event(5, Event="BridgeLeave", Uniqueid=leg)
            talked_s += float(leave["Timestamp"]) - float(enter["Timestamp"])
            await asyncio.sleep(1.5)
        customer = front.floor.told[0].leg_id  # type: ignore[union-attr]
        await ami.action("Hangup", ("Channel", customer))
        await front.told("CallLeft", 5)
    path = pair.settings.recordings_incoming / f"{recording}.raw"

    async def whole() -> bool:
        return path.exists() and abs(len(heard(path)) / RATE_HZ - talked_s) < 0.4

    await eventually(whole, 3, f"a recording of {talked_s:.1f} s")
    assert loudest_hz(heard(path)) == pytest.approx(440, abs=5)


@pytest.mark.parametrize(
    ("number", "reason"), [("138000300", EndReason.TRANSFERRED_OUT), ("138000002", EndReason.FLOW_ENDED)]
)
async def test_a_transfer_outside_ends_the_call_or_goes_on(
    pair: Pair, spoken_prompts: PromptLibrary, tmp_path: Path, number: str, reason: EndReason
) -> None:
    flow: dict[str, Any] = {
        "start": "out",
        "nodes": {
            "out": {"type": "transfer", "number": number, "on_failed": "bye"},
            "bye": {"type": "hang_up", "prompt": "goodbye"},
        },
    }
    async with front_desk(pair, spoken_prompts, flow, tmp_path) as front:
        await call_in(pair.pstn_settings, "4001", FROM, keys="")
        await front.told("CallLeft", 20)
        assert front.floor.end is reason

        async def gone() -> bool:
            return await nobody_calls(pair)

        await eventually(gone, 5, "the dialplan hung up")
