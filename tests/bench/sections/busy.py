"""INVITE → screen pop while ten calls a second come and a million customers are known."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

from cti.tasks import TaskSet
from tests.bench.caller import Carrier
from tests.bench.office import Office, office
from tests.bench.pop import LOGIN, NUMBER, PopFigures, measure_pops
from tests.bench.seat import straight_to_queue
from tests.bench.section import How, Section
from tests.bench.table import HEAD, row, verdict

AIM_MS = 100.0
PER_S, TALK_S, AGENTS = 10.0, 2.0, 50
# Behind the demo's own ids; the numbers are those that the crowd calls from.
_FIRST_ID = 1_000_000
_SERIES = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})"
_CUSTOMERS = """INSERT INTO customers (id, name, company, name_folded, company_folded, search_text, level, language, tags,
notes, source, version, created_at, updated_at) {series}
SELECT {first} + i, 'Customer ' || i, 'Company ' || (i % 50000), 'customer ' || i, 'company ' || (i % 50000), '', 'a', 'zh',
'[]', '', 'bench', 1, '2026-11-22 00:00:00', '2026-11-22 00:00:00' FROM n"""
_POINTS = """INSERT INTO contact_points (customer_id, kind, value, raw, extension, label, sort) {series}
SELECT {first} + i, 'phone', '+8615' || printf('%09d', i), '', '', '', 0 FROM n"""


async def measure(how: How) -> str:
    """Fill the customers, let the crowd call, and ring one agent in a browser meanwhile."""
    customers, calls = how.pick(1_000_000, 20_000), how.pick(100, 8)
    async with office(how.pick(AGENTS, 30)) as here:
        await straight_to_queue(here.admin, NUMBER, LOGIN)
        await asyncio.to_thread(_fill, here.place.installation.home / "callroom.db", customers)
        carrier = Carrier(here.place.switch.sip_port)
        await carrier.open()
        crowd, tasks = here.crowd(), TaskSet()
        tasks.start(crowd.pour(PER_S, 100_000, TALK_S), name="crowd")
        try:
            await asyncio.sleep(5)
            pops = await measure_pops(here.place, carrier, calls)
        finally:
            await tasks.aclose()
            others = [fate for fate in crowd.fates if fate.joined_s is not None or fate.fault]
            await crowd.aclose()
            carrier.close()
        return _text(here, pops, customers, len(others), sum(bool(fate.fault) for fate in others))


def _fill(path: Path, count: int) -> None:
    series = _SERIES.format(count=count)
    with contextlib.closing(sqlite3.connect(path, timeout=60)) as database:
        for statement in (_CUSTOMERS, _POINTS):
            database.execute(statement.format(series=series, first=_FIRST_ID))
        database.commit()
        database.execute("ANALYZE")
        database.commit()


def _text(here: Office, pops: PopFigures, customers: int, others: int, failed: int) -> str:
    steps = "\n".join(row(name, figures) for name, figures in pops.steps.items())
    return f"""## INVITE → screen pop, 10 calls a second, a million customers

As above, while a crowd calls {PER_S:.0f} times a second (Poisson, {TALK_S:g} s of recorded talk each) and {len(here.extensions)} other agents take and
classify those calls; {customers:,} customers in SQLite, whose numbers the crowd calls from. {pops.shown.count} calls to the one agent in
headless Chromium were measured; meanwhile {others:,} other calls came, of which {failed} failed. Callers, phones, their sound and
Chromium share the two cores.

{HEAD}
{row("**Callroom: in the DOM**", pops.shown)}
{row("Callroom: painted", pops.painted)}
{row("limit: AMI Newchannel → WebSocket → DOM", pops.relay_shown)}
{row("limit: painted", pops.relay_painted)}

Where the time goes (each row from the one before):

{HEAD}
{steps}

{verdict("p99 in the DOM", pops.shown.p99, AIM_MS, "ms")}"""


SECTION = Section("busy", 3, measure)
