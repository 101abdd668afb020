"""One row of a list of people to reach; everything that is wrong with it is named."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crm_core.domain.consent import consent_moment
from crm_core.domain.countries import HOUSE, country_of
from crm_core.domain.dial_policy import is_emergency
from crm_core.domain.folding import fold
from crm_core.domain.import_row import ImportRow, read_cells
from crm_core.domain.lead_columns import CUSTOM
from crm_core.domain.lead_zones import zones_of
from crm_core.domain.phone import PhoneKind, is_of_no_area, is_service_line
from crm_core.domain.swallowed import swallowed_lines
from crm_core.domain.table_file import TableRow

MOST_NUMBERS, MOST_PRIORITY = 10, 100
MOST_DIGITS = 15
"""ITU-T E.164, 6.1."""
_PLACES = ("region", "postcode")


@dataclass(frozen=True, slots=True)
class LeadNumber:
    """A number as it is dialed, and all spellings under which it may be known."""

    number: str
    keys: tuple[str, ...]

    @property
    def key(self) -> str:
        """The likeliest."""
        return self.keys[0]


@dataclass(frozen=True, slots=True)
class LeadDraft:
    """Somebody to put on a list; `countries` are those of their numbers."""

    line: int
    name: str
    numbers: tuple[LeadNumber, ...]
    zones: tuple[str, ...]
    custom: dict[str, str]
    language: str
    priority: int
    for_user_id: int | None
    consent_at: datetime | None = None
    consent_source: str = ""
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeadTable:
    """How to read the rows at `now`; `owners` are agents by their folded names, `zones` all that there are.

    `country`: whose the numbers are that are written as at home.
    """

    mapping: Mapping[int, str]
    width: int
    delimiter: str
    owners: Mapping[str, int]
    zones: Collection[str]
    now: datetime
    country: str = HOUSE


def read_lead(raw: TableRow, table: LeadTable) -> tuple[ImportRow, LeadDraft | None]:
    """Read the row whole, or not at all: then its problems say why."""
    row = read_cells(raw.line, raw.cells, table.mapping, table.width, table.country)
    swallowed = swallowed_lines(raw.cells or (), table.delimiter, table.mapping, table.width)
    if swallowed:
        message = f"A quotation mark makes {swallowed} rows after line {row.line} part of this one; remove it."
        row.reject("", "swallowed_rows", str(swallowed), message)
    check_numbers(row)
    owner = row.values.get("owner")
    if owner is not None and fold(owner) not in table.owners:
        row.reject("owner", "unknown_owner", owner, "No user has this login or, alone, this name.")
    priority = _priority(row)
    zones = _zones(row, table.zones)
    consent_at = _consent(row, zones, table.now)
    if row.problems:
        return row, None
    numbers = tuple(LeadNumber(phone.e164, phone.keys) for phone in row.phones if phone.e164 is not None)
    for_user_id = None if owner is None else table.owners[fold(owner)]
    language, name = row.values.get("language", "zh"), row.values.get("name", "")
    source = row.values.get("consent_source", "")
    countries = tuple(sorted({found for each in numbers if (found := country_of(each.number)) is not None}))
    draft = LeadDraft(
        row.line, name, numbers, zones, _custom(row), language, priority, for_user_id, consent_at, source, countries
    )
    return row, draft


def check_numbers(row: ImportRow) -> None:
    """Name every number that is not one of a person, and say so where there is none."""
    for phone in row.phones:
        if is_emergency(phone):
            row.reject("phone", "emergency_line", phone.raw, "This is an emergency number.")
        elif phone.kind is PhoneKind.UNKNOWN and sum(sign.isdigit() for sign in phone.raw) > MOST_DIGITS:
            row.reject(
                "phone", "number_too_long", phone.raw, f"No telephone number has more than {MOST_DIGITS} digits."
            )
        elif phone.kind is PhoneKind.UNKNOWN:
            row.reject("phone", "not_a_number", phone.raw, "This number cannot be called.")
        elif is_of_no_area(phone):
            row.reject_number(phone.raw)
        elif phone.e164 is None or is_service_line(phone):
            row.reject("phone", "no_person", phone.raw, "This is no number of a person.")
    if len(row.phones) > MOST_NUMBERS:
        row.reject("phone", "too_many", str(len(row.phones)), f"At most {MOST_NUMBERS} numbers fit.")
    if not row.phones and not row.problems:
        row.reject("phone", "number_missing", "", "The row has no number.")


def _priority(row: ImportRow) -> int:
    text = row.values.get("priority", "0").removesuffix(".0")
    if text.isascii() and text.isdigit() and int(text) <= MOST_PRIORITY:
        return int(text)
    row.reject("priority", "out_of_range", text, f"The priority has to be a number from 0 to {MOST_PRIORITY}.")
    return 0


def _zones(row: ImportRow, known: Collection[str]) -> tuple[str, ...]:
    zone = row.values.get("zone")
    if zone is not None and zone not in known:
        row.reject("zone", "unknown_zone", zone, "There is no such time zone; write it as in Asia/Shanghai.")
    numbers = [phone.e164 for phone in row.phones if phone.e164 is not None]
    zones = zones_of(numbers, row.values)
    if not zones and not row.problems:
        message = "Where they are cannot be told from the number; give the list a column with the time zone."
        row.reject("zone", "zone_missing", numbers[0], message)
    return zones


def _consent(row: ImportRow, zones: tuple[str, ...], now: datetime) -> datetime | None:
    text = row.values.get("consent_at")
    if text is None or not zones:
        if text is None and "consent_source" in row.values:
            message = "Of a consent it has to be known when it was given; give the list a column with the day."
            row.reject("consent_at", "consent_day_missing", row.values["consent_source"], message)
        return None
    given_at = consent_moment(text, ZoneInfo(zones[0]))
    if given_at is None:
        row.reject("consent_at", "not_a_day", text, "This is no day; write it as in 2026-03-05.")
    elif given_at > now:
        row.reject("consent_at", "in_future", text, "Nobody has agreed on a day that is to come.")
    return given_at


def _custom(row: ImportRow) -> dict[str, str]:
    own = {name.removeprefix(CUSTOM): text for name, text in row.values.items() if name.startswith(CUSTOM)}
    return {**{name: row.values[name] for name in _PLACES if name in row.values}, **own}
