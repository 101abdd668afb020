"""The numbers of a file as they would be dialed: what a person looks at before it is imported."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import ceil

from crm_core.domain.countries import country_of
from crm_core.domain.import_row import ImportRow, Rejected, read_cells
from crm_core.domain.phone import Phone, display
from crm_core.domain.table_file import TableRow
from crm_core.importing.opened import Opened

PHONE = "phone"
# A thread of the process that takes the calls reads them: about a second, however large the file is.
MOST_ROWS = 10_000

Check = Callable[[ImportRow], None]


@dataclass(frozen=True, slots=True)
class SeenNumber:
    """One number of a cell in `column`; `code` says why it is refused, then `number` is as it stands there."""

    column: int
    number: str
    country: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class NumbersSeen:
    """`samples` are those of the first rows; `countries` counts rows by the countries of their numbers.

    `read_rows` were looked at, from the whole file; in `refused_rows` of them a number is not taken.
    """

    samples: tuple[tuple[SeenNumber, ...], ...] = ()
    countries: Mapping[str, int] = field(default_factory=dict)
    refused_rows: int = 0
    read_rows: int = 0


def no_check(row: ImportRow) -> None:
    """Whatever can be a number may be kept."""


def look_at_numbers(
    found: Opened, first: Sequence[TableRow], row_count: int, mapping: Mapping[int, str], check: Check = no_check
) -> NumbersSeen:
    """Read them; `check` rejects those that are none for the purpose."""
    columns = [place for place, name in mapping.items() if name == PHONE]
    samples = tuple(tuple(one for place in columns for one in _seen(found, row, place, check)) for row in first)
    # from everywhere in the file: those of one country often stand together
    step = max(1, ceil(row_count / MOST_ROWS))
    read = [_read(found, row, columns, check) for row in islice(found.rows(), 0, None, step)] if columns else []
    countries = Counter(country for row in read if not _problems(row) for country in _countries(row.phones))
    return NumbersSeen(samples, dict(countries), sum(bool(_problems(row)) for row in read), len(read))


def _read(found: Opened, row: TableRow, columns: Iterable[int], check: Check) -> ImportRow:
    read = read_cells(row.line, row.cells, dict.fromkeys(columns, PHONE), len(found.columns), found.country)
    check(read)
    return read


def _problems(row: ImportRow) -> list[Rejected]:
    return [problem for problem in row.problems if problem.field == PHONE]


def _countries(phones: Iterable[Phone]) -> set[str]:
    found = {country_of(phone.e164) for phone in phones if phone.e164 is not None}
    return {country for country in found if country is not None}


def _seen(found: Opened, row: TableRow, column: int, check: Check) -> list[SeenNumber]:
    read = _read(found, row, [column], check)
    problems = [each for each in _problems(read) if each.value]
    refused = [SeenNumber(column, each.value, code=each.code) for each in problems]
    values = {each.value for each in problems}
    good = [phone for phone in read.phones if phone.raw[:200] not in values]
    return [SeenNumber(column, phone.e164 or display(phone.key), *_countries([phone])) for phone in good] + refused
