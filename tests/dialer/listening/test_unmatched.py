import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dialer.errors import NoSuchPrompt
from dialer.listening import unmatched
from dialer.listening.unmatched import KEPT_FOR, WRITTEN_WITHIN, Unmatched
from tests.dialer.listening.sounds import speech

NOON = datetime(2026, 7, 20, 12, tzinfo=UTC)
SAID = speech(1, 2.0)


def calls(folder: Unmatched) -> list[str]:
    return [one.call_id for one in folder.all()]


def test_sounds_are_kept_with_their_time_the_newest_first(tmp_path: Path):
    folder = Unmatched(tmp_path / "unmatched")
    assert folder.all() == []
    folder.keep("old", SAID, NOON - timedelta(days=1))
    folder.keep("new", SAID, NOON)
    folder.keep("now", SAID)
    assert [one for one in calls(folder) if one != "now"] == ["new", "old"]
    new = next(one for one in folder.all() if one.call_id == "new")
    assert (new.heard_at, new.length_s) == (NOON, 2.0)
    assert set(folder.sounds()) == {"old", "new", "now"}
    folder.drop(["old", "gone"])
    assert "old" not in calls(folder)


def test_they_are_few_and_not_kept_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unmatched, "MOST_KEPT", 3)
    folder = Unmatched(tmp_path)
    for hours in range(5):
        folder.keep(f"call-{hours}", SAID, NOON - timedelta(hours=hours))
    folder.tidy(NOON, KEPT_FOR)
    assert calls(folder) == ["call-0", "call-1", "call-2"]
    folder.tidy(NOON + KEPT_FOR - timedelta(minutes=90), KEPT_FOR)
    assert calls(folder) == ["call-0", "call-1"]


def test_an_id_that_is_none_is_nowhere(tmp_path: Path):
    folder = Unmatched(tmp_path)
    with pytest.raises(NoSuchPrompt):
        folder.keep("../b", SAID)
    with pytest.raises(NoSuchPrompt):
        folder.file("../b")


def test_what_is_deleted_while_it_is_listed_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = Unmatched(tmp_path)
    folder.keep("a", SAID, NOON)

    def gone(_file: Path) -> float:
        raise FileNotFoundError

    (tmp_path / "b.wav").symlink_to(tmp_path / "gone")
    assert list(folder.sounds()) == ["a"]
    assert calls(folder) == ["a"]
    monkeypatch.setattr(unmatched, "length_s", gone)
    assert folder.all() == []


def test_what_somebody_who_was_killed_left_half_written_is_not_kept_either(tmp_path: Path):
    folder = Unmatched(tmp_path)
    for name, age in (("old", WRITTEN_WITHIN + timedelta(seconds=1)), ("new", timedelta(0))):
        partial = tmp_path / f".{name}.wav.partial"
        partial.write_bytes(b"half")
        at = (NOON - age).timestamp()
        os.utime(partial, (at, at))
    folder.tidy(NOON, KEPT_FOR)
    assert [file.name for file in tmp_path.iterdir()] == [".new.wav.partial"]
    folder.drop(["new"])
    assert list(tmp_path.iterdir()) == []
