"""Sounds of calls that nothing was recognised in, `<attempt>.wav`: few, and not for long."""

import os
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dialer.errors import NoSuchPrompt
from dialer.listening.sound import Samples
from dialer.listening.wav import length_s, partial_of, read_wav, wav_of, write_whole

# All of them against one another take a processor about two minutes.
MOST_KEPT = 200
KEPT_FOR = timedelta(days=30)
WRITTEN_WITHIN = timedelta(hours=1)
ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True)
class Heard:
    """One call's sound."""

    call_id: str
    heard_at: datetime
    length_s: float


class Unmatched:
    """One folder of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, call_id: str, samples: Samples, at: datetime | None = None) -> None:
        """Keep one; `at` None: it was heard now."""
        if not ID.fullmatch(call_id):
            raise NoSuchPrompt(call_id, "an id is of small letters, digits, dots and dashes")
        write_whole(self.file(call_id), wav_of(samples))
        if at is not None:
            os.utime(self.file(call_id), (at.timestamp(), at.timestamp()))

    def all(self) -> list[Heard]:
        """Return them, the newest first."""
        found = []
        for file in self._folder.glob("*.wav"):
            # another thread, or `callroom lines`, may be deleting it
            with suppress(FileNotFoundError):
                heard_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                found.append(Heard(file.stem, heard_at, length_s(file)))
        return sorted(found, key=lambda one: (one.heard_at, one.call_id), reverse=True)

    def file(self, call_id: str) -> Path:
        """Return where one is, if it is there; an id that is none is nowhere."""
        if not ID.fullmatch(call_id):
            raise NoSuchPrompt(call_id, "there is no such sound")
        return self._folder / f"{call_id}.wav"

    def files(self, call_id: str) -> tuple[Path, Path]:
        """Return all that may be there of one: also half of it."""
        return self.file(call_id), partial_of(self.file(call_id))

    def sounds(self) -> dict[str, Samples]:
        """Read all; what is deleted meanwhile, as there are too many, is left out."""
        found = {}
        for file in sorted(self._folder.glob("*.wav")):
            with suppress(FileNotFoundError):
                found[file.stem] = read_wav(file)
        return found

    def drop(self, call_ids: Collection[str]) -> None:
        """Delete these, as far as they are there."""
        for call_id in call_ids:
            for file in self.files(call_id):
                file.unlink(missing_ok=True)

    def tidy(self, now: datetime, kept_for: timedelta) -> None:
        """Delete what is older, the oldest of more than MOST_KEPT, and halves that a writer who was killed left."""
        for partial in self._folder.glob(".*.partial"):
            with suppress(FileNotFoundError):  # it is whole by now
                if partial.stat().st_mtime < (now - WRITTEN_WITHIN).timestamp():
                    partial.unlink()
        heard = self.all()
        self.drop([one.call_id for one in heard[MOST_KEPT:]])
        self.drop([one.call_id for one in heard[:MOST_KEPT] if one.heard_at < now - kept_for])
