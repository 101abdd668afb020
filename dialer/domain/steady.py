"""Dialing without agents: so many lines, and so many calls a second."""

from dialer.domain.pace_words import Pace, PaceReason

BURST_S = 1.0


class Steady:
    """Fills up with time and is emptied by calls; a pause saves nothing up but one second's worth."""

    def __init__(self) -> None:
        self._full = 0.0
        self._at_s: float | None = None

    def calls_to_place(self, lines: int, lines_max: int, calls_per_s: float, now_s: float) -> Pace:
        """Return how many calls to place now; whoever places one says so."""
        most = max(1.0, calls_per_s * BURST_S)
        since_s = BURST_S if self._at_s is None else max(0.0, now_s - self._at_s)
        self._full, self._at_s = min(most, self._full + since_s * calls_per_s), now_s
        room = lines_max - lines
        if room <= 0:
            return Pace(0, PaceReason.LINES_FULL)
        calls = min(room, int(self._full))
        return Pace(calls, PaceReason.STEADY)

    def placed(self) -> None:
        """One was."""
        self._full -= 1.0
