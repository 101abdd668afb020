"""Days of who leads: a flow that counts from the next call on, customers out of a spreadsheet, reports to keep."""

import asyncio
import json
import re
import zipfile
from datetime import timedelta
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from crm_core.audit import SYSTEM
from crm_core.queues import QueueDraft
from cti.domain.callback_values import CallbackRules
from cti.domain.facts import OfferEnded, WaitStarted
from cti.domain.values import OfferResult
from tests.agent_ui.world import PASSWORD, running_world
from tests.browser.desk import Desk
from tests.crm_core.diary.test_day_log import write
from tests.crm_core.random_day import random_day
from tests.security.test_callback_form import set_rules

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
ENTRY = "4777"
ANSWERING_MACHINE = {"start": "record", "nodes": {"record": {"type": "voicemail"}}}
TO_SUPPORT = {"start": "support", "nodes": {"support": {"type": "queue", "queue": 1}}}
CSV = (
    "姓名;公司;手机;级别;备注\r\n"
    "龚雪;海棠科技;138-1234-5678;贵宾;\"第一行\r\n第二行;分号\"\r\n"
    "欧阳明;海棠科技;13812345679;B;\r\n"
    "坏号码;海棠科技;12ab;B;\r\n"
    "重复的人;海棠科技;13812345678;;\r\n"
)  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def admin(installation, browser):
    context = await browser.new_context(locale="zh-CN")
    desk = await Desk.open(installation, context)
    await desk.sign_in("admin")
    yield desk
    await context.close()
    assert desk.faults == []


async def post(desk, path, body):
    headers = {"Origin": desk.installation.url}
    answer = await desk.page.request.post(f"{desk.installation.url}/api/v1{path}", data=body, headers=headers)
    assert answer.status == 201, await answer.text()
    return await answer.json()


async def write_flow(desk, flow):
    text = flow if isinstance(flow, str) else json.dumps(flow, indent=2)
    await desk.by("flow-json").fill(text)
    await desk.by("save-flow").click()


async def test_a_changed_flow_counts_from_the_next_call_on(installation, agent, admin):
    flow = await post(admin, "/flows", {"name": "Story", "body": ANSWERING_MACHINE})
    await post(admin, "/entry-numbers", {"number": ENTRY, "label": "Story", "flow_id": flow["id"]})
    caller = await installation.call_in("+8613700007771", to=ENTRY, keys="")
    page = admin.page
    await expect(admin.by("floor-agents")).to_be_visible()

    await page.goto(f"{installation.url}/#/admin/flows/{flow['id']}")
    await page.get_by_text("JSON", exact=True).click()
    broken = {"start": "support", "nodes": {"support": {"type": "queue", "queue": 4711}}}
    await write_flow(admin, broken)
    await expect(page.locator(".notes")).to_contain_text("support")
    await write_flow(admin, TO_SUPPORT)
    await expect(page.get_by_text("版本 2", exact=True)).to_be_visible()

    # The caller of before stays in the flow that was valid when the call came.
    await agent.is_in_state("ready")
    await installation.caller_hangs_up(caller)
    await installation.call_in("+8613700007772", to=ENTRY, keys="")
    await agent.rings()
    await agent.answer()
    await agent.end_call()
    await agent.classify()
    # the agent sees 137****7772
    assert (await admin.last_call())["number"] == "137 0000 7772"


async def test_a_chinese_spreadsheet_is_imported_once(installation, admin, tmp_path):
    page = admin.page
    sheet = tmp_path / "客户.csv"
    sheet.write_bytes(CSV.encode("gb18030"))
    await expect(admin.by("floor-agents")).to_be_visible()
    await page.goto(f"{installation.url}/#/customers/import")
    for new, unchanged in (("2", "0"), ("0", "2")):
        await page.locator("input[type=file]").set_input_files(sheet)
        await expect(admin.by("file-encoding")).to_contain_text("GB18030")
        await expect(page.get_by_text("海棠科技").first).to_be_visible()
        await admin.by("run-import").click()
        result = admin.by("import-result")
        await expect(result.locator("dd")).to_have_text([new, "0", unchanged, "2"])
        await expect(result.locator("tbody tr")).to_have_count(2)
        await expect(result.locator("tbody tr").first).to_contain_text("12ab")
        await expect(result.locator("tbody tr").first.locator("td").first).to_have_text("5")
        await page.get_by_role("button", name="再导入一个文件").click()

    await admin.by("nav-customers").click()
    await admin.by("customer-search").fill("龚雪")
    # The name stands in the list before the search too, and moves when the answer comes
    names = page.locator("main a[href^='#/customers/']")
    await expect(names).to_have_text(["龚雪"])
    await names.click()
    await expect(page.get_by_role("heading", name="龚雪")).to_be_visible()
    await admin.by("nav-audit").click()
    await expect(admin.by("audit-table").locator("[data-action='import.run']")).to_have_count(2)


