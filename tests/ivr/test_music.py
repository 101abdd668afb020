from pathlib import Path

import pytest

from cti.domain.values import USUAL_MUSIC
from ivr.errors import PromptRejected
from ivr.music import MusicLibrary
from ivr.tools import SoundTools
from tests.ivr.sounds import wav


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As `cti.asterisk.configure` leaves it."""
    (tmp_path / f"{USUAL_MUSIC}.wav").write_bytes(b"usual")
    (tmp_path / "music_01.wav").symlink_to(f"{USUAL_MUSIC}.wav")
    return tmp_path


async def test_a_piece_is_heard_until_it_is_deleted_and_comes_back(folder: Path) -> None:
    library = MusicLibrary(folder, SoundTools())
    converted = await library.convert(wav(1))
    await library.publish("music_01", converted.wav)
    played = library.audio_file("music_01")
    assert played.read_bytes() == converted.wav
    assert played.stat().st_mode & 0o777 == 0o644
    assert (folder / f"{USUAL_MUSIC}.wav").read_bytes() == b"usual", "the link was replaced, not followed"
    with played.open("rb") as still_heard:
        await library.remove("music_01")
        assert still_heard.read() == converted.wav
    assert played.read_bytes() == b"usual"
    await library.remove("music_01")
    assert await library.restore("music_01")
    assert played.read_bytes() == converted.wav
    assert not await library.restore("music_01")


async def test_what_was_deleted_is_gone_when_another_piece_has_its_class(folder: Path) -> None:
    library = MusicLibrary(folder, SoundTools())
    for hz in (440, 880):
        await library.publish("music_01", (await library.convert(wav(1, hz=hz))).wav)
        await library.remove("music_01")
    await library.publish("music_01", b"new")
    assert not await library.restore("music_01")
    assert library.audio_file("music_01").read_bytes() == b"new"


async def test_what_is_no_sound_changes_nothing(folder: Path) -> None:
    with pytest.raises(PromptRejected):
        await MusicLibrary(folder, SoundTools()).convert(b"junk")
