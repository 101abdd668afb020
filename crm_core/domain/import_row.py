"""One row of an imported table, read as a customer; everything that is wrong with it is named."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm_core.domain.cells import plain_cell
from crm_core.domain.countries import HOUSE
from crm_core.domain.folding import fold, fold_email
from crm_core.domain.headings import FAMILY, GIVEN, whole_name
from crm_core.domain.phone import Phone, PhoneKind, normalise
from crm_core.domain.shapes import CONTROL, EMAIL

_PERSONAL = (PhoneKind.MOBILE, PhoneKind.FOREIGN)
_EMPTY = frozenset({"", "-", "--", "—", "无", "没有", "n/a", "na", "null", "none"})
_ROUNDED = re.compile(r"^\d+(?:\.\d+)?e\+?\d+$", re.IGNORECASE)
_AS_NUMBER = re.compile(r"^(\d+)\.0+$")
_SEPARATORS = re.compile(r"[;/、；，,|\n]+")
_LENGTHS = {"notes": 10_000, "tags": 400, "phone": 400, "email": 400}
_LEVELS = {
    **dict.fromkeys(("vip", "贵宾", "重要"), "vip"),
    **dict.fromkeys(("a", "重点"), "a"),
    **dict.fromkeys(("b", "普通", "一般"), "b"),
    **dict.fromkeys(("c", "非优先"), "c"),
}
_LEVEL_NOISE = re.compile(r"[\s(（)）]|客户|级|类|level|customer")
_LANGUAGES = {
    **dict.fromkeys(("zh", "zh-cn", "cn", "中文", "汉语", "普通话", "chinese"), "zh"),
    **dict.fromkeys(("en", "en-us", "en-gb", "英文", "英语", "english"), "en"),
}


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a row was not taken; `code` is stable, `value` is what stood there."""

    line: int
    field: str
    code: str
    value: str
    message: str


@dataclass(slots=True)
class ImportRow:
    """What a row says; only what it says is in `values`. A row with `problems` must not be saved.

    `country`: whose its numbers are that are written as at home.
    """

    line: int
    values: dict[str, str] = field(default_factory=dict)
    phones: list[Phone] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    problems: list[Rejected] = field(default_factory=list)
    country: str = HOUSE

    @property
    def name_folded(self) -> str:
        """The name as it is compared."""
        return fold(self.values.get("name", ""))[:200]

    @property
    def company_folded(self) -> str:
        """The company as it is compared."""
        return fold(self.values.get("company", ""))[:200]

    @property
    def personal_keys(self) -> list[str]:
        """Numbers that belong to one person: the same one means the same customer."""
        return [phone.key for phone in self.phones if phone.kind in _PERSONAL and phone.key is not None]

    @property
    def shared_keys(self) -> list[str]:
        """Numbers that an office or a household shares: they say who it is only together with the name."""
        return [phone.key for phone in self.phones if phone.kind not in _PERSONAL and phone.key is not None]

    def identities(self) -> list[str]:
        """Give what no other row of the file may be as well."""
        found = [*self.personal_keys, *(f"{key} {self.name_folded}" for key in self.shared_keys)]
        return found or [f"{self.name_folded}\n{self.company_folded}"]

    def reject(self, name: str, code: str, value: str, message: str) -> None:
        """Name one thing that is wrong."""
        self.problems.append(Rejected(self.line, name, code, value[:200], message))

    def reject_number(self, value: str) -> None:
        """Name a number that nobody has in the country of the file."""
        message = f"There is no such number in the file's country ({self.country}); write it with + and country code."
        self.reject("phone", "not_of_country", value, message)


def read_row(
    line: int, cells: Sequence[str] | None, mapping: Mapping[int, str], width: int, country: str = HOUSE
) -> ImportRow:
    """Read one row; `width` is the number of columns of the heading."""
    row = read_cells(line, cells, mapping, width, country)
    if "name" not in row.values and "company" in row.values:
        row.values["name"] = row.values["company"]
    if "name" not in row.values and not row.problems:
        row.reject("name", "missing", "", "The row has neither a name nor a company.")
    return row


def read_cells(
    line: int, cells: Sequence[str] | None, mapping: Mapping[int, str], width: int, country: str = HOUSE
) -> ImportRow:
    """Read what stands in the cells; whether it is enough is the asker's to say."""
    row = ImportRow(line, country=country)
    if cells is None:
        row.reject("", "unreadable_row", "", "The row cannot be read; a quotation mark is open or a cell is huge.")
        return row
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        row.reject("", "too_many_cells", str(len(cells)), f"The row has more cells than the {width} headings.")
    for place, name in mapping.items():
        text = plain_cell(cells[place].strip()).strip() if place < len(cells) else ""
        if fold(text) not in _EMPTY and _is_storable(row, name, text):
            _READERS.get(name, _read_text)(row, name, text)
    _join_names(row)
    return row


def _join_names(row: ImportRow) -> None:
    given, family = row.values.pop(GIVEN, ""), row.values.pop(FAMILY, "")
    name = whole_name(given, family)
    if name and "name" not in row.values and _is_storable(row, "name", name):
        row.values["name"] = name


def _is_storable(row: ImportRow, name: str, text: str) -> bool:
    longest = _LENGTHS.get(name, 200)
    if len(text) > longest:
        row.reject(name, "too_long", text, f"The cell has {len(text)} characters; at most {longest} fit.")
    elif CONTROL.search(text):
        row.reject(name, "control_character", CONTROL.sub("?", text), "The cell holds a control character.")
    else:
        return True
    return False


def _read_text(row: ImportRow, name: str, text: str) -> None:
    row.values[name] = text


def _read_phones(row: ImportRow, name: str, text: str) -> None:
    for part in _SEPARATORS.split(text):
        number = part.strip()
        if not number:
            continue
        if _ROUNDED.match(number):
            row.reject(name, "rounded_number", number, "A spreadsheet rounded this number; format the column as text.")
            continue
        whole = _AS_NUMBER.match(number)
        phone = normalise(whole.group(1) if whole else number, row.country)
        if phone.key is None:
            row.reject(name, "not_a_phone", number, "This is not a telephone number.")
        elif phone.kind is PhoneKind.UNKNOWN and row.country != HOUSE:
            row.reject_number(phone.raw)
        elif phone.key not in [known.key for known in row.phones]:
            row.phones.append(phone)


def _read_emails(row: ImportRow, name: str, text: str) -> None:
    for part in _SEPARATORS.split(text):
        address = part.strip()
        if not address:
            continue
        if not EMAIL.match(address):
            row.reject(name, "not_an_email", address, "This is not an e-mail address.")
        elif fold_email(address) not in [fold_email(known) for known in row.emails]:
            row.emails.append(address)


def _read_tags(row: ImportRow, _name: str, text: str) -> None:
    found = (part.strip()[:40] for part in _SEPARATORS.split(text))
    row.tags.extend(tag for tag in found if tag and tag not in row.tags)


def _read_level(row: ImportRow, name: str, text: str) -> None:
    level = _LEVELS.get(_LEVEL_NOISE.sub("", fold(text)))
    if level is None:
        row.reject(name, "unknown_level", text, "The level has to be VIP, A, B or C.")
    else:
        row.values[name] = level


def _read_language(row: ImportRow, name: str, text: str) -> None:
    language = _LANGUAGES.get(fold(text))
    if language is None:
        row.reject(name, "unknown_language", text, "The language has to be Chinese or English.")
    else:
        row.values[name] = language


_READERS = {
    "phone": _read_phones,
    "email": _read_emails,
    "tags": _read_tags,
    "level": _read_level,
    "language": _read_language,
}
