"""Facts kept in files while the database is away: written through to the disk, read again in the same order."""

import os
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import msgspec

from crm_core.diary.entry import Entry
from cti.domain.facts import Fact

_FACTS: dict[str, type[Any]] = {fact.__name__: fact for fact in get_args(Fact)}
_SEGMENT_LINES = 2_000


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
    """A folder of numbered files. All methods block on the disk: call them in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines = 0
        self._current: Path | None = None

    def is_empty(self) -> bool:
        """True when nothing waits."""
        return not self._segments()

    def append(self, entries: list[Entry]) -> None:
        """Keep entries; back when they are on the disk."""
        if self._current is None or self._lines >= _SEGMENT_LINES:
            self._current = self._next_segment()
            self._lines = 0
        _write(self._current, entries)
        self._lines += len(entries)

    def reject(self, entry: Entry) -> None:
        """Keep an entry that the database will never take, for a person to look at."""
        self._folder.mkdir(parents=True, exist_ok=True)
        _write(self._folder / "rejected.jsonl", [entry])

    def oldest(self) -> tuple[Path, list[Entry]] | None:
        """Read the oldest file; a torn last line, from a crash in the middle of writing, is left out."""
        segments = self._segments()
        if not segments:
            return None
        if segments[0] == self._current:
            self._current = None
        found: list[Entry] = []
        for line in segments[0].read_bytes().splitlines():
            try:
                found.append(decode(line))
            except ValueError:
                continue
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
    with path.open("ab") as file:
        file.write(b"".join(encode(entry) for entry in entries))
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
