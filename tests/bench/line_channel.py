"""What a telephone line does to a sound: band, level, noise, clock, codec and lost packets, by seeded dice."""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 8000
CODECS = ("alaw", "mulaw", "gsm", "opus", "speex")
_ENCODERS = {
    "alaw": ("pcm_alaw", "wav"),
    "mulaw": ("pcm_mulaw", "wav"),
    "gsm": ("libgsm", "gsm"),
    "opus": ("libopus", "ogg"),
    "speex": ("libspeex", "ogg"),
}
Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Line:
    """`snr_db` is against the speech's own level, which comes with `gain_db`."""

    snr_db: float
    noise: str
    gain_db: float
    drift_ratio: float
    codec: str
    loss_ratio: float

    @staticmethod
    def draw(dice: np.random.Generator, snr_db: tuple[float, float] = (5.0, 30.0)) -> "Line":
        """Return any line."""
        return Line(
            float(dice.uniform(*snr_db)),
            str(dice.choice(["white", "pink", "babble"])),
            float(dice.uniform(-20, 6)),
            float(dice.uniform(-0.001, 0.001)),
            str(dice.choice(CODECS)),
            float(dice.choice([0.0, 0.0, dice.uniform(0, 0.05)])),
        )


def carried(sound: Sound, line: Line, dice: np.random.Generator, babble: Sound) -> Sound:
    """Return what arrives, but for the codec (see `coded`): -26 dBov speech, filtered, with noise."""
    drifted = _drift(sound, line.drift_ratio)
    speech = _banded(drifted)
    loud = np.abs(speech) > 0.05 * (np.abs(speech).max() + 1e-9)
    level = float(np.sqrt(np.mean(speech[loud] ** 2))) if loud.any() else 1.0
    speech = speech * (1640.0 / level)
    noise = _banded(_noise(line.noise, len(speech), dice, babble))
    noise = noise / (np.sqrt(np.mean(noise**2)) + 1e-9) * 1640.0 * 10 ** (-line.snr_db / 20)
    mixed = (speech + noise) * 10 ** (line.gain_db / 20)
    return np.clip(mixed, -32768, 32767).astype(np.float32)


def lossy(sound: Sound, ratio: float, dice: np.random.Generator) -> Sound:
    """Lose packets of 20 ms in bursts; each is concealed by the one before, fading."""
    if ratio <= 0:
        return sound
    result, is_lost, fade = sound.copy(), False, 1.0
    for begin in range(160, len(sound) - 159, 160):
        is_lost = dice.random() < (0.5 if is_lost else ratio / 2 / (1 - ratio))
        fade = fade * 0.6 if is_lost else 1.0
        if is_lost:
            result[begin : begin + 160] = result[begin - 160 : begin] * 0.6
    return result


def coded(sounds: Sequence[Sound], codecs: Sequence[str], ffmpeg: str = "ffmpeg") -> list[NDArray[np.int16]]:
    """Send each through its codec, and through G.711 after a mobile one; one run of ffmpeg for each codec."""
    results: list[NDArray[np.int16]] = [np.zeros(0, np.int16)] * len(sounds)
    for codec in set(codecs):
        chosen = [i for i, each in enumerate(codecs) if each == codec]
        joined = np.concatenate([sounds[i].astype(np.int16) for i in chosen])
        decoded = _through(joined, codec, ffmpeg)
        if codec not in {"alaw", "mulaw"}:
            decoded = _through(decoded, "alaw", ffmpeg)
        decoded = np.concatenate([decoded, np.zeros(max(0, len(joined) - len(decoded)), np.int16)])
        at = 0
        for i in chosen:
            results[i] = decoded[at : at + len(sounds[i])]
            at += len(sounds[i])
    return results


def _through(samples: NDArray[np.int16], codec: str, ffmpeg: str) -> NDArray[np.int16]:
    encoder, form = _ENCODERS[codec]
    raw = (*("-f", "s16le", "-ar", str(RATE_HZ), "-ac", "1"),)
    rate = ("-b:a", "12k", "-application", "voip") if codec == "opus" else ()
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "coded")
        quiet = (ffmpeg, "-nostdin", "-v", "error", "-y")
        encode = [*quiet, *raw, "-i", "pipe:0", "-c:a", encoder, *rate, "-f", form, file]
        encode[1] = "-hide_banner"  # standard input is the sound
        subprocess.run(encode, input=samples.tobytes(), check=True, capture_output=True)
        decode = [*quiet, "-i", file, "-f", "s16le", "-ar", str(RATE_HZ), "-ac", "1", "pipe:1"]
        return np.frombuffer(subprocess.run(decode, check=True, capture_output=True).stdout, np.int16)


def _drift(sound: Sound, ratio: float) -> Sound:
    at = np.arange(int(len(sound) / (1 + ratio))) * (1 + ratio)
    return np.interp(at, np.arange(len(sound)), sound).astype(np.float32)


def _banded(sound: Sound) -> Sound:
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    spectrum[(hz < 250) | (hz > 3500)] *= 0.03
    return np.fft.irfft(spectrum, len(sound)).astype(np.float32)


def _noise(kind: str, length: int, dice: np.random.Generator, babble: Sound) -> Sound:
    if kind == "babble":
        begins = dice.integers(0, len(babble) - length - 1, 4)
        return np.sum([babble[b : b + length] for b in begins], axis=0).astype(np.float32)
    white = dice.standard_normal(length)
    if kind == "white":
        return white.astype(np.float32)
    spectrum = np.fft.rfft(white)
    spectrum /= np.sqrt(np.maximum(1, np.arange(len(spectrum))))
    return np.fft.irfft(spectrum, length).astype(np.float32)
