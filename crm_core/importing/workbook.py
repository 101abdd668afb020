"""A workbook (XLSX, XLS, XLSB, ODS) becomes a table of text before anything else looks at it.

That is done by a process of its own, `python -m crm_core.importing.workbook <workbook> <text> <bytes>` with two
descriptors and a limit of memory: what is a few kilobytes long may unfold into gigabytes. A row of the sheet is a line
of the text, so that both have the same number.
"""

import asyncio
import csv
import io
import os
import resource
import shutil
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from tempfile import TemporaryFile
from typing import BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from crm_core.domain.table_file import MAX_BYTES
from crm_core.errors import ImportUnreadable

# XLSX, XLSB and ODS are zip archives; XLS, and all that has a password, are compound files.
_BEGINNINGS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
MEMORY_BYTES = 3 << 30
_NICE = 5
_TIME_LIMIT_S = 180.0
_TROUBLES = {
    # by Python itself: a cell on which the reader broke
    1: ("workbook_unreadable", "A cell of the workbook cannot be read; save the table as CSV UTF-8."),
    3: ("workbook_password", "The workbook has a password; save it without one, or as CSV UTF-8."),
    4: ("workbook_empty", "No sheet of the workbook that is shown has a row."),
    5: ("workbook_unreadable", "This archive is no workbook that can be read; save the table as XLSX or CSV UTF-8."),
    6: ("too_large", "The workbook is too large; save the table as CSV UTF-8, or split it."),
}
_BROKE, _PASSWORD, _EMPTY, _UNREADABLE, _TOO_LARGE = _TROUBLES

Cell = str | float | bool | date | datetime | time | timedelta


def is_workbook(file: BinaryIO) -> bool:
    """By its first bytes, whatever it is called; an archive that is none may be taken for one."""
    file.seek(0)
    return file.read(8).startswith(_BEGINNINGS)


async def unfold(file: BinaryIO, memory_bytes: int = MEMORY_BYTES) -> bool:
    """Put the text of a workbook, which is UTF-8, in its place, and say whether it was one; anything else stays.

    `file` is a temporary one. ImportUnreadable.
    """
    if not await asyncio.to_thread(is_workbook, file):
        return False
    with TemporaryFile() as text:
        code = await _apart(file.fileno(), text.fileno(), memory_bytes)
        if code:
            raise ImportUnreadable(*_TROUBLES.get(code, _TROUBLES[_TOO_LARGE]))
        await asyncio.to_thread(_put, text, file)
    return True


async def _apart(workbook: int, text: int, memory_bytes: int) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, str(workbook), str(text), str(memory_bytes), pass_fds=(workbook, text),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )  # fmt: skip
    try:
        async with asyncio.timeout(_TIME_LIMIT_S):
            return await process.wait()
    except TimeoutError:
        return _TOO_LARGE
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _put(text: BinaryIO, file: BinaryIO) -> None:
    for each in (text, file):
        # a process has moved the position that the descriptor shares: the end is asked for, not what is remembered
        each.seek(0, io.SEEK_END)
        each.seek(0)
    file.truncate(0)
    shutil.copyfileobj(text, file)
    file.flush()


def main(workbook: int, text: int, memory_bytes: int) -> int:
    """Read one descriptor, write the other; return one of the troubles, or 0."""
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    try:
        with os.fdopen(workbook, "rb") as source, os.fdopen(text, "wb") as out:
            source.seek(0)
            return _write(CalamineWorkbook.from_filelike(source), out)
    except MemoryError:
        return _TOO_LARGE
    except PasswordError:
        return _PASSWORD
    except CalamineError:
        return _UNREADABLE


def _write(book: CalamineWorkbook, out: BinaryIO) -> int:
    sheet = next(_filled(book), None)
    if sheet is None:
        return _EMPTY
    lines = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(lines)
    for row in sheet.iter_rows():
        writer.writerow([cell_text(cell) for cell in row] if any(cell != "" for cell in row) else [])
        if out.tell() > MAX_BYTES:
            return _TOO_LARGE
    lines.flush()
    return 0


def _filled(book: CalamineWorkbook) -> Iterator[CalamineSheet]:
    """The sheets that a person sees, in their order, but for empty ones."""
    for about in book.sheets_metadata:
        if about.typ is SheetTypeEnum.WorkSheet and about.visible is SheetVisibleEnum.Visible:
            sheet = book.get_sheet_by_name(about.name)
            if sheet.height:
                yield sheet


def cell_text(cell: Cell) -> str:
    """Write a cell as one line of text: whole numbers without a fraction, since telephone numbers are such."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(cell, ".15g")
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return " ".join(str(cell).splitlines())


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:4])))
