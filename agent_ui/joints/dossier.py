"""Hands out and erases what is held about one customer: rows from the CRM, and the files that lie beside them."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agent_ui.config import Config
from agent_ui.memory import Memory
from agent_ui.plant import Plant
from crm_core.audit import Actor
from crm_core.domain.dossier import customer_csv, table_csv, to_html, to_json
from crm_core.domain.phone import normalise
from crm_core.errors import CustomerBusy
from crm_core.privacy import PersonalData
from crm_core.storage.scrub import scrub
from dialer.listening.shelf import Shelf

PIECE_BYTES = 256 * 1024
TABLES = (
    *("timeline", "tasks", "calls", "events", "recordings", "messages", "callbacks", "do_not_call"),
    *("leads", "attempts", "audit"),
)


class Dossier:
    """`spools` are folders of small JSON files with numbers in them, each perhaps with a sound of the same name.

    `lines`: what was heard on lines before their answer.
    """

    def __init__(
        self, memory: Memory, recordings: Path, voicemails: Path, spools: tuple[Path, ...], lines: Shelf
    ) -> None:
        self._memory = memory
        self._recordings = recordings
        self._voicemails = voicemails
        self._spools = spools
        self._lines = lines

    async def export(self, customer_id: int, by: Actor) -> AsyncIterator[bytes]:
        """Give a ZIP piece by piece: JSON, tables, a page to read, sounds. It is audited before the first piece."""
        data = await self._memory.privacy.collect(customer_id)
        await self._memory.privacy.note_export(customer_id, by)
        return self._pieces(data)

    async def erase(self, customer_id: int, by: Actor) -> dict[str, int]:
        """Erase everything. Files go first: what is left after a crash is a row whose file is gone, not the reverse."""
        data = await self._memory.privacy.check_erasable(customer_id)
        files = await asyncio.to_thread(self._erase_files, data)
        counts = await self._memory.privacy.erase(customer_id, by)
        await scrub(self._memory.database.url)
        return {**counts, "files": files}

    async def _pieces(self, data: PersonalData) -> AsyncIterator[bytes]:
        pieces = self._zip(data)
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece

    def _zip(self, data: PersonalData) -> Iterator[bytes]:
        drain = _Drain()
        with zipfile.ZipFile(drain, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in _texts(data):
                archive.writestr(name, text)
                yield drain.take()
            for name, path in self._sounds(data):
                with path.open("rb") as sound, archive.open(zipfile.ZipInfo(name), "w") as entry:
                    while piece := sound.read(PIECE_BYTES):
                        entry.write(piece)
                        yield drain.take()
        yield drain.take()

    def _sounds(self, data: PersonalData) -> Iterator[tuple[str, Path]]:
        for folder, kind, rows in self._places(data):
            for row in rows:
                path = _inside(folder, row["path"])
                if path is not None and path.is_file():
                    yield f"{kind}/{row['id']}{path.suffix}", path

    def _places(self, data: PersonalData) -> tuple[tuple[Path, str, list[dict[str, Any]]], ...]:
        return (self._recordings, "recordings", data.recordings), (self._voicemails, "voicemails", data.messages)

    def _erase_files(self, data: PersonalData) -> int:
        erased = 0
        for folder, _, rows in self._places(data):
            for row in rows:
                path = _inside(folder, row["path"])
                if path is not None:
                    erased += _unlink(path)
                    erased += _unlink(path.with_suffix("").with_suffix(".peaks.json"))
        for row in data.recordings:
            erased += _unlink(self._recordings / "incoming" / f"{row['id']}.raw")
        erased += self._lines.erase({row["attempt_id"] for row in data.attempts})
        return erased + sum(_erase_from_spool(folder, data) for folder in self._spools)


def open_dossier(config: Config, memory: Memory) -> Dossier:
    """Name the folders that hold files about people."""
    emergency = Plant(config).switch.emergency_spool
    spools = (emergency, emergency / "broken", config.home / "spool" / "diary")
    lines = Shelf(config.home / "lines")
    return Dossier(memory, config.recordings_folder, config.home / "voicemails", spools, lines)


class _Drain(io.RawIOBase):
    """A file that is written once from front to back, and taken away while it grows."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self._waiting = b"".join(self._waiting), []
        return taken


def _texts(data: PersonalData) -> Iterator[tuple[str, str]]:
    customer = asdict(data.customer)
    document = {"customer": customer, **{name: getattr(data, name) for name in TABLES}}
    yield "data.json", to_json(document)
    yield "index.html", to_html(document)
    yield "customer.csv", customer_csv(customer)
    for name in TABLES:
        yield f"{name}.csv", table_csv(document[name])


def _inside(folder: Path, name: str | None) -> Path | None:
    # the names are the server's own, and still must not lead anywhere else
    if not name:
        return None
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) else None


def _unlink(path: Path) -> int:
    existed = path.is_file()
    path.unlink(missing_ok=True)
    return int(existed)


def _erase_from_spool(folder: Path, data: PersonalData) -> int:
    erased = 0
    for path in sorted(folder.glob("*.json")):
        if _speaks_of(path.read_text(encoding="utf-8", errors="replace"), data):
            erased += _unlink(path) + _unlink(path.with_suffix(".wav"))
    for path in sorted(folder.glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        kept = [line for line in lines if not _speaks_of(line, data)]
        if len(kept) == len(lines):
            continue
        if path.name.startswith("segment-"):
            # the diary waits for the database with it, and will write the call again
            raise CustomerBusy(data.customer.id)
        path.write_text("".join(kept), encoding="utf-8")
        erased += len(lines) - len(kept)
    return erased


def _speaks_of(text: str, data: PersonalData) -> bool:
    try:
        return bool(data.keys & {normalise(each).key for each in _strings(json.loads(text))})
    except ValueError:
        return any(key.lstrip("+")[-11:] in text for key in data.keys)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)
