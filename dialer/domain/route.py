"""Whether the way out works at all: a trunk that refuses everything says nothing about who would have answered.

Nor does one that says nothing. A network may take long until it rings somewhere (ITU-T E.721: 8 s on average abroad),
but not with every call at once: where nothing is told of any line for so long, there is nobody who would tell it. A way
out that never tells of ringing is not known by its silence.
"""

_MEMORY_ATTEMPTS = 20.0
_BROKEN_RATIO = 0.5
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
SILENT_S = 8.0
_SILENT_LINES = 2
"""A single number may lead nowhere."""
_FORGET_AFTER_S = 180.0
"""The end of a line so old was never told."""


class Route:
    """Stops the pacing while most attempts are refused, or none is heard of; a single one is let through from time to
    time to see.
    """

    def __init__(self) -> None:
        self._failed_ratio = 0.0
        self._pause_s = _FIRST_PAUSE_S
        self._try_at_s = 0.0
        # of which nothing was told yet, since when they are dialed
        self._unheard: dict[str, float] = {}
        self._heard_s = float("-inf")
        self._tells = False
        self._is_silent = False
        self._silent_since_s = 0.0

    @property
    def fails(self) -> bool:
        """Most of the last attempts were refused, or nothing is told of any."""
        return self._is_silent or self._failed_ratio > _BROKEN_RATIO

    def dialed(self, attempt_id: str, now_s: float) -> None:
        """Wait for a word about it."""
        self._unheard[attempt_id] = now_s

    def forget(self, attempt_id: str) -> None:
        """It is over, and that says nothing about the way."""
        self._unheard.pop(attempt_id, None)

    def rang(self, attempt_id: str, now_s: float) -> None:
        """The network behind it says that a telephone rings."""
        self._tells = True
        self.heard(attempt_id, now_s)

    def heard(self, attempt_id: str, now_s: float) -> None:
        """The network behind it said something: it is not silent any more."""
        self._unheard.pop(attempt_id, None)
        self._heard_s = now_s
        if self._is_silent:
            self._is_silent = False
            self._pause_s, self._try_at_s = _FIRST_PAUSE_S, 0.0

    def unheard(self, attempt_id: str, now_s: float) -> None:
        """It is over without a word: one too many, unless something was told of others meanwhile."""
        since_s = self._unheard.pop(attempt_id, now_s)
        if self._is_silent and since_s < self._silent_since_s:
            return  # known since then: only who was tried afterwards says that it lasts
        if since_s >= self._heard_s:
            self._fall_silent(now_s)
        self.failed(now_s)

    def _fall_silent(self, now_s: float) -> None:
        if not self._is_silent:
            self._is_silent, self._silent_since_s = True, now_s

    def look(self, now_s: float) -> None:
        """Notice that nothing is told."""
        while self._unheard and now_s - (oldest := next(iter(self._unheard.items())))[1] > _FORGET_AFTER_S:
            del self._unheard[oldest[0]]
        if self._is_silent or not self._tells or now_s - self._heard_s < SILENT_S:
            return
        silent = sum(now_s - since_s >= SILENT_S for since_s in self._unheard.values())
        if silent >= _SILENT_LINES:
            self._fall_silent(now_s)
            self.failed(now_s)

    def failed(self, now_s: float) -> None:
        """Count a refusal; wait longer after each while it lasts. Those of a silence end with it."""
        if not self._is_silent:
            self._failed_ratio += (1 - self._failed_ratio) / _MEMORY_ATTEMPTS
        if self.fails and now_s >= self._try_at_s:
            self._try_at_s = now_s + self._pause_s
            self._pause_s = min(_LONGEST_PAUSE_S, 2 * self._pause_s)

    def worked(self) -> None:
        """Count an attempt that reached the network behind it; after a failure that is enough to go on carefully."""
        self._failed_ratio = 0.0 if self.fails else self._failed_ratio * (1 - 1 / _MEMORY_ATTEMPTS)
        if not self._is_silent:
            self._pause_s, self._try_at_s = _FIRST_PAUSE_S, 0.0

    def may_try(self, now_s: float) -> bool:
        """Whether one attempt may be placed to see if it works again."""
        return now_s >= self._try_at_s
