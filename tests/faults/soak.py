"""`make soak`: the long part of the fault stories. Every part can be left out or shortened; a report is printed.

    python -m tests.faults.soak [--kills 200] [--memory-minutes 120] [--seed N] [--out FILE]

0 leaves a part out. The report says of each part what was done, what came out, and how it ended; the exit code is 1
if an invariant did not hold.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.figures import spread
from tests.faults.killing import Killings, kill_again_and_again
from tests.faults.town import Town, town

SOUND_WITHIN_S = 20.0
BACK_AIM_S = 5.0
# A town is left after so many kills: its call log shall not become the load.
KILLS_IN_A_ROW = 50


@dataclass
class Report:
    """Parts by name: figures, and "held" or what did not hold."""

    parts: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        return all(part["outcome"] == "held" for part in self.parts.values())

    def text(self) -> str:
        return "\n".join(
            f"{name}: {part['outcome']}\n" + "".join(f"    {key}: {value}\n" for key, value in part["figures"].items())
            for name, part in self.parts.items()
        )


def say(line: str) -> None:
    print(line, flush=True)


async def kills(report: Report, count: int, seed: int) -> None:
    """Callroom killed with -9 under load, again and again."""
    rounds: list[Killings] = []
    outcome = "held"
    try:
        for first in range(0, count, KILLS_IN_A_ROW):
            async with town() as here:
                rounds.append(await _some_kills(here, seed + first, min(KILLS_IN_A_ROW, count - first)))
    except AssertionError as error:
        outcome = f"did not hold: {error}"
    back = [seconds for one in rounds for seconds in one.back_s]
    sound = [seconds for one in rounds for seconds in one.sound_s]
    figures: dict[str, Any] = {"seed": seed, "kills": len(back), "calls": sum(one.calls for one in rounds)}
    if back:
        figures |= {
            "talks that went on over a kill": sum(one.talks_over_a_kill for one in rounds),
            "seconds until it served again": f"{spread(back)} (aim: {BACK_AIM_S:g})",
            "seconds until floor and switch agreed": str(spread(sound)),
        }
    report.parts["killed"] = {"figures": figures, "outcome": outcome}


async def _some_kills(here: Town, seed: int, count: int) -> Killings:
    with tempfile.TemporaryDirectory(prefix="callroom-soak-") as folder:
        return await kill_again_and_again(here, Path(folder), seed, count, SOUND_WITHIN_S, say)


async def memory(report: Report, minutes: float, out: Path) -> None:
    """Hours of real calls; tests.bench.soak measures and writes its own file."""
    began_s = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.soak", "--minutes", str(minutes), "--out", str(out.with_name("memory.json"))
    )
    code = await process.wait()
    took = {"minutes": round((time.monotonic() - began_s) / 60, 1), "samples": str(out.with_name("memory.json"))}
    report.parts["memory"] = {"figures": took, "outcome": "held" if code == 0 else f"did not hold: exit code {code}"}


async def run(arguments: argparse.Namespace) -> bool:
    """Do the parts in turn; what was found so far is on the disk after each."""
    report = Report()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    parts = {
        "kills": (arguments.kills, lambda: kills(report, arguments.kills, arguments.seed)),
        "memory": (arguments.memory_minutes, lambda: memory(report, arguments.memory_minutes, arguments.out)),
    }
    for wanted, part in parts.values():
        if wanted:
            await part()
            arguments.out.write_text(json.dumps(report.parts, indent=2, ensure_ascii=False))
    say(report.text())
    return report.held


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--memory-minutes", type=float, default=120)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--out", type=Path, default=Path("var/soak/report.json"))
    sys.exit(0 if asyncio.run(run(parser.parse_args())) else 1)


if __name__ == "__main__":
    main()
