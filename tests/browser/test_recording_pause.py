"""The agent pauses the recording: seen on both screens, kept in the rows, and silent in the file's picture."""

import asyncio

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
CALLER = "+8613800138000"


async def test_a_pause_is_on_every_screen_and_in_the_picture_of_the_sound(installation, agent, supervisor):
    caller = await installation.call_in(CALLER, audio="tone440")
    await agent.rings()
    await agent.answer()
    button = agent.by("bar-record")
    await expect(button).to_have_attribute("aria-label", "Pause recording")
    await asyncio.sleep(3)
    await agent.page.keyboard.press("Control+Alt+KeyP")
    await expect(button).to_have_attribute("aria-label", "Resume recording")
    await expect(agent.by("tape-left")).to_be_visible()
    await expect(agent.by("tape-mark").first).to_contain_text("Recording paused")
    await supervisor.page.goto(f"{installation.url}/#/floor")
    await expect(supervisor.by("tape-paused")).to_be_visible()
    await agent.speak("zh")
    await expect(button).to_have_attribute("aria-label", "恢复录音")
    await agent.speak("en")
    await asyncio.sleep(2)
    await button.click()
    await expect(button).to_have_attribute("aria-label", "Pause recording")
    await expect(supervisor.by("tape-paused")).to_have_count(0)
    await asyncio.sleep(2)
    await installation.caller_hangs_up(caller)
    await agent.is_in_state("wrap_up")
    await agent.classify()

    call = await agent.last_call()
    kinds = [event["kind"] for event in (await agent.api(f"/calls/{call['id']}"))["events"]]
    assert kinds.count("recording_paused") == kinds.count("recording_resumed") == 1
    for _ in range(100):
        call = await agent.last_call()
        if call["recording"]["state"] == "ready":
            break
        await asyncio.sleep(0.3)
    peaks = await agent.api(f"/recordings/{call['recording']['id']}/peaks")
    ((begin, end),) = peaks["pauses"]
    assert end - begin > 2
    for side in peaks["channels"]:
        per_s = len(side) / peaks["duration_s"]
        inside = side[int((begin + 0.5) * per_s) : int((end - 0.5) * per_s)]
        assert inside
        assert max(inside) == 0
        assert max(side[: int((begin - 0.5) * per_s)]) > 0.05
    await agent.page.goto(f"{installation.url}/#/calls/{call['id']}")
    await expect(agent.by("wave-pause")).to_have_count(1)
