"""An agent whose phone is kept up through the shift, in a browser on a real Asterisk: calls come without ringing."""

import asyncio

import pytest
from playwright.async_api import expect

from cti.asterisk.instance import Instance
from cti.asterisk.layout import callroom_settings
from cti.asterisk.program import find_asterisk
from cti.asterisk.secrets import load_or_create
from tests.asterisk.pair import cached_prefix
from tests.browser.conftest import AGENT_HZ, CALLER_HZ
from tests.browser.desk import Desk
from tests.faults.ear import CallerEar
from tests.faults.test_page import CUSTOMER

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


async def keep_up(installation, browser, *, persistent: bool) -> None:
    """As an administrator does it: in the agent's drawer."""
    context = await browser.new_context(locale="en-US")
    admin = await Desk.open(installation, context)
    await admin.sign_in("admin")
    users = (await admin.api("/users"))["items"]
    agent = next(one for one in users if one["login"] == "agent")
    await admin.page.goto(f"{installation.url}/#/admin/users")
    row = admin.page.get_by_role("row").filter(has_text=agent["name"]).filter(has_text=agent["extension"])
    await row.get_by_role("button", name="Edit").click()
    box = admin.page.get_by_role("checkbox", name="Keep the line up through the shift")
    await expect(box).to_be_attached()
    if await box.is_checked() is not persistent:
        await admin.page.get_by_text("Keep the line up through the shift").click()
    await expect(box).to_be_checked(checked=persistent)
    await admin.by("save").click()
    await expect(box).to_have_count(0)
    await context.close()


async def legs(installation) -> list[str]:
    """Channels of agents' pages, as Asterisk lists them."""
    program = find_asterisk(cached_prefix())
    assert program is not None
    secrets = load_or_create(installation.home / "secrets.toml")
    switch = callroom_settings(installation.home, installation.base_port, secrets)
    listed = await Instance(program, switch.layout).command("core show channels concise")
    return [line.split("!")[0] for line in listed.splitlines() if line.startswith("PJSIP/10")]


async def test_two_calls_in_a_row_without_ringing_on_one_leg(installation, browser, agent: Desk) -> None:
    await keep_up(installation, browser, persistent=True)
    try:
        await expect(agent.by("badge-line")).to_have_attribute("data-line", "up")
        await agent.is_in_state("ready")
        (leg,) = await legs(installation)
        for number in range(2):
            caller = await installation.call_in(CUSTOMER, stay_s=120)
            await expect(agent.by("state-button")).to_have_attribute("data-state", "talking", timeout=40_000)
            await agent.hears(CALLER_HZ)
            ear = CallerEar(installation, caller)
            await ear.listen()
            await ear.hears_agent(AGENT_HZ)
            assert await legs(installation) == [leg], "no call of its own was made to the phone"
            if number == 0:
                await agent.by("bar-hold").click()
                await ear.hears_music(AGENT_HZ)
                await agent.by("bar-hold").click()
                await ear.hears_agent(AGENT_HZ)
                await agent.hears(CALLER_HZ)
            await agent.end_call()
            await agent.is_in_state("wrap_up")
            await expect(agent.by("badge-line")).to_have_attribute("data-line", "up")
            await agent.classify()
        assert await legs(installation) == [leg]
        await agent.page.reload()
        await expect(agent.by("badge-line")).to_have_attribute("data-line", "up")
        (other,) = await legs(installation)
        assert other != leg, "the page was loaded anew: so is its leg"
    finally:
        await keep_up(installation, browser, persistent=False)
    await expect(agent.by("badge-line")).to_have_count(0)
    for _ in range(100):
        if not await legs(installation):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the leg is still there")
