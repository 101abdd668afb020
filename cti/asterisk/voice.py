"""Speak placeholder prompts with espeak-ng into files that Asterisk plays: 8 kHz, mono, 16 bit."""

import hashlib
import math
import os
import struct
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

from cti.errors import AsteriskFailed

VOICES = {"zh": "cmn", "en": "en-us"}
RATE_HZ = 8000
TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Voice:
    """`espeak` and `ffmpeg` are the programs' paths (see `cti.asterisk.install.require_tool`)."""

    espeak: Path
    ffmpeg: Path

    def speak(self, text: str, language: str, target: Path) -> None:
        """Write `target` unless it already says this text; language "zh" or "en"."""
        stamp = target.with_suffix(".said")
        said = hashlib.sha256(f"{language}\n{text}".encode()).hexdigest()
        if target.is_file() and stamp.is_file() and stamp.read_text() == said:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            spoken, fitted = Path(scratch) / "spoken.wav", Path(scratch) / "fitted.wav"
            _run([str(self.espeak), "-v", VOICES[language], "-s", "150", "-w", str(spoken), "--", text])
            _run([
                *(str(self.ffmpeg), "-nostdin", "-v", "error", "-y", "-i", str(spoken)),
                # without bit-exact, ffmpeg adds a LIST chunk, at which Asterisk's reader grumbles
                *("-ar", str(RATE_HZ), "-ac", "1", "-c:a", "pcm_s16le", "-fflags", "+bitexact", str(fitted)),
            ])  # fmt: skip
            fitted.replace(target)
        stamp.write_text(said)


def hold_music(target: Path) -> None:
    """Write a calm broken chord for machines whose Asterisk came without music."""
    target.parent.mkdir(parents=True, exist_ok=True)
    notes_hz = (261.6, 329.6, 392.0, 523.3, 392.0, 329.6)
    samples = bytearray()
    for note in notes_hz:
        for i in range(RATE_HZ // 2):
            fade = math.exp(-3 * i / RATE_HZ) * min(1.0, i / 80)
            samples += struct.pack("<h", int(6000 * fade * math.sin(2 * math.pi * note * i / RATE_HZ)))
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    with wave.open(str(partial), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(bytes(samples) * 10)
    partial.replace(target)


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=True)  # noqa: S603 - no shell
    except (OSError, subprocess.SubprocessError) as error:
        words = getattr(error, "stderr", None) or b""
        raise AsteriskFailed(
            f"{Path(command[0]).name} could not speak a prompt", words.decode(errors="replace")
        ) from error
