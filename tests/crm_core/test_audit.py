"""The audit log only grows: the database refuses the rest, and who goes around it is named by the chain."""

import asyncio

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from crm_core.audit import Actor, AuditFilter, AuditLog, append_all, erase_details
from crm_core.domain.chain import Head
from crm_core.migrations import upgrade
from crm_core.storage.database import Database, async_url
from tests.crm_core.conftest import HandClock

# more than the migration takes at once
OLD_ENTRIES = 1203


@pytest.fixture
async def log(database: Database, clock: HandClock, by: Actor) -> AuditLog:
    """Six entries: the administrator's own, then five."""
    log = AuditLog(database, clock)
    for number in range(5):
        clock.advance(seconds=1)
        await log.append(by, "recording.play", number, call_id=f"c{number}", ratio=0.5, whole=2.0, tags=("a", "b"))
    return log


async def by_hand(database: Database, *statements: str, without_triggers: bool = True) -> None:
    """As somebody who owns the database, and has taken the triggers away."""
    engine = create_async_engine(database.url)
    try:
        async with engine.begin() as connection:
            for name in await _triggers(connection) if without_triggers else ():
                await connection.exec_driver_sql(f"DROP TRIGGER {name}")
            for statement in statements:
                await connection.exec_driver_sql(statement)
    finally:
        await engine.dispose()


async def _triggers(connection: AsyncConnection) -> list[str]:
    if connection.dialect.name == "sqlite":
        return list(await connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    rows = await connection.execute(
        text("SELECT DISTINCT trigger_name, event_object_table FROM information_schema.triggers")
    )
    truncating = {
        ("audit_log_no_delete", "audit_log"),
        ("audit_head_no_delete", "audit_head"),
    }
    return [f"{name} ON {table}" for name, table in {tuple(row) for row in rows} | truncating]


async def test_an_untouched_log_holds(log: AuditLog) -> None:
    check, found = await log.verify({})
    assert found is None
    assert check.count == 6
    assert check.last == await log.head()


async def test_writers_at_once_make_one_chain(log: AuditLog, database: Database, clock: HandClock, by: Actor) -> None:
    other = Database(database.url.render_as_string(hide_password=False))
    await other.start()
    second = AuditLog(other, clock)
    await asyncio.gather(*((log, second)[n % 2].append(by, "session.opened", n) for n in range(60)))
    await other.aclose()
    check, found = await log.verify({})
    assert (check.count, found) == (66, None)


async def test_a_deed_that_fails_leaves_no_hole(log: AuditLog, database: Database, clock: HandClock, by: Actor) -> None:
    async def broken(connection: AsyncConnection) -> None:
        await append_all(connection, by, clock.now(), "customer.import", [(n, {}) for n in range(3)])
        raise KeyError

    results = await asyncio.gather(
        log.append(by, "session.opened"),
        database.write(broken),
        log.append(by, "session.opened"),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), KeyError, type(None)]
    check, found = await log.verify({})
    assert (check.count, found) == (8, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET user_id = NULL WHERE id = 3",
        "UPDATE audit_log SET action = 'x' WHERE id = 3",
        "UPDATE audit_log SET detail = '{\"erased\": true}' WHERE id = 3",
        "UPDATE audit_log SET salt = '', detail = '{}' WHERE id = 3",
        "UPDATE audit_log SET salt = '', detail = '{\"erased\": true}', link_hash = 'x' WHERE id = 3",
        "UPDATE audit_log SET id = 99 WHERE id = 3",
        "DELETE FROM audit_log WHERE id = 3",
        "DELETE FROM audit_log",
        "UPDATE audit_head SET entry_id = 3",
        "DELETE FROM audit_head",
    ],
)
async def test_the_database_refuses_what_is_not_adding(log: AuditLog, database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="the audit log only grows"):
        await by_hand(database, statement, without_triggers=False)
    assert (await log.verify({}))[1] is None


@pytest.mark.postgres
async def test_truncate_is_refused_too(log: AuditLog, database: Database) -> None:
    if database.dialect == "sqlite":
        return  # it has no TRUNCATE
    for table in ("audit_log", "audit_head"):
        with pytest.raises(DBAPIError, match="the audit log only grows"):
            await by_hand(database, f"TRUNCATE {table}", without_triggers=False)


