"""An agent looks at somebody before they are called, calls them on a real Asterisk, and skips another one by keys."""

import asyncio
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.async_api import expect

from tests.asterisk.pair import eventually
from tests.faults.campaigns import Book, draft_campaign

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
MENU_30_S, BUSY, NEVER = "+8613900133011", "+8613900130502", "+8613900130503"
SETTLED_S = 20.0  # who was called hears a goodbye first


async def test_an_agent_looks_calls_and_skips(installation, agent):
    book = Book(SimpleNamespace(installation=installation))
    ((queue_id,), *_) = book.rows("select queue_id from user_queues join users on users.id=user_id where login='agent'")
    # the stories before had callers, and more would be expected
    campaign_id = draft_campaign(
        book, queue_id, [MENU_30_S, BUSY, NEVER], "preview", preview_s=600.0, inbound_first=False
    )
    await agent.is_in_state("ready")
    book.change("update campaigns set state='running' where id=?", campaign_id)
    card = agent.by("preview-card")
    await expect(agent.by("preview-number")).to_contain_text("3011")
    await expect(agent.by("preview-left")).to_contain_text("until it is given back")
    assert book.rows("select count(*) from attempts where campaign_id=?", campaign_id) == [(0,)]
    await agent.page.reload()
    await expect(agent.by("preview-number")).to_contain_text("3011")

    await expect(agent.by("preview-dial")).to_be_enabled()
    await agent.page.keyboard.press("Control+Alt+KeyD")
    await agent.is_in_state("talking")
    await expect(card).to_have_count(0)
    await agent.end_call()
    await agent.is_in_state("wrap_up")
    await agent.classify()
    await expect(agent.by("preview-number")).to_contain_text("0502")

    await agent.by("preview-dial").click()
    await expect(agent.page.locator(".el-message").last).to_contain_text(re.compile("busy"))
    await expect(agent.by("preview-number")).to_contain_text("0503")
    await agent.page.keyboard.press("Control+Alt+KeyJ")
    await expect(agent.by("skip-not_now")).to_be_focused()
    await agent.page.keyboard.press("3")
    await expect(agent.by("preview-quiet")).to_have_attribute("data-why", "nobody_due")

    found = "select substr(n.number, -4), l.state, l.why, l.attempts from leads l join lead_numbers n on n.lead_id=l.id"
    expected = [("3011", "done", "human", 1), ("0502", "waiting", "busy", 1), ("0503", "done", "skip_not_needed", 0)]

    async def all_settled() -> bool:
        return book.rows(f"{found} where l.campaign_id=? order by l.id", campaign_id) == expected

    await eventually(all_settled, SETTLED_S, "each has what came of it")
    book.change("update campaigns set state='paused' where id=?", campaign_id)
    await expect(agent.by("preview-quiet")).to_have_attribute("data-why", "paused")
    await agent.speak("zh")
    await expect(agent.by("preview-quiet")).to_contain_text("已暂停")
    book.change("update campaigns set state='finished' where id=?", campaign_id)
    await expect(agent.by("preview-quiet")).to_have_count(0)


async def test_an_agent_has_people_of_their_own_and_calls_them_with_one_click(installation, agent):
    book = Book(SimpleNamespace(installation=installation))
    found = "select queue_id, users.id from user_queues join users on users.id=user_id where login='agent'"
    ((queue_id, user_id), *_) = book.rows(found)
    own_words = [{"code": "resolved", "means": "success"}]
    campaign_id = draft_campaign(book, queue_id, [MENU_30_S, BUSY], "manual", dispositions=own_words, goal=10)
    book.change("update leads set for_user_id=?, name='Li Lei' where campaign_id=?", user_id, campaign_id)
    book.change("update campaigns set state='running' where id=?", campaign_id)
    await agent.page.reload()
    await agent.is_in_state("ready")
    own = agent.by("own-leads")
    await expect(own).to_contain_text("Li Lei")
    await expect(agent.by("own-dial").nth(1)).to_be_enabled()
    await agent.by("own-dial").nth(1).click()
    await expect(agent.page.locator(".el-message").last).to_contain_text(re.compile("busy"))
    await expect(agent.by("own-dial")).to_have_count(2)
    await agent.by("own-dial").first.click()
    await agent.is_in_state("talking")
    await expect(agent.by("lead-name")).to_have_text("Li Lei")
    await agent.end_call()
    await agent.is_in_state("wrap_up")
    await expect(agent.page.locator("[name=disposition]")).to_have_count(2)  # one of its own, and the one for machines
    await agent.classify()
    await expect(agent.by("own-dial")).to_have_count(1)
    told = (
        "select substr(a.number, -4), a.verdict, a.converted, l.why from attempts a join leads l on l.id=a.lead_id"
        " where a.campaign_id=? order by a.planned_at"
    )

    async def both_told() -> bool:
        return book.rows(told, campaign_id) == [
            ("0502", "busy", 0, "busy"),
            ("3011", "human", 1, "success"),
        ]

    await eventually(both_told, SETTLED_S, "both have their verdict")
    book.change("update campaigns set state='finished' where id=?", campaign_id)


async def test_a_manager_reads_the_report_of_it(installation, supervisor):
    page = supervisor.page
    ((campaign_id,),) = Book(SimpleNamespace(installation=installation)).rows(
        "select campaign_id from attempts where converted group by 1"
    )
    await page.goto(f"{installation.url}/#/campaigns/{campaign_id}")
    await supervisor.by("campaign-report").click()
    facts = supervisor.by("campaign-report-facts")
    await expect(facts).to_contain_text("2 people on these lists: 2 dialed, 1 reached (penetration 50.0%)")
    total = supervisor.by("campaign-report-total")
    await expect(total.locator("[data-figure=conversion_ratio]")).to_have_text("100.0%")
    await supervisor.by("cell-0-converted").click()
    await expect(supervisor.by("attempts-behind").locator("tbody tr")).to_have_count(1)
    await expect(supervisor.by("attempts-behind")).to_contain_text("3011")
    await page.keyboard.press("Escape")
    await supervisor.speak("zh")
    await expect(facts).to_contain_text("名单共 2 人：已拨 2 人，已接通 1 人（渗透率 50.0%）")
    await supervisor.speak("en")
    await supervisor.by("campaign-report-axis").click()
    await page.get_by_role("option", name="Campaigns by disposition").click()
    await expect(supervisor.by("campaign-report-chart")).to_contain_text("Resolved")
    await supervisor.by("report-export").click()
    await supervisor.by("export-csv").click()
    async with page.expect_download() as taken:
        await supervisor.by("file-download").first.click()
    path = Path(await (await taken.value).path())
    file = await asyncio.to_thread(path.read_text, "utf-8-sig")
    assert file.startswith("Disposition,Dialed,")
    assert file.splitlines()[-1].startswith("Total,2,1,0.5,")
