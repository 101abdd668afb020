"""Raw takes with known tones, and a ledger in memory."""

import math
from array import array
from datetime import datetime
from pathlib import Path

import numpy as np

from recordings.audio import SAMPLE_RATE_HZ
from recordings.ports import Filed, Job, Kept, Underway


def two_tones(seconds: float, left_hz: float = 440.0, right_hz: float = 1000.0) -> bytes:
    samples = array("h")
    for n in range(int(seconds * SAMPLE_RATE_HZ)):
        for hz in (left_hz, right_hz):
            samples.append(int(12000 * math.sin(2 * math.pi * hz * n / SAMPLE_RATE_HZ)))
    return samples.tobytes()


def dominant_hz(samples: array, rate_hz: int) -> float:
    """The strongest line of the spectrum: a few lost frames on a busy machine do not move it."""
    spectrum = np.abs(np.fft.rfft(np.asarray(samples, dtype=float) * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * rate_hz / len(samples)


class MemoryLedger:
    def __init__(
        self, jobs: tuple[Job, ...] = (), kept: tuple[Kept, ...] = (), running: tuple[Underway, ...] = ()
    ) -> None:
        self.jobs = jobs
        self.running = running
        self.kept = list(kept)
        self.filed: list[Filed] = []
        self.expired: list[str] = []

    async def file(self, filed: Filed) -> None:
        self.filed.append(filed)

    async def unfinished(self) -> tuple[Job, ...]:
        return self.jobs

    async def underway(self) -> tuple[Underway, ...]:
        return self.running

    async def older_than(self, moment: datetime, limit: int) -> tuple[Kept, ...]:
        return tuple(k for k in self.kept if k.started_at < moment)[:limit]

    async def mark_expired(self, recording_ids: tuple[str, ...]) -> None:
        self.expired.extend(recording_ids)
        self.kept = [k for k in self.kept if k.recording_id not in recording_ids]


def broken_ffmpeg(folder: Path) -> str:
    path = folder / "ffmpeg"
    path.write_text("#!/bin/sh\necho no such codec >&2\nexit 1\n")
    path.chmod(0o755)
    return str(path)
