"""A million customers from a file while calls go on, beside the same rows given to the database in one go."""

import asyncio
import json
import random
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

import asyncpg

from crm_core.audit import SYSTEM
from crm_core.importing.chunk import Order
from crm_core.importing.importer import Importer, ImportResult
from crm_core.importing.opened import messages
from crm_core.migrations.search_index import FILL
from crm_core.storage.database import Database
from cti.clock import SystemClock
from tests.bench.daywork import DISPOSITIONS_PER_S, LOOKUPS_PER_S, Daywork, daywork
from tests.bench.figures import Spread, spread
from tests.bench.section import How, Section
from tests.bench.sections.durable import add_calls
from tests.bench.storehouse import DIALECTS, fill, storehouse
from tests.bench.table import verdict

AIM_S, AIM_MB = 120.0, 200.0
KNOWN = 100_000
MAPPING = {0: "name", 1: "company", 2: "phone", 3: "email", 4: "level", 5: "tags"}
BATCHES = 200
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
FAMILY, GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞红建国文辉",
)
CITIES = ("上海", "北京", "深圳", "广州", "杭州", "南京", "武汉", "成都")
TRADES = re.findall("..", "宏达远航电子科技贸易网络建材食品机械服装物流传媒咨询医药化工汽车家具教育旅游能源")
CUSTOMERS = (
    "id", "name", "company", "name_folded", "company_folded", "search_text", "search_words", "level", "language",
    "owner_id", "tags", "notes", "source", "hold_reason", "version", "created_at", "updated_at",
)  # fmt: skip
POINTS = ("customer_id", "kind", "value", "raw", "extension", "sort", "label")


@dataclass(frozen=True, slots=True)
class Figures:
    dialect: str
    rows: int
    took_s: float
    by_hand_s: float
    grown_mb: float
    before: Daywork
    during: Daywork


async def measure(how: How) -> str:
    """Import into a house of known customers whose calls go on; then the same rows by hand."""
    count = how.pick(1_000_000, 20_000)
    found = []
    with tempfile.TemporaryFile(dir="/var/tmp") as file:
        write_file(file, count)
        for dialect in DIALECTS:
            async with storehouse(dialect) as url:
                await fill(url, KNOWN)
                took_s, grown_mb, before, during = await imported(url, file, count, how)
            async with storehouse(dialect) as url:
                await fill(url, KNOWN)
                by_hand_s = await by_hand(url, file)
            found.append(Figures(dialect, count, took_s, by_hand_s, grown_mb, before, during))
    return _text(found)


def write_file(file: BinaryIO, count: int) -> None:
    """Half with a company, a third with an address; every number once."""
    dice = random.Random(11)  # noqa: S311 - the same rows in every run
    numbers = dice.sample(range(10**9), count)
    file.write("姓名,公司,手机,邮箱,级别,标签\n".encode())
    for place, number in enumerate(numbers):
        name = dice.choice(FAMILY) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
        company = f"{dice.choice(CITIES)}{''.join(dice.choices(TRADES, k=3))}有限公司" if place % 2 else ""
        address = f"c{place}@example.com" if place % 3 == 0 else ""
        row = (
            f"{name},{company},15{number:09d},{address},{'ABC'[place % 3]},{'老客户;华东' if place % 5 == 0 else ''}\n"
        )
        file.write(row.encode())
    file.flush()


async def imported(url: str, file: BinaryIO, count: int, how: How) -> tuple[float, float, Daywork, Daywork]:
    """Import under load; seconds, megabytes, the load before and meanwhile."""
    database = Database(url)
    await database.start()
    await add_calls(database)
    async with daywork(database, KNOWN) as before:
        await asyncio.sleep(how.pick(15.0, 2.0))
    rss_mb = before.peak_mb
    async with daywork(database, KNOWN) as during:
        began = time.perf_counter()
        result: ImportResult = await Importer(database, SystemClock()).run(file, MAPPING, SYSTEM)
        took_s = time.perf_counter() - began
    await database.aclose()
    done = result.created + result.updated + result.unchanged
    assert (done, result.rejected_rows) == (count, 0), result.rejected[:3]
    return took_s, during.peak_mb - rss_mb, before, during


