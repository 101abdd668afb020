"""Whether the way out works at all: a trunk that refuses everything says nothing about who would have answered."""

_MEMORY_ATTEMPTS = 20.0
_BROKEN_RATIO = 0.5
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0


class Route:
    """Stops the pacing while most attempts are refused; a single one is let through from time to time to see."""

    def __init__(self) -> None:
        self._failed_ratio = 0.0
        self._pause_s = _FIRST_PAUSE_S
        self._try_at_s = 0.0

    @property
    def fails(self) -> bool:
        """Most of the last attempts were refused."""
        return self._failed_ratio > _BROKEN_RATIO

    def failed(self, now_s: float) -> None:
        """Count a refusal; wait longer after each while it lasts."""
        self._failed_ratio += (1 - self._failed_ratio) / _MEMORY_ATTEMPTS
        if self.fails and now_s >= self._try_at_s:
            self._try_at_s = now_s + self._pause_s
            self._pause_s = min(_LONGEST_PAUSE_S, 2 * self._pause_s)

    def worked(self) -> None:
        """Count an attempt that reached the network behind it; after a failure that is enough to go on carefully."""
        self._failed_ratio = 0.0 if self.fails else self._failed_ratio * (1 - 1 / _MEMORY_ATTEMPTS)
        self._pause_s, self._try_at_s = _FIRST_PAUSE_S, 0.0

    def may_try(self, now_s: float) -> bool:
        """Whether one attempt may be placed to see if it works again."""
        return now_s >= self._try_at_s
