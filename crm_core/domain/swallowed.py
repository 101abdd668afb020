"""Rows that a quotation mark took in: two marks that were no quotes make one cell of everything between them."""

from collections.abc import Mapping, Sequence

from crm_core.domain.phone import normalise
from crm_core.domain.shapes import EMAIL


def swallowed_lines(cells: Sequence[str], delimiter: str, mapping: Mapping[int, str], width: int) -> int:
    """Count the lines within the cells that are rows of the table: as wide, with a number or address in its column."""
    if width == 1:
        return 0
    return sum(
        _is_row(line.split(delimiter), mapping, width)
        for cell in cells
        if "\n" in cell
        for line in cell.split("\n")[1:]
    )


def _is_row(parts: Sequence[str], mapping: Mapping[int, str], width: int) -> bool:
    if len(parts) != width:
        return False
    reaches = [(name, parts[place].strip().strip('"')) for place, name in mapping.items() if name in _IS]
    return any(_IS[name](text) for name, text in reaches)


def _is_phone(text: str) -> bool:
    return normalise(text).key is not None


def _is_email(text: str) -> bool:
    return EMAIL.match(text) is not None


_IS = {"phone": _is_phone, "email": _is_email}
