"""Databases of a million customers and more, filled by SQL alone, on SQLite and on PostgreSQL with fsync."""

import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from crm_core.migrations import upgrade
from tests.crm_core.conftest import open_cluster

CUSTOMERS = """INSERT INTO customers (id, name, company, name_folded, company_folded, search_text, level, language,
tags, notes, source, version, created_at, updated_at) {series}
SELECT i, 'Customer ' || i, 'Company ' || (i % 50000), 'customer ' || i, 'company ' || (i % 50000), '', 'a', 'zh', '[]',
'', 'bench', 1, '2026-11-22 00:00:00', '2026-11-22 00:00:00' FROM n"""
POINTS = """INSERT INTO contact_points (customer_id, kind, value, raw, extension, label, sort) {series}
SELECT i, 'phone', '+86' || {number}, '', '', '', 0 FROM n"""
SERIES = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})",
    "postgresql": "WITH n AS (SELECT generate_series(1, {count}) AS i)",
}
NUMBER = {"sqlite": "printf('13%09d', i)", "postgresql": "'13' || lpad(i::text, 9, '0')"}
DIALECTS = ("sqlite", "postgresql")


def number_of(customer: int) -> str:
    """The number of a customer as a carrier sends it."""
    return f"+8613{customer:09d}"


@asynccontextmanager
async def storehouse(dialect: str) -> AsyncIterator[str]:
    """An empty database with our tables; its URL."""
    if dialect == "postgresql":
        with open_cluster(durable=True) as cluster:
            await upgrade(cluster.url("postgres"))
            yield cluster.url("postgres")
        return
    # not below /tmp: where that is memory, fsync costs nothing
    folder = Path(tempfile.mkdtemp(prefix="callroom-bench-", dir="/var/tmp"))
    try:
        await upgrade(f"sqlite:///{folder}/callroom.db")
        yield f"sqlite:///{folder}/callroom.db"
    finally:
        shutil.rmtree(folder)


async def fill(url: str, count: int) -> None:
    """Add so many customers with one number each."""
    dialect = "sqlite" if url.startswith("sqlite") else "postgresql"
    series = SERIES[dialect].format(count=count)
    statements = [one.format(series=series, number=NUMBER[dialect]) for one in (CUSTOMERS, POINTS)]
    if dialect == "sqlite":
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        for pragma in ("synchronous=OFF", "cache_size=-400000"):
            connection.execute(f"PRAGMA {pragma}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.execute("ANALYZE")
        connection.close()
        return
    server = await asyncpg.connect(url)
    numbered = f"SELECT setval(pg_get_serial_sequence('customers', 'id'), {int(count)})"
    for statement in (*statements, numbered, "VACUUM ANALYZE customers", "VACUUM ANALYZE contact_points"):
        await server.execute(statement, timeout=1800)
    await server.close()
