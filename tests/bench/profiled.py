"""`callroom` as it is, and on SIGUSR1 it begins to note where its processor time goes, on the next it writes that down.

Of the loop's thread by samples every few ms of processor time (ITIMER_PROF: who waits is not seen), of others the sum
by their own clocks. A sample belongs to the first module of ours in the stack, seen from the loop: whose task it is;
and to the last: whose line runs, or has called the library that runs.
"""

import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from agent_ui.__main__ import main

PERIOD_S = 0.004
_ROOT = str(Path(__file__).resolve().parents[2]) + "/"
_OURS = ("agent_ui/", "cti/", "crm_core/", "ivr/", "recordings/")
# Where every stack begins.
_FOOT = ("agent_ui/__main__.py", "agent_ui/commands/")
NOBODY = "sockets and timers"


class Profiler:
    """One at a time; `toggle` begins and ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tasks: Counter[str] = Counter()
        self._lines: Counter[str] = Counter()
        self._used_s = 0.0
        self._before: dict[str, float] = {}
        self._is_on = False

    def toggle(self, _number: int, _frame: FrameType | None) -> None:
        """Begin, or end and write."""
        self._is_on = not self._is_on
        signal.setitimer(signal.ITIMER_PROF, *((PERIOD_S, PERIOD_S) if self._is_on else (0.0, 0.0)))
        if self._is_on:
            self._tasks.clear()
            self._lines.clear()
            self._before, self._used_s = _threads(), time.thread_time()
            return
        spent = {name: spent_s - self._before.get(name, 0.0) for name, spent_s in _threads().items()}
        found = {"tasks": self._tasks, "lines": self._lines, "threads": spent}
        written = self._path.with_suffix(".new")
        written.write_text(json.dumps(found), encoding="utf-8")
        written.replace(self._path)

    def sample(self, _number: int, frame: FrameType | None) -> None:
        """Weigh by what this thread has used: the timer runs for all threads."""
        used_s = time.thread_time()
        spent_s, self._used_s = used_s - self._used_s, used_s
        files = []
        while frame is not None:
            file = frame.f_code.co_filename.removeprefix(_ROOT)
            if file.startswith(_OURS) and not file.startswith(_FOOT):
                files.append(file)
            frame = frame.f_back
        self._tasks[files[-1] if files else NOBODY] += spent_s  # type: ignore[assignment]
        self._lines[files[0] if files else NOBODY] += spent_s  # type: ignore[assignment]


def _threads() -> dict[str, float]:
    spent: Counter[str] = Counter()
    for thread in threading.enumerate():
        if thread.ident is not None:
            spent[thread.name.rstrip("0123456789_- ")] += time.clock_gettime(  # type: ignore[assignment]
                time.pthread_getcpuclockid(thread.ident)
            )
    return dict(spent)


if __name__ == "__main__":
    profiler = Profiler(Path(os.environ["BENCH_PROFILE_FILE"]))
    signal.signal(signal.SIGPROF, profiler.sample)
    signal.signal(signal.SIGUSR1, profiler.toggle)
    sys.exit(main())
