import asyncio

import pytest

from tests.agent_ui.push.stage import Stage


@pytest.fixture
async def stage():  # type: ignore[no-untyped-def]
    stage = Stage()
    running = asyncio.ensure_future(stage.hub.run())
    await asyncio.sleep(0)
    yield stage
    await stage.hub.aclose()
    stage.bus.close()
    await running
