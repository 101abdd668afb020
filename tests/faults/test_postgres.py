"""PostgreSQL is killed with all its processes, or frozen, while calls come and people save: nothing is lost.

Real PostgreSQL with fsync, real website, real floor and diary; the switch is a fake one. Seeds are printed.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import func, select

from crm_core.models import Call
from crm_core.storage.database import Database
from cti.domain.events import AgentSignedIn, AgentWentReady, ScreenBack
from tests.agent_ui.world import Person, World, running_world
from tests.crm_core.conftest import migrated_data, open_cluster
from tests.crm_core.postgres import Cluster
from tests.fakes import FakeCaller
from tests.faults.durable_writer import History, stored_keys, write_on

__all__ = ["migrated_data"]
pytestmark = pytest.mark.postgres
# Nobody is kept waiting longer than the pulse needs, and once more for what was begun just then; and CI is slow.
LONGEST_WAIT_S = 8.0


@pytest.fixture
def durable(migrated_data: Path) -> Iterator[Cluster]:
    with open_cluster(durable=True, like=migrated_data) as running:
        yield running


@asynccontextmanager
async def opened(cluster: Cluster) -> AsyncIterator[Database]:
    database = Database(cluster.url("postgres"))
    await database.start()
    try:
        yield database
    finally:
        await database.aclose()


async def until_well(database: Database) -> None:
    async with asyncio.timeout(30):
        while database.trouble is not None:
            await asyncio.sleep(0.02)


async def test_what_was_acknowledged_outlives_kill_9(durable: Cluster) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    dice = random.Random(seed)
    history, rounds = History(), 4
    async with opened(durable) as database:
        over = False
        writers = [asyncio.ensure_future(write_on(database, seed + n, history, lambda: over)) for n in range(8)]
        for _ in range(rounds):
            await until_well(database)
            before = len(history.acknowledged)
            await asyncio.sleep(dice.uniform(0.05, 0.6))
            async with asyncio.timeout(20):
                while len(history.acknowledged) < before + 20:
                    await asyncio.sleep(0.01)
            durable.kill()
            await asyncio.to_thread(durable.start)
        await until_well(database)
        over = True
        await asyncio.gather(*writers)
        stored = await stored_keys(database)
    print(f"{len(history.sent)} sent, {len(history.acknowledged)} acknowledged, {history.refused} refused")
    history.check(stored)
    assert history.refused > 0, "no write met the outage: nothing was tried"
    assert history.slowest_s < LONGEST_WAIT_S


async def test_commits_are_durable_whatever_the_server_s_default(durable: Cluster) -> None:
    async with opened(durable) as database:
        other = await asyncpg.connect(durable.url("postgres"))
        await other.execute("ALTER SYSTEM SET synchronous_commit = off")
        await other.execute("SELECT pg_reload_conf()")
        await other.close()

        async def look(connection: object) -> object:
            return await connection.scalar(select(func.current_setting("synchronous_commit")))  # type: ignore[attr-defined]

        assert await database.write(look) == "on"


@asynccontextmanager
async def a_center(home: Path, cluster: Cluster) -> AsyncIterator[World]:
    (home / "callroom.toml").write_text(f'[database]\nurl = "{cluster.url("postgres")}"\n')
    async with running_world(home, live=True) as world:
        yield world


async def take_seat(world: World, login: str) -> None:
    """Signed in, ready, and quick to answer."""
    user = world.users[login]
    assert user.extension is not None
    world.switch.register(user.extension)
    world.switch.on_ring[user.extension] = lambda command: world.switch.answer(command.leg_id)
    await asyncio.sleep(0.05)
    for event in (ScreenBack(user.id), AgentSignedIn(user.id), AgentWentReady(user.id)):
        await world.parts.telephony.request(event)


async def test_frozen_for_half_a_minute_calls_go_on_and_people_are_told_quickly(
    durable: Cluster, tmp_path: Path
) -> None:
    async with a_center(tmp_path, durable) as world:
        database, floor = world.parts.memory.database, world.parts.telephony.floor
        agent = await world.person("agent")
        await take_seat(world, "agent")
        told: list[str | None] = []
        database.on_trouble(lambda: told.append(database.trouble))
        durable.pause()
        frozen_at = time.monotonic()
        try:
            first = FakeCaller(world.parts.telephony, world.switch, "c1")
            second = FakeCaller(world.parts.telephony, world.switch, "c2")
            for caller in (first, second):
                caller.arrive(world.parts.clock.now())
            visits = [asyncio.ensure_future(caller.visit(1)) for caller in (first, second)]
            slowest_s = await _ask_for(30 - (time.monotonic() - frozen_at), world, agent)
            states = [(floor.view(f"call:{name}") or {}).get("state") for name in ("c1", "c2")]
            assert states == ["talking", "waiting"]
            first.hang_up()
            await asyncio.wait_for(visits[0], 10)
        finally:
            durable.resume()
        print(f"slowest answer {slowest_s:.1f} s")
        assert slowest_s < LONGEST_WAIT_S
        assert told[0] == "database_unreachable"
        await until_well(database)
        ended = await _end_of(world, "c1")
        assert ended.end_reason == "caller_hung_up"
        assert ended.talked_s > 20, "the talk that nobody could write down meanwhile"
        assert (await world.stranger().sign_in("agent2"))[0] == 200
        second.hang_up()
        await asyncio.wait_for(visits[1], 10)


async def _ask_for(seconds: float, world: World, agent: Person) -> float:
    """Sign in, save, and ask who is signed in, over and over; give the longest wait."""
    until, slowest_s, loop = time.monotonic() + seconds, 0.0, asyncio.get_running_loop()
    while loop.time() < until:
        began = time.monotonic()
        status, answer = await world.stranger().sign_in("agent2")
        assert (status, answer["error"]["code"]) == (503, "database_unavailable")
        middle = time.monotonic()
        async with agent.session.post(
            f"{world.base}/api/v1/customers", json={"name": "张伟"}, headers={"Origin": world.base}
        ) as refusal:
            assert refusal.status == 503
            assert int(refusal.headers["Retry-After"]) >= 1
        slowest_s = max(slowest_s, middle - began, time.monotonic() - middle)
        # what needs no database is done: the session is known, and the floor answers
        assert (await agent.call("GET", "/session"))[0] == 200
        await asyncio.sleep(0.5)
    return slowest_s


async def _end_of(world: World, call_id: str) -> Call:
    async with asyncio.timeout(30):
        while True:
            async with world.parts.memory.database.reading() as connection:
                row = (await connection.execute(select(Call).where(Call.id == call_id))).first()
            if row is not None and row.ended_at is not None:
                return row  # type: ignore[return-value]  # a row with the same columns
            await asyncio.sleep(0.05)
