"""Reads a list of days off, as people have it: a table (CSV), or a calendar file (iCalendar, RFC 5545).

A line of a table is day or days, name, and times if that day is worked:

    2026-10-01/2026-10-07, National Day
    2026-10-10, make-up day, 09:00-12:00 13:00-18:00
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ivr.domain.plan import LONGEST_HOLIDAY, LONGEST_NAME, MOST_DAYS

_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", re.ASCII)
_SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–~～至]\s*(\d{1,2})[:：](\d{2})", re.ASCII)
_BETWEEN = re.compile(r"\s*(?:~|～|–|—|至|到|\.\.|/(?=\s*\d{4})|\s-\s)\s*")


@dataclass(frozen=True, slots=True)
class DayOff:
    """From `first` to `last`; with `spans` it is not off but has these hours ("09:00-18:00")."""

    first: date
    last: date
    name: str
    spans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that means nothing to us; `code` is stable."""

    line: int
    code: str
    text: str


def read_holidays(text: str) -> tuple[tuple[DayOff, ...], tuple[Unread, ...]]:
    """Return what was understood, in its order, and what was not."""
    rows = _events(text) if "BEGIN:VCALENDAR" in text.upper() else _lines(text)
    found: list[DayOff] = []
    unread: list[Unread] = []
    for row in rows:
        if isinstance(row, Unread):
            unread.append(row)
        elif len(found) < MOST_DAYS:
            found.append(row)
        else:
            unread.append(Unread(0, "too_many", ""))
            break
    return tuple(found), tuple(unread)


def _lines(text: str) -> Iterator[DayOff | Unread]:
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        cells = [cell.strip() for cell in next(csv.reader([said.replace("，", ",").replace("\t", ",")]))]
        days = _days(cells[0])
        if days is None:
            # the head of a table names its columns
            if number > 1:
                yield Unread(number, "not_date", said[:LONGEST_NAME])
            continue
        yield _row(number, *days, cells)


def _row(number: int, first: date, last: date, cells: list[str]) -> DayOff | Unread:
    if not timedelta(0) <= last - first <= LONGEST_HOLIDAY:
        return Unread(number, "bad_range", cells[0])
    name = cells[1][:LONGEST_NAME] if len(cells) > 1 else ""
    times = " ".join(cells[2:]).strip()
    spans = tuple(_spans(times))
    if (times and not spans) or any(span == "" for span in spans):
        return Unread(number, "not_span", times[:LONGEST_NAME])
    return DayOff(first, last, name, spans)


def _days(text: str) -> tuple[date, date] | None:
    parts = _BETWEEN.split(text, maxsplit=1)
    days = [_day(part) for part in parts]
    first, last = days[0], days[-1]
    return None if first is None or last is None else (first, last)


def _day(text: str) -> date | None:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def _spans(text: str) -> Iterator[str]:
    """Give each span in our own writing, "" for one that is none."""
    for match in _SPAN.finditer(text):
        hour, minute, last_hour, last_minute = (int(part) for part in match.groups())
        begin, end = hour * 60 + minute, last_hour * 60 + last_minute
        is_span = minute < 60 and last_minute < 60 and begin < 24 * 60 and end <= 24 * 60
        yield f"{hour:02}:{minute:02}-{last_hour:02}:{last_minute:02}" if is_span else ""


def _events(text: str) -> Iterator[DayOff | Unread]:
    """A calendar's events; the end of one is the day after its last."""
    fields: dict[str, str] = {}
    began = 0
    # a long line goes on after a line break and a blank (RFC 5545, 3.1)
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    for number, line in enumerate(unfolded.splitlines(), start=1):
        name, _, value = line.partition(":")
        name = name.partition(";")[0].upper()
        if (name, value.upper()) == ("BEGIN", "VEVENT"):
            fields, began = {}, number
        elif (name, value.upper()) == ("END", "VEVENT"):
            yield _event(began, fields)
        else:
            fields.setdefault(name, value.strip())


def _event(number: int, fields: dict[str, str]) -> DayOff | Unread:
    first = _day(fields.get("DTSTART", "")[:8])
    if first is None:
        return Unread(number, "not_date", fields.get("SUMMARY", "")[:LONGEST_NAME])
    end = _day(fields.get("DTEND", "")[:8])
    last = first if end is None else max(first, end - timedelta(days=1))
    name = re.sub(r"\\([,;\\])", r"\1", fields.get("SUMMARY", "")).replace("\\n", " ")
    return _row(number, first, last, [first.isoformat(), name])
