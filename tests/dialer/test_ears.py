"""What is heard on a line that is dialed, from its sound on the socket to what is made of it."""

import asyncio
import uuid
import wave
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from cti.domain.attempt_words import LineHopeless, MachineAnswered, MachineStep
from cti.domain.commands import HangUpLeg, StopWaiting
from cti.domain.events import LegEnded
from cti.domain.values import EndReason
from dialer.domain.verdict import Finding, Verdict
from dialer.domain.who_answered import HeardSign, MachineRule, MachineTerms
from dialer.ears import Ears
from dialer.listening.shelf import Shelf
from dialer.run import CampaignRun
from tests.dialer.house import House
from tests.dialer.test_run import A

RATE_HZ, FRAME = 8000, 160
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def now() -> datetime:
    return NOON


def announcement(folder: Path, label: str = "empty") -> np.ndarray:
    """Three seconds that no other recording resembles, in the library under this label."""
    dice = np.random.default_rng(7)
    steps = np.repeat(dice.uniform(300, 3000, 60), RATE_HZ // 20)
    samples = (9000 * np.sin(2 * np.pi * np.cumsum(steps) / RATE_HZ)).astype(np.int16)
    file = folder / "sound.wav"
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(samples.tobytes())
    Shelf(folder / "lines").add(f"{label}-test", label, file)
    return samples


BEHIND_MS = 200  # less than is dropped


async def speak(ears: Ears, attempt_id: str, samples: np.ndarray) -> None:
    """As Asterisk's AudioSocket does: the id, then 20 ms at a time, and no faster than this machine listens."""
    _, writer = await asyncio.open_connection("127.0.0.1", ears.port)
    await say(ears, writer, attempt_id, samples)
    writer.close()
    await writer.wait_closed()


async def say(ears: Ears, writer: asyncio.StreamWriter, attempt_id: str, samples: np.ndarray) -> None:
    """Leave the line open."""
    line = ears._server._expected.get(attempt_id)
    writer.write(b"\x01\x00\x10" + uuid.UUID(attempt_id).bytes)
    for begin in range(0, len(samples) - FRAME, FRAME):
        writer.write(b"\x10" + (2 * FRAME).to_bytes(2, "big") + samples[begin : begin + FRAME].astype("<i2").tobytes())
        await writer.drain()
        said_ms = 20 * (begin // FRAME + 1)
        while line is not None and not line.is_over and line.listener._at_ms() < said_ms - BEHIND_MS:
            await asyncio.sleep(0.001)


HANGS_UP = MachineTerms(MachineRule.HANG_UP)


class Told:
    """What the floor is told, and a moment for it to come."""

    def __init__(self) -> None:
        self.events: list[LineHopeless | MachineAnswered] = []
        self._came = asyncio.Event()

    def __call__(self, event: LineHopeless | MachineAnswered) -> None:
        self.events.append(event)
        self._came.set()

    async def comes(self) -> None:
        async with asyncio.timeout(20):
            await self._came.wait()


async def test_a_number_that_is_announced_as_empty_is_given_up_at_once_and_that_is_kept(tmp_path: Path) -> None:
    samples, ears, attempt_id, told = announcement(tmp_path), Ears(tmp_path / "lines", now), str(uuid.uuid4()), Told()
    async with ears.open():
        ears.expect(attempt_id, MachineTerms(), told)
        speaking = asyncio.ensure_future(speak(ears, attempt_id, samples))
        await told.comes()
        assert told.events == [LineHopeless(attempt_id, EndReason.NO_SUCH_NUMBER)]
        await asyncio.wait([speaking])
        said = ears.end(attempt_id)
        assert said is not None
        assert (said.verdict, said.confidence_ratio) == (Verdict.UNALLOCATED, 0.9)
        assert "empty-test" in said.evidence
        assert ears.end(attempt_id) is None, "once"


async def test_after_the_answer_the_same_ear_listens_on_and_acts_by_the_campaign_s_rule(tmp_path: Path) -> None:
    samples = announcement(tmp_path, "voicemail")
    ears, attempt_id, told = Ears(tmp_path / "lines", now), str(uuid.uuid4()), Told()
    async with ears.open():
        ears.expect(attempt_id, HANGS_UP, told)
        ears.answered(attempt_id)
        ears.answered(attempt_id)  # once more is no other answer
        speaking = asyncio.ensure_future(speak(ears, attempt_id, samples))
        await told.comes()
        await asyncio.wait([speaking])
        assert told.events == [MachineAnswered(attempt_id, "voicemail", MachineStep.HANG_UP)]
        said = ears.end(attempt_id, answered=True)
        assert said is not None
        assert (said.verdict, said.confidence_ratio) == (Verdict.VOICEMAIL, 0.95)


async def test_what_is_told_before_two_seconds_says_what_the_rule_does_when_nobody_came(tmp_path: Path) -> None:
    ears, attempt_id, told = Ears(tmp_path / "lines", now), str(uuid.uuid4()), Told()
    async with ears.open():
        ears.expect(attempt_id, HANGS_UP, told)
        ears.answered(attempt_id)
        ears._hear(cast("Any", None), attempt_id, cast("Any", Early()), False)
    assert told.events == [MachineAnswered(attempt_id, "voicemail", MachineStep.TELL, "", MachineStep.HANG_UP)]


class Early:
    """What a listener says that is sure after 1.4 s."""

    answered_ms = 1400

    def sign(self) -> HeardSign:
        return HeardSign(Finding(Verdict.VOICEMAIL, 0.95, "heard"), is_known=True, since_answer_s=1.4)


async def test_who_does_not_listen_to_answers_forgets_the_line_with_it(tmp_path: Path) -> None:
    ears = Ears(tmp_path / "lines", now)
    async with ears.open():
        ears.expect("a1", MachineTerms(MachineRule.OFF), Told())
        ears.answered("a1")
        assert ears._lines == {}


async def test_who_does_not_listen_expects_nothing(tmp_path: Path) -> None:
    ears = Ears(tmp_path / "lines", now)
    ears.expect("a1", HANGS_UP, Told())
    assert (ears.port, ears.end("a1")) == (0, None)


@pytest.mark.parametrize("ends", [True, False])
async def test_a_campaign_s_lines_are_listened_to_until_they_end(house: House, ends: bool) -> None:
    ears = house.dialer.ears = Ears(house.folder / "lines", now)
    async with ears.open():
        await house.add(A)
        await house.start()
        house.stage.ready(11)
        await house.step()
        call_id = house.last().call_id
        row = (await house.attempt_rows())[0]
        assert (row.attempt_id, house.terms(call_id).listen_port) == (call_id, ears.port)
        assert house.terms(call_id).listens_on
        assert call_id in ears._lines
        if ends:
            house.ends(17, 486)
        else:
            house.talks()
            await house.settle()
            assert call_id in ears._lines
            house.ends(16)
        await house.settle_with(ears)
        assert ears._lines == {}


def heard(house: House, then: MachineStep) -> CampaignRun:
    """The listener says that a mailbox answered."""
    run = house.dialer.runs[house.campaign_id]
    run.lines.tell(MachineAnswered(house.last().call_id, "voicemail", then, "please_call"))
    return run


async def dialed(house: House) -> CampaignRun:
    await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    return house.dialer.runs[house.campaign_id]


@pytest.mark.parametrize("then", [MachineStep.HANG_UP, MachineStep.AWAIT_BEEP])
async def test_a_machine_is_nobody_who_was_abandoned_or_connected(house: House, then: MachineStep) -> None:
    run = await dialed(house)
    house.answers()
    await house.settle()
    assert run.pacing.lines.waiting == 1
    heard(house, then)
    assert run.pacing.lines.waiting == 0
    await house.step(5)
    assert (run.pacing.allowance.window.humans, run.pacing.allowance.window.abandoned) == (0, 0)
    house.stage.leave(house.last().call_id, EndReason.MESSAGE_LEFT)
    await house.settle()
    (row,) = await house.attempt_rows()
    assert (row.verdict, row.abandoned) == ("machine", False)
    assert run.pacing.allowance.window.abandoned == 0


def heard_early(house: House, at_deadline: MachineStep = MachineStep.HANG_UP) -> CampaignRun:
    run = house.dialer.runs[house.campaign_id]
    told = MachineAnswered(house.last().call_id, "voicemail", MachineStep.TELL, "please_call", at_deadline)
    run.lines.tell(told)
    return run


@pytest.mark.parametrize("at_deadline", [MachineStep.HANG_UP, MachineStep.AWAIT_BEEP])
async def test_a_machine_for_which_no_agent_came_in_time_was_nobody_either(
    house: House, at_deadline: MachineStep
) -> None:
    run = await dialed(house)
    house.answers()
    await house.settle()
    heard_early(house, at_deadline)
    assert run.pacing.lines.waiting == 1, "an agent may still take it"
    await house.step(3)
    assert (run.pacing.lines.waiting, house.stage.all(StopWaiting)) == (0, [])
    await house.step(1)
    house.stage.leave(house.last().call_id, EndReason.MESSAGE_LEFT)
    await house.step(1)
    window = run.pacing.allowance.window
    assert (window.humans, window.abandoned, len(run.lines)) == (0, 0, 0)
    (row,) = await house.attempt_rows()
    assert (row.verdict, row.abandoned) == ("machine", False)


async def test_where_people_are_told_something_sooner_than_sound_may_end_a_call_machines_are_too(
    house: House,
) -> None:
    run = await dialed(house)
    run.lines.plan = replace(run.plan, connect_within_s=1.0)
    house.answers()
    await house.settle()
    heard_early(house)
    await house.step(3)
    assert len(house.stage.all(StopWaiting)) == 1
    assert run.pacing.allowance.window.abandoned == 1


async def test_an_agent_who_was_with_one_counts_as_free_at_once(house: House) -> None:
    run = await dialed(house)
    house.talks()
    await house.settle()
    heard(house, MachineStep.TELL)
    assert (run.pacing.allowance.window.humans, run.pacing.agents.idle) == (1, 0)
    heard(house, MachineStep.HANG_UP)
    heard(house, MachineStep.HANG_UP)
    house.stage.tell(*[LegEnded(one.leg_id, 16) for one in house.stage.all(HangUpLeg)])
    await house.step(1)
    assert (run.pacing.allowance.window.humans, run.pacing.agents.idle) == (0, 1)
    (row,) = await house.attempt_rows()
    assert (row.state, row.verdict, row.end_reason) == ("reached", "machine", "machine")


async def test_a_broken_library_makes_it_deaf_to_recordings_until_it_is_mended(tmp_path: Path) -> None:
    samples = announcement(tmp_path)
    document = tmp_path / "lines" / "prompts" / "empty-test.toml"
    whole = document.read_text()
    document.write_text(whole + 'carier = "x"\n')
    ears, attempt_id, told = Ears(tmp_path / "lines", now), str(uuid.uuid4()), Told()
    async with ears.open():
        assert (ears.trouble, ears.version) == ("empty-test.toml: nobody knows carier", "")
        document.write_text(whole)
        await ears.reload()
        assert ears.trouble == ""
        assert ears.version
        ears.expect(attempt_id, MachineTerms(), told)
        await speak(ears, attempt_id, samples)
        await told.comes()
    (tmp_path / "lines" / "prompts" / "empty-test.wav").unlink()
    await ears.reload()
    assert ears.trouble == "empty-test.wav: is gone: put it back, or remove the recording from the library"


async def test_calls_that_were_given_up_for_what_their_line_said_are_counted(house: House) -> None:
    run = await dialed(house)
    call_id = house.last().call_id
    run.lines.tell(LineHopeless(call_id, EndReason.NO_SUCH_NUMBER))
    run.lines.tell(LineHopeless("another", EndReason.BUSY))
    assert run.lines.given_up == 1
    heard(house, MachineStep.TELL)
    assert run.lines.given_up == 1


async def test_what_was_heard_last_is_kept_though_listening_is_ended_by_being_cancelled(tmp_path: Path) -> None:
    samples, ears, attempt_id = announcement(tmp_path), Ears(tmp_path / "lines", now), str(uuid.uuid4())
    told, listens = Told(), asyncio.Event()

    async def listen() -> None:
        async with ears.open():
            listens.set()
            await asyncio.Event().wait()

    listening = asyncio.ensure_future(listen())
    await listens.wait()
    ears.expect(attempt_id, MachineTerms(), told)
    _, writer = await asyncio.open_connection("127.0.0.1", ears.port)
    await say(ears, writer, attempt_id, samples)
    await told.comes()
    listening.cancel()
    await asyncio.wait([listening])
    writer.close()
    assert (await asyncio.to_thread(ears.shelf.tally_file.read_text)) == '{"empty-test": {"2026-07-01": 1}}'
