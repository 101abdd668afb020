"""A year of counted calls, made by SQL alone, and their sums: what the program would have written in that year."""

# ruff: noqa: S608 - statements are made of names and numbers of our own

import sqlite3
from dataclasses import dataclass
from datetime import date

import asyncpg

from crm_core.domain.agent_sums import STORED as OF_AGENTS
from crm_core.domain.sums import STORED, THRESHOLDS_S
from crm_core.domain.timesheet import STATES
from tests.bench.storehouse import SERIES

QUEUES, AGENTS, NUMBERS, DISPOSITIONS = 10, 100, 5, 8
FIRST_SLOT, SLOTS = 32, 48  # from 8 to 20 o'clock
CALLED_DAYS = 31  # of so many days the calls themselves are there, too: a page of them is looked up one by one
STEPS = sorted({*THRESHOLDS_S, 3, 6})
# A path of one queue each, then overflows from each queue into the next: alone, alone, both.
SCOPES = [(str(q), str(q)) for q in range(1, QUEUES + 1)] + [
    (path, lines) for q in range(1, QUEUES) for path in (f"{q},{q + 1}",) for lines in (str(q), str(q + 1), path)
]
EMPTY = {"sqlite": "'{}'", "postgresql": "'{}'::jsonb"}
DAY = {
    "sqlite": "date('{first}', '+' || ((i - 1) / {calls}) || ' days')",
    "postgresql": "date '{first}' + ((i - 1) / {calls})::int",
}
AT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', {day}, '+' || (slot * 15 * 60 + i % 900) || ' seconds')",
    "postgresql": "({day})::timestamp at time zone 'UTC' + make_interval(secs => slot * 15 * 60 + i % 900)",
}


@dataclass(frozen=True, slots=True)
class Year:
    """So many days of so many calls."""

    first: date
    days: int
    calls: int


def statements(dialect: str, year: Year) -> list[str]:
    """Everything, in order."""
    count = year.days * year.calls
    series = SERIES[dialect].format(count=count)
    day = DAY[dialect].format(first=year.first.isoformat(), calls=year.calls)
    at = AT[dialect].format(day="day")
    # steps through the slots, queues and outcomes that share no factor with one another
    calls = f"""{series}, c AS (SELECT i, {day} AS day, {FIRST_SLOT} + (i * 31 + i / {SLOTS}) % {SLOTS} AS slot,
        1 + (i * 7 + i / 10) % {QUEUES} AS q,
        1 + (i * 13) % {AGENTS} AS agent, (i * 17) % 100 AS fate, (i * 37) % 120 AS wait FROM n)"""
    overflow = f"fate % 10 = 3 AND q < {QUEUES}"
    outcome = "CASE WHEN fate < 8 THEN 'abandoned' ELSE 'answered' END"
    stay = f"""'c' || i, {{scope}}, day, slot, slot, {at}, '400' || i % {NUMBERS}, 'd' || i % {DISPOSITIONS},
        {{outcome}}, wait,
        fate >= 8, 0, {EMPTY[dialect].replace("{}", "{{}}")} FROM c"""
    shapes = [("q", outcome, f"NOT ({overflow})")] + [
        (f"{QUEUES} + (q - 1) * 3 + {place}", word, overflow)
        for place, word in ((1, "'passed_on'"), (2, outcome), (3, outcome))
    ]
    found = [f"INSERT INTO queues ({_QUEUE}) {SERIES[dialect].format(count=QUEUES)} SELECT {_queue(dialect)} FROM n"]
    found += [_people(dialect)]
    found += [
        f"INSERT INTO report_scopes (id, path, lines) VALUES ({n}, '{p}', '{s}')" for n, (p, s) in enumerate(SCOPES, 1)
    ]
    found.append(
        f"""INSERT INTO calls (id, direction, node, number, caller_name, dialed, priority, started_at, ended_at,
        end_reason,
        waited_s, talked_s, note) {calls} SELECT 'c' || i, 'inbound', 'n1', NULL, '', '400' || i % {NUMBERS}, 0,
        {at}, {at},
        'caller_hung_up', wait, 120, '' FROM c WHERE i > {count - CALLED_DAYS * year.calls}"""
    )
    for scope, word, where in shapes:
        select = stay.format(scope=scope, outcome=word)
        found.append(f"INSERT INTO report_stays ({_STAY}) {calls} SELECT {select} WHERE {where}")
    return [*found, *sums(), *agents(calls), *times(dialect, year)]


_STAY = "call_id, scope_id, day, slot, clock, since, dialed, disposition, outcome, wait_s, handled, rating, work"
_QUEUE = """id, name, ring_timeout_s, wrap_up_s, max_wait_s, overflow_action, announce_every_s, music_class, record,
consent_refusable, service_level_s, routing, survey, active, version, updated_at"""


def _queue(dialect: str) -> str:
    yes, no = ("1", "0") if dialect == "sqlite" else ("true", "false")
    return f"""i, 'Queue ' || i, 15, 20, 300, 'voicemail', 0, 'default', {no}, {no}, 20, {EMPTY[dialect]}, {no}, {yes},
        1, '2025-11-01'"""


def _people(dialect: str) -> str:
    yes = "1" if dialect == "sqlite" else "true"
    series = SERIES[dialect].format(count=AGENTS)
    return f"""INSERT INTO users (id, login, name, password_hash, role, language, number_right, skills, active, version,
        created_at,
        updated_at) {series} SELECT i, 'agent' || i, 'Agent ' || i, '-', 'agent', 'zh', '', {EMPTY[dialect]}, {yes}, 1,
        '2025-11-01', '2025-11-01' FROM n"""


