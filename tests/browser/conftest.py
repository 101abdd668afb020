"""Fixtures: one installation and one Chromium with a 1000 Hz voice for all stories of a folder, a context for each.

The folder's: what no story asks for any more would go on living on, at the cost of those that come after.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright

from tests.bench.seat import seat
from tests.browser.desk import Desk, chromium
from tests.browser.sound import write_tone
from tests.installation import Installation, running_installation

AGENT_HZ = 1000.0
CALLER_HZ = 440.0


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def installation() -> AsyncIterator[Installation]:
    async with running_installation() as made:
        yield made


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def agent_voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tone(tmp_path_factory.mktemp("voice") / "agent.wav", AGENT_HZ)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def agents_chromium(playwright: Playwright, agent_voice: Path) -> AsyncIterator[Browser]:
    async with chromium(playwright, agent_voice) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def browser(agents_chromium: Browser) -> AsyncIterator[Browser]:
    """With nothing open: every context has cookies, storage and permissions of its own, and ends with its story."""
    assert agents_chromium.contexts == []
    yield agents_chromium
    for context in agents_chromium.contexts:
        await context.close()


async def nothing_is_left(installation: Installation, login: str) -> None:
    """Who was cut off in a call by the end of the story before has still to say what it was."""
    async with seat(installation, login) as person:
        async with asyncio.timeout(20):
            while not person.objects or person.me.get("state") in {"talking", "ringing", "dialing"}:
                await asyncio.sleep(0.05)
        if person.me.get("needs_disposition"):
            await person.ask("POST", f"/calls/{person.me['call_id']}/disposition", {"code": "resolved", "note": None})
            await person.ask("POST", "/agent/sign-out", {})
        elif person.me.get("state") == "wrap_up":
            await person.ask("POST", "/agent/sign-out", {})


@pytest_asyncio.fixture(loop_scope="session")
async def agent(installation: Installation, browser: Browser) -> AsyncIterator[Desk]:
    """The demo agent, signed in and ready; signed out of the seat afterwards, with no script error on the way."""
    await nothing_is_left(installation, "agent")
    context = await browser.new_context(locale="en-US")
    desk = await Desk.open(installation, context)
    await desk.sign_in("agent")
    await desk.get_ready()
    yield desk
    await installation.everybody_hangs_up()
    await context.close()
    assert desk.faults == []


@asynccontextmanager
async def signed_in(installation: Installation, browser: Browser, login: str, locale: str) -> AsyncIterator[Desk]:
    """A page of this person, with no script error by its end."""
    await nothing_is_left(installation, login)  # a supervisor may have taken over a call
    context = await browser.new_context(locale=locale)
    desk = await Desk.open(installation, context)
    await desk.sign_in(login)
    yield desk
    await context.close()
    assert desk.faults == []


@pytest_asyncio.fixture(loop_scope="session")
async def supervisor(installation: Installation, browser: Browser) -> AsyncIterator[Desk]:
    """Sees every call, also those that no agent answered."""
    async with signed_in(installation, browser, "supervisor", "en-US") as desk:
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def chinese_supervisor(installation: Installation, browser: Browser) -> AsyncIterator[Desk]:
    """Reads the pages in Chinese."""
    async with signed_in(installation, browser, "supervisor", "zh-CN") as desk:
        yield desk
