"""One town for all stories of this folder that need it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.faults.town import Town
from tests.faults.town import town as made_town


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town() -> AsyncIterator[Town]:
    async with made_town() as made:
        yield made
