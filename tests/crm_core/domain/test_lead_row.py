"""One row of a list of people."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crm_core.domain.lead_row import MOST_NUMBERS, LeadDraft, LeadNumber, LeadTable, read_lead
from crm_core.domain.table_file import TableRow

FIELDS = ("name", "phone", "phone", "language", "zone", "region", "priority", "owner", "custom:车型")
MAPPING = dict(enumerate(FIELDS))
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TABLE = LeadTable(MAPPING, 9, ",", {"ann": 7}, {"Asia/Shanghai", "Europe/Paris"}, NOW)
GOOD = ("张伟", "13800138000", "021-62345678", "英文", "", "上海", "5", "Ann", "SUV")


def problems(*cells: str) -> list[tuple[str, str]]:
    row, draft = read_lead(TableRow(3, cells), TABLE)
    assert draft is None
    return [(problem.field, problem.code) for problem in row.problems]


def test_a_row_becomes_somebody() -> None:
    row, draft = read_lead(TableRow(3, GOOD), TABLE)
    assert not row.problems
    numbers = (
        LeadNumber("+8613800138000", ("+8613800138000",)),
        LeadNumber("+862162345678", ("+862162345678",)),
    )
    custom = {"region": "上海", "车型": "SUV"}
    assert draft == LeadDraft(3, "张伟", numbers, ("Asia/Shanghai",), custom, "en", 5, 7, countries=("CN",))
    assert numbers[0].key == "+8613800138000"


def test_a_number_is_enough() -> None:
    _, draft = read_lead(TableRow(3, ("", "+33612345678")), TABLE)
    assert draft is not None
    assert (draft.name, draft.zones, draft.language, draft.priority) == ("", ("Europe/Paris",), "zh", 0)
    assert (draft.custom, draft.for_user_id) == ({}, None)


def test_whatever_is_wrong_is_named() -> None:
    assert problems("张伟") == [("phone", "number_missing")]
    assert problems("张伟", "hello") == [("phone", "not_a_phone")]
    assert problems("张伟", "110") == [("phone", "emergency_line")]
    assert problems("张伟", "030 12345678") == [("phone", "not_of_country")]
    assert problems("张伟", "4001") == [("phone", "not_a_number")]
    assert problems("张伟", "95588") == [("phone", "no_person")]
    assert problems("张伟", "+881612345678") == [("phone", "no_person")]
    assert problems("张伟", "138001380001234") == [("phone", "not_a_number")]
    assert problems("张伟", "1380013800012345") == [("phone", "number_too_long")]
    assert problems(*GOOD[:4], "Mars/Base", *GOOD[5:]) == [("zone", "unknown_zone")]
    assert problems(*GOOD[:6], "-5", *GOOD[7:]) == [("priority", "out_of_range")]
    assert problems(*GOOD[:6], "101", *GOOD[7:]) == [("priority", "out_of_range")]
    assert problems(*GOOD[:6], "000000000999", *GOOD[7:]) == [("priority", "out_of_range")]
    assert problems(*GOOD[:7], "Bob", "SUV") == [("owner", "unknown_owner")]
    many = ";".join(f"138001380{number:02}" for number in range(MOST_NUMBERS + 1))
    assert problems("张伟", many) == [("phone", "too_many")]
    assert problems(*GOOD[:8], "x\nBob,13800138001,,,,,,,") == [("", "swallowed_rows")]


def test_numbers_are_those_of_the_files_country() -> None:
    table = replace(TABLE, country="DE")
    _, draft = read_lead(TableRow(3, ("Anna", "030 12345678", "+33612345678")), table)
    assert draft is not None
    assert ([each.number for each in draft.numbers], draft.countries) == (
        ["+493012345678", "+33612345678"],
        ("DE", "FR"),
    )
    row, draft = read_lead(TableRow(3, ("Anna", "13800138000")), table)
    assert (draft, [problem.code for problem in row.problems]) == (None, ["not_of_country"])


def test_a_row_that_cannot_be_read_says_so() -> None:
    row, draft = read_lead(TableRow(3, None), TABLE)
    assert (draft, [problem.code for problem in row.problems]) == (None, ["unreadable_row"])


def test_who_can_be_anywhere_needs_a_zone() -> None:
    assert problems("Bob", "+17105551234") == [("zone", "zone_missing")]


CONSENT = LeadTable({0: "phone", 1: "consent_at", 2: "consent_source"}, 3, ",", {}, {"Europe/Berlin"}, NOW)


def consent(*cells: str) -> LeadDraft | list[tuple[str, str]]:
    row, draft = read_lead(TableRow(3, cells), CONSENT)
    return draft or [(problem.field, problem.code) for problem in row.problems]


def test_consent_is_a_day_where_they_are_and_where_it_is_from() -> None:
    found = consent("+493012345678", "5.3.2026", "web form 7")
    assert isinstance(found, LeadDraft)
    assert (found.consent_at, found.consent_source) == (
        datetime(2026, 3, 5, tzinfo=ZoneInfo("Europe/Berlin")),
        "web form 7",
    )
    without = consent("+493012345678", "", "")
    assert isinstance(without, LeadDraft)
    assert (without.consent_at, without.consent_source) == (None, "")
    assert consent("+493012345678", "yes", "web") == [("consent_at", "not_a_day")]
    assert consent("+493012345678", "24.11.2026", "web") == [("consent_at", "in_future")]
    assert consent("+493012345678", "9999-12-31", "web") == [("consent_at", "in_future")]
    assert consent("+493012345678", "", "web") == [("consent_at", "consent_day_missing")]
    assert consent("+17105551234", "yes", "web") == [("zone", "zone_missing")]
