"""What a simulated network's library begins with; the voice here writes noise instead of speaking."""

from pathlib import Path

import pytest

from agent_ui.announcements.starter import add_starter
from cti.errors import AsteriskMissing
from dialer.errors import SameAudioTwice
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


class Stammering(Voice):
    def __init__(self) -> None:
        self.spoken = 0

    def speak(self, text: str, _language: str, target: Path) -> None:
        self.spoken += 1
        if self.spoken == 2:
            raise AsteriskMissing("espeak-ng is gone", "install it")
        super().speak(text, _language, target)


class Humming(Voice):
    def speak(self, _text: str, _language: str, target: Path) -> None:
        target.write_bytes(wav_of(speech(1, 3.0)))


@pytest.mark.parametrize(("voice", "why"), [(Stammering(), AsteriskMissing), (Humming(), SameAudioTwice)])
def test_it_is_added_whole_or_not_at_all(tmp_path: Path, voice: Voice, why: type[Exception]):
    shelf = Shelf(tmp_path)
    with pytest.raises(why):
        add_starter(shelf, voice)  # type: ignore[arg-type]
    assert (shelf.prompts(), list((tmp_path / "prompts").glob("*"))) == ([], [])
    assert len(add_starter(shelf, Voice())) == 2  # type: ignore[arg-type]


def test_what_was_there_before_stays_where_the_rest_is_refused(tmp_path: Path):
    shelf = Shelf(tmp_path)
    first, _ = add_starter(shelf, Voice())  # type: ignore[arg-type]
    (tmp_path / "prompts/simulator-voicemail.toml").unlink()
    shelf.add("mine", "off", tmp_path / "prompts/simulator-voicemail.wav")
    with pytest.raises(SameAudioTwice):
        add_starter(shelf, Voice())  # type: ignore[arg-type]
    assert {one.id for one in shelf.prompts()} == {first.id, "mine"}
