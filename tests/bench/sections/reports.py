"""Reports of a year of 10,000 calls a day, each asked again and again."""

import gc
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crm_core.domain.report import Axis, Wanted
from crm_core.reports.answers import Reports
from crm_core.reports.behind import CallsBehind, Cell
from crm_core.reports.summary import Summary
from crm_core.storage.database import Database
from tests.bench.figures import Spread, spread
from tests.bench.section import How, Section
from tests.bench.storehouse import DIALECTS, storehouse
from tests.bench.table import verdict
from tests.bench.year import AGENTS, QUEUES, Year, fill_year

AIM_S = 2.0
TIMES = 12
FIRST = date(2025, 11, 1)
ZONE = UTC
THE_CALLS = "the calls behind: abandoned"


@dataclass(frozen=True, slots=True)
class Figures:
    dialect: str
    rows: int
    spreads: dict[str, Spread]


class Later:
    """The day after the year: nothing is counted live."""

    def now(self) -> datetime:
        return datetime(2026, 11, 2, 12, tzinfo=UTC)


async def measure(how: How) -> str:
    """Fill, then ask."""
    year = Year(FIRST, how.pick(365, 14), how.pick(10_000, 500))
    found = []
    for dialect in DIALECTS:
        async with storehouse(dialect) as url:
            rows = await fill_year(url, year)
            found.append(await ask(dialect, url, year, rows, how.pick(TIMES, 3)))
    return _text(found, year, how.pick(TIMES, 3))


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
report is of the whole time (by interval: of the last 31 days, as many as it takes) and was asked {times} times, one after the
other; milliseconds from the question to the finished lines, through `Reports.answer` as the API does it. The calls are
generated as counted rows by SQL, and their sums added up from them ({sums} rows of sums).
The last line is a page of 50 calls.

| by | {head} |
|---|{"--:|--:|" * len(found)}
{rows}

{verdict("every answer", worst, AIM_S, "s", 2)}"""


SECTION = Section("reports", 6, measure)
