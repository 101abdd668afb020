"""Dispositions that are on the disk when the agent is told so, beside the same commits by hand."""

import asyncio
import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
from sqlalchemy import insert

from crm_core.audit import SYSTEM
from crm_core.calls import Calls
from crm_core.models import Call
from crm_core.storage.database import Database
from cti.clock import SystemClock
from tests.bench.figures import Spread, spread
from tests.bench.section import How, Section
from tests.bench.storehouse import DIALECTS, storehouse
from tests.bench.table import verdict

AIM_PER_S, AIM_MS = 500, 20.0
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
WRITERS = 50
BY_HAND = "UPDATE calls SET disposition = 'resolved', note = {a}, disposed_at = {b} WHERE id = {c}"
CALLS = 5000


@dataclass(frozen=True, slots=True)
class Figures:
    dialect: str
    paced: Spread
    most_per_s: float
    most: Spread
    by_hand_per_s: float
    by_hand: Spread


async def measure(how: How) -> str:
    """Save at the pace of the aim, as fast as it goes, and by hand."""
    seconds = how.pick(20.0, 1.0)
    found = []
    for dialect in DIALECTS:
        async with storehouse(dialect) as url:
            database = Database(url)
            await database.start()
            await add_calls(database)
            calls = Calls(database, SystemClock())
            paced = await _at_pace(calls, seconds)
            most_per_s, most = await _as_fast_as_it_goes(calls, seconds)
            await database.aclose()
            by_hand_per_s, by_hand = await _by_hand(dialect, url, seconds)
            found.append(Figures(dialect, paced, most_per_s, most, by_hand_per_s, by_hand))
    return _text(found, seconds)


async def add_calls(database: Database) -> None:
    """Calls that are over."""
    rows = [
        {
            "id": f"c{n}",
            "direction": "inbound",
            "node": "n1",
            "caller_name": "",
            "dialed": "4001",
            "priority": 0,
            "started_at": AT,
            "ended_at": AT,
            "waited_s": 1.0,
            "talked_s": 60.0,
            "note": "",
        }
        for n in range(CALLS)
    ]
    await database.write(lambda connection: connection.execute(insert(Call), rows))


async def _save(calls: Calls, number: int, times: list[float]) -> None:
    began = time.perf_counter()
    await calls.dispose(f"c{number % CALLS}", "resolved", f"note {number}", SYSTEM)
    times.append((time.perf_counter() - began) * 1000)


async def _at_pace(calls: Calls, seconds: float) -> Spread:
    """Open loop: the next agent does not wait for the one before."""
    times: list[float] = []
    began, number = time.perf_counter(), 0
    async with asyncio.TaskGroup() as tasks:
        while (passed := time.perf_counter() - began) < seconds:
            while number < passed * AIM_PER_S:
                tasks.create_task(_save(calls, number, times))
                number += 1
            await asyncio.sleep(0.001)
    return spread(times)


async def _as_fast_as_it_goes(calls: Calls, seconds: float) -> tuple[float, Spread]:
    times: list[float] = []
    began = time.perf_counter()

    async def agent(first: int) -> None:
        number = first
        while time.perf_counter() - began < seconds:
            await _save(calls, number, times)
            number += WRITERS

    await asyncio.gather(*(agent(first) for first in range(WRITERS)))
    return len(times) / (time.perf_counter() - began), spread(times)


async def _by_hand(dialect: str, url: str, seconds: float) -> tuple[float, Spread]:
    times: list[float] = []
    connection: Any
    began, number = time.perf_counter(), 0
    if dialect == "sqlite":
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("PRAGMA synchronous=FULL")
        statement = BY_HAND.format(a="?", b="?", c="?")
        while time.perf_counter() - began < seconds:
            start = time.perf_counter()
            connection.execute(statement, (f"note {number}", AT.isoformat(), f"c{number % CALLS}"))
            times.append((time.perf_counter() - start) * 1000)
            number += 1
        connection.close()
    else:
        connection = await asyncpg.connect(url)
        prepared = await connection.prepare(BY_HAND.format(a="$1", b="$2", c="$3"))
        while time.perf_counter() - began < seconds:
            start = time.perf_counter()
            await prepared.fetch(f"note {number}", AT, f"c{number % CALLS}")
            times.append((time.perf_counter() - start) * 1000)
            number += 1
        await connection.close()
    return len(times) / (time.perf_counter() - began), spread(times)


def _text(found: list[Figures], seconds: float) -> str:
    rows = "\n".join(
        f"| {one.dialect} | at {AIM_PER_S}/s, open loop | {AIM_PER_S} | {one.paced.p50:.1f} | {one.paced.p99:.1f} |\n"
        f"| | **{WRITERS} agents, as fast as it goes** | {one.most_per_s:,.0f} | {one.most.p50:.1f} | {one.most.p99:.1f} |\n"
        f"| | limit: the UPDATE by hand, one commit each | {one.by_hand_per_s:,.0f} | {one.by_hand.p50:.2f} |"
        f" {one.by_hand.p99:.2f} |"
        for one in found
    )
    worst, least = max(one.paced.p99 for one in found), min(one.most_per_s for one in found)
    return f"""## Durable writes

Dispositions through `Calls.dispose`: the call is read, its note and disposition are written, an entry is chained to the
audit log; the answer comes after the commit (SQLite: WAL, `synchronous=FULL`; PostgreSQL: `fsync` and
`synchronous_commit` on). {seconds:.0f} s each; milliseconds. By hand: one connection, one UPDATE and commit after the
other, without audit. Ours joins what waits into one commit, which is why it may pass the limit.

| | | per second | p50 | p99 |
|---|---|--:|--:|--:|
{rows}

{verdict(f"p99 at {AIM_PER_S}/s", worst, AIM_MS, "ms", 1)} The aim of {AIM_PER_S} a second is
{"met: the slower database does" if least >= AIM_PER_S else "missed: the slower database does only"} {least:,.0f}."""


SECTION = Section("durable", 3, measure)
