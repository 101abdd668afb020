"""Notes of where the audit log ended."""

from pathlib import Path

import pytest

from agent_ui.joints.witness import Witness, notes_path, read_notes
from crm_core.audit import AuditLog
from crm_core.errors import DatabaseUnavailable
from tests.agent_ui.world import World


async def test_the_end_is_noted_when_the_log_has_grown(world: World) -> None:
    parts, path = world.parts, notes_path(world.parts.config.home)
    witness = Witness(parts.memory.audit, path, parts.clock)
    await witness.note()
    await witness.note()
    first = await parts.memory.audit.head()
    assert read_notes(path) == {first.entry_id: first.link_hash}
    assert path.stat().st_mode & 0o777 == 0o600
    await parts.audit(None, "", "session.refused")
    await Witness(parts.memory.audit, path, parts.clock).note()
    assert sorted(read_notes(path)) == [first.entry_id, first.entry_id + 1]
    assert (await parts.memory.audit.verify(read_notes(path)))[1] is None


def test_half_a_note_is_none_and_the_first_of_two_counts(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    assert read_notes(path) == {}
    one, other = "1" * 64, "2" * 64
    path.write_text(f"t 5 {one}\nnonsense\nt 5 {other}\nt 6 {other[:40]}")
    assert read_notes(path) == {5: one}


async def test_a_database_that_is_away_stops_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(_self: AuditLog) -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(AuditLog, "head", away)
    await Witness(world.parts.memory.audit, notes_path(world.parts.config.home), world.parts.clock).note_or_say()
    assert "could not be noted" in caplog.text
