"""`callroom dialer simulate`: how busy agents would be, and how many people would be abandoned, by rule.

`callroom dialer plan` asks the same world what a list takes.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agent_ui.commands.dialer_plan import add_plan_arguments, run_plan
from dialer.domain.pace_words import PaceLimits
from dialer.errors import UnknownRule
from dialer.simulation.simulation import ALL_RULES, Plan, Result, simulate
from dialer.simulation.table import chart, table
from dialer.simulation.workload import load_workload, shipped_names

_DAYS_MAX, _AGENTS_MAX = 365, 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    help_text = "let the predictive dialer's pacing work in a simulated world, beside other rules"
    action = actions.add_parser("simulate", help=help_text, description=help_text)
    named = ", ".join(shipped_names())
    action.add_argument("--workload", nargs="+", default=["W1"], metavar="W", help=f"{named}, or a TOML file")
    action.add_argument("--agents", nargs="+", type=_whole(1, _AGENTS_MAX), default=[10], metavar="N")
    rules = ("callroom", "oracle", "progressive", "best-ratio")
    action.add_argument("--rule", nargs="+", default=rules, metavar="RULE", help=f"of {', '.join(ALL_RULES)}")
    action.add_argument("--days", type=_whole(1, _DAYS_MAX), default=3, metavar="D", help="of each seed (default 3)")
    action.add_argument("--seeds", type=_seeds, default=[11], metavar="A-B", help="one, or a range (default 11)")
    action.add_argument("--limit", type=_percent, default=0.03, metavar="PERCENT", help="of abandonment (default 3)")
    cores = os.cpu_count() or 1
    action.add_argument("--processes", type=_whole(1, 64), default=cores, metavar="P", help="at once (default: cores)")
    action.add_argument("--json", type=Path, metavar="FILE", help="write every result, too; - for standard output only")
    action.set_defaults(run=run)
    help_text = "how many agents, lines and hours a list takes, in the same simulated world"
    plan = actions.add_parser("plan", help=help_text, description=help_text)
    add_plan_arguments(plan, _whole, _percent)
    plan.set_defaults(run=run_plan)


def _whole(least: int, most: int) -> Any:
    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text}: a whole number from {least} to {most} is needed")
        return int(text)

    return number


def _seeds(text: str) -> list[int]:
    first, _, last = text.partition("-")
    number = _whole(0, 1_000_000)
    seeds = list(range(number(first), number(last or first) + 1))
    if not seeds or len(seeds) > 1000:
        raise argparse.ArgumentTypeError(f"{text}: give one number or a rising range of at most 1000, like 11-40")
    return seeds


def _percent(text: str) -> float:
    try:
        value = float(text) / 100
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text}: a percentage from 0 to 100 is needed")
    return value


def run(arguments: argparse.Namespace) -> None:
    """Simulate, with progress on standard error."""
    for rule in arguments.rule:
        if rule not in ALL_RULES:
            raise UnknownRule(rule, ALL_RULES)
    plan = Plan(
        workloads=[load_workload(name) for name in arguments.workload],
        agents=arguments.agents,
        rules=arguments.rule,
        seeds=arguments.seeds,
        days=arguments.days,
        limits=PaceLimits(abandonment_limit_ratio=arguments.limit),
    )
    results = _with_progress(plan, arguments.processes)
    only_json = arguments.json == Path("-")
    if not only_json:
        print("\n".join([*table(results), *chart(results)]))
    if arguments.json is not None:
        _write(arguments.json, results)


def _with_progress(plan: Plan, processes: int) -> list[Result]:
    results: list[Result] = []
    total = len(plan.jobs())
    for result in simulate(plan, processes):
        results.append(result)
        if sys.stderr.isatty():
            done = len(results) * 40 // total
            bar = "█" * done + "░" * (40 - done)
            print(f"\r{bar} {len(results)} of {total}", end="\n" if len(results) == total else "", file=sys.stderr)
    return results


def _write(file: Path, results: Sequence[Result]) -> None:
    text = json.dumps([asdict(result) for result in results], indent=1)
    if file == Path("-"):
        print(text)
    else:
        file.write_text(text + "\n", "utf-8")
