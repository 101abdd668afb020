"""`callroom` as it is, and every few seconds a line about what a process cannot be asked from outside: its tasks."""

import asyncio
import gc
import json
import os
import sys
import threading
import time

from agent_ui.__main__ import main

PERIOD_S = 10.0


def _tasks() -> int:
    """Count what runs; the set is the loop's own, and may change under our hands."""
    every = getattr(asyncio.tasks, "_scheduled_tasks", None) or asyncio.tasks._all_tasks  # type: ignore[attr-defined]
    for _ in range(20):
        try:
            return sum(not task.done() for task in list(every))
        except RuntimeError:
            continue
    return -1


def _report(path: str) -> None:
    while True:
        line = json.dumps({"at": time.time(), "tasks": _tasks(), "tracked": len(gc.get_objects())})
        with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(line + "\n")
        time.sleep(PERIOD_S)


if __name__ == "__main__":
    threading.Thread(target=_report, args=(os.environ["BENCH_WATCH_FILE"],), daemon=True).start()
    sys.exit(main())
