"""`callroom dialer plan`: how many agents, lines and hours a list takes, as a table, a chart or JSON."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from agent_ui.config import load_config
from agent_ui.memory import open_memory
from agent_ui.staffing.known import StaffingKnown, staffing_known
from crm_core.campaigns import CampaignRow
from crm_core.domain.campaign_rules import CampaignRules
from crm_core.errors import FieldProblem, Invalid, NotFound
from cti.clock import SystemClock
from dialer.domain.pace_words import PaceLimits
from dialer.plan import plan_of, retries_of
from dialer.simulation.staffing import MODES, StaffingLine, StaffingWanted, staffing

_BAR_CELLS = 40
_OWN = (
    *("people", "hours_per_day", "talk_s", "wrap_up_s", "answer_ratio", "machine_ratio", "dead_ratio"),
    *("mode", "lines_per_agent", "lines_max", "abandonment_limit_ratio"),
)
# heading, cells
_COLUMNS = (
    *(("agents", 6), ("days", 8), ("hours", 9), ("agent h", 9), ("lines ", 7), ("occ %", 7), ("lost %", 7)),
    *(("attempts", 11), ("contacts", 10), ("per h", 8)),
)

Number = Callable[[str], Any]


def add_plan_arguments(plan: argparse.ArgumentParser, whole: Callable[[int, int], Number], percent: Number) -> None:
    """Say what may follow it; what is left out is the campaign's, or a usual value."""

    def option(name: str, kind: Number, meta: str, help_text: str) -> None:
        plan.add_argument(f"--{name.replace('_', '-')}", dest=name, type=kind, metavar=meta, help=help_text)

    plan.add_argument("--campaign", metavar="NAME", help="its number or name: its list, rules and what it has learned")
    plan.add_argument("--agents", nargs="+", type=whole(1, 1000), metavar="N", help="numbers of agents to try")
    option("people", whole(1, 10_000_000), "N", "on the list (those of the campaign who wait, or 1000)")
    plan.add_argument("--hours", dest="hours_per_day", type=_from(0.5, 24), metavar="H", help="of calling a day (8)")
    option("talk_s", _from(5, 3600), "S", "mean talk")
    option("wrap_up_s", _from(0, 1800), "S", "mean wrap-up")
    for name, of in (("answers", "answer_ratio"), ("machines", "machine_ratio"), ("dead", "dead_ratio")):
        plan.add_argument(f"--{name}", dest=of, type=percent, metavar="PERCENT", help="of the first attempts")
    plan.add_argument("--mode", choices=MODES)
    option("lines_per_agent", _from(1, 10), "R", "for each free agent, in the mode ratio")
    option("lines_max", whole(1, 2000), "N", "ringing at once")
    plan.add_argument("--limit", dest="abandonment_limit_ratio", type=percent, metavar="PERCENT", help="of abandonment")
    plan.add_argument("--json", action="store_true", help="every figure, for programs")


def _from(least: float, most: float) -> Number:
    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text}: a number from {least:g} to {most:g} is needed")
        return value

    return number


def run_plan(arguments: argparse.Namespace) -> None:
    """Find it out, with progress on standard error."""
    known, campaign = StaffingKnown(), None
    if arguments.campaign is not None:
        known, campaign = asyncio.run(_known_of(arguments.campaign))
    wanted = _wanted(arguments, known, campaign)
    lines = _with_progress(wanted)
    if arguments.json:
        print(json.dumps([asdict(line) for line in lines], indent=1))
        return
    print(_about(wanted))
    print("\n".join([*plan_table(lines), *plan_chart(lines)]))


async def _known_of(name: str) -> tuple[StaffingKnown, CampaignRow]:
    clock = SystemClock()
    memory = open_memory(load_config(), clock)
    await memory.database.start()
    try:
        for row in await memory.campaigns.all():
            if name in (row.name, str(row.id)):
                return await staffing_known(memory, clock, row), row
    finally:
        await memory.database.aclose()
    raise NotFound("campaign", name)


