"""What waiting callers are told: as it is stored, and what makes no sense."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from cti.domain.values import Announcements

LATEST_S, MOST_PLACES, MOST_MINUTES, MOST_COMFORTS, SHORTEST_S, LONGEST_S = 3600.0, 999, 60, 10, 10.0, 3600.0

Problem = tuple[str, str, str]


def announcements_of(document: Mapping[str, Any]) -> Announcements:
    """Read what `document_of` wrote; what is not in it is as it is in a new line."""
    plain = Announcements()
    return Announcements(
        document.get("first_after_s", plain.first_after_s),
        document.get("position_up_to", plain.position_up_to),
        document.get("expected_up_to_min", plain.expected_up_to_min),
        tuple(document.get("comfort", plain.comfort)),
        document.get("comfort_every_s", plain.comfort_every_s),
    )


def document_of(plan: Announcements) -> dict[str, Any]:
    """Write it as JSON."""
    return {**asdict(plan), "comfort": list(plan.comfort)}


def announcement_problems(plan: Announcements) -> Iterator[Problem]:
    """Give field, code and sentence of each thing that cannot be."""
    limits = (
        ("first_after_s", plan.first_after_s, 0, LATEST_S),
        ("position_up_to", plan.position_up_to, 0, MOST_PLACES),
        ("expected_up_to_min", plan.expected_up_to_min, 0, MOST_MINUTES),
        ("comfort_every_s", plan.comfort_every_s, SHORTEST_S, LONGEST_S),
    )
    for field, value, least, most in limits:
        if not least <= value <= most:
            yield f"announcements.{field}", "out_of_range", f"must be from {least:g} to {most:g}"
    if len(plan.comfort) > MOST_COMFORTS:
        yield "announcements.comfort", "too_many", f"at most {MOST_COMFORTS} fit"
