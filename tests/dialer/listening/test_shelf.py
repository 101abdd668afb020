from pathlib import Path

import pytest

from dialer.errors import NoSuchPrompt, OddDocument, OddSound
from dialer.listening.shelf import Shelf, read_wav, shipped_plans
from tests.dialer.listening.sounds import on_a_line, silence, speech

PROMPT = speech(1, 3.0)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "lines")


@pytest.fixture
def wav(tmp_path: Path, shelf: Shelf) -> Path:
    shelf.keep("heard", PROMPT)
    return tmp_path / "lines" / "unmatched" / "heard.wav"


def test_a_recording_is_added_with_what_is_known_of_it_and_built(shelf: Shelf, wav: Path, tmp_path: Path):
    said = '您好,"空号"\\再拨'
    shelf.add("cm-empty-1", "empty", wav, carrier="CM", transcript=said)
    (prompt,) = shelf.prompts()
    assert (prompt.id, prompt.label, prompt.carrier, prompt.transcript) == ("cm-empty-1", "empty", "CM", said)
    library = shelf.build()
    assert [each.label for each in library.index.known] == ["empty"]
    assert library.version in (tmp_path / "lines" / "library.json").read_text()


def test_refused_are_a_name_twice_an_odd_name_and_a_label_that_is_none(shelf: Shelf, wav: Path):
    shelf.add("a", "empty", wav)
    for name, label in (("a", "empty"), ("../b", "empty"), ("b", "fax")):
        with pytest.raises(NoSuchPrompt):
            shelf.add(name, label, wav)
    with pytest.raises(NoSuchPrompt):
        shelf.keep("../b", PROMPT)


def test_a_sound_that_was_changed_after_its_label_is_not_built(shelf: Shelf, wav: Path, tmp_path: Path):
    shelf.add("a", "empty", wav)
    shelf.keep("other", speech(2, 3.0))
    (tmp_path / "lines/prompts/a.wav").write_bytes((tmp_path / "lines/unmatched/other.wav").read_bytes())
    with pytest.raises(OddSound, match="sha256"):
        shelf.build()


def test_a_misspelt_key_is_told(shelf: Shelf, wav: Path, tmp_path: Path):
    shelf.add("a", "empty", wav)
    file = tmp_path / "lines/prompts/a.toml"
    file.write_text(file.read_text() + 'carier = "x"\n')
    with pytest.raises(OddDocument, match="carier"):
        shelf.prompts()


def test_what_three_calls_heard_gets_one_label_and_is_unmatched_no_more(shelf: Shelf, tmp_path: Path):
    for number in range(3):
        shelf.keep(f"call-{number}", on_a_line(PROMPT, number, snr_db=25))
    shelf.keep("person", speech(9, 3.0))
    (found,) = shelf.clusters()
    assert len(found.calls) == 3
    prompt = shelf.label(found.name, "off", reviewed_by="amy")
    assert (prompt.label, prompt.source_call, prompt.reviewed_by) == ("off", found.name, "amy")
    assert [file.name for file in (tmp_path / "lines/unmatched").iterdir()] == ["person.wav"]
    with pytest.raises(NoSuchPrompt):
        shelf.label(found.name, "off")


def test_only_telephone_sound_of_a_sensible_length_is_read(tmp_path: Path, shelf: Shelf):
    (tmp_path / "odd.wav").write_bytes(b"RIFF....")
    with pytest.raises(OddSound, match="no WAV"):
        read_wav(tmp_path / "odd.wav")
    shelf.keep("short", silence(200))
    with pytest.raises(OddSound, match="last"):
        read_wav(tmp_path / "lines/unmatched/short.wav")


def test_the_countries_that_ship():
    assert {plan.country for plan in shipped_plans()} >= {"cn", "eu", "na", "uk", "fax"}
