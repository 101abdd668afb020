"""A manager's first campaign: set up, people from a spreadsheet, somebody taken out, started and paused."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
TABLE = (
    "姓名;手机;电话2;车型\r\n"
    "张伟;13912340001;021-62345678;SUV\r\n"
    "李娜;13912340002;;轿车\r\n"
    "坏号码;12ab;;\r\n"
    "重复;139-1234-0001;;\r\n"
)  # fmt: skip


async def test_a_campaign_gets_people_and_is_started(installation, chinese_supervisor):
    boss, page = chinese_supervisor, chinese_supervisor.page
    await page.goto(f"{installation.url}/#/campaigns")
    await boss.by("new-campaign").first.click()
    await boss.by("campaign-name").fill("春季回访")
    await boss.by("goal").scroll_into_view_if_needed()
    await expect(boss.by("policy-cn")).not_to_be_in_viewport()
    await boss.by("save").click()
    await expect(boss.by("campaign-form")).to_contain_text("请填写")
    await expect(boss.by("policy-cn")).to_be_in_viewport()
    await boss.by("policy-cn").click()
    await expect(boss.by("campaign-form")).to_contain_text("09:00–21:00")
    await boss.by("save").click()

    await boss.by("import-leads").click()
    sheet = {"name": "三月.csv", "mimeType": "text/csv", "buffer": TABLE.encode("gb18030")}
    await page.locator("input[type=file]").set_input_files(files=[sheet])
    await expect(boss.by("consent-missing")).to_contain_text("中国")
    await boss.by("run-lead-import").click()
    await expect(boss.by("lead-count-created")).to_have_text("2")
    await expect(boss.by("lead-count-rejected")).to_have_text("2")
    await expect(boss.by("lead-outcome")).to_contain_text("不是电话号码")
    await expect(boss.by("lead-outcome")).to_contain_text("在文件中重复出现")
    await boss.by("lead-import-close").click()

    people = boss.by("leads").locator("tbody tr")
    await expect(people).to_have_count(2)
    await boss.by("take-out").first.click()
    await expect(people).to_have_count(1)
    await boss.by("lead-search").fill("139 1234 0001")
    await expect(boss.by("lead-why")).to_have_text("不呼叫 · 已手动移出")
    await boss.by("put-back").click()
    await expect(boss.by("lead-why")).to_contain_text("起可呼叫")
    await boss.by("lead-why-button").click()
    reasons = page.locator("[data-testid=why-dialog] [data-rule]")
    await expect(reasons.filter(has_text="没有对方同意接听的记录")).to_contain_text("依据中国")
    await expect(boss.by("why-next")).to_contain_text("暂时无法确定")
    await boss.by("consent-save").click()
    await expect(boss.by("why-dialog")).to_contain_text("请填写")
    await boss.by("consent-source").fill("网站表单 4711")
    await boss.by("consent-save").click()
    await expect(boss.by("why-consent")).to_contain_text("网站表单 4711")
    await expect(page.locator("[data-rule=no_consent]")).to_have_count(0)
    await expect(page.locator("[data-rule=campaign]")).to_contain_text("草稿")
    await page.keyboard.press("Escape")
    await boss.by("rename-list").click()
    await page.locator(".el-message-box__input input").fill("四月名单")
    await page.locator(".el-message-box__btns .el-button--primary").click()
    await expect(boss.by("lead-lists")).to_contain_text("四月名单")
    await boss.speak("en")
    await expect(people).to_contain_text("021-62345678")

    # its rows have the same buttons as the page of one
    await expect(boss.by("edit-campaign")).to_be_visible()
    state = boss.by("campaign-state")
    await boss.by("step-started").click()
    await expect(state).not_to_have_attribute("data-state", "draft")
    await boss.by("step-paused").click()
    await expect(state).to_have_attribute("data-state", "paused")
    await page.evaluate("() => { location.hash = '#/campaigns/999' }")
    await expect(page.locator("main")).to_contain_text("does not exist", ignore_case=True)
    await expect(boss.by("step-started")).to_have_count(0)
    await page.goto(f"{installation.url}/#/campaigns")
    row = boss.by("campaign-table").locator("tbody tr", has_text="春季回访")
    await expect(row).to_contain_text(re.compile(r"Paused.*2 people", re.S))


async def test_a_campaign_is_found_and_copied_by_keyboard(installation, supervisor):
    boss, page = supervisor, supervisor.page
    await page.goto(f"{installation.url}/#/campaigns")
    rows = boss.by("campaign-table").locator("tbody tr")
    await boss.by("campaign-search").fill("回访")
    await expect(rows).to_have_count(1)
    await boss.by("campaign-state-filter").click()
    await page.get_by_role("option", name="Draft").click()
    await expect(boss.by("campaign-table")).to_contain_text("No campaign fits")
    await boss.by("campaign-state-filter").click()
    await page.get_by_role("option", name="Paused").click()
    copy = boss.by("copy-campaign")
    await copy.focus()
    await page.keyboard.press("Enter")
    name = boss.by("campaign-name")
    await expect(name).to_be_focused()
    await expect(name).to_have_value("春季回访 (copy)")
    await page.keyboard.press("Escape")
    await expect(boss.by("campaign-form")).to_have_count(0)
    await expect(copy).to_be_focused()
    await copy.click()
    await boss.by("save").click()
    await expect(boss.by("campaign-state")).to_have_attribute("data-state", "draft")
    await expect(boss.by("campaign-nobody")).to_contain_text("import a list first")
    await boss.by("edit-campaign").click()
    await expect(boss.by("campaign-name")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(boss.by("campaign-form")).to_have_count(0)
    await boss.by("remove-campaign").click()
    await page.locator(".el-message-box__btns .el-button--danger").click()
    await expect(rows.first).to_be_visible()


async def test_a_pause_by_mistake_is_taken_back_and_words_follow_the_language(installation, supervisor):
    boss, page = supervisor, supervisor.page
    await page.goto(f"{installation.url}/#/campaigns")
    await boss.by("campaign-table").get_by_role("link", name="春季回访").click()
    # its rows have the same buttons as the page of one
    await expect(boss.by("edit-campaign")).to_be_visible()
    state = boss.by("campaign-state")
    await boss.by("step-started").click()
    await expect(state).not_to_have_attribute("data-state", "paused")
    await boss.by("step-paused").click()
    await expect(state).to_have_attribute("data-state", "paused")
    await expect(boss.by("live-forecast")).to_have_text("2 people left.")
    await boss.by("undo").click()
    await expect(state).not_to_have_attribute("data-state", "paused")
    await boss.by("step-paused").click()
    await expect(page.locator(".el-message").last).to_contain_text("is paused.")
    await boss.speak("zh")
    await expect(page.locator(".el-message")).to_have_count(0)
    await boss.speak("en")


async def test_a_campaign_is_planned_before_it_runs(installation, supervisor):
    boss, page = supervisor, supervisor.page
    await page.goto(f"{installation.url}/#/campaigns")
    await boss.by("campaign-table").get_by_role("link", name="春季回访").click()
    await expect(boss.by("edit-campaign")).to_be_visible()
    await boss.by("open-staffing").click()
    people = boss.by("staffing-people").locator("input")
    await expect(people).to_have_value("2")
    await expect(boss.by("staffing-form")).to_contain_text("usual value, not measured")
    await expect(boss.by("staffing-result")).to_contain_text("No plan yet")
    for name, value in (("people", "50"), ("from", "2"), ("to", "1"), ("hours_per_day", "0.5"), ("dead_percent", "90")):
        await boss.by(f"staffing-{name}").locator("input").fill(value)
    await people.press("Enter")
    await expect(boss.by("staffing-form")).to_contain_text("more than all attempts")
    await boss.by("staffing-dead_percent").locator("input").fill("10")
    await people.press("Enter")
    rows = boss.by("staffing-table").locator("tbody tr")
    # what others do on the machine comes before it
    await expect(boss.by("staffing-result")).to_have_attribute("data-state", "ready", timeout=120_000)
    await expect(rows).to_have_count(2)
    await expect(boss.by("staffing-facts")).to_contain_text("春季回访: 50 people")
    await page.reload()
    await expect(rows).to_have_count(2)
    await expect(people).to_have_value("50")
    await boss.speak("zh")
    await expect(boss.by("staffing-chart")).to_contain_text("座席利用率")
    await boss.by("report-export").click()
    async with page.expect_download() as taken:
        await boss.by("export-csv").click()
    path = Path(await (await taken.value).path())
    file = await asyncio.to_thread(path.read_text, "utf-8-sig")
    assert file.startswith("座席数,天数")
    assert len(file.splitlines()) == 3


async def test_a_campaign_has_hours_and_caps_of_its_own(installation, supervisor):
    boss, page = supervisor, supervisor.page
    await page.goto(f"{installation.url}/#/campaigns")
    await boss.by("campaign-table").get_by_role("link", name="春季回访").click()
    await boss.by("edit-campaign").click()
    await boss.by("shown_per_day").locator("input").fill("5")
    await boss.by("own-hours").click()
    days = boss.by("own-week").locator("input")
    await expect(days.nth(4)).to_have_value("09:00-18:00")
    for day in range(5):
        await days.nth(day).fill("")
    await boss.by("save").click()
    await expect(boss.by("campaign-form")).to_contain_text("no hour in which somebody may be called")
    await days.nth(6).fill("20:00-20:01, 20:30-20:31")
    await boss.by("save").click()
    await expect(boss.by("campaign-form")).to_have_count(0)
    await boss.by("edit-campaign").click()
    await expect(boss.by("shown_per_day").locator("input")).to_have_value("5")
    await expect(days.nth(6)).to_have_value("20:00-20:01, 20:30-20:31")
    await expect(days.nth(0)).to_have_value("")
    await page.keyboard.press("Escape")
    await boss.by("lead-why-button").first.click()
    closed = page.locator("[data-testid=why-dialog] [data-rule=closed]")
    await expect(closed.filter(has_text="own hours")).to_contain_text("Outside the calling hours where they are")


async def test_an_agent_has_no_campaigns(installation, browser):
    context = await browser.new_context(locale="en-US")
    desk = await Desk.open(installation, context)
    await desk.sign_in("agent")
    await expect(desk.by("nav-calls")).to_be_visible()
    await expect(desk.by("nav-campaigns")).to_have_count(0)
    await desk.page.goto(f"{installation.url}/#/campaigns")
    await expect(desk.page).to_have_url(re.compile("#/workspace"))
    await context.close()
