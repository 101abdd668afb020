"""Reports of a year of 10,000 calls a day, each asked again and again; and how long it takes to count them anew."""

import gc
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select, text

from crm_core.domain.report import Axis, Wanted, most_days
from crm_core.models import Call, CallEvent
from crm_core.reports.answers import Reports
from crm_core.reports.behind import CallsBehind, Cell
from crm_core.reports.summary import Summary
from crm_core.storage.database import Database
from tests.bench.figures import Spread, spread
from tests.bench.section import How, Section
from tests.bench.storehouse import DIALECTS, storehouse
from tests.bench.table import verdict
from tests.bench.year import AGENTS, QUEUES, Year, fill_year
from tests.crm_core.diary.test_day_log import write
from tests.crm_core.random_day import random_day

AIM_S = 2.0
NIGHT_H = 6.0
TIMES = 12
FIRST = date(2025, 11, 1)
ZONE = UTC
HOURS = "interval of 60 min, 124 days"
THE_CALLS = "the calls behind: abandoned"


@dataclass(frozen=True, slots=True)
class Figures:
    dialect: str
    rows: int
    spreads: dict[str, Spread]


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Seconds: to forget a year's sums, and to count the day's calls that were noted instead."""

    dialect: str
    forgot_s: float
    calls: int
    counted_s: float

    def of_days_s(self, days: int, calls: int) -> float:
        """So long takes a log of so many days."""
        return self.forgot_s + days * calls * self.counted_s / self.calls


class Later:
    """The day after the year: nothing is counted live."""

    def now(self) -> datetime:
        return datetime(2026, 11, 2, 12, tzinfo=UTC)


async def measure(how: How) -> str:
    """Fill, then ask."""
    year = Year(FIRST, how.pick(365, 14), how.pick(10_000, 500))
    found, anew = [], []
    for dialect in DIALECTS:
        async with storehouse(dialect) as url:
            rows = await fill_year(url, year)
            found.append(await ask(dialect, url, year, rows, how.pick(TIMES, 3)))
            anew.append(await rebuild(dialect, url, how.pick(10_000, 100)))
    return f"{_text(found, year, how.pick(TIMES, 3))}\n\n{_rebuilt(anew, year)}"


async def ask(dialect: str, url: str, year: Year, rows: int, times: int) -> Figures:
    """Each report of the whole year (by interval: of its last month), and a page of calls."""
    database, clock = Database(url, readers=2), Later()
    await database.start()
    reports = Reports(database, Summary(database, ZONE, clock), ZONE, clock)
    behind, last = CallsBehind(database, ZONE), FIRST + timedelta(days=year.days - 1)
    spreads = {}
    for axis in Axis:
        first = max(FIRST, last - timedelta(days=30)) if axis is Axis.INTERVAL else FIRST
        wanted = Wanted(axis, first, last)
        spreads[axis.value] = await _timed(times, lambda wanted=wanted: reports.answer(wanted))  # type: ignore[misc]
    hours = Wanted(
        Axis.INTERVAL, max(FIRST, last - timedelta(days=most_days(Axis.INTERVAL, 60) - 1)), last, interval_min=60
    )
    spreads[HOURS] = await _timed(times, lambda: reports.answer(hours))
    two = Wanted(Axis.CLOCK, FIRST, last, frozenset({1, 2}))
    spreads["clock, two of the queues"] = await _timed(times, lambda: reports.answer(two))
    whole = Wanted(Axis.DAY, FIRST, last)
    spreads[THE_CALLS] = await _timed(
        times, lambda: behind.page(whole, Cell("abandoned", {"day": last.isoformat()}), None)
    )
    answer = await reports.answer(whole)
    assert answer.total.figures["offered"] == year.days * year.calls
    await database.aclose()
    return Figures(dialect, rows, spreads)


async def rebuild(dialect: str, url: str, calls: int) -> Rebuild:
    """On top of the year, of which only the sums are there: a day of calls with all their events, as `callroom reports
    rebuild` counts it.
    """
    database = Database(url, readers=2)
    await database.start()
    queues = list(range(1, 4))
    day = random_day(1, datetime(2026, 11, 1, 8, tzinfo=UTC), calls, list(range(1, 4)), queues)
    async with database.reading() as connection:
        older = int(await connection.scalar(select(func.count()).select_from(Call)) or 0)
    with tempfile.TemporaryDirectory() as folder:
        await write(database, day.changes, Path(folder) / "spool")
    # what stands there without events is counted in no time, and would only flatter the figure
    await database.write(lambda connection: connection.execute(delete(Call).where(Call.id.like("c%"), ~_TOLD)))
    if dialect == "postgresql":
        # the year's sets of lines were numbered by hand
        await database.write(lambda connection: connection.execute(_NUMBERED))
    summary = Summary(database, ZONE, Later())
    began = time.perf_counter()
    await summary.rebuild()
    forgot_s, noted = time.perf_counter() - began, await summary.waiting()
    began = time.perf_counter()
    assert await summary.settle(3600) == 0
    counted_s = time.perf_counter() - began
    await database.aclose()
    assert older
    return Rebuild(dialect, forgot_s, noted, counted_s)


_NUMBERED = text("SELECT setval(pg_get_serial_sequence('report_scopes', 'id'), MAX(id)) FROM report_scopes")
_TOLD = select(CallEvent.key).where(CallEvent.call_id == Call.id).exists()


async def _timed(times: int, work: object) -> Spread:
    found = []
    gc.collect()
    for _ in range(times):
        began = time.perf_counter()
        await work()  # type: ignore[operator]
        found.append((time.perf_counter() - began) * 1000)
    return spread(found)


def _text(found: list[Figures], year: Year, times: int) -> str:
    lines = [
        f"| {name} | "
        + " | ".join(f"{one.spreads[name].p50:.0f} | {one.spreads[name].high:.0f}" for one in found)
        + " |"
        for name in found[0].spreads
    ]
    head = " | ".join(f"{one.dialect} p50 | max" for one in found)
    worst = max(each.high for one in found for each in one.spreads.values()) / 1000
    rows = "\n".join(lines)
    sums = " and ".join(f"{one.rows:,} on {one.dialect}" for one in found)
    return f"""## Reports of a year

