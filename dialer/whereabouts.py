"""Where a lead may be: its time zones, and whose public holidays are kept there.

A number tells the country, a list perhaps the part of it. Where the part is not known, a day that is a holiday in any
part is one, as every time zone that comes into question has to be open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from crm_core.domain.countries import country_of
from crm_core.domain.folding import fold
from dialer.domain.calling_window import Place

ANYWHERE = "*"
# Overseas France has country codes of its own: whoever has a number of +33 is not there.
_ELSEWHERE = {"FR": frozenset({"971", "972", "973", "974", "976", "BL", "MF", "NC", "PF", "PM", "TF", "WF"})}


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """`calendars` are countries with a part of them: "DE-BY", "DE-*" (which one is not known) or "CN"."""

    calendars: tuple[str, ...]

    def __call__(self, day: date, regional: bool) -> str:
        """Give the day's name, if it is one."""
        for calendar in self.calendars:
            name = _named(calendar if regional else calendar.partition("-")[0], day.year).get(day)
            if name is not None:
                return name
        return ""


def place_of(zones: Iterable[str], calendars: Iterable[str]) -> Place:
    """Build it from what an attempt's row or a lead has of it."""
    return Place(tuple(ZoneInfo(zone) for zone in zones), PublicHolidays(tuple(calendars)))


def calendars_of(numbers: Sequence[str], custom: Mapping[str, str]) -> tuple[str, ...]:
    """Name the calendars of somebody with these numbers; `custom` may say the region that they live in."""
    countries = {found for number in numbers if (found := country_of(number)) is not None}
    return tuple(sorted(_calendar(country, custom.get("region", "")) for country in countries))


@lru_cache(maxsize=4_096)
def _calendar(country: str, region: str) -> str:
    parts = _parts(country)
    if not parts:
        return country
    wanted = fold(region).removeprefix(f"{fold(country)}-")
    return f"{country}-{parts.get(wanted, ANYWHERE)}" if wanted else f"{country}-{ANYWHERE}"


@lru_cache(maxsize=256)
def _parts(country: str) -> dict[str, str]:
    """By their folded codes and names; none where the whole country keeps the same, or nobody knows what it keeps."""
    if country not in holidays.list_supported_countries():
        return {}
    known = holidays.country_holidays(country)
    there = [part for part in known.subdivisions if part not in _ELSEWHERE.get(country, ())]
    aliases = {fold(name): part for name, part in known.subdivisions_aliases.items() if part in there}
    return aliases | {fold(part): part for part in there}


@lru_cache(maxsize=512)
def _named(calendar: str, year: int) -> dict[date, str]:
    country, _, part = calendar.partition("-")
    if country not in holidays.list_supported_countries():
        return {}
    parts = sorted(set(_parts(country).values())) if part == ANYWHERE else [part or None]
    found: dict[date, str] = {}
    language = holidays.country_holidays(country).default_language
    for one in parts:
        found = dict(holidays.country_holidays(country, subdiv=one, years=year, language=language)) | found
    return found