async def test_forms_and_figures_say_in_words_what_holds(installation, admin):
    page = admin.page
    await expect(admin.by("floor-agents")).to_be_visible()
    await page.goto(f"{installation.url}/#/admin/users")
    await page.get_by_role("row").filter(has_text="agent2").get_by_role("button", name="编辑").click()
    # whoever has no exception of their own sees what their role sees
    await expect(page.locator(".el-drawer")).to_contain_text("按角色")
    await page.keyboard.press("Escape")
    await page.goto(f"{installation.url}/#/admin/health")
    await expect(page.locator("dl.figures")).to_contain_text("通话记录 ")
    await expect(page.locator("dl.figures")).not_to_contain_text("diary")


async def choose(page, testid, text):
    await page.mouse.move(0, 0)  # out of a column whose explanation would cover it
    await page.get_by_test_id(testid).click()
    await page.locator(".el-select-dropdown__item:visible").get_by_text(text, exact=True).click()


def cells_of(path):
    """The first sheet of a workbook, row by row: texts and numbers."""
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    texts = [[("".join(cell.itertext()), cell.get("t")) for cell in row] for row in sheet.iter(f"{name}row")]
    return [[text if kind == "inlineStr" else float(text or 0) for text, kind in row] for row in texts]


async def test_a_supervisor_reads_reports_and_takes_them_along(browser, tmp_path):
    """No Asterisk: two days ago fifty random calls came, told to the diary as the floor tells them."""
    async with running_world(tmp_path / "home") as world:
        memory, base = world.parts.memory, world.base
        await memory.queues.add(QueueDraft("Returns"), SYSTEM)
        queues = {row.settings.name: row.id for row in await memory.queues.all()}
        agents = [world.users[login].id for login in ("agent", "agent2")]
        begin = world.parts.clock.now().replace(hour=1, minute=5) - timedelta(days=2)
        day = random_day(4, begin, 50, agents, list(queues.values()))
        await write(memory.database, day.changes, tmp_path / "spool")
        facts = [fact for change in day.changes for fact in change.facts]
        waits = [fact for fact in facts if isinstance(fact, WaitStarted)]
        came = {name: {fact.call_id for fact in waits if fact.queue_id == number} for name, number in queues.items()}
        await memory.report_sums.settle()
        running = asyncio.ensure_future(world.parts.reporting.exports.run())
        context = await browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
        desk = await Desk.open(SimpleNamespace(url=base, passwords={"supervisor": PASSWORD}), context)
        await desk.sign_in("supervisor")
        page = desk.page
        # an update since the tab was opened: what this page needs is not there any more
        await page.route("**/assets/ReportsPage-*.js", lambda route: route.fulfill(status=404))
        await desk.by("nav-reports").click()
        await expect(desk.by("banner-page")).to_be_visible()
        await page.unroute("**/assets/ReportsPage-*.js")
        await desk.by("banner-page-action").click()

        for is_on in (True, False):
            await choose(page, "report-queues", "Returns")
            await page.keyboard.press("Escape")
            if is_on:
                await expect(page.get_by_text("所选日期内没有数据")).to_be_visible()
        await choose(page, "report-range", "最近 7 天")
        offered = page.locator("[data-testid=report-total] [data-figure=offered]")
        await expect(offered).to_have_text(str(len(set.union(*came.values()))))
        await choose(page, "report-axis", "按技能组")
        bars = desk.by("report-chart").locator("g.bar")
        await expect(bars).to_have_count(len(queues))
        told = [re.search(r"排队量 (\d+)", title)[1] for title in await bars.locator("title").all_text_contents()]
        assert sorted(map(int, told)) == sorted(map(len, came.values()))
        lines = desk.by("report-table").locator("tbody tr")
        for isup in (False, True):
            await desk.by("sort-offered").click()
            wanted = sorted(came, key=lambda name: len(came[name]), reverse=not isup)
            await expect(lines.locator("th")).to_have_text(wanted)
        await desk.speak("en")
        await expect(desk.by("sort-offered")).to_contain_text("Offered")
        await choose(page, "report-queues", "Sales")
        await page.keyboard.press("Escape")
        await expect(offered).to_have_text(str(len(came["Sales"])))

        await page.route("**/reports/answer", lambda route: route.abort())
        await choose(page, "report-axis", "By team")
        await expect(desk.by("error-state")).to_be_visible()
        await page.unroute("**/reports/answer")
        await page.get_by_role("button", name="Try again").click()
        await expect(lines).to_have_count(len(queues))

        await desk.by("report-export").click()
        await desk.by("export-xlsx").click()
        async with page.expect_download() as given:
            await desk.by("file-download").click()
        await (await given.value).save_as(tmp_path / "report.xlsx")
        head, *rows = await asyncio.to_thread(cells_of, tmp_path / "report.xlsx")
        line, missed = {}, 0
        for fact in facts:
            if isinstance(fact, WaitStarted):
                line[fact.call_id] = fact.queue_id
            if isinstance(fact, OfferEnded) and fact.result is OfferResult.MISSED:
                missed += line[fact.call_id] == queues["Sales"]
        table = {row[0]: dict(zip(head, row, strict=False)) for row in rows}
        assert set(table) == {*queues, "Total"}
        shown = page.locator("[data-testid=report-total] [data-figure=talks]")
        assert str(int(table["Total"]["Talks"])) == await shown.inner_text()
        assert table["Total"]["Missed (RONA)"] == missed > 0
        await context.close()
        assert desk.faults == []
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_link_is_made_and_a_customer_asks_by_it_to_be_called(browser, tmp_path):
    """No Asterisk: the promise stands in line on the floor."""
    async with running_world(tmp_path / "home", live=True) as world:
        await set_rules(world, CallbackRules(offered=True))
        context = await browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
        desk = await Desk.open(SimpleNamespace(url=world.base, passwords={"admin": PASSWORD}), context)
        await desk.sign_in("admin")
        queues_may_come = asyncio.Event()

        async def after_the_form(route: Route) -> None:
            await queues_may_come.wait()
            await route.continue_()

        await desk.page.route("**/api/v1/directory", after_the_form)
        await desk.page.goto(f"{world.base}/#/admin/callback-links")
        await desk.by("new-callback-link").click()
        await desk.by("callback-link-name").fill("示例公司售后")
        queues_may_come.set()
        await expect(desk.by("callback-link-queue")).to_contain_text("Sales")
        await desk.by("save").click()
        address = await desk.by("callback-address").input_value()

        telephone = await browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844})
        page = await telephone.new_page()
        faults = []
        page.on("console", lambda line: line.type == "error" and faults.append(line.text))
        await page.goto(address)
        await expect(page.get_by_role("heading", level=1)).to_have_text("示例公司售后")
        send = page.get_by_role("button", name="Call me back")
        await send.click()
        await expect(page.get_by_role("alert")).to_have_text("Please give the number that we shall call.")
        await page.get_by_test_id("language-zh").click()
        await page.get_by_label("电话号码").fill("13800138000")
        await page.get_by_test_id("form-wish").fill("第一行\n第二行")
        await page.get_by_test_id("form-send").click()
        await expect(page.get_by_test_id("form-promised")).to_contain_text("您排在第 1 位")
        views = world.telephony.floor.snapshot()
        (promise,) = [view for key, view in views.items() if key.startswith("callback:")]
        assert promise["wish"] == "第一行 第二行"
        await page.reload()
        await expect(page.get_by_test_id("form-promised")).to_contain_text("You are number 1 in line.")
        await page.get_by_test_id("form-withdraw").click()
        await expect(page.get_by_test_id("form-withdrawn")).to_be_visible()
        assert not [key for key in world.telephony.floor.snapshot() if key.startswith("callback:")]
        assert faults == []

        await desk.by("revoke-callback-link").click()
        await expect(desk.by("undo")).to_be_visible()
        await page.reload()
        await expect(page.get_by_role("alert")).to_contain_text("any more")
        await desk.by("undo").click()
        await expect(desk.by("revoke-callback-link")).to_be_visible()
        await page.reload()
        await expect(page.get_by_test_id("form")).to_be_visible()
        await telephone.close()
        await context.close()
        assert desk.faults == []


