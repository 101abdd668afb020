import asyncio
import contextlib
import sqlite3
from dataclasses import replace

import pytest

from agent_ui.doctor.storage import examine_storage, judge, judge_diary
from crm_core.diary.journal import DiaryState
from crm_core.errors import DatabaseRefuses
from crm_core.examination import DatabaseCondition
from crm_core.migrations import newest_revision, upgrade
from crm_core.storage.database import Database
from cti.clock import SystemClock

WELL = DatabaseCondition("PostgreSQL 15.18", 0.42, "0002", "0002")


def test_a_good_one():
    assert [finding.code for finding in judge(WELL)] == [
        "database_answers",
        "database_schema",
        "database_durable",
        "database_clock",
    ]
    assert judge(WELL)[0].message == "PostgreSQL 15.18 answers after 0.4 ms"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"revision": None}, "database_schema_other"),
        ({"not_durable": "fsync"}, "database_not_durable"),
        ({"revision": "9999", "is_newer": True}, "database_schema_newer"),
        ({"clock_ahead_s": -31.0}, "database_clock_off"),
    ],
)
def test_each_fault_has_its_code(fault, code):
    (found,) = [finding for finding in judge(replace(WELL, **fault)) if finding.level != "ok"]
    assert (found.level, found.code) == ("fail", code)
    assert found.cure


def test_a_clock_that_is_a_little_off_is_only_told():
    assert [finding.level for finding in judge(replace(WELL, clock_ahead_s=-3.0))][-1] == "warn"


async def test_a_full_disk_lets_everybody_read(tmp_path):
    url = f"sqlite:///{tmp_path / 'x.db'}"
    await upgrade(url)
    database = Database(url)
    database._written(False)
    found = await examine_storage(database, SystemClock())
    await database.aclose()
    assert [finding.code for finding in found if finding.level == "fail"] == ["database_not_writing"]


@pytest.mark.parametrize("revision", ["0001", "9999"])
async def test_tables_of_another_time(tmp_path, revision):
    path = tmp_path / "x.db"
    await upgrade(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.close()
    database = Database(f"sqlite:///{path}")
    (found,) = [one for one in await examine_storage(database, SystemClock()) if one.level == "fail"]
    await database.aclose()
    assert found.code == ("database_schema_other" if revision == "0001" else "database_schema_newer")
    assert revision in found.message


async def test_who_is_refused_looks_at_the_password_and_who_gets_no_answer_at_the_server(monkeypatch, unused_tcp_port):
    async def refuse(_database, _clock):
        raise DatabaseRefuses('password authentication failed for user "callroom"')

    database = Database(f"postgresql://callroom@127.0.0.1:{unused_tcp_port}/x")
    (found,) = await examine_storage(database, SystemClock())
    assert (found.level, found.code) == ("fail", "database_unreachable")
    assert "Connect call failed" in found.message
    monkeypatch.setattr("agent_ui.doctor.storage.examine_database", refuse)
    (found,) = await examine_storage(database, SystemClock())
    await database.aclose()
    assert (found.level, found.code) == ("fail", "database_refuses")
    assert 'user "callroom"' in found.message
    assert "user, password and database name" in found.cure


async def test_a_file_that_is_not_there_is_not_made(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    (found,) = await examine_storage(database, SystemClock())
    await database.aclose()
    assert found.code == "database_unreachable"
    assert list(tmp_path.iterdir()) == []


async def test_a_file_of_something_else_is_named_with_a_cure(tmp_path):
    path = tmp_path / "x.db"
    path.write_bytes(b"rubbish " * 4000)
    database = Database(f"sqlite:///{path}")
    (found,) = await examine_storage(database, SystemClock())
    await database.aclose()
    assert (found.level, found.code) == ("fail", "database_damaged")
    assert str(path) in found.message
    assert "backup" in found.cure


async def test_a_real_file(tmp_path):
    url = f"sqlite:///{tmp_path / 'x.db'}"
    await upgrade(url)
    database = Database(url)
    found = await examine_storage(database, SystemClock())
    await database.aclose()
    assert [str(finding.level) for finding in found] == ["ok"] * 4
    assert newest_revision() in found[1].message


async def test_a_server_that_accepts_and_says_nothing(monkeypatch):
    monkeypatch.setattr("agent_ui.doctor.storage.ANSWER_LIMIT_S", 0.2)
    accepted = []
    server = await asyncio.start_server(lambda _, writer: accepted.append(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    database = Database(f"postgresql://nobody@127.0.0.1:{port}/nothing")
    (found,) = await examine_storage(database, SystemClock())
    await database.aclose()
    server.close()
    for writer in accepted:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    assert accepted
    assert found.code == "database_unreachable"


def test_what_is_said_of_the_diary():
    found = [(str(finding.level), finding.code) for state in DiaryState for finding in judge_diary(state)]
    assert found == [("ok", "diary_writing"), ("warn", "diary_behind"), ("fail", "diary_failed")]
