"""The pacing that dials, beside other rules, an oracle and the exact bound: no clock in it, so nothing else disturbs it.

All cells take many hours, so MINUTES may end it: what was lived until then is kept in var/bench, and the next run goes
on from there with all whose rule and world are still the same text. PROCESSES: how many at once; DAYS: fewer of each
cell. What was not run is named below the table.
"""

import os
import time

from dialer.simulation.simulation import ALL_RULES, BOUND
from dialer.simulation.table import table
from tests.bench.cells import Asked, Kept, asked, live, not_run
from tests.bench.place import root
from tests.bench.section import How, Section

W0, REALISTIC, STRESSES = ("W0",), ("W1", "W2", "W3"), ("S1", "S2", "S3", "S4", "S5", "S6")
OURS, RIVALS = ("callroom", "oracle"), ("best-ratio", "tuned-vicidial")
OTHERS = tuple(rule for rule in ALL_RULES if rule not in (*OURS, *RIVALS))
SMALL, MIDDLE, LARGE = (3, 10), (5, 20), (50, 100)
DAYS = int(os.environ.get("DAYS", "") or 30)
FIRST, MORE = (11,), (12, 13)


def _cells(how: How) -> list[Asked]:
    """Return all, the first to be run first."""
    if how.is_quick:
        return [*asked(("W0", "S2"), (3,), OURS, 1), Asked("W0", 3, BOUND, 0, 1)]
    worlds = (*W0, *REALISTIC)
    return [
        *asked(STRESSES, (3,), ("callroom",), DAYS),
        *asked(worlds, (3,), ("callroom",), DAYS),
        *asked(STRESSES, (10,), ("callroom",), DAYS),
        *asked(worlds, (10,), ("callroom",), DAYS),
        *(Asked("W0", agents, BOUND, 0, DAYS) for agents in (3, 5, 10, 20)),
        *asked(worlds, (3,), ("oracle",), DAYS),
        *asked(REALISTIC, (3,), RIVALS, DAYS),
        *asked(worlds, (10,), ("oracle",), DAYS),
        *asked(REALISTIC, (10,), RIVALS, DAYS),
        *asked(("W1",), SMALL, ("progressive", "vicidial", "issabel", "replay"), DAYS),
        *asked(worlds, MIDDLE, ("callroom",), DAYS),
        *asked(REALISTIC, MIDDLE, ("oracle", *RIVALS), DAYS),
        *asked(("W1",), LARGE, OURS, DAYS),
        *asked(worlds, SMALL, ("callroom",), DAYS, MORE),
        *asked(STRESSES, SMALL, ("oracle", "progressive"), DAYS),
        *asked(STRESSES, (*MIDDLE, *LARGE), ("callroom",), DAYS),
        *(Asked("W0", agents, BOUND, 0, DAYS) for agents in LARGE),
        *asked(worlds, (*SMALL, *MIDDLE, *LARGE), ALL_RULES, DAYS),
    ]


async def measure(how: How) -> str:
    """Live what there is time for."""
    cells = _cells(how)
    kept = Kept(root() / "var" / "bench" / f"pacing{'-quick' if how.is_quick else ''}.jsonl")
    minutes = float(os.environ.get("MINUTES", "") or 24 * 60)
    processes = int(os.environ.get("PROCESSES", "") or os.cpu_count() or 1)
    live(cells, kept, processes, time.monotonic() + 60 * minutes, print)
    lived = {cell: kept.results[cell] for cell in cells if cell in kept.results}
    calm, stressed = (
        table([result for cell, result in lived.items() if (cell.workload in STRESSES) is is_stress])
        for is_stress in (False, True)
    )
    missing = not_run(cells, kept)
    gaps = ["", "Not run: " + "; ".join(missing) + "."] if missing else []
    return "\n".join([*_HEAD, *calm, "", *_STRESS_HEAD, *stressed, *gaps])


_HEAD = (
    "## Predictive dialing: occupancy at a limit of 3 % abandoned",
    "",
    f"A simulated world (`callroom dialer simulate`), {DAYS} days of 8 h (S1: 2 h) with each seed, from 11 on, what was learned carried",
    "on. `make bench ONLY=pacing`, with MINUTES as long as there was time; a row may have been lived at an earlier commit whose rule and world",
    "are the same text. Occupancy: talk and wrap-up of the time signed in; ± is half of a",
    "95 % interval over seeds, without it there is one seed. Abandoned: people not connected within 2 s of those who answered, pooled; days",
    "over: days on which it was more than 3 %, of all days of all seeds. Settled: occupancy from ten to twenty minutes after steps of the",
    "workload. `best-ratio` and `tuned-vicidial` have the setting (in brackets) that hindsight chose from these same days; `oracle` is our own",
    "rule told the end of every talk and wrap-up; `replay` is ImpactDialing's rule; `bound` is the exact optimum of the Markov case. Rivals are",
    "our models of their rules, not runs of them. A rule that is over 3 % has not kept the limit, however busy its agents are.",
    "",
)
_STRESS_HEAD = (
    "Stresses: S1 first two hours without history, each day anew, S2 three times as many answer in one step, S3 the trunk refuses 90 % for",
    "ten minutes, S4 a detector that errs, S5 a quarter of the answers are call screening, S6 events late or lost.",
    "",
)

SECTION = Section("pacing", 24 * 60, measure)
