"""Results as a person reads them: a table, and a chart made of characters."""

import math
from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean, stdev

from dialer.simulation.simulation import BOUND, Result

_BAR_CHARACTERS = 50
# two-sided 95 % of Student's t, by degrees of freedom; beyond the table the normal value
_T95 = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26, 14: 2.14, 19: 2.09, 29: 2.05}

_COLUMNS = (
    "workload",
    "agents",
    "rule",
    "occupancy %",
    "abandoned %",
    "days over",
    "worst hour %",
    "dialed per talk",
    "idle s per talk",
    "settled %",
)

Cells = dict[tuple[str, int], dict[str, list[Result]]]


def by_cell(results: Sequence[Result]) -> Cells:
    """Gather the seeds of each rule in each cell, in the order of workload and agents."""
    cells: Cells = defaultdict(lambda: defaultdict(list))
    for result in sorted(results, key=lambda each: (each.workload, each.agents, each.rule, each.seed)):
        cells[result.workload, result.agents][result.rule].append(result)
    return cells


def half_width(values: Sequence[float]) -> float:
    """Return half of the 95 % confidence interval of the mean; 0 for a single value."""
    if len(values) < 2:
        return 0.0
    degrees = len(values) - 1
    known = max(known for known in _T95 if known <= degrees)
    return _T95[known] * stdev(values) / math.sqrt(len(values))


def table(results: Sequence[Result]) -> list[str]:
    """Return Markdown lines, the best rule of each cell first."""
    lines = [
        f"| {' | '.join(_COLUMNS)} |",
        f"|{'---|' * len(_COLUMNS)}",
    ]
    for (workload, agents), rules in by_cell(results).items():
        for rule, runs in sorted(rules.items(), key=lambda item: -fmean(run.occupancy_ratio for run in item[1])):
            lines.append(f"| {workload} | {agents} | {_line(rule, runs)} |")
    return lines


def _line(rule: str, runs: Sequence[Result]) -> str:
    occupancies = [100 * run.occupancy_ratio for run in runs]
    spread = f" ±{half_width(occupancies):.1f}" if len(runs) > 1 else ""
    occupancy = f"{fmean(occupancies):.1f}{spread}"
    scores = [run.score for run in runs if run.score]
    if not scores:
        return f"{rule} | {occupancy} | | | | | |"
    settings = sorted({run.setting for run in runs if run.setting is not None})
    name = (
        f"{rule} ({'-'.join(f'{value:g}' for value in (settings[0], settings[-1])[: len(settings)])})"
        if settings
        else rule
    )
    days = sum(each.days for each in scores)
    settled = [each.settled_occupancy_ratio for each in scores if each.settled_occupancy_ratio is not None]
    return " | ".join(
        [
            name,
            occupancy,
            f"{100 * fmean(each.abandonment_ratio for each in scores):.2f}",
            f"{sum(each.days_over_limit for each in scores)}/{days}",
            f"{100 * max(each.worst_hour_ratio for each in scores):.1f}",
            f"{fmean(each.dialed_per_connected for each in scores):.1f}",
            f"{fmean(each.idle_s_per_connected for each in scores):.1f}",
            f"{100 * fmean(settled):.1f}" if settled else "",
        ]
    )


def chart(results: Sequence[Result]) -> list[str]:
    """Return a bar for each rule of each cell, as long as its occupancy."""
    lines: list[str] = []
    for (workload, agents), rules in by_cell(results).items():
        lines += ["", f"{workload}, {agents} agents"]
        width = max(len(rule) for rule in rules)
        for rule, runs in sorted(rules.items(), key=lambda item: -fmean(run.occupancy_ratio for run in item[1])):
            occupancy = fmean(run.occupancy_ratio for run in runs)
            mark = "░" if rule == BOUND else "█"
            lines.append(f"  {rule:<{width}} {mark * round(occupancy * _BAR_CHARACTERS)} {100 * occupancy:.1f} %")
    return lines
