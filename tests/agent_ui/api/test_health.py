"""What an administrator reads of the audit log's end, and what it is good for."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_ui.commands.audit import expected
from crm_core.audit import SYSTEM, AuditLog
from crm_core.diary.journal import DiaryState
from crm_core.domain.chain import ChainEntry, Head, hash_link
from crm_core.errors import DatabaseUnavailable
from tests.agent_ui.world import World


async def test_a_log_that_was_rewritten_whole_does_not_fit_the_pinned_end(world: World) -> None:
    parts = world.parts
    await parts.memory.audit.append(SYSTEM, "user.see", 7)
    _, before = await (await world.person("admin")).call("GET", "/health/detail")
    pinned = dict([expected(before["audit_head"])])
    assert (await parts.memory.audit.verify(pinned))[1] is None
    rewrite(parts.config.home / "callroom.db")
    # The chain holds in itself, and the database's own head agrees: only who kept the end elsewhere finds out.
    assert (await parts.memory.audit.verify({}))[1] is None
    found = (await parts.memory.audit.verify(pinned))[1]
    assert found is not None
    assert next(iter(pinned)) == found.entry_id


def rewrite(path: Path) -> None:
    """Do what the owner of the machine could: another first entry, and every hash computed anew."""
    names = [name for name in ChainEntry.__slots__ if name != "detail"]
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE audit_log SET action = 'user.seen' WHERE id = 1")
    head = Head()
    for row in connection.execute(f"SELECT {', '.join(names)} FROM audit_log ORDER BY id").fetchall():  # noqa: S608
        entry = ChainEntry(**dict(zip(names, row, strict=True)), detail={})
        entry = replace(entry, at=datetime.fromisoformat(str(entry.at)).replace(tzinfo=UTC))
        head = Head(entry.id, hash_link(head.link_hash, entry))
        connection.execute("UPDATE audit_log SET link_hash = ? WHERE id = ?", (head.link_hash, head.entry_id))
    connection.execute("UPDATE audit_head SET entry_id = ?, link_hash = ?", (head.entry_id, head.link_hash))
    connection.commit()
    connection.close()


async def test_the_end_is_for_administrators_only(world: World) -> None:
    head = (await world.parts.memory.audit.head()).link_hash
    for login in ("agent", "supervisor"):
        person = await world.person(login)
        assert (await person.call("GET", "/health/detail"))[0] == 403
    _, public = await world.stranger().call("GET", "/health")
    assert public == {"status": "ok"}
    assert head not in str(public)


async def test_a_database_that_is_away_hides_the_end_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_self: AuditLog) -> None:
        raise DatabaseUnavailable("away")

    admin = await world.person("admin")
    monkeypatch.setattr(AuditLog, "head", away)
    status, detail = await admin.call("GET", "/health/detail")
    assert (status, detail["audit_head"]) == (200, None)
    assert detail["findings"]


@pytest.mark.parametrize(("state", "finding"), [("writing", "ok"), ("behind", "warn"), ("failed", "fail")])
async def test_the_state_of_the_diary_is_told(world: World, state: str, finding: str) -> None:
    world.parts.diary_state = lambda: DiaryState(state)
    _, detail = await (await world.person("admin")).call("GET", "/health/detail")
    assert detail["diary"] == state
    assert [one["level"] for one in detail["findings"] if one["code"].startswith("diary_")] == [finding]
