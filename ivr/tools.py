"""Runs the two programs that make sound: espeak-ng speaks, ffmpeg fits it to the telephone."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr.errors import SoundUnreadable, ToolMissing

RATE_HZ = 8000
VOICES = {"zh": "cmn", "en": "en-us"}
# Mandarin at the speed that suits English drags.
SPEEDS_WPM = {"zh": 230, "en": 160}
LIMIT_S = 60.0
# What ffmpeg may ask for at once: a header can speak of gigabytes.
MOST_ALLOCATED_BYTES = 64 * 1024 * 1024
# Without bitexact ffmpeg adds a LIST chunk, about which Asterisk's reader complains.
TELEPHONE = ("-ar", str(RATE_HZ), "-ac", "1", "-c:a", "pcm_s16le", "-fflags", "+bitexact", "-flags", "+bitexact")


@dataclass(frozen=True, slots=True)
class SoundTools:
    """`espeak` and `ffmpeg` are paths or names of the programs."""

    espeak: str = "espeak-ng"
    ffmpeg: str = "ffmpeg"

    def speak(self, text: str, language: str, target: Path) -> None:
        """Write what espeak-ng makes of the text; its rate is not yet that of the telephone."""
        command = [
            self.espeak,
            "-v",
            VOICES[language],
            "-s",
            str(SPEEDS_WPM[language]),
            "-z",
            "-b",
            "1",
            "-w",
            str(target),
            "--stdin",
        ]
        _run(command, "Install espeak-ng, or set its path.", text.encode())

    def unpack(self, source: Path, kind: str, target: Path, most_s: float) -> None:
        """Make telephone sound of the first `most_s` of a stranger's file; raises SoundUnreadable.

        The kind is said, so that ffmpeg takes it for nothing else (a list of other files, an address).
        """
        command = [self.ffmpeg, "-nostdin", "-v", "error", "-y", "-max_alloc", str(MOST_ALLOCATED_BYTES)]
        command += ["-f", kind, "-i", str(source), "-map", "0:a:0", "-t", str(most_s)]
        command += [*TELEPHONE, "-f", "wav", str(target)]
        try:
            _run(command, "Install ffmpeg, or set its path.", None)
        except _Failed as failed:
            raise SoundUnreadable(failed.cure) from failed

    def fit(self, pairs: Sequence[tuple[Path, Path]]) -> None:
        """Convert many files at once to 8 kHz mono 16-bit WAV: starting ffmpeg takes longer than its work."""
        command = [self.ffmpeg, "-nostdin", "-v", "error", "-y"]
        for source, _ in pairs:
            command += ["-i", str(source)]
        for number, (_, target) in enumerate(pairs):
            command += ["-map", f"{number}:a", *TELEPHONE, "-f", "wav", str(target)]
        _run(command, "Install ffmpeg, or set its path.", None)


class _Failed(ToolMissing):
    """It ran, and ended with an error or not at all."""


def _run(command: list[str], cure: str, stdin: bytes | None) -> None:
    try:
        subprocess.run(  # noqa: S603 - a list of arguments, no shell; texts go through stdin
            # its own session: Ctrl-C at our terminal is for us
            command,
            input=stdin,
            capture_output=True,
            timeout=LIMIT_S,
            check=True,
            start_new_session=True,
        )
    except FileNotFoundError as missing:
        raise ToolMissing(command[0], cure) from missing
    except subprocess.SubprocessError as failed:
        words = getattr(failed, "stderr", None) or b""
        raise _Failed(command[0], words.decode(errors="replace").strip()[-300:] or cure) from failed
