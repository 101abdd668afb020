import wave
from pathlib import Path

import pytest

from cti.asterisk.voice import Voice, hold_music
from cti.errors import AsteriskFailed


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\necho run >> {path}.count\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def voice(tmp_path):
    # espeak-ng: -v VOICE -s SPEED -w FILE -- TEXT; ffmpeg: ... -i IN ... OUT (last)
    espeak = program(tmp_path / "espeak", 'printf "%s" "$8" > "$6"')
    ffmpeg = program(tmp_path / "ffmpeg", 'for last; do :; done; cp "$6" "$last"')
    return Voice(espeak, ffmpeg)


def test_says_it_once(voice, tmp_path):
    target = tmp_path / "out/zh/hello.wav"
    voice.speak("你好", "zh", target)
    voice.speak("你好", "zh", target)
    assert target.read_text() == "你好"
    assert (tmp_path / "espeak.count").read_text().count("run") == 1
    assert sorted(p.name for p in target.parent.iterdir()) == ["hello.said", "hello.wav"]


def test_says_it_again_when_the_words_or_the_language_changed(voice, tmp_path):
    target = tmp_path / "hello.wav"
    for text, language in (("a", "zh"), ("b", "zh"), ("b", "en")):
        voice.speak(text, language, target)
    assert (tmp_path / "espeak.count").read_text().count("run") == 3


def test_broken_program_is_named_and_nothing_is_left(tmp_path, voice):
    broken = Voice(program(tmp_path / "espeak", "echo no voice >&2; exit 1"), voice.ffmpeg)
    with pytest.raises(AsteriskFailed, match="no voice"):
        broken.speak("a", "zh", tmp_path / "x.wav")
    assert not (tmp_path / "x.wav").exists()


def test_hold_music_is_what_asterisk_plays(tmp_path):
    hold_music(tmp_path / "moh/hold.wav")
    with wave.open(str(tmp_path / "moh/hold.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        assert file.getnframes() > 8000 * 20
