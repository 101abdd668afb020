"""Workbooks: which sheet is read, what its cells become, and what is refused."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from tempfile import TemporaryFile
from typing import Any

import pytest
import xlsxwriter

from crm_core.domain.table_file import open_table
from crm_core.errors import ImportUnreadable
from crm_core.importing.workbook import MEMORY_BYTES, Cell, cell_text, unfold


def book(**sheets: list[list[Any]]) -> bytes:
    """Make one; a name that begins with `hidden` is not shown."""
    content = io.BytesIO()
    made = xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        if name.startswith("hidden"):
            sheet.hide()
        else:
            sheet.activate()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    made.close()
    return content.getvalue()


async def text_of(content: bytes, memory_bytes: int = MEMORY_BYTES) -> bytes:
    with TemporaryFile() as file:
        file.write(content)
        await unfold(file, memory_bytes)
        file.seek(0)
        return file.read()


async def test_the_first_sheet_that_is_seen_and_has_rows_is_read_line_by_line() -> None:
    content = book(
        hidden=[["secret"]],
        empty=[],
        people=[["姓名", "电话"], [], ["李\n明", 13800138000], ["", ""], ["王", "0755-1"]],
        other=[["no"]],
    )
    with TemporaryFile() as file:
        file.write(content)
        await unfold(file)
        rows = [(row.line, row.cells) for row in open_table(file).rows()]
    assert rows == [(1, ("姓名", "电话")), (3, ("李 明", "13800138000")), (5, ("王", "0755-1"))]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", "姓名,电话".encode("gb18030"), b"%PDF-1.7"])
async def test_what_is_no_workbook_stays_as_it_is(content: bytes) -> None:
    assert await text_of(content) == content


def archive() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("readme.txt", "nothing")
    return content.getvalue()


def bomb() -> bytes:
    """A workbook of a few hundred KB that holds one text of 64 MB."""
    content = io.BytesIO(book(people=[["name", "phone"]]))
    out = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name in old.namelist():
            if name != "xl/sharedStrings.xml":
                made.writestr(name, old.read(name))
        with made.open("xl/sharedStrings.xml", "w", force_zip64=True) as strings:
            strings.write(b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>')
            for _ in range(64):
                strings.write(b"a" * (1 << 20))
            strings.write(b"</t></si></sst>")
    return out.getvalue()


def no_day() -> bytes:
    """A day before all days, on which the library that reads it breaks."""
    content = io.BytesIO()
    made = xlsxwriter.Workbook(content, {"in_memory": True})
    made.add_worksheet().write_number(0, 0, -1e300, made.add_format({"num_format": "yyyy-mm-dd"}))
    made.close()
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (archive(), "workbook_unreadable"),
        (b"PK\x03\x04 and nothing more", "workbook_unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook_unreadable"),
        (book(hidden=[["x"]], people=[]), "workbook_empty"),
        (no_day(), "workbook_unreadable"),
    ],
    ids=["an archive", "cut off", "no compound file", "nothing is shown", "a day before all days"],
)
async def test_what_cannot_be_read_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(ImportUnreadable) as refused:
        await text_of(content)
    assert refused.value.code == code


async def test_what_unfolds_beyond_the_limit_of_memory_is_refused() -> None:
    with pytest.raises(ImportUnreadable) as refused:
        await text_of(bomb(), 160 << 20)
    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (13800138000.0, "13800138000"),
        (0.1, "0.1"),
        (-2.5, "-2.5"),
        (1e15, "1000000000000000"),
        (True, "TRUE"),
        (False, "FALSE"),
        ("a\r\nb", "a b"),
        ("", ""),
        (date(2026, 11, 2), "2026-11-02"),
        (datetime(2026, 11, 2, 9, 30), "2026-11-02 09:30:00"),  # noqa: DTZ001 - a sheet knows no zone
        (time(9, 30), "09:30:00"),
        (timedelta(hours=1), "1:00:00"),
    ],
)
def test_a_cell_is_one_line_of_text(cell: Cell, text: str) -> None:
    assert cell_text(cell) == text
