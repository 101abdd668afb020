"""Whose number is this? Asked of a million customers and of ten million, beside the same SELECT by hand."""

import random
import sqlite3
import time
from dataclasses import dataclass
from typing import Any

import asyncpg

from crm_core.storage.database import Database
from crm_core.views import Views
from tests.bench.figures import Spread, spread
from tests.bench.section import How, Section
from tests.bench.storehouse import DIALECTS, fill, number_of, storehouse
from tests.bench.table import verdict

AIM_MS = 5.0
LOOKUPS = 3000
BY_HAND = """SELECT c.id, c.name, c.company, c.level, c.language, c.tags, c.owner_id, u.name FROM customers c
LEFT JOIN users u ON u.id = c.owner_id WHERE c.id IN
(SELECT customer_id FROM contact_points WHERE value = {mark} AND kind = 'phone')
ORDER BY c.last_contact_at IS NULL, c.last_contact_at DESC, c.id LIMIT 2"""


@dataclass(frozen=True, slots=True)
class Figures:
    dialect: str
    customers: int
    menu: Spread
    pop: Spread
    by_hand: Spread


async def measure(how: How) -> str:
    """Fill, ask at random, and ask by hand."""
    found = []
    for dialect in DIALECTS:
        for count in how.pick((1_000_000, 10_000_000), (20_000,)):
            async with storehouse(dialect) as url:
                await fill(url, count)
                found.append(await ask(dialect, url, count))
    return _text(found)


async def ask(dialect: str, url: str, count: int) -> Figures:
    """The same numbers three times: the menu's question, the whole pop, the SELECT alone."""
    dice = random.Random(7)  # noqa: S311 - the same numbers in every run
    numbers = [number_of(dice.randrange(1, count + 1)) for _ in range(LOOKUPS)]
    database = Database(url, readers=2)
    views = Views(database)
    menu, pop = [], []
    for number in numbers:
        began = time.perf_counter()
        known = await views.known_caller(number)
        menu.append((time.perf_counter() - began) * 1000)
        assert known is not None
        began = time.perf_counter()
        shown = await views.pop(number)
        pop.append((time.perf_counter() - began) * 1000)
        assert len(shown.matches) == 1
    await database.aclose()
    return Figures(dialect, count, spread(menu), spread(pop), spread(await by_hand(dialect, url, numbers)))


async def by_hand(dialect: str, url: str, numbers: list[str]) -> list[float]:
    """The driver alone, the statement prepared."""
    times: list[float] = []
    connection: Any
    if dialect == "sqlite":
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        for number in numbers:
            began = time.perf_counter()
            rows = connection.execute(BY_HAND.format(mark="?"), (number,)).fetchall()
            times.append((time.perf_counter() - began) * 1000)
            assert len(rows) == 1
        connection.close()
        return times
    connection = await asyncpg.connect(url)
    statement = await connection.prepare(BY_HAND.format(mark="$1"))
    for number in numbers:
        began = time.perf_counter()
        rows = await statement.fetch(number)
        times.append((time.perf_counter() - began) * 1000)
        assert len(rows) == 1
    await connection.close()
    return times


def _text(found: list[Figures]) -> str:
    names = (("**the menu's question**", "menu"), ("the whole pop", "pop"), ("limit: the SELECT by hand", "by_hand"))
    lines = [
        f"| {one.dialect} | {one.customers:,} | {name} | {each.p50:.2f} | {each.p99:.2f} | {each.high:.1f} |"
        for one in found
        for name, each in ((name, getattr(one, key)) for name, key in names)
    ]
    worst = max(one.menu.p99 for one in found)
    rows = "\n".join(lines)
    return f"""## Whose number is this?

{LOOKUPS:,} numbers at random, one after the other, each of a different customer; milliseconds. "The menu's question" is
`Views.known_caller`, which recognises the caller; "the whole pop" adds timeline and open items. By hand: the driver
alone with the same SELECT, on SQLite in the same thread, where Callroom pays for the way to a thread and back.

| | customers | | p50 | p99 | max |
|---|--:|---|--:|--:|--:|
{rows}

{verdict("p99 of the menu's question", worst, AIM_MS, "ms", 1)}"""


SECTION = Section("lookup", 8, measure)
