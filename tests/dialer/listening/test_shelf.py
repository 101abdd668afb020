import contextlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dialer.errors import FaintSound, NoSuchPrompt, OddDocument, OddSound, SameAudioTwice, SoundGone
from dialer.listening.shelf import Shelf, shipped_plans
from tests.dialer.listening.sounds import cat, on_a_line, silence, speech

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


NOON = datetime(2026, 7, 20, 12, tzinfo=UTC)
MONTH = timedelta(days=30)


def files(tmp_path: Path, folder: str) -> list[str]:
    return sorted(file.name for file in (tmp_path / "lines" / folder).glob("*"))


def test_the_same_sound_under_another_label_is_refused_and_nothing_of_it_is_kept(
    shelf: Shelf, wav: Path, tmp_path: Path
):
    shelf.add("a", "empty", wav)
    for label in ("off", "other"):
        with pytest.raises(SameAudioTwice):
            shelf.add("b", label, wav)
    assert files(tmp_path, "prompts") == ["a.toml", "a.wav"]
    shelf.build()


def test_what_is_no_announcement_is_set_aside_and_not_listened_for(shelf: Shelf, wav: Path):
    prompt = shelf.add("a", "person", wav)
    assert (prompt.active, shelf.load().index.known) == (False, [])
    with pytest.raises(SameAudioTwice):
        shelf.add("b", "empty", wav)


def test_what_nothing_is_heard_in_is_refused(shelf: Shelf, tmp_path: Path):
    shelf.keep("quiet", cat(silence(3000), PROMPT[:4000]))
    with pytest.raises(FaintSound):
        shelf.add("a", "empty", tmp_path / "lines/unmatched/quiet.wav")


def test_a_recording_is_taken_out_and_comes_back_unless_its_sound_is_called_otherwise_meanwhile(
    shelf: Shelf, wav: Path, tmp_path: Path
):
    prompt = shelf.add("a", "empty", wav, carrier="CM")
    assert (shelf.length_s(prompt), shelf.one("a")[1].name) == (3.0, "a.wav")
    assert shelf.remove("a", NOON) == prompt
    assert shelf.prompts() == []
    assert shelf.restore("a") == prompt
    assert shelf.restore("a") == prompt, "what is there stays"
    assert (files(tmp_path, "prompts"), files(tmp_path, "removed")) == (["a.toml", "a.wav"], [])
    shelf.remove("a", NOON)
    shelf.add("b", "off", wav)
    with pytest.raises(SameAudioTwice):
        shelf.restore("a")
    for name in ("c", "../a"):
        with pytest.raises(NoSuchPrompt):
            shelf.restore(name)
    for name in ("a", "../prompts/b"):
        with pytest.raises(NoSuchPrompt):
            shelf.one(name)
        with pytest.raises(NoSuchPrompt):
            shelf.remove(name, NOON)


def test_what_was_taken_out_long_ago_is_gone_for_good(shelf: Shelf, wav: Path, tmp_path: Path):
    shelf.add("a", "empty", wav)
    shelf.remove("a", NOON)
    shelf.unmatched.keep("call-1", PROMPT, NOON)
    shelf.tidy(NOON + MONTH, MONTH)
    assert files(tmp_path, "removed") == ["a.toml", "a.wav"]
    shelf.tidy(NOON + MONTH + timedelta(seconds=1), MONTH)
    assert (files(tmp_path, "removed"), shelf.unmatched.file("call-1").exists()) == ([], False)


@pytest.mark.parametrize("moved", [1, 2])
def test_who_is_killed_while_a_recording_is_taken_out_loses_nothing_of_it(
    shelf: Shelf, wav: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int
):
    prompt = shelf.add("a", "empty", wav)
    for name in ("a.toml", "a.wav"):
        os.utime(tmp_path / "lines/prompts" / name, (0, 0))
    real, steps = Path.replace, iter(range(moved - 1))

    def until_killed(self: Path, target: Path) -> Path:
        done = real(self, target)
        shelf.tidy(NOON, MONTH)  # by the thread that keeps what lines say
        next(steps)
        return done

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", until_killed)
        with contextlib.suppress(StopIteration):
            shelf.remove("a", NOON)
    assert shelf.prompts() == []
    assert shelf.restore("a") == prompt
    assert (files(tmp_path, "prompts"), files(tmp_path, "removed")) == (["a.toml", "a.wav"], [])
    shelf.remove("a", NOON)
    (tmp_path / "lines/removed/a.wav").rename(tmp_path / "lines/prompts/a.wav")
    shelf.tidy(NOON + MONTH, MONTH)
    assert files(tmp_path, "prompts") == ["a.wav"]
    shelf.tidy(NOON + MONTH + timedelta(seconds=1), MONTH)
    assert (files(tmp_path, "prompts"), files(tmp_path, "removed")) == ([], []), "nor longer than others"


def test_a_sound_that_is_gone_is_told_and_hinders_nobody_from_taking_it_out(shelf: Shelf, wav: Path, tmp_path: Path):
    prompt = shelf.add("a", "empty", wav)
    assert shelf.sound("a") == (prompt, tmp_path / "lines/prompts/a.wav")
    (tmp_path / "lines/prompts/a.wav").unlink()
    assert shelf.length_s(prompt) == 0.0
    for tried in (lambda: shelf.sound("a"), shelf.load):
        with pytest.raises(SoundGone, match=r"a\.wav: is gone"):
            tried()
    assert shelf.remove("a", NOON) == prompt
    assert files(tmp_path, "removed") == ["a.toml"]
    with pytest.raises(SoundGone):
        shelf.restore("a")


def test_what_was_just_added_is_taken_back_without_a_trace(shelf: Shelf, wav: Path, tmp_path: Path):
    shelf.add("a", "empty", wav)
    shelf.drop("a")
    assert (files(tmp_path, "prompts"), files(tmp_path, "removed")) == ([], [])


def test_of_people_nothing_is_left_where_their_calls_are_erased(shelf: Shelf, tmp_path: Path):
    for number, label in enumerate(("person", "other", "empty", "person")):
        shelf.unmatched.keep(f"call-{number}", speech(number, 3.0))
        shelf.add(f"p{number}", label, shelf.unmatched.file(f"call-{number}"), source_call=f"call-{number}")
    shelf.remove("p1", NOON)
    (tmp_path / "lines/unmatched/.call-1.wav.partial").write_bytes(b"half")
    assert shelf.erase({"call-0", "call-1", "call-2", "NO-ID"}) == 8
    assert files(tmp_path, "unmatched") == ["call-3.wav"]
    assert files(tmp_path, "removed") == []
    assert files(tmp_path, "prompts") == ["p2.toml", "p2.wav", "p3.toml", "p3.wav"], "the network's, and another's"


def test_the_countries_that_ship():
    assert {plan.country for plan in shipped_plans()} >= {"cn", "eu", "na", "uk", "fax"}
