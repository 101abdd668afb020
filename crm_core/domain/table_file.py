"""Reads the tables that spreadsheets write: whatever encoding, whatever delimiter, one bad row at a time."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

from crm_core.domain.countries import HOUSE
from crm_core.domain.encodings import ENCODINGS, is_binary, is_text, likely
from crm_core.errors import ImportUnreadable

MAX_BYTES = 256 * 1024 * 1024
_PIECE_BYTES = 1 << 20
_HEAD_BYTES = 4096
_HEAD_CHARS = 20_000
_DELIMITERS = (",", "\t", ";", "|")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
# What workbooks and archives begin with, whatever they are called: .xlsx and .zip, empty .zip, .xls, .gz, PDF.
_NO_TEXT = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b", b"%PDF-")
_UTF_32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
_NUL = b"\0\0\0"
# In UTF-16 every line end has a zero byte beside it, and so has each digit and delimiter.
_WIDE_LINE_END = re.compile(rb"\0[\r\n]|[\r\n]\0")
_STRAY_MAX_RATIO = 0.02
_MARK = re.compile(rb"[0-9,;\t]")
_WIDE_MARK = re.compile(rb"\0[0-9,;\t]|[0-9,;\t]\0")
_SEP_LINE = re.compile(r"^sep=(.)\r?\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row; `line` is where it begins in the file. `cells` is None when it cannot be read."""

    line: int
    cells: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file whose encoding and delimiter are known; read anew by each `rows`, never held whole."""

    source: BinaryIO
    encoding: str
    delimiter: str
    first_line: int = 1

    def rows(self) -> Iterator[TableRow]:
        """Read row by row, without the empty ones; raise ImportUnreadable where a quote closes never, or too late."""
        with closing(_lines(self.source, self.encoding, self.first_line - 1)) as lines:
            yield from self._cut(_Watched(lines))

    def _cut(self, lines: "_Watched") -> Iterator[TableRow]:
        reader = csv.reader(lines, delimiter=self.delimiter)
        line = self.first_line
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                if self.first_line + reader.line_num > line + 1:
                    # a cell of many lines that is larger than any: most likely a quote took in the rows after it
                    raise _endless_cell(line) from None
                yield TableRow(line, None)
            else:
                if lines.is_over:
                    # the reader asked for another line in the middle of a row
                    raise _open_quote(self.first_line + reader.line_num - max(1, len(_LINE.findall(cells[-1]))))
                if any(cell.strip() for cell in cells):
                    yield TableRow(line, tuple(cells))
            line = self.first_line + reader.line_num


class _Watched:
    """Lines that know whether somebody asked for more than there are."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.is_over = False

    def __iter__(self) -> Iterator[str]:
        yield from self._lines
        self.is_over = True


def _open_quote(line: int) -> ImportUnreadable:
    message = f'The quotation mark " that begins in line {line} is never closed; close it, or remove it.'
    return ImportUnreadable("open_quote", message, line)


def _endless_cell(line: int) -> ImportUnreadable:
    message = (
        f"The cell that begins in line {line} has more than {csv.field_size_limit() // 1024} KB; shorten it, "
        'or close the quotation mark " before it.'
    )
    return ImportUnreadable("endless_cell", message, line)


def _lines(source: BinaryIO, encoding: str, skip: int) -> Generator[str, None, None]:
    source.seek(0)
    text = io.TextIOWrapper(source, encoding=encoding, newline="")
    try:
        for number, line in enumerate(text):
            if number >= skip:
                yield line.removeprefix("\ufeff") if number == 0 else line
    finally:
        text.detach()


