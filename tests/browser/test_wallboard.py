"""A screen on the wall: opened by its link alone, it shows a call as it comes and goes, and ends when the link does."""

import re

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.asterisk.pair import eventually

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
CUSTOMER = "+8613800138000"


@pytest_asyncio.fixture(loop_scope="session")
async def wall(browser):
    """A browser that never signed in."""
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US")
    page = await context.new_page()
    yield page
    await context.close()


def figure(page: Page, name: str):
    return page.get_by_test_id(f"wallboard-{name}")


async def shown(page: Page, name: str) -> int:
    return int((await figure(page, name).inner_text()).split()[0].split("+")[0])


async def test_a_call_is_on_the_wall_until_the_link_is_taken_back(installation, agent, supervisor, wall):
    faults: list[str] = []
    wall.on("pageerror", lambda error: faults.append(str(error)))
    wall.on("console", lambda said: faults.append(said.text) if said.type in {"error", "warning"} else None)
    await supervisor.by("wallboards").click()
    await supervisor.by("wallboard-new").click()
    await supervisor.by("wallboard-name").fill("Hall")
    await supervisor.by("wallboard-make").click()
    address = await supervisor.by("wallboard-address").first.input_value()
    assert re.fullmatch(re.escape(installation.url) + r"/wallboard#[0-9]+\.[0-9]+\.[0-9a-f]{64}", address)

    sent: list[str] = []
    wall.on("request", lambda request: sent.append(request.url))
    await wall.goto(address)
    await expect(wall.get_by_role("heading", name="Hall")).to_be_visible()
    await expect(wall.get_by_test_id("wallboard")).to_have_attribute("data-live", "true")
    await expect(figure(wall, "counting")).to_have_count(0)
    offered, answered = await shown(wall, "offered"), await shown(wall, "answered")

    # nobody scrolls a screen on the wall: the last line of the queues is whole, or comes in turn
    parts: list[object] = []

    async def is_whole() -> bool:
        room = await wall.locator("section.queues").bounding_box()
        last = await wall.get_by_test_id(re.compile("^wallboard-queue-")).last.bounding_box()
        parts[:] = [room, last, await wall.locator("section.queues").inner_text()]
        return room is not None and last is not None and last["y"] + last["height"] <= room["y"] + room["height"]

    try:
        await eventually(is_whole, 10, "the last line is whole")
    except AssertionError as error:
        raise AssertionError(f"{error}: {parts}") from error

    caller = await installation.call_in(CUSTOMER)
    await agent.rings()
    # who rings at an agent still waits
    await expect(figure(wall, "waiting")).to_have_text("1")
    await expect(figure(wall, "longest")).to_have_text(re.compile(r"0:[0-9]{2}"))
    await expect(figure(wall, "offered")).to_have_text(str(offered + 1))
    await expect(figure(wall, "agents-ringing")).to_have_text("1")
    # and the floor says the same
    await expect(supervisor.by("queue-1").locator("td").nth(1)).to_have_text("1")
    await expect(supervisor.by("rings-at")).to_be_visible()
    await agent.answer()
    await expect(figure(wall, "answered")).to_have_text(str(answered + 1))
    await expect(figure(wall, "waiting")).to_have_text("0")
    await expect(figure(wall, "agents-talking")).to_have_text("1")
    await expect(figure(wall, "service-level")).to_have_text(re.compile("%$"))
    await expect(wall.get_by_test_id("wallboard-chart")).to_be_visible()
    assert "138" not in await wall.locator("body").inner_text(), "no number of a customer"
    await installation.caller_hangs_up(caller)
    await agent.is_in_state("wrap_up")
    await agent.classify()
    await expect(figure(wall, "agents-ready")).to_have_text("1")

    assert faults == []
    assert not any("#" in url or address.rpartition(".")[2] in url for url in sent if url != address)
    await supervisor.by("wallboard-revoke").first.click()
    await supervisor.page.locator(".el-message-box").get_by_role("button", name="Take back").click()
    await expect(wall.get_by_test_id("wallboard-over")).to_have_attribute("data-code", "link_revoked")
    await wall.reload()
    await expect(wall.get_by_test_id("wallboard-over")).to_have_attribute("data-code", "link_revoked")
    await expect(wall.get_by_text("Ask a supervisor or administrator")).to_be_visible()
