"""What an agent says of a campaign's call on a low screen: a callback that is agreed, and a machine that answered."""

from types import SimpleNamespace

import pytest
from playwright.async_api import Locator, expect

from tests.asterisk.pair import eventually
from tests.faults.campaigns import Book, draft_campaign

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
AGREES, PRESSES, MAILBOX = "+8613900154011", "+8613900155011", "+8613900130507"
LOW = {"width": 1366, "height": 850}
SETTLED_S = 20.0
WORDS = [{"code": "callback", "means": "callback"}, {"code": "resolved", "means": "success"}]
IS_ON_TOP = """element => {
  const box = element.getBoundingClientRect()
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
  return at !== null && (element.contains(at) || at.contains(element))
}"""


async def is_to_be_seen(what: Locator) -> None:
    await expect(what).to_be_in_viewport(ratio=1)
    assert await what.evaluate(IS_ON_TOP), "something lies over it"


async def a_campaign(installation, agent, number: str, **rules: object) -> tuple[Book, int]:
    book = Book(SimpleNamespace(installation=installation))
    ((queue_id,), *_) = book.rows("select queue_id from user_queues join users on users.id=user_id where login='agent'")
    await agent.is_in_state("ready")
    campaign_id = draft_campaign(book, queue_id, [number], "progressive", inbound_first=False, **rules)
    book.change("update leads set name='Li Lei' where campaign_id=?", campaign_id)
    book.change("update campaigns set state='running' where id=?", campaign_id)
    await agent.is_in_state("talking")
    return book, campaign_id


async def test_a_callback_is_agreed_for_a_time_to_come(installation, agent):
    await agent.page.set_viewport_size(LOW)
    book, campaign_id = await a_campaign(installation, agent, AGREES, dispositions=WORDS)
    await agent.end_call()
    await agent.is_in_state("wrap_up")
    await agent.by("disposition-callback").check()
    again, field = agent.by("again"), agent.by("again").get_by_role("combobox")
    await is_to_be_seen(again)
    await agent.by("save-ready").click()
    await expect(agent.by("again-problem")).to_have_text("Please fill this in")
    await is_to_be_seen(agent.by("again-problem"))
    await expect(again.locator(".el-date-editor input")).to_have_attribute("aria-invalid", "true")
    await field.fill("2020-01-01 10:00")
    await field.press("Enter")
    await agent.by("save-ready").click()
    await expect(agent.by("again-problem")).to_have_text("This time is over already")
    assert book.rows("select disposition from attempts where campaign_id=?", campaign_id) == [(None,)]

    await agent.by("quick-in_hour").focus()
    await agent.page.keyboard.press("Enter")
    await expect(agent.by("again-problem")).to_have_count(0)
    mine = again.get_by_role("checkbox")
    while not await mine.evaluate("box => box === document.activeElement"):
        await agent.page.keyboard.press("Tab")
    await is_to_be_seen(agent.by("again-mine"))
    await agent.by("save-ready").click()
    await agent.is_in_state("ready")
    waits = "select state, why, due_at > datetime('now', '+55 minutes') from leads where campaign_id=?"

    async def waits_for_it() -> bool:
        return book.rows(waits, campaign_id) == [("waiting", "callback", 1)]

    await eventually(waits_for_it, SETTLED_S, "they are called again when they wanted")
    book.change("update campaigns set state='finished' where id=?", campaign_id)


async def test_the_buttons_of_the_wrap_up_say_what_comes(installation, agent):
    book, campaign_id = await a_campaign(installation, agent, PRESSES)
    await agent.end_call()
    await agent.is_in_state("wrap_up")
    await expect(agent.by("save-disposition")).to_have_text("Save; ready when the time is over")
    await expect(agent.by("wrap-panel")).to_have_attribute("data-overdue", "true", timeout=60_000)
    await expect(agent.by("save-disposition")).to_have_count(0)
    await agent.by("disposition-resolved").check()
    await agent.by("save-pause").click()
    await agent.by("save-pause-break").click()
    await agent.is_in_state("not_ready")
    await expect(agent.by("state-button")).to_contain_text("Break")
    book.change("update campaigns set state='finished' where id=?", campaign_id)


async def test_a_machine_is_said_with_one_word_in_every_campaign(installation, agent):
    book, campaign_id = await a_campaign(
        installation, agent, MAILBOX, machines={"action": "off", "prompt": None}, dispositions=WORDS
    )
    await agent.end_call()
    await agent.is_in_state("wrap_up")
    await agent.classify("answering_machine")
    told = (
        "select a.verdict, a.disposition, l.state, l.why from attempts a join leads l on l.id=a.lead_id"
        " where a.campaign_id=?"
    )

    async def is_told() -> bool:
        return book.rows(told, campaign_id) == [("machine", "answering_machine", "waiting", "machine")]

    await eventually(is_told, SETTLED_S, "it is none of the people that were reached")
    book.change("update campaigns set state='finished' where id=?", campaign_id)
