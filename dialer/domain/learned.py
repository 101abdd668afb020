"""What a pacing has learned, as numbers that can be kept over a restart, and taken up again.

Rule 1: only what is learned, never what rings or talks just now: that is asked of the floor.
Rule 2: what was kept in another shape (by another version) is not taken up; the pacing learns anew.
"""

from collections.abc import Mapping
from typing import Any

from dialer.domain.handling_law import Handling
from dialer.domain.pacing import Pacing

_SHAPE = 1


def learned(pacing: Pacing) -> dict[str, Any]:
    """Return it as JSON has it."""
    return {
        "shape": _SHAPE,
        "rings": pacing.lines.law.learned(),
        "level": pacing.lines.level.learned(),
        "handling": pacing.agents.law.learned(),
        "allowance": pacing.allowance.learned(),
    }


def recall(pacing: Pacing, kept: Mapping[str, Any] | None) -> bool:
    """Go on with what `learned` gave; False: there is nothing of this shape."""
    if kept is None or kept.get("shape") != _SHAPE:
        return False
    pacing.lines.law.recall(kept["rings"])
    pacing.lines.level.recall(kept["level"])
    pacing.agents.law.recall(kept["handling"])
    pacing.allowance.recall(kept["allowance"])
    pacing.look_ahead()
    return True


def handling_mean_s(kept: Mapping[str, Any] | None, what: Handling, at_least: int) -> float | None:
    """Return how long talks or wrap-ups last, of what `learned` gave; None where fewer were seen."""
    if kept is None or kept.get("shape") != _SHAPE:
        return None
    ended, lasted_s = (sum(by_what[what]) for by_what in kept["handling"])
    return float(lasted_s / ended) if ended >= at_least else None