async def test_who_was_listed_or_taken_off_the_list_by_mistake_is_brought_back(browser, tmp_path):
    """No Asterisk: the list of who must not be called, and the way back in its messages."""
    async with running_world(tmp_path / "home") as world:
        context = await browser.new_context(locale="en-US", viewport={"width": 1366, "height": 768})
        desk = await Desk.open(SimpleNamespace(url=world.base, passwords={"supervisor": PASSWORD}), context)
        await desk.sign_in("supervisor")
        await desk.page.goto(f"{world.base}/#/do-not-call")
        rows = desk.by("list-table").locator("tbody tr")
        back = desk.by("undo")
        for is_mistake in (True, False):
            await desk.by("list-add").click()
            await desk.by("list-number").fill("13900139000")
            await desk.by("list-reason").fill("asked us not to call")
            await desk.by("list-save").click()
            await expect(rows).to_have_count(1)
            if is_mistake:
                await back.click()
                await expect(rows).to_have_count(0)
        await desk.by("list-take").click()
        await desk.page.locator(".el-message-box input").fill("pressed the wrong line")
        await desk.page.keyboard.press("Enter")
        await expect(rows).to_have_count(0)
        await back.last.click()
        await expect(rows).to_have_count(1)
        await expect(rows).to_contain_text("139 0013 9000")
        assert await world.parts.memory.do_not_call.is_listed(["+8613900139000"])
        await context.close()
        assert desk.faults == []
