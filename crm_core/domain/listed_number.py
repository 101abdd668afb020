"""One row of a list of numbers that must not be called; everything that is wrong with it is named."""

from collections.abc import Iterable, Mapping, Sequence

from crm_core.domain.columns import field_of
from crm_core.domain.countries import HOUSE
from crm_core.domain.dial_policy import is_emergency
from crm_core.domain.folding import fold
from crm_core.domain.import_row import ImportRow, read_cells
from crm_core.domain.phone import Phone, PhoneKind, normalise
from crm_core.domain.swallowed import swallowed_lines
from crm_core.domain.table_file import TableRow
from crm_core.errors import ImportUnreadable

LONGEST_REASON = 200
NUMBER, REASON = "phone", "notes"
_REASONS = frozenset(map(fold, ("原因", "理由", "拒呼原因", "reason", "why")))
_UNKNOWN = frozenset({PhoneKind.UNKNOWN, PhoneKind.WITHHELD})


def columns_of(headings: Sequence[str], samples: Iterable[Sequence[str]], country: str = HOUSE) -> dict[int, str]:
    """Say where the number stands, and where the reason if there is one; raise ImportUnreadable if nobody can tell."""
    number = next((place for place, heading in enumerate(headings) if field_of(heading) == NUMBER), None)
    if number is None:
        rows = list(samples)
        found = (place for place in range(len(headings)) if any(_is_number(row, place, country) for row in rows))
        number = next(found, None)
    if number is None:
        raise ImportUnreadable("mapping", "No column holds telephone numbers; call its heading “number” or “电话”.")
    mapping = {number: NUMBER}
    for place, heading in enumerate(headings):
        if place != number and (fold(heading) in _REASONS or field_of(heading) == REASON):
            mapping[place] = REASON
            break
    return mapping


def _is_number(row: Sequence[str], place: int, country: str) -> bool:
    return place < len(row) and is_callable(normalise(row[place], country))


def is_callable(phone: Phone) -> bool:
    """Whether it could ever be dialed."""
    return phone.key is not None and phone.kind not in _UNKNOWN


def read_listed(
    row: TableRow, mapping: Mapping[int, str], width: int, delimiter: str, country: str = HOUSE
) -> ImportRow:
    """Read the numbers of one row, all of them or none."""
    read = read_cells(row.line, row.cells, mapping, width, country)
    swallowed = swallowed_lines(row.cells or (), delimiter, mapping, width)
    if swallowed:
        message = f"A quotation mark makes {swallowed} rows after line {row.line} part of this one; remove it."
        read.reject("", "swallowed_rows", str(swallowed), message)
    if len(read.values.get(REASON, "")) > LONGEST_REASON:
        message = f"The reason is longer than {LONGEST_REASON} characters."
        read.reject(REASON, "too_long", read.values[REASON], message)
    check_listed(read)
    return read


def check_listed(read: ImportRow) -> None:
    """Name every number that could never be dialed, or always is, and say so where there is none."""
    for phone in read.phones:
        if not is_callable(phone):
            read.reject(NUMBER, "not_a_phone", phone.raw, "This is not a telephone number.")
        elif is_emergency(phone):
            read.reject(NUMBER, "always_dialed", phone.raw, "Emergency numbers are always dialed.")
    if not read.phones and not read.problems:
        read.reject(NUMBER, "missing", "", "The row has no number.")
