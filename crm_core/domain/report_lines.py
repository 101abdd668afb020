"""Which line of a report a group of calls belongs to, and in which order lines stand, also where nothing happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Any

from crm_core.domain.quarters import Quarter, begins_at, quarters_of
from crm_core.domain.report import Axis, Wanted
from crm_core.domain.sums import Sums, add

Key = tuple[Any, ...]
_SLOT_MIN = 15


@dataclass(slots=True)
class Lines:
    """Sums by line."""

    wanted: Wanted
    zone: tzinfo
    sums: dict[Key, Sums]

    @classmethod
    def empty(cls, wanted: Wanted, zone: tzinfo) -> "Lines":
        """Begin with the lines that are there whatever happened."""
        return cls(wanted, zone, {key: {} for key in _always(wanted)})

    def add_quarter(self, quarter: Quarter, sums: Sums) -> None:
        """Add calls of one quarter of an hour (of a day: its first one)."""
        add(self.sums.setdefault(line_of(quarter, self.wanted), {}), sums)

    def add_to(self, key: Key, sums: Sums) -> None:
        """Add calls of a queue, an agent, a number or a disposition."""
        add(self.sums.setdefault(key, {}), sums)

    def in_order(self) -> list[Key]:
        """Return the lines; of intervals also the empty ones between two of the same day."""
        keys = set(self.sums)
        if self.wanted.axis is Axis.INTERVAL:
            keys |= set(_between(keys, self.wanted, self.zone))
        return sorted(keys)


def line_of(quarter: Quarter, wanted: Wanted) -> Key:
    """Return the line that a quarter belongs to."""
    step = wanted.interval_min // _SLOT_MIN
    match wanted.axis:
        case Axis.INTERVAL:
            return quarter.day, quarter.slot // step * step
        case Axis.CLOCK:
            return (quarter.clock // step * step,)
        case Axis.HEAT:
            return quarter.day.weekday(), quarter.clock // 4
        case Axis.WEEK:
            return (quarter.day - timedelta(days=quarter.day.weekday()),)
        case Axis.MONTH:
            return (quarter.day.replace(day=1),)
        case _:
            return (quarter.day,)


def days_of(wanted: Wanted) -> Iterable[date]:
    """List the days of a report."""
    return (wanted.first + timedelta(days=number) for number in range((wanted.last - wanted.first).days + 1))


def told(key: Key, wanted: Wanted, zone: tzinfo) -> dict[str, Any]:
    """Say which line it is, as the API does."""
    match wanted.axis:
        case Axis.INTERVAL:
            day, slot = key
            at = begins_at(Quarter(day, slot, 0), zone)
            return {"day": day.isoformat(), "at": at.isoformat().replace("+00:00", "Z"), "slot": slot} | {
                "label": f"{at.astimezone(zone):%H:%M}"
            }
        case Axis.CLOCK:
            return {"clock": key[0], "label": f"{key[0] // 4:02}:{key[0] % 4 * 15:02}"}
        case Axis.HEAT:
            return {"weekday": key[0], "hour": key[1], "days": _count_of(key[0], wanted)}
        case Axis.MONTH:
            return {"month": f"{key[0]:%Y-%m}", "day": key[0].isoformat()}
        case _:
            return {"day": key[0].isoformat()}


def _count_of(weekday: int, wanted: Wanted) -> int:
    return sum(day.weekday() == weekday for day in days_of(wanted))


def _always(wanted: Wanted) -> list[Key]:
    if wanted.axis not in (Axis.DAY, Axis.WEEK, Axis.MONTH):
        return []
    return [line_of(Quarter(day, 0, 0), wanted) for day in days_of(wanted)]


def _between(keys: Iterable[Key], wanted: Wanted, zone: tzinfo) -> Iterable[Key]:
    ends: dict[date, list[int]] = {}
    for day, slot in keys:
        ends.setdefault(day, []).append(slot)
    for day, slots in ends.items():
        for quarter in quarters_of(day, zone):
            if min(slots) <= quarter.slot <= max(slots):
                yield line_of(quarter, wanted)
