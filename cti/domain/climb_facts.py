"""A step on a line's ladder, as the diary keeps it."""

from dataclasses import dataclass

from cti.domain.values import Climb


@dataclass(frozen=True, slots=True)
class LadderClimbed:
    """The caller took a step of the line's ladder, of which this is the effect.

    `waiting` stood in line then, and the last of them had `expected_s` ahead; None: nobody could tell.
    """

    call_id: str
    queue_id: int
    why: Climb
    after_s: float
    raise_by: int
    also_queue_id: int | None
    waiting: int
    expected_s: float | None
