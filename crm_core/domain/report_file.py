"""The life of a file that is made of a report: asked for, made by one process or the next, and gone after a while."""

from enum import StrEnum


class FileState(StrEnum):
    """WANTED waits for its turn; only of READY there is a file to be had."""

    WANTED = "wanted"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class FileStep(StrEnum):
    """What may happen to it. `interrupt`: the process that made it is gone, and the next one makes it again."""

    BEGIN = "begin"
    FINISH = "finish"
    FAIL = "fail"
    INTERRUPT = "interrupt"
    CANCEL = "cancel"
    EXPIRE = "expire"


LIFE: dict[FileState, dict[FileStep, FileState]] = {
    FileState.WANTED: {FileStep.BEGIN: FileState.MAKING, FileStep.CANCEL: FileState.CANCELLED},
    FileState.MAKING: {
        FileStep.FINISH: FileState.READY,
        FileStep.FAIL: FileState.FAILED,
        FileStep.INTERRUPT: FileState.WANTED,
        FileStep.CANCEL: FileState.CANCELLED,
    },
    # a file that somebody took from the disk is none any more
    FileState.READY: {FileStep.EXPIRE: FileState.EXPIRED, FileStep.FAIL: FileState.FAILED},
    FileState.FAILED: {FileStep.EXPIRE: FileState.EXPIRED},
    FileState.CANCELLED: {FileStep.EXPIRE: FileState.EXPIRED},
    FileState.EXPIRED: {},
}
OVER = frozenset({FileState.READY, FileState.FAILED, FileState.CANCELLED, FileState.EXPIRED})


def ways_of(step: FileStep) -> dict[FileState, FileState]:
    """Say from which states the step leads where."""
    return {state: steps[step] for state, steps in LIFE.items() if step in steps}
