"""What is said in a pause is never in the file: not after a reload of the page, not after Callroom is killed in it."""

import asyncio
import io
import itertools
import signal
from typing import Any

import pytest
from playwright.async_api import expect
from pydub import AudioSegment

from tests.browser.conftest import AGENT_HZ, CALLER_HZ
from tests.browser.desk import Desk
from tests.browser.test_main_job import filed_recording
from tests.faults.ear import CallerEar
from tests.faults.test_page import in_a_talk, the_caller_leaves
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
CUSTOMER = "+8613700137401"
PIECE_MS = 50
# Opus makes of silence a whisper.
LOUD = 300


async def is_paused(desk: Desk) -> None:
    await expect(desk.by("bar-record")).to_have_attribute("aria-label", "Resume recording")


async def is_recorded(desk: Desk) -> None:
    await expect(desk.by("bar-record")).to_have_attribute("aria-label", "Pause recording")


async def is_together_again(desk: Desk, ear: CallerEar) -> None:
    await desk.hears(CALLER_HZ)
    await ear.hears_agent(AGENT_HZ)


async def sides_of(desk: Desk, recording: dict[str, Any]) -> list[list[bool]]:
    """For both sides, customer first: is there sound, piece by piece."""
    answer = await desk.page.request.get(f"{desk.installation.url}/api/v1/recordings/{recording['id']}/audio")
    audio = AudioSegment.from_file(io.BytesIO(await answer.body()), format="ogg")
    pieces = [audio[at : at + PIECE_MS] for at in range(0, len(audio), PIECE_MS)]
    return [[piece.split_to_mono()[side].max > LOUD for piece in pieces] for side in (0, 1)]


def silences(pieces: list[bool]) -> list[tuple[float, float]]:
    """Begin and end of all that last longer than a second."""
    found, at = [], 0
    for is_loud, run in itertools.groupby(pieces):
        length = len(list(run))
        if not is_loud and length * PIECE_MS > 1000:
            found.append((at * PIECE_MS / 1000, (at + length) * PIECE_MS / 1000))
        at += length
    return found


async def test_a_pause_outlives_a_reload_and_a_kill(installation: Installation, agent: Desk) -> None:
    ear = await in_a_talk(installation, agent, CUSTOMER)
    await asyncio.sleep(2)  # sound to be recorded, here and below
    await agent.by("bar-record").click()
    await is_paused(agent)
    await agent.page.reload()
    await is_together_again(agent, ear)
    await is_paused(agent)
    await asyncio.sleep(2)
    await agent.by("bar-record").click()
    await is_recorded(agent)
    await asyncio.sleep(2)

    await agent.by("bar-record").click()
    await is_paused(agent)
    await installation.end_process(signal.SIGKILL)
    await installation.start()
    await expect(agent.by("banner-away")).to_have_count(0)
    await is_paused(agent)
    await asyncio.sleep(2)
    await agent.by("bar-record").click()
    await is_recorded(agent)
    await asyncio.sleep(2)
    await agent.page.reload()
    await is_together_again(agent, ear)
    await is_recorded(agent)
    await asyncio.sleep(2)

    call = await the_caller_leaves(installation, agent)
    recording = await filed_recording(agent, call["id"])
    assert recording["state"] == "ready"
    assert recording["duration_s"] == pytest.approx(call["talked_s"], abs=1.5), "nothing of it was lost"
    pauses = (await agent.api(f"/recordings/{recording['id']}/peaks"))["pauses"]
    assert len(pauses) == 2
    for name, pieces in zip(("customer", "agent"), await sides_of(agent, recording), strict=True):
        silent = silences(pieces)
        print(f"{name}: silent {silent}, paused {pauses}")
        assert len(silent) == 2, name
        for heard_nothing, paused in zip(silent, pauses, strict=True):
            assert heard_nothing == pytest.approx(tuple(paused), abs=0.7)
