"""What is heard on a line that is dialed, from its sound on the socket to what is made of it."""

import asyncio
import uuid
import wave
from pathlib import Path

import numpy as np
import pytest

from dialer.ears import Ears
from dialer.listening.shelf import Shelf
from dialer.listening.words import Label
from tests.dialer.house import House
from tests.dialer.test_run import A

RATE_HZ, FRAME = 8000, 160


def announcement(folder: Path) -> np.ndarray:
    """Three seconds that no other recording resembles, in the library as an empty number's."""
    dice = np.random.default_rng(7)
    steps = np.repeat(dice.uniform(300, 3000, 60), RATE_HZ // 20)
    samples = (9000 * np.sin(2 * np.pi * np.cumsum(steps) / RATE_HZ)).astype(np.int16)
    file = folder / "sound.wav"
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(samples.tobytes())
    Shelf(folder / "lines").add("empty-test", "empty", file)
    return samples


async def speak(port: int, attempt_id: str, samples: np.ndarray) -> None:
    """As Asterisk's AudioSocket does: the id, then 20 ms at a time."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"\x01\x00\x10" + uuid.UUID(attempt_id).bytes)
    for begin in range(0, len(samples) - FRAME, FRAME):
        writer.write(b"\x10" + (2 * FRAME).to_bytes(2, "big") + samples[begin : begin + FRAME].astype("<i2").tobytes())
        await writer.drain()
        await asyncio.sleep(0)
    writer.close()
    await writer.wait_closed()


async def heard(ears: Ears, attempt_id: str) -> None:
    async with asyncio.timeout(10):
        while (ears._heard.get(attempt_id)) is None:
            await asyncio.sleep(0.005)


async def test_an_announcement_is_told_at_the_end_of_its_line(tmp_path: Path) -> None:
    samples, ears, attempt_id = announcement(tmp_path), Ears(tmp_path / "lines"), str(uuid.uuid4())
    async with ears.open():
        ears.expect(attempt_id)
        speaking = asyncio.ensure_future(speak(ears.port, attempt_id, samples))
        await heard(ears, attempt_id)
        said = ears.end(attempt_id)
        assert said is not None
        assert said.label in (Label.EMPTY, Label.ANNOUNCEMENT)
        assert ears.end(attempt_id) is None, "once"
        await asyncio.wait([speaking])


async def test_with_the_answer_it_is_nobody_s_business_any_more(tmp_path: Path) -> None:
    ears = Ears(tmp_path / "lines")
    async with ears.open():
        ears.expect("a1")
        ears.answered("a1")
        assert ears.end("a1") is None


async def test_who_does_not_listen_expects_nothing(tmp_path: Path) -> None:
    ears = Ears(tmp_path / "lines")
    ears.expect("a1")
    assert (ears.port, ears.end("a1")) == (0, None)


@pytest.mark.parametrize("ends", [True, False])
async def test_a_campaign_s_lines_are_listened_to_until_they_end_or_answer(house: House, ends: bool) -> None:
    ears = house.dialer.ears = Ears(house.folder / "lines")
    async with ears.open():
        await house.add(A)
        await house.start()
        house.stage.ready(11)
        await house.step()
        call_id = house.last().call_id
        row = (await house.attempt_rows())[0]
        assert (row.attempt_id, house.terms(call_id).listen_port) == (call_id, ears.port)
        assert call_id in ears._heard
        if ends:
            house.ends(17, 486)
            await house.settle_with(ears)
        else:
            house.answers()
            await house.settle()
        assert ears._heard == {}
