"""`callroom lines` as an operator types it, with recordings made of numbers."""

from pathlib import Path

import pytest

from agent_ui.__main__ import main
from dialer.listening.shelf import Shelf
from tests.dialer.listening.sounds import cat, on_a_line, silence, speech, tone

EMPTY, OFF = speech(1, 4.0), speech(2, 4.0)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setenv("CALLROOM_HOME", str(tmp_path))
    return Shelf(tmp_path / "lines")


def sound(tmp_path: Path, shelf: Shelf, name: str, samples: object) -> str:
    shelf.keep(name, samples)  # type: ignore[arg-type]
    return str(tmp_path / "lines" / "unmatched" / f"{name}.wav")


def test_a_recording_is_added_listed_and_known_again(
    tmp_path: Path, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sound(tmp_path, shelf, "heard", EMPTY)
    assert (
        main(["lines", "add", file, "cm-empty", "empty", "--carrier", "CM", "--transcript", "您拨打的号码是空号"]) == 0
    )
    assert "1 recordings, version " in capsys.readouterr().out
    assert main(["lines", "list"]) == 0
    assert "您拨打的号码是空号" in capsys.readouterr().out
    line = sound(tmp_path, shelf, "line", on_a_line(cat(silence(300), EMPTY), 4))
    assert main(["lines", "listen", line]) == 0
    shown = capsys.readouterr().out
    assert "final  fingerprint cm-empty" in shown


def test_the_same_sound_under_another_label_is_refused_in_a_sentence(
    tmp_path: Path, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sound(tmp_path, shelf, "heard", EMPTY)
    assert main(["lines", "add", file, "a", "empty"]) == 0
    assert main(["lines", "add", file, "b", "off"]) == 1
    assert "a (empty) and b (off) are the same recording" in capsys.readouterr().err


def test_a_cluster_is_shown_and_labelled(tmp_path: Path, shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lines", "clusters"]) == 0
    assert "Nothing was heard" in capsys.readouterr().out
    for number in range(3):
        sound(tmp_path, shelf, f"call-{number}", on_a_line(OFF, number, snr_db=25))
    assert main(["lines", "clusters"]) == 0
    assert "call-0: heard in 3 calls" in capsys.readouterr().out
    assert main(["lines", "label", "call-0", "off", "--by", "amy"]) == 0
    (prompt,) = shelf.prompts()
    assert (prompt.label, prompt.reviewed_by) == ("off", "amy")


def test_a_busy_line_is_told_also_without_a_library(
    tmp_path: Path, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lines", "list"]) == 0
    assert "No recordings" in capsys.readouterr().out
    busy = sound(tmp_path, shelf, "busy", cat(*[tone(350, 450), silence(350)] * 3))
    assert main(["lines", "listen", busy, "--answered"]) == 0
    assert "tone tone_busy cn" in capsys.readouterr().out
