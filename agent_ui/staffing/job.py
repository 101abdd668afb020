"""One plan of staff, from the wish to its lines."""

from dataclasses import dataclass, field
from enum import StrEnum

from dialer.simulation.staffing import Staffed, StaffingLine, StaffingWanted


class JobState(StrEnum):
    """WAITING for its turn; what is ready of a plan stays to be seen, however it ended."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobStep(StrEnum):
    """What may happen to it."""

    BEGIN = "begin"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"


LIFE: dict[JobState, dict[JobStep, JobState]] = {
    JobState.WAITING: {JobStep.BEGIN: JobState.RUNNING, JobStep.CANCEL: JobState.CANCELLED},
    JobState.RUNNING: {
        JobStep.FINISH: JobState.READY,
        JobStep.FAIL: JobState.FAILED,
        JobStep.CANCEL: JobState.CANCELLED,
    },
    JobState.READY: {},
    JobState.FAILED: {},
    JobState.CANCELLED: {},
}


@dataclass(slots=True)
class StaffingJob:
    """`campaign_id` is whose figures were taken, None for a list of nobody's; `error` says why it failed."""

    wanted: StaffingWanted
    campaign_id: int | None = None
    state: JobState = JobState.WAITING
    done_ratio: float = 0.0
    lines: list[StaffingLine] = field(default_factory=list)
    error: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return not LIFE[self.state]

    def take(self, step: JobStep) -> bool:
        """Go on; False, and nothing is changed, where its state has no such step."""
        then = LIFE[self.state].get(step)
        if then is not None:
            self.state = then
        return then is not None

    def hear(self, told: Staffed) -> None:
        """Note how far it is."""
        self.done_ratio = told.done_ratio
        if told.line is not None:
            self.lines.append(told.line)
