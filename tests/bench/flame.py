"""Where Callroom's processor time per call goes: what `tests.bench.profiled` noted, by part and by module."""

import asyncio
import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from tests.bench.crowd import Crowd
from tests.bench.office import Office
from tests.bench.processes import cost
from tests.bench.profiled import NOBODY
from tests.bench.rates import TALK_S, door

# The first that fits; whose task it is that runs.
PARTS = {
    "floor, AMI, AGI, flows": ("cti/", "ivr/"),
    "screens: HTTP and push": (
        "agent_ui/site/",
        "agent_ui/push/",
        "agent_ui/metrics/",
        "agent_ui/api/",
        "agent_ui/auth/",
    ),
    "database": ("crm_core/", "sqlite-", "Thread-"),
    "SIP proxy": ("agent_ui/sip.py", "agent_ui/phones/"),
    "recordings: finding, drawing, filing": ("recordings/", "agent_ui/joints/taping", "asyncio"),
    "sockets and timers of all these": (NOBODY,),
}
OTHER = "the rest"
TOP = 12


@dataclass(frozen=True, slots=True)
class Flame:
    """Milliseconds per call: of each part, and of each module's own lines with the libraries that they call."""

    parts: dict[str, float]
    lines: dict[str, float]

    def text(self) -> str:
        """Two tables."""
        parts = "\n".join(f"| {name} | {spent:.2f} |" for name, spent in self.parts.items())
        most = sorted(self.lines.items(), key=lambda line: -line[1])[:TOP]
        lines = "\n".join(f"| `{name}` | {spent:.2f} |" for name, spent in most)
        return (
            f"| whose task it is | ms per call |\n|---|--:|\n{parts}\n\n"
            f"| whose lines run, with what they call of libraries | ms per call |\n|---|--:|\n{lines}"
        )


async def profiled_step(here: Office, crowd: Crowd, notes: Path, per_s: float, hold_s: float) -> Flame:
    """Hold a rate once more and note where the time goes."""
    await _toggle(here.place.installation.pid, notes, ends=False)
    before, calls = cost(door(here)).cpu_s, round(per_s * hold_s)
    await crowd.pour(per_s, calls, TALK_S)
    await asyncio.sleep(2.0)
    door_ms = 1000 * (cost(door(here)).cpu_s - before) / calls
    await _toggle(here.place.installation.pid, notes, ends=True)
    return read(notes, calls, door_ms)


async def _toggle(pid: int, notes: Path, *, ends: bool) -> None:
    os.kill(pid, signal.SIGUSR1)
    async with asyncio.timeout(10):
        while ends and not await asyncio.to_thread(notes.exists):
            await asyncio.sleep(0.05)


def read(notes: Path, calls: int, door_ms: float) -> Flame:
    """Sum up what was noted; `door_ms` is the phones' process, per call."""
    found = json.loads(notes.read_text(encoding="utf-8"))
    spent = {name: 1000 * spent_s / calls for name, spent_s in found["tasks"].items()}
    spent |= {name: 1000 * spent_s / calls for name, spent_s in found["threads"].items() if name != "MainThread"}
    spent["agent_ui/phones/"] = door_ms
    parts = dict.fromkeys((*PARTS, OTHER), 0.0)
    for name, ms in spent.items():
        parts[next((part for part, begin in PARTS.items() if name.startswith(begin)), OTHER)] += ms
    return Flame(parts, {name: 1000 * spent_s / calls for name, spent_s in found["lines"].items()})
