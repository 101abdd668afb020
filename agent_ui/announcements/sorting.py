"""One look for what was heard in several calls, from the wish to what it found."""

from dataclasses import dataclass
from enum import StrEnum


class SortingState(StrEnum):
    """NONE: nobody has looked since this process began."""

    NONE = "none"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class SortingStep(StrEnum):
    """What may happen to it."""

    BEGIN = "begin"
    FINISH = "finish"
    FAIL = "fail"


LIFE: dict[SortingState, dict[SortingStep, SortingState]] = {
    SortingState.NONE: {SortingStep.BEGIN: SortingState.RUNNING},
    SortingState.RUNNING: {SortingStep.FINISH: SortingState.READY, SortingStep.FAIL: SortingState.FAILED},
    SortingState.READY: {SortingStep.BEGIN: SortingState.RUNNING},
    SortingState.FAILED: {SortingStep.BEGIN: SortingState.RUNNING},
}


@dataclass(slots=True)
class Sorting:
    """`groups`: ids of calls that heard the same, of the last look that came to its end; `error` of one that failed."""

    state: SortingState = SortingState.NONE
    done_ratio: float = 0.0
    groups: tuple[tuple[str, ...], ...] = ()
    error: str = ""

    def take(self, step: SortingStep) -> bool:
        """Go on; False, and nothing is changed, where its state has no such step."""
        then = LIFE[self.state].get(step)
        if then is None:
            return False
        self.state = then
        if step is SortingStep.BEGIN:
            self.done_ratio, self.error = 0.0, ""
        return True

    def forget(self, name: str) -> None:
        """What is called after this call has its label now."""
        self.groups = tuple(group for group in self.groups if group[0] != name)
