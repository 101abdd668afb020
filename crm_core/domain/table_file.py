"""Reads the tables that spreadsheets write: whatever encoding, whatever delimiter, one bad row at a time."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from crm_core.errors import ImportUnreadable

MAX_BYTES = 64 * 1024 * 1024
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030")
_DELIMITERS = (",", "\t", ";", "|")
_SEP_LINE = re.compile(r"^sep=(.)\r?\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row; `line` is where it begins in the file. `cells` is None when it cannot be read."""

    line: int
    cells: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class TableFile:
    """A decoded file."""

    text: str
    encoding: str
    delimiter: str
    first_line: int = 1

    def rows(self) -> Iterator[TableRow]:
        """Read row by row; empty ones are left out."""
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        line = self.first_line
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield TableRow(line, None)
            else:
                if any(cell.strip() for cell in cells):
                    yield TableRow(line, tuple(cells))
            line = self.first_line + reader.line_num


def open_table(data: bytes, encoding: str | None = None) -> TableFile:
    """Decode and find the delimiter; raise ImportUnreadable if the bytes are no text."""
    if len(data) > MAX_BYTES:
        raise ImportUnreadable("too_large", f"The file has more than {MAX_BYTES // 2**20} MB; split it.")
    text, found = _decode(data, encoding)
    if not text.strip():
        raise ImportUnreadable("empty", "The file holds no text.")
    separator = _SEP_LINE.match(text)
    if separator is not None:
        return TableFile(text[separator.end() :], found, separator.group(1), 2)
    return TableFile(text, found, sniff_delimiter(text))


def _decode(data: bytes, encoding: str | None) -> tuple[str, str]:
    # Never a statistical detector: on short texts those take GBK for Thai or Cyrillic.
    candidates = (encoding,) if encoding in ENCODINGS else _candidates(data)
    for candidate in candidates:
        try:
            return data.decode(candidate).removeprefix("\ufeff"), candidate
        except UnicodeDecodeError:
            continue
    raise ImportUnreadable("encoding", "The file is neither UTF-8, UTF-16 nor GB18030; save it as CSV UTF-8.")


def _candidates(data: bytes) -> tuple[str, ...]:
    if data.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if b"\0" in data[:4096]:
        # Delimiters and line ends are ASCII, so one half of their two bytes is zero.
        odd, even = data[1:4096:2].count(0), data[0:4096:2].count(0)
        return ("utf-16-le",) if odd >= even else ("utf-16-be",)
    return ("utf-8", "gb18030")


def sniff_delimiter(text: str) -> str:
    """Choose the delimiter that cuts the first rows into the same number of cells, the more the better."""
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = Counter(len(cells) for cells in _first_rows(text, delimiter) if cells)
        if not widths:
            continue
        width, times = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        score = times / sum(widths.values()) * (width - 1)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _first_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=delimiter)
    try:
        for _, cells in zip(range(20), reader, strict=False):
            yield cells
    except csv.Error:
        return
