"""The program that writes a report's file: `python -m agent_ui.reporting.writer <path>`, the sheet on its input.

It has a process of its own, behind all others in line: to write a large workbook is seconds of a processor. Each line
of its output is how many rows it has written.
"""

import csv
import os
import sys
from pathlib import Path
from typing import BinaryIO, TextIO

import msgspec
import xlsxwriter

from agent_ui.reporting.sheet import RATIO, SECONDS, TEXT, XLSX, Cell, Sheet
from crm_core.domain.cells import safe_cell

_NICE = 5
_TELL_EVERY = 500
_DAY_S = 86_400
_FORMATS = {RATIO: "0.0%", SECONDS: "[h]:mm:ss"}


def write_csv(path: Path, sheet: Sheet, told: TextIO) -> None:
    """Write plain text with a mark by which Excel knows UTF-8; no cell of it is a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow([safe_cell(cell) for cell in sheet.head])
        for number, row in enumerate(sheet.rows, 1):
            # a number that is one is none that a spreadsheet would calculate with
            table.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
            _tell(told, number)


def write_xlsx(path: Path, sheet: Sheet, told: TextIO) -> None:
    """Write a workbook, row by row: it is never in memory as a whole. Texts are texts, whatever they begin with."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        page = book.add_worksheet()
        bold = book.add_format({"bold": True})
        formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
        page.freeze_panes(1, 1)
        page.set_column(0, 0, 22)
        page.set_column(1, len(sheet.head), 13)
        for place, text in enumerate(sheet.head):
            page.write_string(0, place, text, bold)
        for number, row in enumerate(sheet.rows, 1):
            for place, (cell, kind) in enumerate(zip(row, sheet.kinds, strict=True)):
                _write_cell(page, (number, place), cell, formats.get(kind), kind)
            _tell(told, number)
    os.chmod(path, 0o600)  # noqa: PTH101


def _write_cell(
    page: xlsxwriter.worksheet.Worksheet, place: tuple[int, int], cell: Cell, how: object, kind: str
) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str) or kind == TEXT:
        page.write_string(*place, str(cell))
    else:
        page.write_number(*place, cell / _DAY_S if kind == SECONDS else cell, how)


def _tell(told: TextIO, number: int) -> None:
    if number % _TELL_EVERY == 0:
        told.write(f"{number}\n")
        told.flush()


def main(path: Path, source: BinaryIO, told: TextIO) -> None:
    """Write the file that the path's ending names."""
    os.nice(_NICE)
    sheet = msgspec.msgpack.decode(source.read(), type=Sheet)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    (write_xlsx if path.suffix == f".{XLSX}" else write_csv)(path, sheet, told)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout)
