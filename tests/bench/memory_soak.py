"""Hours of real calls: what the processes hold, sampled every ten seconds, until the time is over or a signal comes.

    python -m tests.bench.memory_soak --minutes 120 --out var/soak/memory.json

The file is written anew with every sample, so that it can be read, and is whole, at any moment.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sqlite3
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cti.tasks import TaskSet
from tests.bench.crowd import Crowd
from tests.bench.machine import look
from tests.bench.office import Office, office
from tests.bench.processes import cost, family, program

PERIOD_S = 10.0
EVERY_S = 2.5
TALK_S = 8.0
AGENTS = 8
TABLES = ("calls", "call_events", "call_legs", "recordings", "interactions", "audit_log")


class Soak:
    """Callers come one after the other; somebody looks at the processes meanwhile."""

    def __init__(self, here: Office, watch: Path, out: Path) -> None:
        self._here = here
        self._crowd: Crowd = here.crowd(patience_s=20.0)
        self._watch = watch
        self._out = out
        self._began = time.monotonic()
        self._samples: list[dict[str, Any]] = []
        self._machine = look()
        self._over = asyncio.Event()

    async def run(self, minutes: float, every_s: float, talk_s: float) -> None:
        """Until the time is over."""
        tasks = TaskSet()
        tasks.start(self._call(every_s, talk_s), name="callers")
        tasks.start(self._sample(), name="samples")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(minutes * 60):
                await self._over.wait()
        await tasks.aclose()
        await asyncio.sleep(talk_s + 5)
        self._note(is_over=True)

    def stop(self) -> None:
        """End it now; what was measured is kept."""
        self._over.set()

    async def _call(self, every_s: float, talk_s: float) -> None:
        calls = TaskSet()
        due = time.monotonic()
        try:
            while True:
                calls.start(self._crowd.one(talk_s), name="caller")
                due += every_s
                await asyncio.sleep(max(0.0, due - time.monotonic()))
        finally:
            await calls.aclose()

    async def _sample(self) -> None:
        while True:
            self._note(is_over=False)
            await asyncio.sleep(PERIOD_S)

    def _note(self, *, is_over: bool) -> None:
        place = self._here.place
        asterisk = place.instance.status().pid or 0
        ours = [pid for pid in family(place.installation.pid) if "/asterisk " not in f"{program(pid)} "]
        fates = self._crowd.fates
        self._samples.append(
            {
                "s": time.monotonic() - self._began,
                "callroom": asdict(cost(ours)),
                "asterisk": asdict(cost([asterisk])),
                "watch": _last_line(self._watch),
                "rows": _rows(place.installation.home / "callroom.db"),
                "calls": len(fates),
                "failed": sum(bool(fate.fault) for fate in fates),
                "faults": len(self._here.crew.faults),
            }
        )
        said = {
            "commit": self._machine.commit,
            "began_at": self._machine.began_at.isoformat(),
            "load_before": self._machine.load,
            "is_over": is_over,
            "every_s": EVERY_S,
            "samples": self._samples,
            "failures": [fate.fault for fate in fates if fate.fault][:50],
            "agents_faults": self._here.crew.faults[:50],
        }
        half = self._out.with_suffix(".part")
        half.write_text(json.dumps(said), encoding="utf-8")
        half.replace(self._out)


def _last_line(path: Path) -> dict[str, Any]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    said: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return said


def _rows(path: Path) -> dict[str, int]:
    rows: dict[str, int] = {}
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as database:
        known = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in sorted(known & set(TABLES)):
            rows[table] = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
    return rows


async def soak(minutes: float, out: Path, every_s: float = EVERY_S, talk_s: float = TALK_S) -> None:
    """Run it in an installation of its own."""
    out.parent.mkdir(parents=True, exist_ok=True)
    watch = out.with_suffix(".watch")
    watch.unlink(missing_ok=True)
    async with office(AGENTS, BENCH_WATCH_FILE=str(watch.absolute())) as here:
        running = Soak(here, watch, out)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, running.stop)
        await running.run(minutes, every_s, talk_s)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--out", type=Path, default=Path("var/soak/memory.json"))
    given = parser.parse_args()
    asyncio.run(soak(given.minutes, given.out))
    sys.exit(0)
