"""The story that Callroom exists for, with real parts from end to end; who is heard is proved by tones."""

import asyncio
import io

import pytest
from playwright.async_api import expect
from pydub import AudioSegment

from tests.browser.conftest import AGENT_HZ, CALLER_HZ
from tests.browser.desk import Desk
from tests.recordings.takes import dominant_hz

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
CUSTOMER = "+8613800138000"


async def filed_recording(desk: Desk, call_id: str):
    for _ in range(100):
        recording = (await desk.api(f"/calls/{call_id}"))["recording"]
        if recording and recording["state"] not in {"recording", "processing"}:
            return recording
        await asyncio.sleep(0.2)
    raise AssertionError(recording)


# What the screen says for: ready, waiting for calls, wrap-up.
WORDS = {"zh": ("示闲", "话后整理"), "en": ("Ready", "Wrap-up")}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_customer_is_known_answered_heard_recorded_and_remembered(installation, agent, language):
    ready, wrap_up = WORDS[language]
    await agent.speak(language)
    await expect(agent.by("state-button")).to_contain_text(ready)
    await installation.call_in(CUSTOMER)

    await agent.rings()
    await agent.is_in_state("ringing")
    # While it rings: who it is.
    await expect(agent.by("pop-name")).to_have_text("张伟")
    for part in ("pop-company", "pop-level", "pop-owner", "pop-interactions", "pop-open-items"):
        await expect(agent.by(part)).to_be_visible()
    await expect(agent.by("ringing-card")).to_be_visible()

    await agent.answer()
    await agent.hears(CALLER_HZ)
    await agent.by("note").fill(f"Wants the spring catalogue ({language})")
    await expect(agent.by("note-state")).to_be_visible()
    await agent.end_call()
    await agent.is_in_state("wrap_up")
    await expect(agent.by("wrap-timer")).to_be_visible()
    await expect(agent.by("state-button")).to_contain_text(wrap_up)
    await agent.classify()

    call = await agent.last_call()
    recording = await filed_recording(agent, call["id"])
    assert call["end_reason"] == "agent_hung_up"
    assert call["customer"]["name"] == "张伟"
    assert call["disposition"] == "resolved"
    assert call["note"] == f"Wants the spring catalogue ({language})"
    timeline = await agent.api(f"/customers/{call['customer']['id']}/timeline")
    assert call["id"] in [item["call"]["id"] for item in timeline["items"] if item["call"]]
    assert recording["state"] == "ready"

    await the_recording_has_the_customer_left_and_the_agent_right(agent, recording)
    await it_plays_in_the_page(agent, call)


async def the_recording_has_the_customer_left_and_the_agent_right(desk, recording):
    answer = await desk.page.request.get(f"{desk.installation.url}/api/v1/recordings/{recording['id']}/audio")
    assert answer.status == 200
    audio = AudioSegment.from_file(io.BytesIO(await answer.body()), format="ogg")
    # all of it: where the one is quiet for a moment, the codec lets the other through
    left, right = audio.split_to_mono()
    assert dominant_hz(left.get_array_of_samples(), left.frame_rate) == pytest.approx(CALLER_HZ, abs=10)
    assert dominant_hz(right.get_array_of_samples(), right.frame_rate) == pytest.approx(AGENT_HZ, abs=15)
    peaks = await desk.api(f"/recordings/{recording['id']}/peaks")
    assert len(peaks["channels"]) == 2
    assert max(peaks["channels"][0]) > 0.05


NOTE_TIMES = """(where) => {
  const clock = document.querySelector(where)
  window.times = []
  const note = () => window.times.push(clock.textContent)
  new MutationObserver(note).observe(clock, { subtree: true, characterData: true, childList: true })
}"""


async def it_plays_in_the_page(desk, call):
    asked = asyncio.Event()

    async def late(route):
        await asked.wait()
        await route.continue_()

    await desk.page.route("**/peaks", late)
    await desk.page.goto(f"{desk.installation.url}/#/calls/{call['id']}")
    await expect(desk.by("recording")).to_be_visible()
    await expect(desk.by("play-time")).to_be_visible()
    # a short recording is over, and the clock back at its start, before a slow machine looks again
    await desk.page.evaluate(NOTE_TIMES, "[data-testid=play-time]")
    await desk.by("play").click()  # before the picture is there
    asked.set()
    await desk.page.wait_for_function("() => window.times.some((time) => /^0*0:0*[1-9]/.test(time))")
