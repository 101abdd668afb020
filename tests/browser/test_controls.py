"""What agents do with the people of a call, in two browsers on a real Asterisk; who hears whom is told by tones."""

import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, expect

from tests.bench.seat import seat
from tests.browser.conftest import AGENT_HZ, CALLER_HZ, nothing_is_left
from tests.browser.desk import Desk, chromium
from tests.browser.sound import heard_hz, write_tone
from tests.browser.test_main_job import CUSTOMER
from tests.faults.ear import CallerEar
from tests.faults.killing import sees_the_switch
from tests.faults.test_page import in_a_talk
from tests.faults.town import until
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
COLLEAGUE_HZ = 1500.0
BUSY, TALKS_3_S = "13900130502", "13900130300"  # by their endings, in the simulated network


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def colleagues_chromium(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Browser]:
    voice = write_tone(tmp_path_factory.mktemp("voice") / "colleague.wav", COLLEAGUE_HZ)
    async with chromium(playwright, voice) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def colleague(installation: Installation, colleagues_chromium: Browser) -> AsyncIterator[Desk]:
    """A second agent with a voice of their own, in a pause: consulted all the same."""
    await nothing_is_left(installation, "agent2")
    context = await colleagues_chromium.new_context(locale="en-US")
    desk = await Desk.open(installation, context)
    await desk.sign_in("agent2")
    await desk.get_ready()
    await pause(desk)
    yield desk
    await installation.everybody_hangs_up()
    await context.close()
    assert desk.faults == []


async def pause(desk: Desk) -> None:
    await desk.by("state-button").click()
    await desk.page.get_by_role("menuitem").filter(has_text="Not ready").first.click()


async def key(desk: Desk, code: str) -> None:
    await desk.page.keyboard.press(f"Control+Alt+{code}")


async def consult(agent: Desk, colleague: Desk, agent_id: int) -> None:
    await agent.by("bar-pass-on").click()
    await agent.by(f"target-agent-{agent_id}").get_by_test_id("consult").click()
    await colleague.rings()
    leader = (await agent.api("/session"))["user"]["name"]
    await expect(colleague.by("ringing-leader")).to_contain_text(leader)
    await colleague.by("answer").click()
    await expect(agent.by("party-consulted")).to_be_visible()
    await expect(colleague.by("invited-consulted")).to_contain_text(leader)


async def killed(installation: Installation, *desks: Desk) -> None:
    """Callroom, with -9; who talks or is held does so without it."""
    await installation.end_process(signal.SIGKILL)
    await installation.start()
    async with seat(installation, "supervisor") as watcher:
        await until(lambda: sees_the_switch(watcher), 30, "the switch is in sight again")
    for desk in desks:
        await expect(desk.by("badge-push")).to_have_attribute("data-link", "ok")
        await expect(desk.by("banner-away")).to_have_count(0)
        await desk.is_in_state("talking")


async def test_hold_consult_swap_conference_and_leave(installation, agent, colleague):
    ear: CallerEar = await in_a_talk(installation, agent)
    other = (await colleague.api("/session"))["user"]["id"]

    await key(agent, "KeyH")
    await ear.hears_music(AGENT_HZ)
    await expect(agent.by("hold-timer")).to_be_visible()
    await killed(installation, agent)
    await ear.hears_music(AGENT_HZ)
    await expect(agent.by("hold-timer")).to_be_visible()
    await key(agent, "KeyH")
    await ear.hears_agent(AGENT_HZ)
    await agent.hears(CALLER_HZ)

    await consult(agent, colleague, other)
    await agent.hears(COLLEAGUE_HZ)
    await colleague.hears(AGENT_HZ)
    await ear.hears_music(AGENT_HZ)

    await expect(agent.by("party-swap")).to_be_enabled()
    await key(agent, "KeyS")
    await ear.hears_agent(AGENT_HZ)
    await agent.hears(CALLER_HZ)
    await expect(colleague.by("invited-aside")).to_be_visible()
    heard = await heard_hz(colleague.page)
    assert heard is None or abs(heard - CALLER_HZ) > 15, "music, not the customer"

    await key(agent, "KeyC")
    await expect(agent.by("party-in_room")).to_be_visible()
    await ear.hears_all(AGENT_HZ, COLLEAGUE_HZ)

    await expect(agent.by("party-leave")).to_be_enabled()
    await key(agent, "KeyF")
    await agent.is_in_state("wrap_up")
    await ear.hears_agent(COLLEAGUE_HZ)
    await colleague.hears(CALLER_HZ)
    await expect(colleague.by("invited-row")).to_have_count(0)
    await agent.classify()
    await key(colleague, "KeyE")
    await colleague.is_in_state("wrap_up")
    await colleague.by("disposition-resolved").check()
    await colleague.by("save-ready").click()
    await colleague.is_in_state("not_ready")  # the pause in which they were asked

    call = await agent.api(f"/calls/{(await colleague.last_call())['id']}")
    kinds = [event["kind"] for event in call["events"]]
    assert kinds.count("hold_started") == kinds.count("hold_ended") == 2
    assert kinds.count("call_transferred") == kinds.count("party_answered") == kinds.count("party_ended") == 1
    assert kinds.count("talk_started") == kinds.count("talk_ended") == 2
    assert [leg["role"] for leg in call["legs"]] == ["customer", "agent", "invited", "agent"]
    assert ear.silence_s() < 3


