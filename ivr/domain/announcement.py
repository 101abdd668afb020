"""What a waiting caller is told about the line, and when: prompt names in the order in which they are played."""

import math
from math import inf

from cti.domain.values import Announcements
from ivr.domain.numbers import spoken_number

SHORTEST_PAUSE_S = 1.0
# Minutes that are said; what lies between is said as the next of them: more would not be true of an estimate.
_SAID_MIN = (1, 2, 3, 4, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60)


def announcement(
    position: int | None, expected_wait_s: float | None, language: str, plan: Announcements
) -> tuple[str, ...]:
    """Return place in line and expected wait as far as they are known; only "please wait" when nothing is."""
    pieces: tuple[str, ...] = ()
    if position is not None and 1 <= position <= plan.position_up_to:
        pieces += ("position_is", *spoken_number(position, language), "position_end")
    if expected_wait_s is not None and expected_wait_s >= 0 and plan.expected_up_to_min:
        pieces += _expected(expected_wait_s / 60, plan.expected_up_to_min, language)
    return (*pieces, "keep_waiting") if pieces else ("please_wait",)


def _expected(wait_min: float, most_min: int, language: str) -> tuple[str, ...]:
    # Rounded up: a caller forgives an early answer, not a late one.
    minutes = next((said for said in _SAID_MIN if wait_min <= said), math.ceil(wait_min))
    is_more = wait_min > most_min
    minutes = most_min if is_more else min(minutes, most_min)
    unit = "minute" if minutes == 1 else "minutes"
    beginning = "expected_wait_more" if is_more else "expected_wait"
    return beginning, *spoken_number(minutes, language, counting=True), unit


class Schedule:
    """When a caller hears what: the place in line, and between that the comfort messages in turn. Told the time (s)."""

    def __init__(self, plan: Announcements, place_every_s: float, now_s: float, first_after_s: float) -> None:
        self._plan = plan
        self._place_every_s = place_every_s
        first_s = now_s + max(first_after_s, plan.first_after_s)
        self._place_at_s = first_s if place_every_s else inf
        self._comfort_at_s = now_s + max(SHORTEST_PAUSE_S, plan.comfort_every_s) if plan.comfort else inf
        self._turn = 0

    @property
    def next_s(self) -> float:
        """When something is due."""
        return min(self._place_at_s, self._comfort_at_s)

    def is_place_due(self, now_s: float) -> bool:
        """Whether the place in line is told now; it goes before a comfort message."""
        return self._place_at_s <= now_s

    def comfort(self) -> str:
        """Return the message whose turn it is."""
        prompt = self._plan.comfort[self._turn % len(self._plan.comfort)]
        self._turn += 1
        return prompt

    def told(self, now_s: float, *, place: bool) -> None:
        """It was said to its end."""
        if place:
            self._place_at_s = now_s + max(SHORTEST_PAUSE_S, self._place_every_s)
        if self._plan.comfort:
            # Also after the place in line: nobody is told two things on end.
            self._comfort_at_s = now_s + max(SHORTEST_PAUSE_S, self._plan.comfort_every_s)


def silent(now_s: float) -> Schedule:
    """For who is about to go on with a talk."""
    return Schedule(Announcements(), 0.0, now_s, 0.0)
