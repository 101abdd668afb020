"""A supervisor on a running talk, in three voices on a real Asterisk: who hears whom is told by tones."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, expect

from tests.bench.seat import seat
from tests.browser.conftest import AGENT_HZ, CALLER_HZ
from tests.browser.desk import Desk, chromium
from tests.browser.sound import heard_tones, write_tone
from tests.browser.test_main_job import CUSTOMER
from tests.faults.ear import CallerEar
from tests.faults.test_page import in_a_talk
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
BOSS_HZ, CHIEF_HZ = 1500.0, 1750.0
KINDS_OF_A_PARKING = ("call_moved", "call_parked", "parking_ended")
VOICES = (AGENT_HZ, CALLER_HZ, BOSS_HZ, CHIEF_HZ)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def boss_chromium(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    voice = write_tone(tmp_path_factory.mktemp("voice") / "boss.wav", BOSS_HZ)
    async with chromium(playwright, voice) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def boss(installation: Installation, boss_chromium: Browser) -> AsyncIterator[Desk]:
    """The supervisor, with a voice of their own, on the floor's page."""
    async with on_the_floor(installation, boss_chromium, "supervisor") as desk:
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def chief(installation: Installation, playwright: Playwright, tmp_path: Path) -> AsyncIterator[Desk]:
    """Another supervisor, with another voice."""
    async with seat(installation, "admin") as admin:
        draft = {"login": "chief", "name": "Chief", "role": "supervisor", "language": "en", "queue_ids": []}
        password = (await admin.ask("POST", "/users", draft))["password"]
    voice = write_tone(tmp_path / "chief.wav", CHIEF_HZ)
    async with chromium(playwright, voice) as opened, on_the_floor(installation, opened, "chief", password) as desk:
        yield desk


@asynccontextmanager
async def on_the_floor(
    installation: Installation, browser: Browser, login: str, password: str | None = None
) -> AsyncIterator[Desk]:
    context = await browser.new_context(locale="en-US", viewport={"width": 1366, "height": 768})
    desk = await Desk.open(installation, context)
    await desk.sign_in(login, password)
    await expect(desk.by("badge-voice")).to_have_attribute("data-link", "ok")
    yield desk
    await installation.everybody_hangs_up()
    await context.close()
    assert desk.faults == []


async def act_on(boss: Desk, agent_id: int, act: str, *, sure: bool = False) -> None:
    await boss.by(f"agent-menu-{agent_id}").click()
    await boss.by(f"agent-acts-{agent_id}").get_by_test_id(f"act-{act}").click()
    if sure:
        await boss.page.locator(".el-message-box .sure").click()


async def attends(boss: Desk, mode: str) -> None:
    strip = boss.by("supervision")
    await expect(strip).to_have_attribute("data-mode", mode)
    await expect(strip).to_have_attribute("data-confirmed", "true")


async def settled(desk: Desk, expected: set[float]) -> None:
    """The page plays these voices and no other, and goes on so."""
    heard = None
    for _ in range(10):
        heard = await heard_tones(desk.page, *VOICES)
        if heard == expected:
            break
        await asyncio.sleep(0.2)
    assert heard == expected
    assert await heard_tones(desk.page, *VOICES) == expected


async def everybody_hears(
    agent: Desk, boss: Desk, ear: CallerEar, *, by_agent: set[float], by_boss: set[float], by_caller: set[float]
) -> None:
    _, _, heard = await asyncio.gather(settled(agent, by_agent), settled(boss, by_boss), ear.tones(*VOICES))
    assert heard == by_caller


