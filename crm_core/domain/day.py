"""One day of an installation: from midnight to midnight of its time zone, cut into quarters of an hour."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

SLOT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Day:
    """Both ends in UTC. A day on which clocks are changed is shorter or longer; a quarter of an hour never is."""

    date: date
    begins_at: datetime
    ends_at: datetime

    @property
    def slots(self) -> int:
        """How many quarters of an hour it has."""
        return -(-(self.ends_at - self.begins_at) // SLOT)

    def slot(self, at: datetime) -> int | None:
        """Return the quarter that a moment lies in, counted from midnight; None on other days."""
        return (at - self.begins_at) // SLOT if self.begins_at <= at < self.ends_at else None

    def slot_begins_at(self, slot: int) -> datetime:
        """Return when it begins."""
        return self.begins_at + slot * SLOT


def day_of(at: datetime, zone: tzinfo) -> Day:
    """Return the day of a moment. One whose midnight is skipped by the clock begins when the clock goes on."""
    local = at.astimezone(zone).date()
    return Day(local, _midnight(local, zone), _midnight(local + timedelta(days=1), zone))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
