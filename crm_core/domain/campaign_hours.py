"""A campaign's own calling hours as a manager sets them: seven days from Monday, "24:00" is the day's end.

They hold by the clock of whoever is called, beside the policies' and never instead of them.
"""

import re
from collections.abc import Iterator

Problem = tuple[str, str, str]
Spans = tuple[tuple[str, str], ...]
DAYS_OF_WEEK, MOST_SPANS = 7, 6
DAY_END = "24:00"
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def hours_of(document: list[list[list[str]]]) -> tuple[Spans, ...]:
    """Read them as JSON has them, which knows no tuples."""
    return tuple(tuple((since, until) for since, until in day) for day in document)


def hour_problems(path: str, hours: tuple[Spans, ...]) -> Iterator[Problem]:
    """Give what of it cannot be; without any hours at all nobody would ever be called."""
    if len(hours) != DAYS_OF_WEEK:
        yield path, "bad_hours", "must be seven days from Monday"
    if not any(hours):
        yield path, "never_open", "leaves no hour in which somebody may be called"
    for number, day in enumerate(hours):
        if len(day) > MOST_SPANS:
            yield f"{path}.{number}", "too_many", f"at most {MOST_SPANS} fit"
        for since, until in day:
            if not _CLOCK.fullmatch(since) or not (_CLOCK.fullmatch(until) or until == DAY_END):
                yield f"{path}.{number}", "bad_hours", "must be written as 09:00 and 18:00"
            elif since >= until:
                yield f"{path}.{number}", "bad_hours", "must end after they begin; after midnight is the next day"