async def test_listen_whisper_barge_take_over_and_force(installation, agent, boss):
    ear = await in_a_talk(installation, agent)
    agent_id = (await agent.api("/session"))["user"]["id"]
    both = {AGENT_HZ, CALLER_HZ}

    await act_on(boss, agent_id, "listen")
    await attends(boss, "listen")
    await everybody_hears(agent, boss, ear, by_agent={CALLER_HZ}, by_boss=both, by_caller={AGENT_HZ})

    await boss.by("supervise-whisper").click()
    await attends(boss, "whisper")
    await everybody_hears(agent, boss, ear, by_agent={CALLER_HZ, BOSS_HZ}, by_boss=both, by_caller={AGENT_HZ})

    # now with an open microphone
    await boss.page.keyboard.press("Control+Alt+Digit1")
    await attends(boss, "listen")
    await everybody_hears(agent, boss, ear, by_agent={CALLER_HZ}, by_boss=both, by_caller={AGENT_HZ})

    await boss.by("supervise-barge").click()
    await attends(boss, "barge")
    await everybody_hears(agent, boss, ear, by_agent={CALLER_HZ, BOSS_HZ}, by_boss=both, by_caller={AGENT_HZ, BOSS_HZ})
    await expect(agent.by("ear")).to_have_count(0)
    await expect(boss.by("ear")).to_be_visible()

    await boss.by("supervise-take_over").click()
    await boss.page.locator(".el-message-box .sure").click()
    await agent.is_in_state("wrap_up")
    await boss.is_in_state("talking")
    await expect(boss.by("my-calls").or_(boss.page.get_by_test_id("my-calls-none"))).to_be_visible()
    await expect(boss.by("no-queues")).to_have_count(0)
    await settled(boss, {CALLER_HZ})
    assert await ear.tones(*VOICES) == {BOSS_HZ}
    assert ear.silence_s() < 1
    await agent.classify()
    await boss.end_call()
    await boss.is_in_state("wrap_up")
    await boss.by("disposition-resolved").check()
    await boss.by("save-ready").click()
    await boss.is_in_state("not_ready")
    await diary_and_trace(installation, agent, boss)


async def test_two_supervisors_attend_one_talk_and_each_goes_alone(installation, agent, boss, chief):
    ear = await in_a_talk(installation, agent)
    agent_id = (await agent.api("/session"))["user"]["id"]
    both = {AGENT_HZ, CALLER_HZ}
    await act_on(boss, agent_id, "listen")
    await attends(boss, "listen")
    await act_on(chief, agent_id, "whisper")
    await attends(chief, "whisper")
    await everybody_hears(agent, chief, ear, by_agent={CALLER_HZ, CHIEF_HZ}, by_boss=both, by_caller={AGENT_HZ})
    await settled(boss, both)

    await chief.by("supervise-barge").click()
    await attends(chief, "barge")
    in_the_room = {AGENT_HZ, CHIEF_HZ}
    await everybody_hears(agent, chief, ear, by_agent={CALLER_HZ, CHIEF_HZ}, by_boss=both, by_caller=in_the_room)
    await settled(boss, {*both, CHIEF_HZ})

    await boss.by("supervise-end").click()
    await expect(boss.by("supervision")).to_have_count(0)
    assert await ear.tones(*VOICES) == in_the_room
    await chief.by("supervise-end").click()
    await expect(chief.by("supervision")).to_have_count(0)
    await settled(agent, {CALLER_HZ})
    assert await ear.tones(*VOICES) == {AGENT_HZ}
    assert ear.silence_s() < 1
    await agent.end_call()
    await agent.is_in_state("wrap_up")
    await agent.classify()
    call = await boss.last_call()
    kinds = [event["kind"] for event in (await boss.api(f"/calls/{call['id']}"))["events"]]
    assert kinds.count("supervision_started") == kinds.count("supervision_ended") == 2


async def diary_and_trace(installation: Installation, agent: Desk, boss: Desk) -> None:
    call_id = (await boss.last_call())["id"]
    call = await boss.api(f"/calls/{call_id}")
    kinds = [event["kind"] for event in call["events"]]
    assert (kinds.count("supervision_started"), kinds.count("supervision_changed")) == (1, 4)
    assert kinds.count("supervision_ended") == kinds.count("call_taken_over") == 1
    assert kinds.count("talk_started") == kinds.count("talk_ended") == 2
    seen = [event["kind"] for event in (await agent.api(f"/calls/{call_id}"))["events"]]
    assert "call_taken_over" in seen
    assert not [kind for kind in seen if kind.startswith("supervision")]


