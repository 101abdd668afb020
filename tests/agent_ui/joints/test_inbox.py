"""What callers left: taken in once, whatever happens in between."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cti.emergency.spool import EmergencyMessage, Spool
from ivr.ports import VoicemailContext, VoicemailTaken
from tests.agent_ui.world import World

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


def message(key: str, **more: str | None) -> EmergencyMessage:
    values = {"caller_number": "13800138000", "callback_number": None, **more}
    return EmergencyMessage(key, "call-1", "voicemail", AT, AT, dialed="4001", language="zh", **values)  # type: ignore[arg-type]


async def test_emergency_messages_leave_the_spool_when_their_row_is_there(world: World, tmp_path: Path) -> None:
    inbox, spool = world.parts.inbox, Spool(world.parts.config.home / "spool")
    sound = tmp_path / "said.wav"
    sound.write_bytes(b"RIFF")
    key = "0" * 32
    spool.put(message(key), sound)
    (spool.folder / "broken.json").write_text("{")
    assert await inbox.empty_spool() == 1
    assert await inbox.empty_spool() == 0
    page = await world.parts.memory.messages.page()
    (row,) = page.items
    assert (row.kind, row.source, row.path) == ("voicemail", "emergency", f"{key}.wav")
    assert row.path is not None
    found = inbox.audio_path(row.path)
    assert found is not None
    assert found.read_bytes() == b"RIFF"
    assert list(spool.quarantine.iterdir())


@pytest.mark.parametrize("path", ["../secrets.toml", "/etc/passwd", "none.wav"])
async def test_a_path_leads_nowhere_else(world: World, path: str) -> None:
    assert world.parts.inbox.audio_path(path) is None


async def test_a_voicemail_of_the_menu_has_its_row(world: World) -> None:
    context = VoicemailContext("call-1", "13800138000", "4001", 1, None, "zh")
    taken = VoicemailTaken("vm-1", context, "/somewhere/vm-1.wav", 5.0, AT)
    for _ in range(2):
        await world.parts.inbox.take_voicemail(taken)
    (row,) = (await world.parts.memory.messages.page()).items
    assert (row.path, row.queue_name, row.duration_s) == ("vm-1.wav", "Sales", 5.0)