def batches(file: BinaryIO, first: int, words: Any) -> Iterator[tuple[list[Any], list[Any]]]:
    """The same rows, ready for a driver, so many at a time that the memory holds them."""
    people: list[Any] = []
    points: list[Any] = []
    chunks = 0
    for message in messages(file, Order(MAPPING, {})):
        if not hasattr(message, "people"):
            continue
        start = first + len(people)
        for place, one in enumerate(json.loads(message.people)):
            tags = json.dumps(one[9])
            people.append((start + place, *one[:5], words(one[5]), *one[6:9], tags, one[10], "import", "", 1))
        points += [(start + place, *rest, "") for place, *rest in json.loads(message.points)]
        chunks += 1
        if chunks % BATCHES == 0:
            yield people, points
            first, people, points = first + len(people), [], []
    yield people, points


async def by_hand(url: str, file: BinaryIO) -> float:
    """PostgreSQL: COPY in one transaction; SQLite: executemany in one. Only the database's time counts."""
    took_s = 0.0
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        at = AT.strftime("%Y-%m-%d %H:%M:%S.%f")
        connection.execute("BEGIN IMMEDIATE")
        # a journal for each row that a trigger is run for takes minutes; the search is indexed at the end instead
        connection.execute("DROP TRIGGER customers_search_added")
        for people, points in batches(file, KNOWN + 1, str):
            began = time.perf_counter()
            connection.executemany(_insert("customers", CUSTOMERS), [(*one, at, at) for one in people])
            connection.executemany(_insert("contact_points", POINTS), points)
            took_s += time.perf_counter() - began
        began = time.perf_counter()
        connection.execute(FILL)
        connection.execute("COMMIT")
        took_s += time.perf_counter() - began
        connection.close()
        return took_s
    server = await asyncpg.connect(url)
    transaction = server.transaction()
    await transaction.start()
    for people, points in batches(file, KNOWN + 1, str.split):
        rows = [(*one, AT, AT) for one in people]
        began = time.perf_counter()
        await server.copy_records_to_table("customers", records=rows, columns=CUSTOMERS, timeout=1800)
        await server.copy_records_to_table("contact_points", records=points, columns=POINTS, timeout=1800)
        took_s += time.perf_counter() - began
    began = time.perf_counter()
    await transaction.commit()
    took_s += time.perf_counter() - began
    await server.close()
    return took_s


def _insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - ours


def _line(name: str, before: Spread, during: Spread) -> str:
    return (
        f"| | {name} | {before.p50:.1f} | {before.p99:.1f} | {during.p50:.1f} | {during.p99:.1f} | {during.high:.1f} |"
    )


def _text(found: list[Figures]) -> str:
    rows = "\n".join(
        f"| {one.dialect} | **{one.took_s:.0f} s** | {one.rows / one.took_s:,.0f} | {one.grown_mb:+.0f} MB |"
        f" {one.by_hand_s:.0f} s | {one.took_s / one.by_hand_s:.1f} |"
        for one in found
    )
    load = "\n".join(
        "\n".join(
            [
                f"| {one.dialect} | | | | | | |",
                _line("look-up of a caller", spread(one.before.lookups), spread(one.during.lookups)),
                _line("disposition", spread(one.before.dispositions), spread(one.during.dispositions)),
                _line("lag of the loop", spread(one.before.lag), spread(one.during.lag)),
            ]
        )
        for one in found
    )
    slowest, largest = max(one.took_s for one in found), max(one.grown_mb for one in found)
    slowest_of_a_million = slowest * 1_000_000 / found[0].rows
    return f"""## Import of customers while calls go on

A file of {found[0].rows:,} rows (UTF-8; names, half with a company, a mobile number each, a third with an address) into
a database of {KNOWN:,} customers, through `Importer.run`: read, checked, compared with all customers, searchable, in
transactions of 250 rows. Meanwhile {LOOKUPS_PER_S} callers a second are looked up and {DISPOSITIONS_PER_S} calls
classified, as at some ten calls a second. Memory is that of this process and of the one that reads the file, the peak
above the load's own. By hand: the rows ready made, into the same tables and indexes, in one transaction by `COPY`
(SQLite: `executemany`, the search indexed at the end), with nothing else going on and nothing compared.

| | import | rows/s | memory | by hand | times by hand |
|---|--:|--:|--:|--:|--:|
{rows}

Milliseconds, before the import and during it:

| | | p50 before | p99 before | p50 during | p99 during | max during |
|---|---|--:|--:|--:|--:|--:|
{load}

For a million rows: {verdict("the slower database's time", slowest_of_a_million, AIM_S, "s")}
{verdict("memory above the load's", largest, AIM_MB, "MB")}"""


SECTION = Section("import", 12, measure)
