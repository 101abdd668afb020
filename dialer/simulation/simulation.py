"""All cells of a table, on as many processes as are wanted."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

from dialer.domain.pace_words import PaceLimits
from dialer.simulation.bound import MarkovCase, optimum
from dialer.simulation.cell import RULES, Cell, run_cell
from dialer.simulation.figures import Score, score
from dialer.simulation.hindsight import best_setting
from dialer.simulation.workload import Workload

HINDSIGHT = {"best-ratio": "ratio", "tuned-vicidial": "vicidial"}
"""Rules that are rivals with the setting that hindsight chose."""
BOUND = "bound"
ALL_RULES = (*RULES, *HINDSIGHT)


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table; a bound has an occupancy only."""

    workload: str
    agents: int
    rule: str
    seed: int
    occupancy_ratio: float
    score: Score | None = None
    setting: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: every rule in every workload with every number of agents and every seed."""

    workloads: Sequence[Workload]
    agents: Sequence[int]
    rules: Sequence[str]
    seeds: Sequence[int]
    days: int
    limits: PaceLimits

    def jobs(self) -> list[tuple[Callable[..., Result], tuple[Any, ...]]]:
        """Return what can be run apart from each other, the longest first."""
        rules = [
            (_run, (Cell(workload, agents, rule, seed, self.days, self.limits),))
            for agents in sorted(self.agents, reverse=True)
            for workload in self.workloads
            for rule in self.rules
            for seed in self.seeds
        ]
        bounds = [
            (_bound, (workload, agents, self.limits.abandonment_limit_ratio))
            for workload in self.workloads
            if workload.patience_mean_s is not None
            for agents in self.agents
        ]
        return [*rules, *bounds]


def _run(cell: Cell) -> Result:
    limit = cell.limits.abandonment_limit_ratio
    setting = cell.setting
    if cell.rule in HINDSIGHT:
        rival = Cell(cell.workload, cell.agents, HINDSIGHT[cell.rule], cell.seed, cell.days, cell.limits)
        setting, figures = best_setting(rival, run_cell)
    else:
        figures = score(run_cell(cell), limit)
    return Result(cell.workload.name, cell.agents, cell.rule, cell.seed, figures.occupancy_ratio, figures, setting)


def _bound(workload: Workload, agents: int, limit_ratio: float) -> Result:
    case = markov_case(workload, agents)
    return Result(workload.name, agents, BOUND, 0, optimum(case, limit_ratio).occupancy_ratio)


def markov_case(workload: Workload, agents: int) -> MarkovCase:
    """Return the rates of a workload in which everything is exponential."""
    human, talk = workload.outcomes[0], workload.talk[0].law
    patience_s = workload.patience_mean_s or PaceLimits().connect_deadline_s
    return MarkovCase(agents, talk.middle_s, human.after.middle_s, human.share, patience_s)


def simulate(plan: Plan, processes: int) -> Iterator[Result]:
    """Run everything; results come as they are ready."""
    jobs = plan.jobs()
    if processes == 1:
        yield from (job(*arguments) for job, arguments in jobs)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from _as_ready(pool, jobs)


def _as_ready(pool: Executor, jobs: Sequence[tuple[Callable[..., Result], tuple[Any, ...]]]) -> Iterator[Result]:
    waiting: list[Future[Result]] = [pool.submit(job, *arguments) for job, arguments in jobs]
    for ready in as_completed(waiting):
        yield ready.result()
