"""Facts kept in files while the database is away: written through to the disk, read again in the same order."""

import errno
import os
from dataclasses import fields
from datetime import datetime
from io import RawIOBase
from pathlib import Path
from typing import Any, get_args

import msgspec

from crm_core.diary.entry import Entry
from cti.domain.facts import Fact

_FACTS: dict[str, type[Any]] = {fact.__name__: fact for fact in get_args(Fact)}
_SEGMENT_LINES = 2_000
# Ten days of a center with fifty agents; beyond that somebody has to have looked.
MAX_BYTES = 1024 * 1024 * 1024


def encode(entry: Entry) -> bytes:
    """Write one entry as a line of JSON."""
    line = {
        "key": entry.key,
        "seq": entry.seq,
        "at": entry.at,
        "kind": type(entry.fact).__name__,
        "fact": {field.name: getattr(entry.fact, field.name) for field in fields(entry.fact)},
    }
    return msgspec.json.encode(line) + b"\n"


def decode(line: bytes) -> Entry:
    """Read a line; raise ValueError if it is torn or of another program."""
    try:
        raw = msgspec.json.decode(line)
        fact = msgspec.convert(raw["fact"], type=_FACTS[raw["kind"]])
        return Entry(raw["key"], raw["seq"], datetime.fromisoformat(raw["at"]), fact)
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise ValueError("not an entry of the diary") from error


class Spool:
    """A folder of numbered files, `max_bytes` at most. All methods block on the disk: call them in a thread."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lines = 0
        self._current: Path | None = None

    def is_empty(self) -> bool:
        """True when nothing waits."""
        return not self._segments()

    def append(self, entries: list[Entry]) -> None:
        """Keep entries; back when they are on the disk. Raise OSError when they do not fit: none is kept then."""
        if self._current is None or self._lines >= _SEGMENT_LINES:
            if sum(segment.stat().st_size for segment in self._segments()) >= self._max_bytes:
                raise OSError(errno.EDQUOT, "the diary's files have reached their limit", str(self._folder))
            self._current = self._next_segment()
            self._lines = 0
        try:
            _write(self._current, entries)
        except OSError:
            # Half a line may stand at its end: nothing may be written behind that.
            self._current = None
            raise
        self._lines += len(entries)

    def reject(self, entry: Entry) -> None:
        """Keep an entry that the database will never take, for a person to look at."""
        self._put_aside(encode(entry))

    def _put_aside(self, line: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        _append(self._folder / "rejected.jsonl", line)

    def oldest(self) -> tuple[Path, list[Entry]] | None:
        """Read the oldest file; a torn last line, from a crash or a full disk, was never taken for kept."""
        segments = self._segments()
        if not segments:
            return None
        if segments[0] == self._current:
            self._current = None
        found: list[Entry] = []
        lines = segments[0].read_bytes().split(b"\n")
        for line in lines[:-1]:
            try:
                found.append(decode(line))
            except ValueError:
                # of another version of this program: for a person to look at
                self._put_aside(line + b"\n")
        return segments[0], found

    def remove(self, segment: Path) -> None:
        """Forget a file whose entries are all in the database."""
        segment.unlink(missing_ok=True)

    def _segments(self) -> list[Path]:
        return sorted(self._folder.glob("segment-*.jsonl"))

    def _next_segment(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        last = self._segments()
        number = int(last[-1].stem.partition("-")[2]) + 1 if last else 1
        return self._folder / f"segment-{number:08d}.jsonl"


def _write(path: Path, entries: list[Entry]) -> None:
    _append(path, b"".join(encode(entry) for entry in entries))


def _append(path: Path, data: bytes) -> None:
    with path.open("ab", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        try:
            _write_all(file, data)
            os.fsync(file.fileno())
        except OSError:
            file.truncate(size)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_all(file: RawIOBase, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) or 0 :]
