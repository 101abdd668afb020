"""Whom a campaign called is with an agent in a browser before anybody could press a button, and leaves a full trace."""

import json
from types import SimpleNamespace

import pytest
from playwright.async_api import expect

from tests.asterisk.pair import eventually
from tests.faults.campaigns import Book, draft_campaign

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
HOSTILE = "<img src=x onerror=pwned()>"
LONG = "asked for the larger car " * 20 + "and the red one"
MENU_30_S = "+8613900153011"  # by its ending, in the simulated network
SETTLED_S = 20.0


async def test_who_answers_is_put_through_to_the_page_at_once(installation, agent):
    book = Book(SimpleNamespace(installation=installation))
    ((queue_id,), *_) = book.rows("select queue_id from user_queues join users on users.id=user_id where login='agent'")
    await agent.is_in_state("ready")
    await agent.page.route("**/calls/*/lead", lambda route: route.abort(), times=1)
    campaign_id = draft_campaign(book, queue_id, [MENU_30_S], "progressive", inbound_first=False)
    listed = json.dumps({"plan": "gold", "wish": HOSTILE, "story": LONG})
    book.change("update leads set name='Li Lei', custom=? where campaign_id=?", listed, campaign_id)
    book.change("update campaigns set state='running' where id=?", campaign_id)
    await agent.is_in_state("talking")
    await expect(agent.by("pop-number")).to_contain_text("3011")
    await expect(agent.by("pop")).to_contain_text("Li Lei")
    await reads_the_list(agent)
    await agent.page.keyboard.press("Control+Alt+KeyI")
    async with agent.hearing(800):  # what the far end answers to the key
        await agent.page.keyboard.press("3")
    await agent.end_call()
    await agent.is_in_state("wrap_up")
    await agent.classify()
    told = (
        "select verdict, abandoned, (julianday(connected_at) - julianday(answered_at)) * 86400 < 2 from attempts"
        " where campaign_id=?"
    )

    async def is_told() -> bool:
        return book.rows(told, campaign_id) == [("human", 0, 1)]

    await eventually(is_told, SETTLED_S, "nobody was abandoned")
    book.change("update campaigns set state='finished' where id=?", campaign_id)
    ((call_id,),) = book.rows("select attempt_id from attempts where campaign_id=?", campaign_id)
    await agent.page.goto(f"{installation.url}/#/calls/{call_id}")
    await expect(agent.by("call-details").get_by_test_id("lead-column").first).to_contain_text("gold")


async def test_who_calls_by_themselves_has_no_card_of_a_list(installation, agent):
    asked: list[str] = []
    agent.page.on("request", lambda request: asked.append(request.url))
    caller = await installation.call_in("+8613612345670")
    await agent.rings()
    await agent.answer()
    await expect(agent.by("pop-number")).to_contain_text("5670")
    await expect(agent.by("called-lead")).to_have_count(0)
    await installation.caller_hangs_up(caller)
    await agent.is_in_state("wrap_up")
    await agent.page.reload()
    await expect(agent.by("pop-number")).to_contain_text("5670")
    await expect(agent.by("called-lead")).to_have_count(0)
    await agent.classify()
    assert [url for url in asked if url.endswith("/lead")] == []


async def reads_the_list(agent):
    """All that the list says of whom they were put through to, as text, the long one on request."""
    card = agent.by("called-lead")
    await card.get_by_test_id("error-state").get_by_role("button").click()
    await expect(card.get_by_test_id("lead-campaign")).to_have_text("progressive 1")
    await expect(card.get_by_test_id("lead-attempt")).to_have_text("No. 1")
    columns = card.get_by_test_id("lead-column")
    await expect(columns).to_contain_text(["gold", HOSTILE, "asked for the larger car"])
    await expect(card.locator("img")).to_have_count(0)
    whole = card.get_by_test_id("show-whole")
    await expect(whole).to_have_count(1)
    box = columns.nth(2).locator("dd .text")
    cut_px = (await box.bounding_box())["height"]
    await whole.click()
    await expect(whole).to_have_attribute("aria-expanded", "true")
    assert (await box.bounding_box())["height"] > cut_px
