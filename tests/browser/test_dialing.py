"""An agent calls somebody in a browser on a real Asterisk: pop, sound, what the far end says, and the log."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.browser.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
BUSY, MENU_30_S = "13900130502", "13900133011"  # by their endings, in the simulated network


async def dial(agent: Desk, number: str) -> None:
    await agent.by("dial-open").click()
    await agent.by("dial-number").fill(number)
    await agent.page.keyboard.press("Enter")


async def nobody_calls_again(agent: Desk) -> None:
    """The number of the present call goes on the do-not-call list, and is refused from then on."""
    await agent.by("list-this").click()
    await agent.page.locator(".el-message-box input").fill("asked us not to call")
    await agent.page.keyboard.press("Enter")
    await expect(agent.by("do-not-call")).to_be_visible()
    await agent.classify()
    await dial(agent, MENU_30_S)
    await expect(agent.page.locator(".el-message").last).to_contain_text("must not be called")
    await agent.page.keyboard.press("Escape")


async def test_an_agent_calls_a_number_that_is_busy_and_one_that_answers(installation, agent):
    await agent.is_in_state("ready")
    await dial(agent, BUSY)
    await expect(agent.page.locator(".el-message")).to_contain_text(re.compile("busy"))
    await agent.is_in_state("ready")

    await dial(agent, MENU_30_S)
    await agent.is_in_state("talking")
    await expect(agent.by("pop-number")).to_contain_text("3011")
    await agent.page.keyboard.press("Control+Alt+KeyI")
    await expect(agent.by("keypad")).to_be_focused()
    await agent.page.keyboard.press("3")
    await agent.hears(800)
    await agent.page.keyboard.press("Escape")
    await expect(agent.by("keypad")).to_have_count(0)
    await agent.by("bar-hold").click()
    await expect(agent.by("hold-timer")).to_be_visible()
    await agent.by("bar-hold").click()
    await expect(agent.by("hold-timer")).to_have_count(0)
    await agent.end_call()
    await agent.is_in_state("wrap_up")
    await nobody_calls_again(agent)

    talked, in_vain = (await agent.api("/calls?limit=2&direction=outbound"))["items"]
    assert (talked["direction"], talked["end_reason"], talked["disposition"]) == (
        "outbound",
        "agent_hung_up",
        "resolved",
    )
    assert talked["talked_s"] > 0
    for _ in range(100):
        if talked["recording"]["state"] == "ready":
            break
        await asyncio.sleep(0.3)
        talked = await agent.last_call()
    both = (await agent.api(f"/recordings/{talked['recording']['id']}/peaks"))["channels"]
    # the browser turns a steady tone down to some 0.05; silence is 0
    assert [max(side) > 0.02 for side in both] == [True, True], "the customer's words and the agent's tone"
    assert (in_vain["direction"], in_vain["end_reason"], in_vain["talked_s"]) == ("outbound", "busy", 0)
    events = (await agent.api(f"/calls/{in_vain['id']}"))["events"]
    ended = next(event["detail"] for event in events if event["kind"] == "dial_ended")
    assert (ended["cause"], ended["sip_status"]) == (17, 486)
