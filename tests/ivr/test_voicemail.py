from pathlib import Path

import pytest

from ivr.ports import Recording, VoicemailContext, VoicemailTaken
from ivr.voicemail import VoicemailFolder
from tests.ivr.sounds import wav
from tests.ivr.telephone import NOW, FixedClock

CONTEXT = VoicemailContext("c1", "13800138000", "4001", 1, None, "zh")


class Rows:
    """Where taken messages are noted."""

    def __init__(self, fails: bool = False) -> None:
        self.taken: list[VoicemailTaken] = []
        self._fails = fails

    async def __call__(self, taken: VoicemailTaken) -> None:
        if self._fails:
            raise RuntimeError("no database")
        self.taken.append(taken)


def record(recording: Recording, data: bytes) -> None:
    Path(f"{recording.path}.wav").write_bytes(data)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def folder_at(path: Path, rows: Rows) -> VoicemailFolder:
    return VoicemailFolder(path / "voicemail", iter(["v1", "v2"]).__next__, FixedClock(), rows)


async def test_a_message_is_published_under_its_own_id(tmp_path: Path) -> None:
    rows = Rows()
    folder = folder_at(tmp_path, rows)
    recording = folder.new_recording()
    assert recording.path == str(tmp_path / "voicemail" / "incoming" / "v1")
    record(recording, wav(3, rate_hz=8000, channels=1))
    taken = await folder.finish(recording, CONTEXT)
    target = tmp_path / "voicemail" / "v1.wav"
    assert rows.taken == [taken] == [VoicemailTaken("v1", CONTEXT, str(target), 3.0, NOW)]
    assert files_in(tmp_path) == [target]
    assert folder.new_recording().voicemail_id == "v2"


@pytest.mark.parametrize("data", [None, b"", b"RIFF", wav(0.5, rate_hz=8000)])
async def test_next_to_nothing_is_thrown_away(tmp_path: Path, data: bytes | None) -> None:
    rows = Rows()
    folder = folder_at(tmp_path, rows)
    recording = folder.new_recording()
    if data is not None:
        record(recording, data)
    assert await folder.finish(recording, CONTEXT) is None
    assert rows.taken == []
    assert files_in(tmp_path) == []


async def test_a_message_outlives_a_missing_database(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = folder_at(tmp_path, Rows(fails=True))
    recording = folder.new_recording()
    record(recording, wav(2, rate_hz=8000))
    taken = await folder.finish(recording, CONTEXT)
    assert taken is not None
    assert files_in(tmp_path) == [Path(taken.path)]
    assert "Voicemail has no row yet" in caplog.messages
