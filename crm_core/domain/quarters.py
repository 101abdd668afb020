"""Quarters of an hour of local days: what reports add up by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from crm_core.domain.day import SLOT, Day, day_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """`slot` counts from midnight: 100 of them on a day of 25 hours. `clock` is what clocks show: 36 is 09:00.

    On the day on which clocks go back two slots show the same time.
    """

    day: date
    slot: int
    clock: int


@lru_cache(maxsize=1024)
def local_day(day: date, zone: tzinfo) -> Day:
    """Return the day of this date; noon is on it in every zone."""
    return day_of(datetime(day.year, day.month, day.day, 12, tzinfo=zone), zone)


@lru_cache(maxsize=4096)
def _quarter(day: date, slot: int, zone: tzinfo) -> Quarter:
    local = local_day(day, zone).slot_begins_at(slot).astimezone(zone)
    return Quarter(day, slot, local.hour * 4 + local.minute // 15)


def quarter_of(at: datetime, zone: tzinfo) -> Quarter:
    """Return the quarter that a moment lies in."""
    day = local_day(at.astimezone(zone).date(), zone)
    return _quarter(day.date, (at - day.begins_at) // SLOT, zone)


def quarters_of(day: date, zone: tzinfo) -> list[Quarter]:
    """List all of a day."""
    return [_quarter(day, slot, zone) for slot in range(local_day(day, zone).slots)]


def begins_at(quarter: Quarter, zone: tzinfo) -> datetime:
    """Return when it begins."""
    return local_day(quarter.day, zone).slot_begins_at(quarter.slot)


def split(since: datetime, until: datetime, zone: tzinfo) -> Iterator[tuple[Quarter, int]]:
    """Cut a stretch of time at the quarters' ends; whole milliseconds that add up to the whole stretch."""
    while since < until:
        quarter = quarter_of(since, zone)
        day = local_day(quarter.day, zone)
        end = min(until, day.slot_begins_at(quarter.slot + 1), day.ends_at)
        yield quarter, (end - _EPOCH) // _MS - (since - _EPOCH) // _MS
        since = end