async def test_a_number_outside_is_consulted_and_the_customer_passed_on_unannounced(installation, agent, colleague):
    ear = await in_a_talk(installation, agent)
    await agent.by("bar-pass-on").click()
    await agent.by("target-text").fill("13900139000")
    await agent.by("target-number").get_by_test_id("consult").click()
    await expect(agent.by("party-consulted")).to_be_visible()
    await agent.by("party-drop").click()
    await expect(agent.by("party-row")).to_have_count(0)
    await agent.hears(CALLER_HZ)

    other = (await colleague.api("/session"))["user"]["id"]
    await consult(agent, colleague, other)
    await killed(installation, agent, colleague)
    await expect(agent.by("party-consulted")).to_be_visible()
    await agent.hears(COLLEAGUE_HZ)
    await colleague.hears(AGENT_HZ)
    await ear.hears_music(AGENT_HZ)
    await agent.by("party-drop").click()
    await expect(agent.by("party-row")).to_have_count(0)
    await ear.hears_agent(AGENT_HZ)
    await agent.hears(CALLER_HZ)

    await agent.by("bar-pass-on").click()
    await agent.by(f"target-agent-{other}").get_by_test_id("transfer").click()
    await agent.is_in_state("wrap_up")
    await colleague.rings()
    await colleague.by("answer").click()
    await colleague.hears(CALLER_HZ)
    await agent.classify()
    await installation.everybody_hangs_up()
    await colleague.is_in_state("wrap_up")


async def test_a_number_that_is_busy_gives_the_customer_back_and_one_that_answers_keeps_them(installation, agent):
    await in_a_talk(installation, agent)
    await pass_on_to(agent, BUSY)
    await agent.is_in_state("wrap_up")
    await agent.by("disposition-resolved").check()
    await agent.by("save-ready").click()
    await agent.rings()  # the customer is first in line again
    await agent.answer()
    await agent.hears(CALLER_HZ)

    await pass_on_to(agent, TALKS_3_S)
    await agent.is_in_state("wrap_up")
    await agent.classify()
    call = await agent.last_call(within_s=30)
    assert call["end_reason"] == "transferred_out"
    events = (await agent.api(f"/calls/{call['id']}"))["events"]
    passed = [event["detail"] for event in events if event["kind"] == "call_transferred"]
    assert [(detail["announced"], detail["number"]) for detail in passed] == [
        (False, "139****0502"),
        (False, "139****0300"),
    ]


async def pass_on_to(agent: Desk, number: str) -> None:
    await agent.by("bar-pass-on").click()
    await agent.by("target-text").fill(number)
    await agent.by("target-number").get_by_test_id("transfer").click()


