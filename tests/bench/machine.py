"""On what it was measured, and of what."""

import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.place import root


@dataclass(frozen=True, slots=True)
class Machine:
    """As it was before the start; `load` is the kernel's average of runnable tasks over the last minute."""

    cores: int
    processor: str
    memory_gib: float
    kernel: str
    python: str
    commit: str
    began_at: datetime
    load: float
    scheduling: str


def look() -> Machine:
    """Ask the kernel and git."""
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        processor=_line("/proc/cpuinfo", "model name"),
        memory_gib=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
        kernel=platform.release(),
        python=platform.python_version(),
        commit=_commit(),
        began_at=datetime.now(UTC),  # noqa: TID251 - the moment of the run itself
        load=os.getloadavg()[0],
        scheduling=_scheduling(),
    )


def _scheduling() -> str:
    policy, nice = os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0)
    if policy in {os.SCHED_RR, os.SCHED_FIFO}:
        return "real-time priority for everything that is measured, because others worked on the machine (`chrt -r 1`)"
    return "ordinary" if nice == 0 else f"nice {nice}"


def _line(path: str, name: str) -> str:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "unknown")


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=root(), capture_output=True, text=True, check=False).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ":!BENCHMARKS.md")
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + (" with changes" if changed else "")
