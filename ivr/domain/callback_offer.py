"""When who waits is told that we can call them instead; told the time (s)."""

from math import inf

from cti.domain.callback_values import CallbackRules

AGAIN_S = 90.0
# The expected wait moves without a word: it is looked at so often.
LOOK_S = 5.0


class OfferSchedule:
    """From the beginning of the wait on; said once, it is said again while it is true."""

    def __init__(self, rules: CallbackRules, now_s: float) -> None:
        self._rules = rules
        self._long_at_s = now_s + rules.after_s
        self.next_s = inf
        if rules.offered:
            self.next_s = now_s if rules.either and rules.above_expected_s else self._long_at_s

    def is_due(self, now_s: float, expected_wait_s: float | None) -> bool:
        """Whether the line's rule holds now; otherwise it is looked at again soon."""
        if now_s < self.next_s:
            return False
        rules = self._rules
        has_waited = now_s >= self._long_at_s
        will_wait = expected_wait_s is not None and expected_wait_s >= rules.above_expected_s > 0
        holds = has_waited or will_wait if rules.either else has_waited and (will_wait or not rules.above_expected_s)
        if not holds:
            self.next_s = now_s + LOOK_S
        return holds

    def told(self, now_s: float) -> None:
        """It was said, and not taken."""
        self.next_s = now_s + AGAIN_S
