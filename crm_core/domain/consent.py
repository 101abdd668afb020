"""When somebody agreed to be called, as a list has it written."""

import re
from datetime import datetime, tzinfo

# What comes before is a blank of some program's, and not in every zone a time that can be kept.
_FIRST_YEAR = 1900
_CLOCK = r"(?:[ T]+(\d{1,2}):(\d{2})(?::\d{2})?)?"
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?" + _CLOCK, re.ASCII)
# Of 03/04/2026 nobody can tell which is the month; with dots it is the second everywhere.
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})" + _CLOCK, re.ASCII)


def consent_moment(text: str, zone: tzinfo) -> datetime | None:
    """Read it by the clock of where they are, unless it names another; a day alone is its beginning. None: unclear."""
    try:
        given: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        given = _written(text, zone)
    if given is None or given.year < _FIRST_YEAR:
        return None
    return given if given.tzinfo is not None else given.replace(tzinfo=zone)


def _written(text: str, zone: tzinfo) -> datetime | None:
    if (found := _YEAR_FIRST.fullmatch(text)) is not None:
        year, month, day, hour, minute = found.groups()
    elif (found := _DAY_FIRST.fullmatch(text)) is not None:
        day, month, year, hour, minute = found.groups()
    else:
        return None
    try:
        return datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), tzinfo=zone)
    except ValueError:
        return None