async def test_a_customer_sent_to_a_queue_goes_through_every_other_control_by_its_key(installation, agent, colleague):
    """From the answer to the survey; what is done with a colleague by keys is in the first story."""
    await agent.page.context.grant_permissions(["microphone"])
    caller = await installation.call_in(CUSTOMER, stay_s=240)
    await agent.rings()
    await key(agent, "KeyA")
    await agent.hears(CALLER_HZ)
    ear = CallerEar(installation, caller)
    await ear.listen()
    await ear.hears_agent(AGENT_HZ)
    await muted_and_typed(agent, ear)
    await written_down(agent)

    await key(agent, "KeyT")
    await agent.by("targets").locator("[data-testid^=target-queue-]").first.get_by_test_id("transfer").press("Enter")
    await agent.is_in_state("wrap_up")
    await ear.hears_music(AGENT_HZ)
    assert await heard_hz(agent.page) is None
    await key(colleague, "KeyR")
    await colleague.rings()
    name = (await agent.api("/session"))["user"]["name"]
    await expect(colleague.by("ringing-card").get_by_test_id("passed-on-by")).to_contain_text(name)
    await key(colleague, "KeyA")
    await colleague.hears(CALLER_HZ)
    await ear.hears_agent(COLLEAGUE_HZ)
    await expect(colleague.by("call-head").get_by_test_id("passed-on-by")).to_contain_text(name)
    await agent.classify()

    await key(colleague, "KeyK")
    await ear.hears_music(COLLEAGUE_HZ)
    await expect(agent.by("parked-1")).to_be_visible()
    await key(agent, "KeyU")
    await agent.hears(CALLER_HZ)
    await ear.hears_agent(AGENT_HZ)
    await key(agent, "KeyN")
    await agent.by("state-pause-meal").press("Enter")
    await key(agent, "KeyV")
    await ear.hears_music(AGENT_HZ)  # the question is spoken
    await installation.caller_presses(ear.channel_id, "5")
    await agent.is_in_state("wrap_up")
    await agent.by("disposition-resolved").check()
    await agent.by("save-ready").click()
    await agent.is_in_state("not_ready")
    await every_control_is_on_record(agent)


async def muted_and_typed(agent: Desk, ear: CallerEar) -> None:
    await key(agent, "KeyM")
    assert await ear.tones(AGENT_HZ) == set()
    await key(agent, "KeyM")
    assert await ear.tones(AGENT_HZ) == {AGENT_HZ}
    await ear.note_keys()
    await key(agent, "KeyI")
    await expect(agent.by("keypad")).to_be_focused()
    await agent.page.keyboard.type("73#", delay=300)
    await agent.page.keyboard.press("Escape")
    await expect(agent.by("keypad")).to_have_count(0)
    await ear.hears_keys("73#")


async def written_down(agent: Desk) -> None:
    await key(agent, "KeyP")
    await expect(agent.by("tape-mark").first).to_contain_text("Recording paused")
    await expect(agent.by("bar-record")).to_be_enabled()
    await key(agent, "KeyP")
    await expect(agent.by("tape-mark").first).not_to_contain_text("paused")
    await key(agent, "KeyO")
    await agent.page.keyboard.type("wants a refund")
    await key(agent, "KeyG")
    chosen = agent.page.locator(".el-select-dropdown__item.is-hovering")
    while not await chosen.count():
        await agent.page.keyboard.press("ArrowDown")
        await agent.page.wait_for_timeout(100)
    await agent.page.keyboard.press("Enter")
    await expect(agent.by("call-tags").locator(".el-tag")).to_have_count(1)
    await agent.page.keyboard.press("Escape")


async def every_control_is_on_record(agent: Desk) -> None:
    call = await agent.api(f"/calls/{(await agent.last_call())['id']}")
    kinds = [event["kind"] for event in call["events"]]
    assert kinds.count("call_transferred") == kinds.count("call_parked") == kinds.count("parking_ended") == 1
    assert kinds.count("recording_paused") == kinds.count("recording_resumed") == 1
    assert kinds.count("talk_started") == kinds.count("talk_ended") == 3
    assert [leg["role"] for leg in call["legs"]] == ["customer", "agent", "agent", "agent"]
    assert "wants a refund" in call["note"]
    assert len(call["tags"]) == 1
    assert call["rating"] == 5
    me = (await agent.api("/session"))["user"]["id"]
    rated = [event["detail"] for event in call["events"] if event["kind"] == "talk_rated"]
    assert [(one["agent_id"], one["score"]) for one in rated] == [(me, 5)]
