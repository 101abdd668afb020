"""Fixtures: a running pair of Asterisks per worker, with nobody on the line at the start of each test."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.asterisk.pair import Pair, running_pair


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with running_pair(tmp_path_factory.mktemp("ast")) as pair:
        yield pair


@pytest.fixture
async def pair(running: Pair) -> AsyncIterator[Pair]:
    yield running
    await running.hang_up_all()
    for path in running.settings.emergency_spool.glob("*.*"):
        path.unlink()
