"""An administrator's day one: a flow that counts from the next call on, and customers out of a Chinese spreadsheet."""

import json

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.desk import Desk

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
        await expect(page.get_by_text("GB18030", exact=True)).to_be_visible()
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