@pytest.mark.parametrize(
    ("statement", "place", "code"),
    [
        ("UPDATE audit_log SET user_id = NULL WHERE id = 3", 3, "changed"),
        ("UPDATE audit_log SET at = '2026-11-22 01:00:00.000000' WHERE id = 3", 3, "changed"),
        ("UPDATE audit_log SET action = 'session.opened' WHERE id = 3", 3, "changed"),
        ("UPDATE audit_log SET object_id = '9' WHERE id = 3", 3, "changed"),
        ("UPDATE audit_log SET address = '' WHERE id = 3", 3, "changed"),
        ("UPDATE audit_log SET detail = '{}' WHERE id = 3", 3, "detail_changed"),
        ("UPDATE audit_log SET detail = '{\"erased\": true}', salt = '' WHERE id = 3", 3, "erased"),
        ("UPDATE audit_log SET link_hash = detail_hash WHERE id = 6", 6, "changed"),
        ("DELETE FROM audit_log WHERE id = 1", 2, "missing"),
        ("DELETE FROM audit_log WHERE id = 3", 4, "missing"),
        ("DELETE FROM audit_log WHERE id >= 5", 5, "truncated"),
        ("DELETE FROM audit_log", 1, "truncated"),
        ("DELETE FROM audit_head", 6, "head"),
        (
            "INSERT INTO audit_log SELECT id + 5, at, user_id, action, object_kind, object_id, detail, address, salt, "
            "detail_hash, link_hash FROM audit_log WHERE id = 2",
            7,
            "changed",
        ),
        ("UPDATE audit_log SET id = -5 WHERE id = 6", -5, "changed"),
        ("UPDATE audit_log SET id = 0 WHERE id = 3", 0, "changed"),
    ],
)
async def test_who_goes_around_the_triggers_is_named_by_the_chain(
    log: AuditLog, database: Database, statement: str, place: int, code: str
) -> None:
    await by_hand(database, statement)
    _, found = await log.verify({})
    assert found is not None
    assert (found.entry_id, found.code) == (place, code)


@pytest.mark.parametrize("change", ["at = 'never'", "detail = '{'", "action = x'ff'"])
async def test_what_cannot_be_read_is_named_too(log: AuditLog, database: Database, change: str) -> None:
    if database.dialect != "sqlite":
        return  # its columns hold nothing else
    await by_hand(database, f"UPDATE audit_log SET {change} WHERE id = 3")  # noqa: S608 - constants
    check, found = await log.verify({})
    assert found is not None
    assert (found.entry_id, found.code, check.count) == (3, "changed", 2)


async def test_an_end_cut_off_with_its_head_is_noticed_by_what_was_noted_elsewhere(
    log: AuditLog, database: Database
) -> None:
    noted = await log.head()
    await by_hand(
        database,
        "DELETE FROM audit_log WHERE id >= 5",
        "UPDATE audit_head SET entry_id = 4, link_hash = (SELECT link_hash FROM audit_log WHERE id = 4)",
    )
    assert (await log.verify({}))[1] is None
    _, found = await log.verify({noted.entry_id: noted.link_hash})
    assert found is not None
    assert (found.entry_id, found.code) == (5, "truncated")


async def test_details_can_be_erased_and_the_chain_holds(
    log: AuditLog, database: Database, clock: HandClock, by: Actor
) -> None:
    count = await database.write(lambda connection: erase_details(connection, by, clock.now(), "recording", [1, 3, 77]))
    assert count == 2
    again = await database.write(lambda connection: erase_details(connection, by, clock.now(), "recording", [1, 3]))
    assert again == 0
    page = await log.page(AuditFilter(object_kind="recording"))
    assert [row.detail == {"erased": True} for row in page.items] == [False, True, False, True, False]
    (entry,) = (await log.page(AuditFilter(action="audit.erase"))).items
    assert entry.detail["objects"] == ["1", "3", "77"]
    check, found = await log.verify({})
    assert (found, check.erased, check.count) == (None, 2, 7)


async def test_entries_of_before_are_chained_by_the_migration(empty_url: str, clock: HandClock) -> None:
    await upgrade(empty_url, "0003")
    engine = create_async_engine(async_url(empty_url))
    columns = "id, at, user_id, action, object_kind, object_id, detail, address"
    values = (
        "'2026-11-22 01:00:00.123456', NULL, 'customer.change', 'customer', '5', '{\"level\": [\"\", \"vip\"]}', ''"
    )
    async with engine.begin() as connection:
        for key in range(3, 3 + OLD_ENTRIES):
            await connection.exec_driver_sql(f"INSERT INTO audit_log ({columns}) VALUES ({key}, {values})")  # noqa: S608
    await engine.dispose()
    await upgrade(empty_url)
    database = Database(empty_url)
    await database.start()
    log = AuditLog(database, clock)
    await log.append(Actor(None), "session.refused")
    check, found = await log.verify({})
    await database.aclose()
    assert (check.count, found) == (OLD_ENTRIES + 1, None)
    assert check.last.entry_id == OLD_ENTRIES + 3


async def test_an_empty_log_has_a_head(database: Database, clock: HandClock) -> None:
    assert await AuditLog(database, clock).head() == Head()


async def test_a_group_of_writes_asks_for_the_end_of_the_chain_once(
    database: Database, clock: HandClock, by: Actor
) -> None:
    quick = database._quick_writer
    engine = database._writer_engine.sync_engine if quick is None else quick._engine
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    log = AuditLog(database, clock)
    await asyncio.gather(*(log.append(by, "call.dispose", number) for number in range(60)))
    looks = [statement for statement in asked if statement.startswith("SELECT audit_head")]
    assert 1 <= len(looks) <= 3, "the first may be alone, the others are one group"
    _, broken = await log.verify({})
    assert broken is None
