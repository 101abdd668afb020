from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.holidays import DayOff, read_holidays
from ivr.domain.plan import MOST_DAYS

TABLE = """\ufeffdate,name,hours
2026-01-01, 元旦
# the long one
2026-10-01/2026-10-07,国庆节
2026.10.10，调休上班，09:00-12:00 13:00-18:00

2026/12/31\tNew Year's Eve\t9:00-12:00
2026年5月1日至2026年5月3日,劳动节
"2027-01-01","first, of all"
20270501
"""
CALENDAR = """BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20261001\r
DTEND;VALUE=DATE:20261008\r
SUMMARY:National\r
  Day\\, and more\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART:20261224T120000Z\r
SUMMARY:Christmas Eve\r
END:VEVENT\r
BEGIN:VEVENT\r
SUMMARY:no day\r
END:VEVENT\r
END:VCALENDAR\r
"""


def off(first: str, last: str, name: str, *spans: str) -> DayOff:
    return DayOff(date.fromisoformat(first), date.fromisoformat(last), name, spans)


def test_a_table_as_people_have_it() -> None:
    days, unread = read_holidays(TABLE)
    assert unread == ()
    assert list(days) == [
        off("2026-01-01", "2026-01-01", "元旦"),
        off("2026-10-01", "2026-10-07", "国庆节"),
        off("2026-10-10", "2026-10-10", "调休上班", "09:00-12:00", "13:00-18:00"),
        off("2026-12-31", "2026-12-31", "New Year's Eve", "09:00-12:00"),
        off("2026-05-01", "2026-05-03", "劳动节"),
        off("2027-01-01", "2027-01-01", "first, of all"),
        off("2027-05-01", "2027-05-01", ""),
    ]


def test_a_calendar_file() -> None:
    days, unread = read_holidays(CALENDAR)
    assert list(days) == [
        off("2026-10-01", "2026-10-07", "National Day, and more"),
        off("2026-12-24", "2026-12-24", "Christmas Eve"),
    ]
    assert [(one.code, one.text) for one in unread] == [("not_date", "no day")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("2026-02-30,x", "not_date"),
        ("soon,x", "not_date"),
        ("2026-10-01/soon,x", "not_date"),
        ("2026-10-07/2026-10-01,x", "bad_range"),
        ("2026-10-07/2028-10-01,x", "bad_range"),
        ("2026-10-10,x,morning", "not_span"),
        ("2026-10-10,x,25:00-26:00", "not_span"),
        ("2026-10-10,x,09:60-12:00", "not_span"),
    ],
)
def test_what_means_nothing_is_named_with_its_line(line: str, code: str) -> None:
    days, unread = read_holidays(f"2026-01-01,元旦\n{line}\n")
    assert len(days) == 1
    assert [(one.line, one.code) for one in unread] == [(2, code)]


def test_a_list_has_an_end() -> None:
    days, unread = read_holidays("2026-01-01,x\n" * (MOST_DAYS + 5))
    assert len(days) == MOST_DAYS
    assert [one.code for one in unread] == ["too_many"]


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    for text_ in (text, f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{text}\nEND:VEVENT"):
        days, _ = read_holidays(text_)
        assert all(day.first <= day.last for day in days)
