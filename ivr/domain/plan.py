"""Reads a business calendar out of a node: "09:00-18:00", "2026-10-01", "2026-10-01/2026-10-07"."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from ivr.domain.fields import Fields
from ivr.domain.hours import MINUTES_OF_DAY, Calendar, Span

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_HOLIDAY = timedelta(days=366)
_SPAN = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})", re.ASCII)


def read_calendar(fields: Fields, time_zones: frozenset[str] | None) -> Calendar:
    """Take `time_zone`, `weekly`, `holidays` and `special`; `time_zones` None: any name will do."""
    zone = fields.text("time_zone", "Asia/Shanghai")
    if zone and time_zones is not None and zone not in time_zones:
        fields.report("time_zone", "unknown_time_zone", f"{zone} is not a time zone of the IANA database")
    return Calendar(zone, _weekly(fields), _holidays(fields), _special(fields))


def _weekly(fields: Fields) -> Mapping[int, tuple[Span, ...]]:
    plan = {}
    for day, spans in fields.table("weekly").items():
        if day not in DAYS:
            fields.report(f"weekly.{day}", "unknown_day", f"days are {', '.join(DAYS)}")
            continue
        plan[DAYS.index(day)] = _spans(fields, f"weekly.{day}", spans)
    return plan


def _special(fields: Fields) -> Mapping[date, tuple[Span, ...]]:
    plan = {}
    for text, spans in fields.table("special", required=False).items():
        day = _day(fields, f"special.{text}", text)
        if day is not None:
            plan[day] = _spans(fields, f"special.{text}", spans)
    return plan


def _holidays(fields: Fields) -> frozenset[date]:
    days: set[date] = set()
    for place, entry in enumerate(fields.row("holidays")):
        field = f"holidays.{place}"
        first_text, _, last_text = str(entry).partition("/")
        first = _day(fields, field, first_text)
        last = _day(fields, field, last_text) if last_text else first
        if first is None or last is None:
            continue
        if not timedelta(0) <= last - first <= LONGEST_HOLIDAY:
            fields.report(field, "bad_range", "must end after it begins, within a year")
            continue
        days.update(first + timedelta(days=step) for step in range((last - first).days + 1))
    return frozenset(days)


def _day(fields: Fields, field: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fields.report(field, "not_date", f"{text!r} is not a day such as 2026-10-01")
        return None


def _spans(fields: Fields, field: str, value: object) -> tuple[Span, ...]:
    if not isinstance(value, list):
        fields.report(field, "not_list", 'must be a list such as ["09:00-12:00", "13:00-18:00"]')
        return ()
    found = (_span(fields, field, text) for text in value)
    return tuple(span for span in found if span is not None)


def _span(fields: Fields, field: str, text: object) -> Span | None:
    match = _SPAN.fullmatch(text) if isinstance(text, str) else None
    if match is not None:
        hour, minute, last_hour, last_minute = (int(part) for part in match.groups())
        begin, end = hour * 60 + minute, last_hour * 60 + last_minute
        if minute < 60 and last_minute < 60 and begin < MINUTES_OF_DAY and end <= MINUTES_OF_DAY:
            return Span(begin, end)
    fields.report(field, "not_span", f"{text!r} is not a span such as 09:00-18:00")
    return None
