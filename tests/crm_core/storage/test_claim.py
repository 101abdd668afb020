"""The lock of a real server's database: against a second one, through kill -9, restarts and silence of the server."""

import asyncio
import sys
from pathlib import Path

import asyncpg
import pytest

from crm_core.errors import DatabaseTaken, DatabaseUnavailable
from crm_core.storage import claim as claim_module
from crm_core.storage.claim import sole_use
from tests.crm_core.postgres import Cluster

HOLDS = """
import asyncio, sys
from crm_core.storage.claim import sole_use
async def hold():
    async with sole_use(sys.argv[1]):
        print("held", flush=True)
        await asyncio.sleep(600)
asyncio.run(hold())
"""
HOLDER = (
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted"
)
SHORT_S = 0.3


async def holder(url: str) -> str:
    """Wait until somebody has it."""
    async with asyncio.timeout(30):
        while True:
            try:
                asked = await asyncpg.connect(url)
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.05)
                continue
            try:
                if found := await asked.fetchval(HOLDER):
                    return str(found)
            finally:
                await asked.close()
            await asyncio.sleep(0.05)


async def test_a_file_is_left_to_its_home(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    async with sole_use(url) as first, sole_use(url) as second:
        assert (first, second) == (None, None)


async def test_no_server_is_named_with_its_address() -> None:
    with pytest.raises(DatabaseUnavailable, match=r"postgresql\+asyncpg://u:\*\*\*@127.0.0.1:1/x cannot be used"):
        async with sole_use("postgresql://u:secret@127.0.0.1:1/x"):
            pass


@pytest.mark.postgres
async def test_a_second_one_is_refused_with_cause_and_cure(own_cluster: Cluster) -> None:
    url = own_cluster.url("postgres")
    async with sole_use(url):
        name = await holder(url)
        with pytest.raises(DatabaseTaken) as caught:
            async with sole_use(url, patience_s=SHORT_S):
                pass
        assert name in str(caught.value)
        assert "stop that one first, or give this one a database of its own" in str(caught.value)
    async with sole_use(url, patience_s=30):
        pass


@pytest.mark.postgres
async def test_what_a_killed_one_held_is_had_by_the_next(own_cluster: Cluster) -> None:
    url = own_cluster.url("postgres")
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLDS, url, stdout=asyncio.subprocess.PIPE)
    assert killed.stdout is not None
    assert await killed.stdout.readline() == b"held\n"
    killed.kill()
    async with sole_use(url):
        assert await holder(url)
    await killed.wait()


@pytest.mark.postgres
async def test_it_is_taken_again_when_the_server_was_killed(own_cluster: Cluster) -> None:
    url = own_cluster.url("postgres")
    async with sole_use(url, every_s=0.05) as claim:
        before = await holder(url)
        own_cluster.kill()
        await asyncio.to_thread(own_cluster.start)
        assert await holder(url) == before
        with pytest.raises(DatabaseTaken):
            async with sole_use(url, patience_s=SHORT_S):
                pass
        assert claim is not None
        assert claim.loss is None


@pytest.mark.postgres
async def test_it_is_taken_again_from_a_server_that_was_frozen(
    own_cluster: Cluster, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(claim_module, "ANSWER_LIMIT_S", SHORT_S)
    url = own_cluster.url("postgres")
    async with sole_use(url, every_s=0.05) as claim:
        before = await holder(url)
        own_cluster.pause()
        try:
            await said(caplog, "Lock of the database is gone with its connection")
        finally:
            own_cluster.resume()
        await said(caplog, "Lock of the database is held again")
        assert await holder(url) == before
        assert claim is not None
        assert claim.loss is None


async def said(caplog: pytest.LogCaptureFixture, words: str) -> None:
    async with asyncio.timeout(30):
        while words not in caplog.messages:
            await asyncio.sleep(0.02)


@pytest.mark.postgres
async def test_who_finds_another_in_its_place_ends(own_cluster: Cluster) -> None:
    url, lost = own_cluster.url("postgres"), asyncio.Event()
    first = asyncio.ensure_future(hold_until(url, lost, every_s=2.0))
    name = await holder(url)
    second = asyncio.ensure_future(hold_until(url, lost, patience_s=30))
    await cut_off(url, name)
    with pytest.raises(DatabaseTaken) as caught:
        await asyncio.wait_for(first, 30)
    await second
    assert caught.value.holder != name


async def hold_until(url: str, lost: asyncio.Event, **times_s: float) -> None:
    """Until one has lost it to the other."""
    async with sole_use(url, **times_s) as claim:
        assert claim is not None
        claim.on_loss(lost.set)
        await lost.wait()
        if claim.loss is not None:
            late = asyncio.Event()
            claim.on_loss(late.set)
            assert late.is_set(), "whoever listens too late is told all the same"


async def cut_off(url: str, name: str) -> None:
    asked = await asyncpg.connect(url)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"
    assert await asked.fetchval(cut, name)
    await asked.close()
