"""Reads a business calendar: "09:00-18:00", "2026-10-01", "2026-10-01/2026-10-07", days with names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from ivr.domain.fields import Fields
from ivr.domain.hours import MINUTES_OF_DAY, Calendar, Span
from ivr.errors import FlowInvalid, Problem

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_HOLIDAY = timedelta(days=366)
MOST_DAYS = 1000
LONGEST_NAME = 60
DEFAULT_ZONE = "Asia/Shanghai"
_SPAN = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})", re.ASCII)


@dataclass(slots=True)
class _Named:
    """Names as they are met."""

    names: dict[date, str] = field(default_factory=dict)

    def take(self, fields: Fields, place: str, entry: object, key: str) -> object:
        """Return what stands under `key`; a plain entry has no name."""
        if not isinstance(entry, dict):
            return entry
        name = entry.get("name", "")
        if not isinstance(name, str) or len(name) > LONGEST_NAME:
            fields.report(f"{place}.name", "too_long", f"must be a text of at most {LONGEST_NAME} characters")
        for other in entry.keys() - {key, "name"}:
            fields.report(f"{place}.{other}", "unknown_field", "is not a field of a day")
        return entry.get(key)

    def give(self, days: list[date], entry: object) -> None:
        """Let these days be called so."""
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str) and name.strip():
            self.names.update(dict.fromkeys(days, name.strip()))


def parse_calendar(document: Mapping[str, object], time_zones: frozenset[str] | None) -> Calendar:
    """Read a calendar that stands for itself; raises FlowInvalid with all its problems."""
    problems: list[Problem] = []
    fields = Fields("", document, problems)
    calendar = read_calendar(fields, time_zones)
    fields.finish()
    if problems:
        raise FlowInvalid(tuple(problems))
    return calendar


def read_calendar(fields: Fields, time_zones: frozenset[str] | None) -> Calendar:
    """Take `time_zone`, `weekly`, `holidays` and `special`; `time_zones` None: any name will do."""
    zone = fields.text("time_zone", DEFAULT_ZONE)
    if zone and time_zones is not None and zone not in time_zones:
        fields.report("time_zone", "unknown_time_zone", f"{zone} is not a time zone of the IANA database")
    named = _Named()
    weekly, holidays = _weekly(fields), _holidays(fields, named)
    return Calendar(zone, weekly, holidays, _special(fields, named), named.names)


def _weekly(fields: Fields) -> Mapping[int, tuple[Span, ...]]:
    plan = {}
    for day, spans in fields.table("weekly").items():
        if day not in DAYS:
            fields.report(f"weekly.{day}", "unknown_day", f"days are {', '.join(DAYS)}")
            continue
        plan[DAYS.index(day)] = _spans(fields, f"weekly.{day}", spans)
    return plan


def _special(fields: Fields, named: _Named) -> Mapping[date, tuple[Span, ...]]:
    plan = {}
    table = fields.table("special", required=False)
    if len(table) > MOST_DAYS:
        fields.report("special", "too_many", f"at most {MOST_DAYS} fit")
        return {}
    for text, entry in table.items():
        place = f"special.{text}"
        day = _day(fields, place, text)
        spans = named.take(fields, place, entry, "spans")
        if day is not None:
            plan[day] = _spans(fields, place, spans)
            named.give([day], entry)
    return plan


def _holidays(fields: Fields, named: _Named) -> frozenset[date]:
    days: set[date] = set()
    rows = fields.row("holidays")
    if len(rows) > MOST_DAYS:
        fields.report("holidays", "too_many", f"at most {MOST_DAYS} fit")
        return frozenset()
    for at, entry in enumerate(rows):
        place = f"holidays.{at}"
        text = str(named.take(fields, place, entry, "day"))
        found = _range(fields, place, text)
        named.give(found, entry)
        days.update(found)
    return frozenset(days)


def _range(fields: Fields, place: str, text: str) -> list[date]:
    first_text, _, last_text = text.partition("/")
    first = _day(fields, place, first_text)
    last = _day(fields, place, last_text) if last_text else first
    if first is None or last is None:
        return []
    if not timedelta(0) <= last - first <= LONGEST_HOLIDAY:
        fields.report(place, "bad_range", "must end after it begins, within a year")
        return []
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def _day(fields: Fields, place: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fields.report(place, "not_date", f"{text!r} is not a day such as 2026-10-01")
        return None


def _spans(fields: Fields, place: str, value: object) -> tuple[Span, ...]:
    if not isinstance(value, list):
        fields.report(place, "not_list", 'must be a list such as ["09:00-12:00", "13:00-18:00"]')
        return ()
    found = (_span(fields, place, text) for text in value)
    return tuple(span for span in found if span is not None)


def _span(fields: Fields, place: str, text: object) -> Span | None:
    match = _SPAN.fullmatch(text) if isinstance(text, str) else None
    if match is not None:
        hour, minute, last_hour, last_minute = (int(part) for part in match.groups())
        begin, end = hour * 60 + minute, last_hour * 60 + last_minute
        if minute < 60 and last_minute < 60 and begin < MINUTES_OF_DAY and end <= MINUTES_OF_DAY:
            return Span(begin, end)
    fields.report(place, "not_span", f"{text!r} is not a span such as 09:00-18:00")
    return None
