"""Who takes a call and how the caller found it: set up on the pages, told by a real call."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import AGENT_HZ
from tests.browser.desk import Desk
from tests.faults.test_page import in_a_talk

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def admin(installation, browser):
    context = await browser.new_context(locale="en-US", viewport={"width": 1366, "height": 900})
    desk = await Desk.open(installation, context)
    await desk.sign_in("admin")
    queue = (await desk.api("/queues"))["items"][0]
    yield desk
    # stories of other files may follow here, whose callers are to be gone when they hang up
    before = {name: queue[name] for name in ("survey", "routing")}
    url = f"{installation.url}/api/v1/queues/{queue['id']}"
    answer = await desk.page.request.patch(url, data=before, headers={"Origin": installation.url})
    assert answer.ok, await answer.text()
    await context.close()
    assert desk.faults == []


async def edit(desk, page, name):
    await desk.page.goto(f"{desk.installation.url}/#/admin/{page}")
    await desk.page.get_by_role("row").filter(has_text=name).get_by_role("button", name="Edit").click()


async def saved(desk):
    await desk.by("save").click()
    await expect(desk.by("save")).to_be_hidden()


async def test_a_skill_that_is_asked_for_finds_its_agent_and_the_caller_says_how_it_was(installation, agent, admin):
    queue = (await admin.api("/queues"))["items"][0]
    await edit(admin, "queues", queue["name"])
    await admin.by("add-rule").click()
    await admin.by("rule-skill").fill("Refunds")
    await admin.by("rule-level").locator("input").fill("3")
    await admin.by("relax").click()
    await admin.by("survey").locator(".el-switch").click()
    await saved(admin)
    user = (await agent.api("/session"))["user"]
    await edit(admin, "users", user["name"])
    await admin.by("add-skill").click()
    await admin.by("skill-name").fill("refunds")
    await admin.by("skill-level").locator("input").fill("4")
    await saved(admin)

    person = next(one for one in (await admin.api("/users"))["items"] if one["id"] == user["id"])
    assert person["skills"] == {"refunds": 4}
    kept = next(one for one in (await admin.api("/queues"))["items"] if one["id"] == queue["id"])
    assert kept["survey"]
    (rule,) = kept["routing"]["skills"]
    assert rule == {"skill": "refunds", "steps": [{"level": 3, "until_s": 30}, {"level": 2, "until_s": None}]}
    await edit(admin, "queues", queue["name"])
    await expect(admin.by("rule-skill")).to_have_value("refunds")
    await expect(admin.by("rule-until").locator("input")).to_have_value("30")

    ear = await in_a_talk(installation, agent)
    await agent.end_call()
    await ear.hears_music(AGENT_HZ)
    await installation.caller_presses(ear.channel_id, "4")
    await agent.is_in_state("wrap_up")
    await agent.classify()
    call = await agent.last_call()
    assert call["rating"] == 4
    detail = await agent.api(f"/calls/{call['id']}")
    whys = [event["detail"]["why"] for event in detail["events"] if event["kind"] == "offer_made"]
    assert whys[-1].endswith("; needs refunds 3")
    await agent.page.goto(f"{installation.url}/#/calls")
    await expect(agent.by("rating").first).to_have_attribute("data-rating", "4")


async def test_a_step_that_is_refused_is_named_and_its_mark_goes_with_it(admin):
    queue = (await admin.api("/queues"))["items"][0]
    await edit(admin, "queues", queue["name"])
    for _ in range(2):
        await admin.by("add-rung").click()
        await admin.by("rung-cause").last.click()
        await admin.page.locator(".el-select-dropdown__item:visible", has_text="When nobody of the queue").click()
        await admin.by("rung-after").last.locator("input").fill("0")
    await admin.by("save").click()
    mark = admin.by("ladder").get_by_text("Has the cause and the limits of step 1")
    await expect(mark).to_be_visible()
    await admin.by("rung").first.get_by_role("button", name="Remove").click()
    await admin.by("add-rung").click()
    await expect(mark).to_have_count(0)
