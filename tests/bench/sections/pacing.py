"""The pacing that dials, beside other rules, an oracle and the exact bound: no clock in it, so nothing else disturbs it."""

import os

from dialer.domain.pace_words import PaceLimits
from dialer.simulation.simulation import ALL_RULES, Plan, simulate
from dialer.simulation.table import table
from dialer.simulation.workload import load_workload
from tests.bench.section import How, Section

WORKLOADS = ("W0", "W1", "W2", "W3")
STRESSES = ("S1", "S2", "S3", "S4", "S5", "S6")


async def measure(how: How) -> str:
    """Live ten days in each cell, and five under each stress."""
    cells = Plan(
        workloads=[load_workload(name) for name in how.pick(WORKLOADS, ("W0",))],
        agents=how.pick((3, 10), (3,)),
        rules=ALL_RULES,
        seeds=[11],
        days=how.pick(10, 1),
        limits=PaceLimits(),
    )
    stresses = Plan(
        workloads=[load_workload(name) for name in how.pick(STRESSES, ("S2",))],
        agents=how.pick((3, 10), (3,)),
        rules=("callroom", "oracle", "progressive"),
        seeds=[11],
        days=how.pick(5, 1),
        limits=PaceLimits(),
    )
    processes = os.cpu_count() or 1
    found, stressed = (table(list(simulate(plan, processes))) for plan in (cells, stresses))
    return "\n".join([*_HEAD, *found, "", *_STRESS_HEAD, *stressed])


_HEAD = (
    "## Predictive dialing: occupancy at a limit of 3 % abandoned",
    "",
    "A simulated world (`callroom dialer simulate`), ten days of 8 h, what was learned carried on, one seed. Occupancy: talk and",
    "wrap-up of the time signed in. Abandoned: people not connected within 2 s of those who answered, pooled; days over: days on which it",
    "was more than 3 %. `best-ratio` and `tuned-vicidial` have the setting (in brackets) that hindsight chose from these same days;",
    "`oracle` is our own rule told the end of every talk and wrap-up; `bound` is the exact optimum of the Markov case. Rivals are our models",
    "of their rules, not runs of them. A rule that is over 3 % has not kept the limit, however busy its agents are.",
    "",
)
_STRESS_HEAD = (
    "Stresses: S1 first two hours without history, S2 three times as many answer in one step, S3 the trunk refuses 90 % for ten minutes,",
    "S4 a detector that errs, S5 a quarter of the answers are call screening, S6 events late or lost.",
    "",
)

SECTION = Section("pacing", 10, measure)