def _wanted(arguments: argparse.Namespace, known: StaffingKnown, campaign: CampaignRow | None) -> StaffingWanted:
    own = {
        name: getattr(known, name) if getattr(arguments, name) is None else getattr(arguments, name) for name in _OWN
    }
    if own["answer_ratio"] <= 0 or own["answer_ratio"] + own["machine_ratio"] + own["dead_ratio"] > 1:
        message = "answers must be more than none, and with machines and dead numbers at most all attempts"
        raise Invalid(FieldProblem("answers", "shares_over", message))
    limit_ratio, lines_max = own.pop("abandonment_limit_ratio"), own.pop("lines_max")
    agents = tuple(arguments.agents or sorted({max(1, known.agents // 2), known.agents, known.agents * 2}))
    if campaign is None:
        limits = replace(PaceLimits(), abandonment_limit_ratio=limit_ratio, lines_max=lines_max)
        return StaffingWanted(**own, agents=agents, limits=limits, retries=retries_of(CampaignRules()))
    plan = plan_of(campaign)
    limits = replace(plan.limits, abandonment_limit_ratio=limit_ratio, lines_max=lines_max)
    return StaffingWanted(**own, agents=agents, limits=limits, retries=plan.retries, ring_s=plan.ring_s)


def _with_progress(wanted: StaffingWanted) -> list[StaffingLine]:
    lines: list[StaffingLine] = []
    for told in staffing(wanted):
        if told.line is not None:
            lines.append(told.line)
        if sys.stderr.isatty():
            bar = "█" * int(told.done_ratio * _BAR_CELLS)
            end = "\n" if told.done_ratio >= 1 else ""
            print(f"\r{bar:░<{_BAR_CELLS}} {told.done_ratio:4.0%}", end=end, file=sys.stderr, flush=True)
    return lines


def _about(wanted: StaffingWanted) -> str:
    return (
        f"{wanted.people:,} people, {wanted.hours_per_day:g} h a day, {wanted.mode}: {wanted.answer_ratio:.1%} answer, "
        f"talk {wanted.talk_s:g} s, wrap-up {wanted.wrap_up_s:g} s, limit {wanted.limits.abandonment_limit_ratio:.1%}"
    )


def plan_table(lines: Sequence[StaffingLine]) -> Iterator[str]:
    """Give a heading and a line for each number of agents."""
    yield "".join(f"{head:>{cells}}" for head, cells in _COLUMNS)
    for line in lines:
        texts = (
            *(str(line.agents), f"{line.days:.1f}{'*' if line.waits_for_rules else ' '}", f"{line.hours:,.1f}"),
            *(
                f"{line.agent_hours:,.0f}",
                f"{line.lines_peak}{'+' if line.lines_full else ' '}",
                f"{100 * line.occupancy_ratio:.1f}",
            ),
            *(f"{100 * line.abandonment_ratio:.2f}", f"{line.attempts:,}", f"{line.contacts:,}"),
            f"{line.contacts_per_hour:,.1f}",
        )
        yield "".join(f"{text:>{cells}}" for text, (_, cells) in zip(texts, _COLUMNS, strict=True))
    if any(line.waits_for_rules for line in lines):
        yield "* the rules let people wait between attempts: more agents do not end it sooner"
    if any(line.lines_full for line in lines):
        yield "+ as many lines rang at once as may: with more of them it ends sooner"


def plan_chart(lines: Sequence[StaffingLine]) -> Iterator[str]:
    """Give a bar for each number of agents, as long as its hours."""
    yield ""
    longest = max(line.hours for line in lines)
    for line in lines:
        bar = "█" * max(1, round(_BAR_CELLS * line.hours / longest))
        yield f"  {line.agents:>4} agents {bar} {line.hours:,.1f} h"
