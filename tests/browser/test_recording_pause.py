"""The agent pauses a recording, or has a talk recorded that no rule does: on the screens, in the rows, in the file."""

import asyncio

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.bench.seat import seat
from tests.browser.test_main_job import filed_recording

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


@pytest_asyncio.fixture(loop_scope="session")
async def on_demand(installation):
    """No queue records by itself, its agents may, and who is recorded is told; afterwards as before."""
    rules = {"record": False, "record_on_demand": True, "consent_prompt": "recording_notice"}
    async with seat(installation, "admin") as admin:
        queues = (await admin.ask("GET", "/queues"))["items"]
        for queue in queues:
            await admin.ask("PATCH", f"/queues/{queue['id']}", rules)
    yield
    async with seat(installation, "admin") as admin:
        for queue in queues:
            await admin.ask("PATCH", f"/queues/{queue['id']}", {rule: queue[rule] for rule in rules})


async def test_an_agent_has_a_talk_recorded_and_the_customers_timeline_has_it(installation, on_demand, agent):
    caller = await installation.call_in(CALLER, audio="tone440")
    await agent.rings()
    await agent.answer()
    button, mark = agent.by("bar-take"), agent.by("call-head").get_by_test_id("tape-mark")
    await expect(button).to_have_attribute("aria-label", "Record")
    await expect(mark).to_have_count(0)
    await agent.page.keyboard.press("Control+Alt+KeyY")
    await expect(mark).to_have_text("Caller hears the notice…")
    await expect(mark).to_have_text("Recording")
    await expect(button).to_have_attribute("aria-label", "Stop recording")
    await agent.hears(440)
    await agent.speak("zh")
    await expect(mark).to_have_text("录音中")
    await expect(button).to_have_attribute("aria-label", "停止录音")
    await agent.speak("en")
    await button.click()
    await expect(mark).to_have_count(0)
    await expect(button).to_have_attribute("aria-label", "Record")
    await installation.caller_hangs_up(caller)
    await agent.is_in_state("wrap_up")
    await agent.page.keyboard.press("1")  # nobody has to find the way into the list first
    await expect(agent.by("disposition-resolved")).to_be_checked()
    await agent.classify()

    call = await agent.last_call()
    assert (await filed_recording(agent, call["id"]))["state"] == "ready"
    kinds = [event["kind"] for event in (await agent.api(f"/calls/{call['id']}"))["events"]]
    assert kinds.count("recording_started") == kinds.count("recording_stopped") == 1
    await agent.page.goto(f"{installation.url}/#/customers/{call['customer']['id']}")
    newest = agent.by("timeline").locator("> li").first
    await expect(newest.get_by_role("button", name="Listen")).to_be_visible()
