"""An agent whose phone is kept up through the shift, in a browser on a real Asterisk: calls come without ringing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from cti.asterisk.instance import Instance
from cti.asterisk.layout import callroom_settings
from cti.asterisk.program import find_asterisk
from cti.asterisk.secrets import load_or_create
from tests.asterisk.desk_phone import DeskPhone, Ear, eventually_so
from tests.browser.conftest import AGENT_HZ, CALLER_HZ
from tests.browser.desk import Desk
from tests.faults.ear import CallerEar
from tests.faults.test_page import CUSTOMER
from tests.prefix import cached_prefix

DESK_HZ = 700
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
                await muted_by_api(agent)
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


async def muted_by_api(agent: Desk) -> None:
    """As another program of the agent's would do it; the next caller hears them again, as the test says."""
    call = (await agent.api("/calls?limit=1"))["items"][0]
    url, headers = f"{agent.installation.url}/api/v1/calls/{call['id']}/mute", {"Origin": agent.installation.url}
    assert (await agent.page.request.post(url, headers=headers)).status == 204
    await expect(agent.by("bar-mute")).to_have_attribute("aria-pressed", "true")


@asynccontextmanager
async def desk_phone(agent: Desk) -> AsyncIterator[tuple[DeskPhone, Ear]]:
    """Set up with what the page shows."""
    shown = agent.by("desk-account-shown").locator("dd")
    server, account, password = await shown.all_inner_texts()
    phone = DeskPhone(account, password)
    ear = await phone.open_ear()
    await phone.open_udp(int(server.rpartition(":")[2]))
    assert await phone.register() == "SIP/2.0 200 OK"
    try:
        yield phone, ear
    finally:
        await phone.register(0)
        await phone.aclose()


async def choose(agent: Desk, kind: str, *, persistent: bool) -> None:
    """In the own menu; the dialog stays open."""
    await agent.by("user-menu").click()
    await agent.by("menu-phone").click()
    await agent.by("phone-kind").get_by_text(kind).click()
    box = agent.page.get_by_role("checkbox", name="Keep the line up through the shift")
    if await box.is_checked() is not persistent:
        await agent.page.get_by_text("Keep the line up through the shift").click()
    if kind == "SIP telephone":
        await agent.by("desk-account").click()
        await expect(agent.by("desk-account-shown")).to_be_visible()
    await agent.by("own-phone-save").click()
    await expect(agent.by("own-phone-save")).to_be_disabled()


async def test_an_agent_at_a_desk_telephone_has_all_buttons_in_the_page(installation, agent: Desk) -> None:
    await choose(agent, "SIP telephone", persistent=True)
    await expect(agent.by("badge-line")).to_have_attribute("data-line", "down")
    try:
        async with desk_phone(agent) as (phone, ear):
            await expect(agent.by("own-phone-state")).to_have_attribute("data-state", "up")
            await agent.page.keyboard.press("Escape")
            phone.hum(DESK_HZ)
            caller = await in_a_talk(installation, agent)
            await buttons_of_a_talk(agent, ear, caller)
            await lost_and_called_again(installation, agent, phone)
    finally:
        await installation.everybody_hangs_up()
        await choose(agent, "This page", persistent=False)


async def in_a_talk(installation, agent: Desk) -> CallerEar:
    caller = CallerEar(installation, await installation.call_in(CUSTOMER, stay_s=120))
    await expect(agent.by("state-button")).to_have_attribute("data-state", "talking", timeout=40_000)
    await caller.listen()
    await caller.hears_agent(DESK_HZ)
    return caller


async def buttons_of_a_talk(agent: Desk, ear: Ear, caller: CallerEar) -> None:
    mute = agent.by("bar-mute")
    await mute.click()
    await expect(mute).to_have_attribute("aria-pressed", "true")
    assert await caller.tones(DESK_HZ) == set()
    await mute.click()
    await expect(mute).to_have_attribute("aria-pressed", "false")
    await caller.hears_agent(DESK_HZ)
    await agent.by("bar-hold").click()
    await caller.hears_music(DESK_HZ)
    await agent.by("bar-hold").click()
    await caller.hears_agent(DESK_HZ)
    ear.samples.clear()
    await eventually_so(lambda: ear.has(CALLER_HZ, 0.5))
    await agent.by("bar-keypad").click()
    async with agent.page.expect_response(lambda answer: answer.url.endswith("/keys")) as answer:
        await agent.by("key-7").click()
    assert (await answer.value).status == 204


async def lost_and_called_again(installation, agent: Desk, phone: DeskPhone) -> None:
    """The phone is hung up: the next caller waits until it is taken again."""
    await installation.call_in("+8613700137000", stay_s=120)
    waits = agent.by("my-queues").get_by_text("1 waiting")
    await expect(waits).to_be_attached(timeout=40_000)
    phone.behaviour = "ring"
    phone.hang_up()
    await agent.is_in_state("wrap_up")
    await expect(agent.by("badge-line")).to_have_attribute("data-line", "ringing")
    await agent.by("disposition-resolved").check()
    await agent.by("save-ready").click()
    await agent.is_in_state("not_ready")
    await expect(agent.by("state-button")).to_contain_text("Phone lost")
    await expect(waits).to_be_visible()
    assert all("X-Callroom-Persistent: 1" in invite for invite in phone.invites), "rung for the shift, and for no call"
    phone.behaviour = "answer"
    phone.answer()
    await expect(agent.by("badge-line")).to_have_attribute("data-line", "up")
    await agent.is_in_state("talking")  # whose phone is back is ready again
