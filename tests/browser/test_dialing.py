"""An agent calls somebody in a browser on a real Asterisk: pop, sound, what the far end says, and the log."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.bench.seat import Seat, seat
from tests.browser.desk import Desk
from tests.browser.sound import heard_hz

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
# by their endings, in the simulated network; no other story calls whom nobody may call after this one
BUSY, MENU_30_S = "13900130502", "13900143011"


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
    async with agent.hearing(800):
        await agent.page.keyboard.press("3")
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


async def test_a_caller_who_would_rather_be_called_keeps_the_place_and_is_called(installation, agent, supervisor):
    """By keys in line; the supervisor sees it there, the agent takes it like a call and hears the customer answer."""
    async with seat(installation, "admin") as admin:
        queues = (await admin.ask("GET", "/queues"))["items"]
        for queue in queues:
            rules = {**queue["callbacks"], "offered": True, "after_s": 0}
            await admin.ask("PATCH", f"/queues/{queue['id']}", {"callbacks": rules})
    await agent.is_in_state("ready")
    await agent.by("state-button").click()
    await agent.by("state-pause-break").click()
    await agent.is_in_state("not_ready")
    caller = await installation.call_in("13900133000")  # called back, they talk for 30 s
    row = supervisor.page.locator("[data-testid^='callback-'][data-state]")
    await supervisor.page.goto(f"{installation.url}/floor")
    while not await row.count():  # 1 is "call me" and then "at this number"; between them it means nothing
        await installation.caller_presses(caller, "1")
        await asyncio.sleep(0.7)
    await expect(row).to_have_attribute("data-state", "waiting")
    await expect(row).to_contain_text("3000")
    async with asyncio.timeout(15):
        while not await installation.no_callers_left():
            await asyncio.sleep(0.2)

    await agent.by("ready").click()
    await agent.rings()
    await expect(row).to_have_attribute("data-state", "calling")
    await agent.answer()
    await agent.is_in_state("talking")
    await expect(agent.by("pop-number")).to_contain_text("3000")
    await expect(row).to_have_count(0)
    while await heard_hz(agent.page) is None:
        await asyncio.sleep(0)
    await agent.end_call()
    await agent.is_in_state("wrap_up")
    await agent.classify()

    back = await supervisor.last_call(within_s=20)  # after the goodbye
    asked = (await supervisor.api("/calls?limit=2"))["items"][1]
    assert (back["direction"], back["end_reason"], back["talked_s"] > 0) == ("outbound", "agent_hung_up", True)
    assert (asked["direction"], asked["end_reason"], asked["talked_s"]) == ("inbound", "callback", 0)
    events = (await supervisor.api(f"/calls/{asked['id']}"))["events"]
    told = [event["detail"] for event in events if event["kind"] == "callback_changed"]
    assert (told[0]["state"], told[-1]["state"], told[-1]["result"]) == ("waiting", "over", "reached")
    async with seat(installation, "admin") as admin:
        for queue in queues:
            await admin.ask("PATCH", f"/queues/{queue['id']}", {"callbacks": queue["callbacks"]})


async def asked_on_a_page(admin: Seat, queue_id: int, number: str) -> None:
    """By a link of this queue, as a site's own page does it."""
    link = await admin.ask("POST", "/callback-links", {"queue_id": queue_id, "name": "Example"})
    wanted = {"number": number, "name": "王小明", "wish": "询问七号套餐"}
    await admin.ask("POST", f"/callback-form/{link['key']}", wanted)
    await admin.ask("DELETE", f"/callback-links/{link['id']}")


async def test_who_asked_on_a_page_is_called_with_their_words_before_the_agent(installation, agent):
    await agent.is_in_state("ready")
    async with seat(installation, "admin") as admin:
        me = next(user for user in (await admin.ask("GET", "/users"))["items"] if user["login"] == "agent")
        queues = (await admin.ask("GET", "/queues"))["items"]
        queue = next(queue for queue in queues if queue["id"] == me["queue_ids"][0])
        rules = {**queue["callbacks"], "offered": True}
        await admin.ask("PATCH", f"/queues/{queue['id']}", {"callbacks": rules})
        await asked_on_a_page(admin, queue["id"], "13900133012")
        await agent.rings()
        await expect(agent.by("call-request-name")).to_have_text("王小明")
        await expect(agent.by("call-request-wish")).to_have_text("询问七号套餐")
        await agent.answer()
        await agent.is_in_state("talking")
        await expect(agent.by("call-head")).to_contain_text("询问七号套餐")
        await agent.end_call()
        await agent.classify()
        events = (await agent.api(f"/calls/{(await agent.last_call())['id']}"))["events"]
        assert [event["detail"]["name"] for event in events if event["kind"] == "call_requested"] == ["王小明"]
        await admin.ask("PATCH", f"/queues/{queue['id']}", {"callbacks": queue["callbacks"]})
