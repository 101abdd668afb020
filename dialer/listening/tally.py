"""How often each recording of the library was heard, day by day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 30


@dataclass(frozen=True, slots=True)
class HeardLately:
    """Within DAYS; `last_on` None: not once."""

    calls: int = 0
    last_on: date | None = None


class Tally:
    """Of one library. `noted`: as `as_json` gave it; what does not fit there is as if it had not been noted."""

    def __init__(self, noted: object = None) -> None:
        self._days: dict[str, dict[str, int]] = {}
        for ref, days in noted.items() if isinstance(noted, dict) else ():
            if isinstance(days, dict):
                self._days[str(ref)] = {day: count for day, count in days.items() if _is_day(day, count)}

    def note(self, refs: Iterable[str], today: date) -> None:
        """Each was heard in one more call; what is older than DAYS is forgotten."""
        for ref in refs:
            days = self._days.setdefault(ref, {})
            days[today.isoformat()] = days.get(today.isoformat(), 0) + 1
        first = (today - timedelta(days=DAYS)).isoformat()
        for ref, days in list(self._days.items()):
            self._days[ref] = {day: count for day, count in days.items() if day > first}
            if not self._days[ref]:
                del self._days[ref]

    def of(self, ref: str, today: date) -> HeardLately:
        """Return how often one was heard."""
        first = (today - timedelta(days=DAYS)).isoformat()
        days = {day: count for day, count in self._days.get(ref, {}).items() if day > first}
        return HeardLately(sum(days.values()), date.fromisoformat(max(days))) if days else HeardLately()

    def as_json(self) -> Mapping[str, Mapping[str, int]]:
        """Return what a file keeps of it."""
        return self._days


def _is_day(day: object, count: object) -> bool:
    if not isinstance(day, str) or not isinstance(count, int):
        return False
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False