async def test_an_agents_call_and_seat_are_ended_by_force(installation, agent, boss):
    agent_id = (await agent.api("/session"))["user"]["id"]
    await in_a_talk(installation, agent)
    await act_on(boss, agent_id, "hang_up", sure=True)
    await agent.is_in_state("wrap_up")
    await expect(agent.page.get_by_text("ended your call")).to_be_visible()
    async with asyncio.timeout(20):
        while not await installation.no_callers_left():  # goodbye is said first
            await asyncio.sleep(0.1)

    await act_on(boss, agent_id, "ready")
    await agent.is_in_state("ready")
    await act_on(boss, agent_id, "pause-meal")
    await agent.is_in_state("not_ready")
    await act_on(boss, agent_id, "sign_out", sure=True)
    await agent.is_in_state("signed_out")


async def agents_see(installation: Installation, *, is_on: bool) -> None:
    async with seat(installation, "admin") as admin:
        await admin.ask("PUT", "/settings/supervision", {"agents_see_supervisors": is_on})


async def test_a_supervisor_whose_page_goes_leaves_the_talk_as_it_is(installation, agent, boss):
    await agents_see(installation, is_on=True)
    ear = await in_a_talk(installation, agent)
    agent_id = (await agent.api("/session"))["user"]["id"]
    await act_on(boss, agent_id, "barge")
    await attends(boss, "barge")
    await expect(agent.by("ear")).to_contain_text("has barged in")
    await boss.page.goto("about:blank")
    await expect(agent.by("ear")).to_have_count(0)
    await agent.hears(CALLER_HZ)
    assert await ear.tones(*VOICES) == {AGENT_HZ}
    await agent.is_in_state("talking")
    await installation.everybody_hangs_up()
    await agent.is_in_state("wrap_up")
    await agent.classify()
    await agents_see(installation, is_on=False)


async def test_a_supervisor_answers_who_waits_and_parks_them_for_an_agent(installation, agent, boss):
    agent_id = (await agent.api("/session"))["user"]["id"]
    await act_on(boss, agent_id, "pause-meal")
    await agent.is_in_state("not_ready")
    await agent.page.context.grant_permissions(["microphone"])
    await boss.page.context.grant_permissions(["microphone"])
    ear = CallerEar(installation, await installation.call_in(CUSTOMER, stay_s=240))
    row = boss.by("floor-waiting").locator("tr[data-testid^=waiting-]")
    await expect(row).to_have_attribute("data-position", "1", timeout=40_000)
    await ear.listen()
    before = await row.bounding_box()
    await row.locator("[data-testid^=waiting-menu-]").click()
    await expect(boss.page.locator("[data-testid=act-take]:visible")).to_be_visible()
    assert await row.bounding_box() == before, "who is aimed at does not move under the mouse"
    await boss.page.locator("[data-testid=act-take]:visible").click()
    await boss.is_in_state("talking")  # her page took it by itself
    await boss.hears(CALLER_HZ)
    await ear.hears_agent(BOSS_HZ)
    await boss.by("nav-reports").click()
    await expect(boss.page).to_have_url(re.compile("#/reports"))
    await boss.by("call-name").click()  # from any page back to the call
    await expect(boss.by("call-head")).to_be_visible()

    await boss.page.keyboard.press("Control+Alt+KeyK")
    await ear.hears_music(BOSS_HZ)
    place = agent.by("parked-1")
    await expect(place).to_be_visible()
    await installation.end_process(signal.SIGKILL)
    await installation.start()
    await ear.hears_music(BOSS_HZ)
    await agent.page.reload()
    await expect(agent.by("badge-voice")).to_have_attribute("data-link", "ok")
    await place.get_by_test_id("pick-up").click()
    await agent.is_in_state("talking")
    await expect(place).to_have_count(0)
    await agent.hears(CALLER_HZ)
    await ear.hears_agent(AGENT_HZ)
    await installation.everybody_hangs_up()
    await agent.is_in_state("wrap_up")
    await agent.by("disposition-resolved").check()
    await agent.by("save-ready").click()
    await agent.is_in_state("not_ready")

    call = await boss.api(f"/calls/{(await boss.last_call())['id']}")
    happened = [event["kind"] for event in call["events"]]
    assert [kind for kind in happened if kind in KINDS_OF_A_PARKING] == list(KINDS_OF_A_PARKING)
    assert len(call["recordings"]) == 1, "one recording of all of it"
