"""The pulse against servers that take connections: one that answers, one that says nothing, none at all."""

import asyncio
import socket

import pytest

from crm_core.storage.pulse import Pulse
from tests.crm_core.postgres import Cluster


async def heard(heard: list[bool], count: int) -> None:
    async with asyncio.timeout(20):
        while len(heard) < count:
            await asyncio.sleep(0.01)


async def test_a_server_that_says_nothing_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        said: list[bool] = []
        options = {"host": "127.0.0.1", "port": silent.getsockname()[1], "user": "u", "database": "d", "ssl": False}
        task = asyncio.ensure_future(Pulse(options, said.append, every_s=0.01, limit_s=0.1).run())
        await heard(said, 1)
        await asyncio.sleep(0.3)
        task.cancel()
        await asyncio.wait({task})
    assert said == [False], "the same answer again is no news"


@pytest.mark.postgres
async def test_a_frozen_server_is_away_until_it_goes_on(own_cluster: Cluster) -> None:
    said: list[bool] = []
    options = {"host": "127.0.0.1", "port": own_cluster.port, "user": "callroom", "database": "postgres"}
    task = asyncio.ensure_future(Pulse(options, said.append, every_s=0.05, limit_s=1.0).run())
    await asyncio.sleep(0.5)
    own_cluster.pause()
    try:
        await heard(said, 1)
    finally:
        own_cluster.resume()
    await heard(said, 2)
    task.cancel()
    await asyncio.wait({task})
    assert said == [False, True]