def sums() -> list[str]:
    """Add the calls up, for each axis of the table."""
    values = {
        "arrived": "CASE WHEN p.path = p.lines THEN 1 ELSE 0 END",
        "offered": "1",
        "answered": "CASE WHEN outcome = 'answered' THEN 1 ELSE 0 END",
        "given_up": "CASE WHEN outcome = 'abandoned' THEN 1 ELSE 0 END",
        "passed_on": "CASE WHEN outcome = 'passed_on' THEN 1 ELSE 0 END",
        "wait_ms": "CASE WHEN outcome = 'answered' THEN wait_s * 1000 ELSE 0 END",
        "handled": "CASE WHEN outcome = 'answered' THEN 1 ELSE 0 END",
        "talk_ms": "CASE WHEN outcome = 'answered' THEN 120000 ELSE 0 END",
        "hold_ms": "CASE WHEN outcome = 'answered' THEN 9000 ELSE 0 END",
        "wrap_up_ms": "CASE WHEN outcome = 'answered' THEN 20000 ELSE 0 END",
        "missed": "CASE WHEN wait_s > 100 THEN 1 ELSE 0 END",
        **{
            f"answered_{step}": f"CASE WHEN outcome = 'answered' AND wait_s <= {step} THEN 1 ELSE 0 END"
            for step in THRESHOLDS_S
        },
        **{
            f"given_up_{step}": f"CASE WHEN outcome = 'abandoned' AND wait_s <= {step} THEN 1 ELSE 0 END"
            for step in STEPS
        },
    }
    assert values.keys() <= set(STORED)
    names, added = ", ".join(values), ", ".join(f"SUM({value})" for value in values.values())
    axes = (
        ("'interval'", "slot", "''", "slot"),
        ("'day'", "0", "''", "0"),
        ("'number'", "0", "dialed", "0"),
        ("'disposition'", "0", "disposition", "0"),
    )
    groups = {"'interval'": "slot", "'number'": "dialed", "'disposition'": "disposition"}
    return [
        f"""INSERT INTO report_sums (axis, day, slot, label, scope_id, clock, {names}) SELECT {axis}, day, {slot},
        {label}, scope_id, {clock}, {added} FROM report_stays JOIN report_scopes p ON p.id = scope_id
        GROUP BY day, scope_id{", " + groups[axis] if axis in groups else ""}"""
        for axis, slot, label, clock in axes
    ]


def agents(calls: str) -> list[str]:
    """What agents did: one share for each answered call, without the rows behind."""
    values = {"offered": "1", "answered": "1", "took": "1", "talks": "1", "ring_ms": "5000", "talk_ms": "120000"}
    values |= {"hold_ms": "9000", "wrap_up_ms": "20000"}
    assert values.keys() <= set(OF_AGENTS)
    names, added = ", ".join(values), ", ".join(f"SUM({value})" for value in values.values())
    return [
        f"INSERT INTO report_agents (day, agent_id, queue_id, {names}) {calls} SELECT day, agent, q, {added} FROM c "
        f"WHERE fate >= 8 GROUP BY day, agent, q"
    ]


def times(dialect: str, year: Year) -> list[str]:
    """All agents at work on all days, with two pauses."""
    per_day = AGENTS * SLOTS
    series = SERIES[dialect].format(count=year.days * per_day)
    day = DAY[dialect].format(first=year.first.isoformat(), calls=per_day)
    names = ", ".join(f"{state}_ms" for state in STATES)
    quarters = f"""INSERT INTO report_quarters (day, slot, agent_id, clock, {names}) {series} SELECT {day},
        {FIRST_SLOT} + i % {SLOTS}, 1 + (i / {SLOTS}) % {AGENTS}, {FIRST_SLOT} + i % {SLOTS},
        300000, 30000, 0, 400000, 100000, 70000 FROM n"""
    added = ", ".join(f"SUM({state}_ms)" for state in STATES)
    shifts = f"""INSERT INTO report_shifts (day, agent_id, sign_ins, {names})
        SELECT day, agent_id, 1, {added} FROM report_quarters GROUP BY day, agent_id"""
    pauses = [
        f"""INSERT INTO report_pauses (day, agent_id, reason, times, spent_ms)
        SELECT day, agent_id, '{reason}', 2, not_ready_ms / 2 FROM report_shifts"""
        for reason in ("meal", "break")
    ]
    serves = f"""INSERT INTO user_queues (user_id, queue_id, reserve)
        SELECT u.id, q.id, {"0" if dialect == "sqlite" else "false"} FROM users u
        JOIN queues q ON (u.id + q.id) % 3 = 0"""
    return [quarters, shifts, *pauses, serves]


async def fill_year(url: str, year: Year) -> int:
    """Do it; return how many rows of sums there are."""
    dialect = "sqlite" if url.startswith("sqlite") else "postgresql"
    work = statements(dialect, year)
    if dialect == "sqlite":
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        for pragma in ("synchronous=OFF", "cache_size=-400000"):
            connection.execute(f"PRAGMA {pragma}")
        for statement in work:
            connection.execute(statement)
        connection.commit()
        (rows,) = connection.execute("SELECT COUNT(*) FROM report_sums").fetchone()
        connection.close()
        return int(rows)
    server = await asyncpg.connect(url)
    for statement in work:
        await server.execute(statement, timeout=1800)
    for table in ("report_sums", "report_stays", "report_agents", "report_shifts", "report_quarters", "calls"):
        await server.execute(f"VACUUM ANALYZE {table}", timeout=600)
    rows = await server.fetchval("SELECT COUNT(*) FROM report_sums")
    await server.close()
    return int(rows)
