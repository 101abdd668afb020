"""What a waiting caller is told about the line: prompt names in the order in which they are played."""

import math

from ivr.domain.numbers import spoken_number

LONGEST_ANNOUNCED_MIN = 60


def announcement(position: int | None, expected_wait_s: float | None, language: str) -> tuple[str, ...]:
    """Return place in line and expected wait as far as they are known; only "please wait" when nothing is."""
    pieces: tuple[str, ...] = ()
    if position is not None and position >= 1:
        pieces += ("position_is", *spoken_number(position, language), "position_end")
    if expected_wait_s is not None and expected_wait_s >= 0:
        # Rounded up: a caller forgives an early answer, not a late one.
        minutes = max(1, math.ceil(expected_wait_s / 60))
        if minutes <= LONGEST_ANNOUNCED_MIN:
            unit = "minute" if minutes == 1 else "minutes"
            pieces += ("expected_wait", *spoken_number(minutes, language, counting=True), unit)
    return (*pieces, "keep_waiting") if pieces else ("please_wait",)
