"""What is heard before the answer, kept for a while: where nothing in it is known, an operator may name it."""

import numpy as np

from dialer.listening.sound import FRAME_S, RATE_HZ, Samples

# The beginning is enough to know a recording again, and to hear what it says.
KEPT_MOST_S = 15.0
# Of sound, pauses not counted: less than what two calls must have in common to be of one recording.
LOUD_LEAST_S = 1.6


class EarlySound:
    """One call's, from its first sound on; ringing tones are nobody's announcement."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._loud = 0
        self._is_closed = False

    def feed(self, frame: Samples, *, is_loud: bool) -> None:
        """Take the next 20 ms."""
        if self._is_closed or len(self._kept) >= KEPT_MOST_S * RATE_HZ * 2 or not (is_loud or self._kept):
            return
        self._loud += is_loud
        self._kept += frame.astype("<i2").tobytes()

    def begin_again(self) -> None:
        """It was a ringing tone so far."""
        self._kept.clear()
        self._loud = 0

    def give_up(self) -> None:
        """It is known what this is."""
        self.begin_again()
        self._is_closed = True

    def close(self) -> None:
        """What comes now is said after the answer: nothing of that is kept."""
        self._is_closed = True

    def take(self) -> Samples | None:
        """Return what was heard and not known; None: not enough to be known again."""
        if self._loud * FRAME_S < LOUD_LEAST_S:
            return None
        return np.frombuffer(bytes(self._kept), "<i2").astype(np.int16)