{year.days} days of {year.calls:,} calls, {QUEUES} queues and {AGENTS} agents; every tenth call overflows into a second queue. Each
report is of the whole time (by interval of 30 min: of the last 31 days; of 60 min: of 124, as many as it takes) and was asked {times} times, one after the
other; milliseconds from the question to the finished lines, through `Reports.answer` as the API does it. The calls are
generated as counted rows by SQL, and their sums added up from them ({sums} rows of sums).
The last line is a page of 50 calls.

| by | {head} |
|---|{"--:|--:|" * len(found)}
{rows}

{verdict("every answer", worst, AIM_S, "s", 2)}"""


def _rebuilt(anew: list[Rebuild], year: Year) -> str:
    lines = "\n".join(
        f"| {one.dialect} | {one.forgot_s:.1f} | {one.calls:,} | {one.counted_s:.1f} | {one.calls / one.counted_s:,.0f} | "
        f"{one.of_days_s(1, year.calls):.0f} | {one.of_days_s(year.days, year.calls) / 60:.0f} |"
        for one in anew
    )
    worst = max(one.of_days_s(year.days, year.calls) for one in anew) / 3600
    return f"""Counting anew (`callroom reports rebuild`): the sums of that year are forgotten and every call is noted, in one
transaction; then the noted calls are counted, twenty in a transaction, so that it may be killed and goes on. The calls are those of a
random day with transfers, holds and consultations, told to the diary as the floor tells them; what {year.days} days take is
reckoned from their rate, for each call is counted by itself.

| | forgetting the year s | calls noted | counting them s | calls/s | a day of {year.calls:,} s | {year.days} days min |
|---|--:|--:|--:|--:|--:|--:|
{lines}

{verdict(f"{year.days} days in a night", worst, NIGHT_H, "h", 2)}"""


SECTION = Section("reports", 6, measure)
