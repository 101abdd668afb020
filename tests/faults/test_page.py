"""The agent's page goes in a talk: reloaded, closed, crashed, frozen, its network away. Who hears what is measured."""

import time

import pytest
from playwright.async_api import expect

from tests.browser.conftest import AGENT_HZ, CALLER_HZ, agent, agent_voice, browser, installation, playwright
from tests.browser.desk import Desk
from tests.browser.test_main_job import (
    CUSTOMER,
    filed_recording,
    the_recording_has_the_customer_left_and_the_agent_right,
)
from tests.faults.ear import CallerEar

__all__ = ["agent", "agent_voice", "browser", "installation", "playwright"]
pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
STRANGER = "+8613700137111"
REJOIN_S = 20.0


async def in_a_talk(installation, desk: Desk, number: str = CUSTOMER) -> CallerEar:
    """A caller whom this desk has on the line, and what that caller hears."""
    await desk.page.context.grant_permissions(["microphone"])
    caller = await installation.call_in(number, stay_s=240)
    await desk.rings()
    await desk.answer()
    await desk.hears(CALLER_HZ)
    ear = CallerEar(installation, caller)
    await ear.listen()
    await ear.hears_agent(AGENT_HZ)
    return ear


async def the_caller_leaves(installation, desk: Desk) -> dict:
    await installation.everybody_hangs_up()
    await desk.is_in_state("wrap_up")
    await desk.classify()
    return await desk.api(f"/calls/{(await desk.last_call())['id']}")


async def is_back(desk: Desk, ear: CallerEar, began: float) -> None:
    await desk.hears(CALLER_HZ)
    await ear.hears_agent(AGENT_HZ)
    assert time.monotonic() - began < REJOIN_S, "in time"
    await expect(desk.by("banner-rejoin")).to_have_count(0)
    await expect(desk.by("call-strip")).to_have_attribute("data-phase", "up")


def kinds(call: dict) -> list[str]:
    return [event["kind"] for event in call["events"]]


async def test_a_reload_in_a_call_plays_music_and_brings_the_agent_back(installation, agent):
    ear = await in_a_talk(installation, agent)
    await agent.by("note").fill("Typed before the reload")
    began = time.monotonic()
    await agent.page.goto("about:blank")  # a slow reload
    await ear.hears_music(AGENT_HZ)
    loaded = time.monotonic()
    await agent.page.goto(installation.url)
    await expect(agent.by("call-name")).to_have_text("张伟")
    await expect(agent.by("note")).to_have_value("Typed before the reload")
    shown_s = time.monotonic() - loaded
    await is_back(agent, ear, began)

    began = time.monotonic()
    await agent.page.reload()
    await is_back(agent, ear, began)
    print(f"\nreload: on the screen after {shown_s:.1f} s, in the call again after {time.monotonic() - began:.1f} s")
    assert shown_s < 5, "2 s on a quiet machine"
    call = await the_caller_leaves(installation, agent)
    assert (call["end_reason"], call["note"]) == ("caller_hung_up", "Typed before the reload")
    assert kinds(call).count("talk_interrupted") == kinds(call).count("talk_resumed") == 2
    assert kinds(call).count("talk_started") == kinds(call).count("talk_ended") == 1
    assert ear.silence_s() < 3
    recording = await filed_recording(agent, call["id"])
    assert recording["state"] == "ready"
    assert recording["duration_s"] == pytest.approx(call["talked_s"], abs=1.5)
    await the_recording_has_the_customer_left_and_the_agent_right(agent, recording)
    timeline = await agent.api(f"/customers/{call['customer']['id']}/timeline")
    assert [item["call"]["id"] for item in timeline["items"] if item["call"]].count(call["id"]) == 1
