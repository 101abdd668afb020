"""One town for all stories of this folder that need it, and one installation for those that look at pages."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.browser.conftest import agent, agent_voice, agents_chromium, browser, installation, playwright
from tests.faults.town import Town
from tests.faults.town import town as made_town

__all__ = ["agent", "agent_voice", "agents_chromium", "browser", "installation", "playwright"]


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def town() -> AsyncIterator[Town]:
    async with made_town(forked=True) as made:
        yield made