def open_table(source: bytes | BinaryIO, encoding: str | None = None, country: str = HOUSE) -> TableFile:
    """Find encoding and delimiter; raise ImportUnreadable if the bytes are no text.

    `country`: whose programs may have written it, if it is no Unicode.
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    if file.seek(0, io.SEEK_END) > MAX_BYTES:
        raise ImportUnreadable("too_large", f"The file has more than {MAX_BYTES // 2**20} MB; split it.")
    found = _find_encoding(file, encoding, country)
    lines = _lines(file, found, 0)
    head = _head(lines)
    lines.close()
    if not head:
        raise ImportUnreadable("empty", "The file holds no text.")
    if not is_text(head):
        raise _no_table()
    separator = _SEP_LINE.match(head)
    if separator is not None:
        return TableFile(file, found, separator.group(1), 2)
    return TableFile(file, found, sniff_delimiter(head))


def _head(lines: Iterator[str]) -> str:
    """Give the beginning, up to the first line with anything in it and some more; "" when all is blank."""
    head, is_blank = "", True
    for line in lines:
        is_blank = is_blank and not line.strip()
        head = head[-_HEAD_CHARS:] + line if is_blank else head + line
        if not is_blank and len(head) >= _HEAD_CHARS:
            break
    return "" if is_blank else head


def _no_table() -> ImportUnreadable:
    return ImportUnreadable("no_text", "This is no table of text; save the table as XLSX, or as CSV UTF-8.")


def _find_encoding(file: BinaryIO, encoding: str | None, country: str) -> str:
    file.seek(0)
    data = file.read(_HEAD_BYTES)
    _check_is_text(data)
    tried: list[str] = []
    for candidate in _candidates(file, data, encoding, country):
        if _is_in(file, candidate):
            return candidate
        if candidate == "utf-8" and _is_cut_off(file):
            # GB18030 would take it for other signs, from the first to the last
            raise ImportUnreadable("encoding", "The file ends in the middle of a character; fetch or save it again.")
        tried.append(candidate)
    if is_binary(data):
        raise _no_table()
    message = f"The file cannot be read as {', '.join(tried)}; choose its encoding, or save it as CSV UTF-8."
    raise ImportUnreadable("encoding", message)


def _candidates(file: BinaryIO, head: bytes, encoding: str | None, country: str) -> Iterator[str]:
    if encoding in ENCODINGS:
        yield encoding
        return
    told = _told_by_bytes(head)
    yield told
    if told == "utf-8":
        yield from likely(_not_ascii(file), country)


def _not_ascii(file: BinaryIO) -> bytes:
    """Give the first lines that are not ASCII, wherever in the file they are."""
    found = bytearray()
    file.seek(0)
    while len(found) < _PIECE_BYTES and (line := file.readline(_PIECE_BYTES)):
        if not line.isascii():
            found += line
    return bytes(found)


def _check_is_text(data: bytes) -> None:
    if data.startswith(_NO_TEXT):
        raise _no_table()
    # three zero bytes in a row hold a NUL in UTF-16, too: UTF-32, or no text at all
    if data.startswith(_UTF_32) or _NUL in data:
        raise ImportUnreadable("encoding", "The file is UTF-32, or no text; save it as CSV UTF-8.")


def _is_in(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while piece := file.read(_PIECE_BYTES):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_cut_off(file: BinaryIO) -> bool:
    """Whether it is UTF-8 with more than ASCII in it, but for the last character."""
    decoder, is_plain = codecs.getincrementaldecoder("utf-8")(), True
    file.seek(0)
    try:
        while piece := file.read(_PIECE_BYTES):
            is_plain = decoder.decode(piece).isascii() and is_plain
    except UnicodeDecodeError:
        return False
    return not is_plain


def _told_by_bytes(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in data and not _are_stray(data):
        # Delimiters and line ends are ASCII, so one half of their two bytes is zero.
        odd, even = data[1::2].count(0), data[0::2].count(0)
        return "utf-16-le" if odd >= even else "utf-16-be"
    return "utf-8"


def _are_stray(data: bytes) -> bool:
    """Whether the zero bytes are slips in a text of single bytes."""
    if len(data) % 2 == 1:
        return True  # the end of a file: two bytes each are even
    is_wide = _WIDE_LINE_END.search(data) is not None
    if (b"\n" in data or b"\r" in data) and not is_wide and data.count(0) < _STRAY_MAX_RATIO * len(data):
        return True
    # In a file of some bytes one is many already; in two bytes each, digits and delimiters have a zero beside them.
    is_narrow = 2 * len(_WIDE_MARK.findall(data)) < len(_MARK.findall(data))
    return is_narrow and (not is_wide or data.count(0) == 1) and _is_utf_8(data.replace(b"\0", b""))


def _is_utf_8(head: bytes) -> bool:
    """As far as it goes; the last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


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
    reader = csv.reader(io.StringIO(text[:_HEAD_CHARS], newline=""), delimiter=delimiter)
    try:
        for _, cells in zip(range(20), reader, strict=False):
            yield cells
    except csv.Error:
        return
