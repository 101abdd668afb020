"""What agents do wrong, or twice: no answer, two tabs, no right; and a caller for whom nobody is there."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.browser.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
CUSTOMER = "+8613800138000"


async def test_an_agent_who_does_not_answer_is_taken_out_and_the_caller_goes_on_waiting(installation, agent):
    caller = await installation.call_in(CUSTOMER, stay_s=90)
    await agent.rings()
    await expect(agent.by("state-button")).to_have_attribute("data-state", "not_ready", timeout=40_000)
    await expect(agent.by("ringing-card")).to_have_count(0)
    await expect(agent.by("missed")).to_be_visible()
    assert not await installation.no_callers_left()
    # Ready again, and the same caller rings again.
    await agent.by("ready").click()
    await agent.rings()
    await agent.answer()
    await installation.caller_hangs_up(caller)
    await agent.is_in_state("wrap_up")
    await agent.classify()


async def test_a_caller_who_gives_up_while_waiting_is_counted_as_abandoned(installation, supervisor):
    waiting = supervisor.by("floor-waiting").locator("tbody tr")
    caller = await installation.call_in(CUSTOMER)
    await expect(waiting).to_have_count(1, timeout=40_000)
    await installation.caller_hangs_up(caller)
    await expect(waiting).to_have_count(0)
    assert (await supervisor.last_call())["end_reason"] == "abandoned_in_queue"


async def test_of_two_tabs_one_has_the_telephone_and_the_other_may_take_over(installation, agent):
    second = await Desk.open(installation, agent.page.context)
    await expect(second.by("softphone-bar")).to_be_visible()
    await expect(second.by("banner-passive")).to_be_visible()
    await second.by("banner-passive-action").click()
    await expect(agent.by("banner-replaced").or_(agent.by("banner-passive"))).to_be_visible()
    await expect(second.by("banner-passive")).to_have_count(0)

    caller = await installation.call_in(CUSTOMER)
    await second.rings()
    await second.answer()
    await second.hears(440)
    await installation.caller_hangs_up(caller)
    await second.is_in_state("wrap_up")
    await second.classify()


async def test_the_wrong_password_and_the_wrong_role_get_nowhere(installation, browser):
    context = await browser.new_context(locale="en-US")
    desk = await Desk.open(installation, context)
    await desk.by("login-name").fill("agent")
    await desk.by("login-password").fill("not the password")
    await desk.by("login-submit").click()
    await expect(desk.by("login-error")).to_be_visible()

    await desk.sign_in("agent2")
    for path in ("/users", "/audit", "/flows"):
        answer = await desk.page.request.get(f"{installation.url}/api/v1{path}")
        assert answer.status == 403, path
    await desk.page.goto(f"{installation.url}/#/admin/users")
    await expect(desk.by("error-state").or_(desk.by("welcome"))).to_be_visible()
    await asyncio.gather(expect(desk.by("nav-users")).to_have_count(0))
    await context.close()


async def test_after_too_many_tries_the_page_counts_down_for_that_name(installation, browser):
    context = await browser.new_context(locale="en-US")
    desk = await Desk.open(installation, context)
    guess, headers = {"login": "guessed", "password": "wrong"}, {"Origin": installation.url}
    answers = [await desk.page.request.post(f"{installation.url}/api/v1/session", data=guess, headers=headers)]
    while answers[-1].status != 429:
        answers.append(await desk.page.request.post(answers[-1].url, data=guess, headers=headers))
        assert len(answers) < 20
    await desk.by("login-name").fill("guessed")
    await desk.by("login-password").fill("wrong")
    await desk.by("login-submit").click()
    await expect(desk.by("login-submit")).to_be_disabled()
    error = desk.by("login-error")
    left_s = int(re.sub(r"\D", "", await error.inner_text()))
    await expect(error).to_contain_text(f"in {left_s - 2} seconds")
    await desk.by("login-name").fill("agent")
    await expect(desk.by("login-submit")).to_be_enabled()
    await expect(error).to_have_count(0)
    assert desk.faults == []
    await context.close()


async def test_a_note_survives_the_disposition_of_another_tab(installation, agent):
    second = await Desk.open(installation, agent.page.context)
    await expect(second.by("banner-passive")).to_be_visible()
    caller = await installation.call_in(CUSTOMER)
    await agent.rings()
    await agent.answer()
    await agent.by("note").fill("Written in the first tab")
    await expect(agent.by("note-state")).to_have_attribute("data-state", "saved")
    await installation.caller_hangs_up(caller)
    await second.is_in_state("wrap_up")
    await expect(second.by("note")).to_have_value("Written in the first tab")
    await second.classify()

    call = await agent.last_call()
    assert (call["note"], call["disposition"]) == ("Written in the first tab", "resolved")


async def test_a_pause_asked_for_in_the_call_begins_with_the_disposition(installation, agent):
    caller = await installation.call_in(CUSTOMER)
    await agent.rings()
    await agent.answer()
    await agent.by("state-button").click()
    await agent.by("state-pause-break").click()
    await installation.caller_hangs_up(caller)
    await agent.is_in_state("wrap_up")
    await agent.by("disposition-resolved").check()
    await agent.by("save-ready").click()
    await agent.is_in_state("not_ready")
    await asyncio.sleep(1)  # nothing may make the agent ready now
    await agent.is_in_state("not_ready")
