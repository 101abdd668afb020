"""Cells of the pacing's table, one after another; kept as they are ready, so that it goes on where it stopped."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

from dialer.domain.pace_words import PaceLimits
from dialer.simulation.figures import Score
from dialer.simulation.simulation import BOUND, Plan, Result
from dialer.simulation.workload import load_workload
from tests.bench.origin import origin


@dataclass(frozen=True, slots=True)
class Asked:
    """One cell with one rule and one seed."""

    workload: str
    agents: int
    rule: str
    seed: int
    days: int

    def live(self) -> Result:
        """Run it."""
        rules = [] if self.rule == BOUND else [self.rule]
        plan = Plan([load_workload(self.workload)], [self.agents], rules, [self.seed], self.days, PaceLimits())
        job, arguments = plan.jobs()[0]
        return job(*arguments)


def asked(
    workloads: Sequence[str], agents: Sequence[int], rules: Sequence[str], days: int, seeds: Sequence[int] = (11,)
) -> list[Asked]:
    """Return every combination, seed by seed."""
    return [
        Asked(workload, number, rule, seed, days)
        for seed, number, workload, rule in product(seeds, agents, workloads, rules)
    ]


class Kept:
    """What was lived; of another text of the rule or its world nothing is taken up."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.results: dict[Asked, Result] = {}
        if file.exists():
            for line in file.read_text("utf-8").splitlines():
                self._take(json.loads(line))

    def _take(self, line: dict[str, Any]) -> None:
        cell = Asked(**line["asked"])
        if line["origin"] != origin(cell.rule, cell.workload):
            return
        score = line["result"].pop("score")
        scored = None if score is None else Score(**score)
        self.results[cell] = Result(**line["result"], score=scored)

    def keep(self, cell: Asked, result: Result) -> None:
        """Write it at once."""
        self.results[cell] = result
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as lines:
            come_from = origin(cell.rule, cell.workload)
            lines.write(json.dumps({"origin": come_from, "asked": asdict(cell), "result": asdict(result)}) + "\n")


def live(cells: Sequence[Asked], kept: Kept, processes: int, until_s: float, say: Callable[[str], None]) -> None:
    """Run what is not kept yet; nothing new begins after `until_s` of the monotonic clock."""
    waiting = iter([cell for cell in dict.fromkeys(cells) if cell not in kept.results])
    running: dict[Future[Result], Asked] = {}
    with ProcessPoolExecutor(processes) as pool:
        while True:
            for cell in _next(waiting, processes - len(running), until_s):
                running[pool.submit(cell.live)] = cell
            if not running:
                return
            for ready in wait(running, return_when=FIRST_COMPLETED).done:
                cell = running.pop(ready)
                kept.keep(cell, ready.result())
                say(f"{cell.workload} {cell.agents} {cell.rule} seed {cell.seed}: {len(kept.results)} cells")


def _next(waiting: Iterator[Asked], free: int, until_s: float) -> Iterator[Asked]:
    for _ in range(free):
        if time.monotonic() >= until_s:
            return
        cell = next(waiting, None)
        if cell is None:
            return
        yield cell


def not_run(cells: Sequence[Asked], kept: Kept) -> list[str]:
    """Name what is missing, the rules and seeds of a cell together."""
    missing: dict[tuple[str, int], dict[str, list[int]]] = {}
    for cell in dict.fromkeys(cells):
        if cell not in kept.results:
            missing.setdefault((cell.rule, cell.agents), {}).setdefault(cell.workload, []).append(cell.seed)
    return [
        f"{rule} N = {agents}: " + ", ".join(f"{name}{_range(seeds)}" for name, seeds in names.items())
        for (rule, agents), names in missing.items()
    ]


def _range(seeds: Sequence[int]) -> str:
    if not any(seeds):
        return ""
    return f" seeds {min(seeds)}-{max(seeds)}" if len(seeds) > 1 else f" seed {seeds[0]}"
