"""A caller presses 9 and is not recorded: set up in the queue's form, seen by the agent, in no file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.asterisk.pair import eventually
from tests.bench.seat import seat
from tests.browser.desk import Desk
from tests.browser.test_main_job import filed_recording
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
REFUSES, STAYS_SILENT = "+8613800138000", "+8615912345678"
# An entry number of its own: straight into the queue, where the notice is the first that a caller hears.
TO_QUEUE = "4806"


def sounds(home: Path) -> set[Path]:
    return {path for path in (home / "recordings").rglob("*") if path.is_file()}


async def at_rest(home: Path) -> set[Path]:
    """All sound files, when those of earlier calls are filed."""

    async def filed() -> bool:
        return not any((home / "recordings" / "incoming").iterdir())

    await eventually(filed, 20, "recordings of earlier calls are filed")
    return sounds(home)


@pytest_asyncio.fixture(loop_scope="session")
async def asking_queue(installation: Installation, browser: Browser) -> AsyncIterator[None]:
    """The queue asks, because its form says so; afterwards it tells nothing again."""
    flow_id = await straight_to_the_first_queue(installation)
    context = await browser.new_context(locale="en-US")
    admin = await Desk.open(installation, context)
    await admin.sign_in("admin")
    await open_first_queue(admin)
    await expect(admin.by("consent-refusable")).to_have_count(0)
    await admin.by("consent").locator(".el-select__wrapper").click()
    await admin.page.get_by_role("option", name="Recording notice").click()
    await admin.by("consent-refusable").get_by_role("switch").press("Space")
    await save(admin)
    yield
    await open_first_queue(admin)
    await expect(admin.by("consent-refusable").get_by_role("switch")).to_be_checked()
    await admin.by("consent").locator(".el-select__wrapper").hover()
    await admin.by("consent").locator(".el-select__clear").click()
    await save(admin)
    await context.close()
    async with seat(installation, "admin") as person:
        await person.ask("DELETE", f"/entry-numbers/{TO_QUEUE}")
        await person.ask("DELETE", f"/flows/{flow_id}")
    assert admin.faults == []


async def straight_to_the_first_queue(installation: Installation) -> int:
    async with seat(installation, "admin") as admin:
        queue = next(one for one in (await admin.ask("GET", "/queues"))["items"] if "Support" in one["name"])
        body = {"start": "line", "nodes": {"line": {"type": "queue", "queue": queue["id"]}}}
        flow = await admin.ask("POST", "/flows", {"name": TO_QUEUE, "body": body})
        await admin.ask("POST", "/entry-numbers", {"number": TO_QUEUE, "label": TO_QUEUE, "flow_id": flow["id"]})
    flow_id: int = flow["id"]
    return flow_id


async def open_first_queue(admin: Desk) -> None:
    await admin.page.goto(f"{admin.installation.url}/#/admin/queues")
    await admin.page.get_by_role("row", name="Support").get_by_role("button", name="Edit").click()
    await expect(admin.by("consent")).to_be_visible()


async def save(admin: Desk) -> None:
    await admin.page.locator(".el-drawer").get_by_test_id("save").click()
    await expect(admin.page.locator(".el-drawer")).to_be_hidden()


async def test_who_presses_9_is_not_recorded_and_who_does_not_is(
    installation: Installation, asking_queue: None, agent: Desk
) -> None:
    before = await at_rest(installation.home)
    caller = await installation.call_in(REFUSES, to=TO_QUEUE, keys="9")
    await agent.rings()
    await agent.answer()
    mark = agent.by("call-head").get_by_test_id("tape-mark")
    await expect(mark).to_have_text("Not recorded: customer refused")
    await expect(agent.by("bar-record")).to_have_count(0)
    await agent.speak("zh")
    await expect(mark).to_have_text("未录音：客户拒绝录音")
    await agent.speak("en")
    await agent.hears(440)
    await installation.caller_hangs_up(caller)
    await agent.is_in_state("wrap_up")
    await agent.classify()
    call = await agent.last_call()
    assert (call["recording"], call["has_recording"]) == (None, False)
    assert call["talked_s"] > 0
    events = (await agent.api(f"/calls/{call['id']}"))["events"]
    assert [event["detail"] for event in events if event["kind"] == "recording_withheld"] == [{"why": "refused"}]
    assert await at_rest(installation.home) == before

    caller = await installation.call_in(STAYS_SILENT, to=TO_QUEUE, keys="")
    await agent.rings()
    await agent.answer()
    await expect(agent.by("bar-record")).to_be_visible()
    await agent.hears(440)
    await installation.caller_hangs_up(caller)
    await agent.is_in_state("wrap_up")
    await agent.classify()
    recorded = await agent.last_call()
    assert recorded["id"] != call["id"]
    assert (await filed_recording(agent, recorded["id"]))["state"] == "ready"
    assert sounds(installation.home) > before
    kinds = [event["kind"] for event in (await agent.api(f"/calls/{recorded['id']}"))["events"]]
    assert "recording_withheld" not in kinds

    await agent.page.goto(f"{installation.url}/#/calls/{call['id']}")
    await expect(agent.by("no-recording")).to_have_text("Not recorded: customer refused")
