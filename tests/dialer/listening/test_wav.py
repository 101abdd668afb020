import errno
from pathlib import Path

import numpy as np
import pytest

from dialer.errors import OddSound
from dialer.listening.wav import length_s, read_wav, wav_of, write_whole
from tests.dialer.listening.sounds import silence, speech
from tests.ivr.sounds import wav


def test_what_is_written_is_read_again_and_as_long(tmp_path: Path):
    said, file = speech(1, 2.5), tmp_path / "new" / "said.wav"
    write_whole(file, wav_of(said))
    assert np.array_equal(read_wav(file), said)
    assert length_s(file) == 2.5
    assert [one.name for one in file.parent.iterdir()] == ["said.wav"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"RIFF....", "no WAV"),
        (wav(2.0), "8 kHz, mono"),
        (wav_of(silence(200)), "last 1 to 60 s"),
        (wav_of(silence(61_000)), "last 1 to 60 s"),
    ],
)
def test_only_telephone_sound_of_a_sensible_length_is_read(tmp_path: Path, data: bytes, problem: str):
    (tmp_path / "odd.wav").write_bytes(data)
    with pytest.raises(OddSound, match=problem):
        read_wav(tmp_path / "odd.wav")


def test_what_cannot_be_written_to_its_end_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        real(self, data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "said.wav", wav_of(speech(1, 2.0)))
    assert list(tmp_path.iterdir()) == []
