"""What a simulated network's library begins with; the voice here writes noise instead of speaking."""

from pathlib import Path

from agent_ui.announcements.starter import add_starter
from dialer.listening.shelf import Shelf
from dialer.listening.wav import wav_of
from tests.dialer.listening.sounds import speech


class Voice:
    def speak(self, text: str, _language: str, target: Path) -> None:
        target.write_bytes(wav_of(speech(len(text), 3.0)))


def test_what_the_simulator_says_is_added_once(tmp_path: Path):
    shelf = Shelf(tmp_path)
    added = add_starter(shelf, Voice(), reviewed_by="Ann")  # type: ignore[arg-type]
    assert [(one.id, one.label) for one in added] == [
        ("simulator-unallocated", "empty"),
        ("simulator-voicemail", "voicemail"),
    ]
    assert {(one.reviewed_by, one.carrier, one.language) for one in shelf.prompts()} == {("Ann", "simulator", "zh")}
    assert add_starter(shelf, Voice()) == []  # type: ignore[arg-type]
