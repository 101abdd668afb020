import asyncio
import contextlib
from dataclasses import replace

import pytest

from agent_ui.doctor.storage import examine_storage, judge
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
        ({"clock_ahead_s": -3.0}, "database_clock_off"),
    ],
)
def test_each_fault_has_its_code(fault, code):
    assert code in [finding.code for finding in judge(replace(WELL, **fault))]


async def test_a_file_that_is_not_there_is_not_made(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    (found,) = await examine_storage(database, SystemClock())
    await database.aclose()
    assert found.code == "database_unreachable"
    assert list(tmp_path.iterdir()) == []


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
