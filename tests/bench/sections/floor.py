"""The floor alone: how long it decides, whether it offers twice, and whether callers wait as theory says."""

import asyncio
import json
from dataclasses import asdict
from typing import Any

from tests.bench.child import child
from tests.bench.erlang import confidence, erlang_c, mean_wait_s
from tests.bench.section import How, Section
from tests.bench.simulation import Plan
from tests.bench.table import verdict

AIM_MS = 10.0
AIM_RATIO = 0.05
SEEDS = (11, 12, 13, 14, 15, 16)


async def measure(how: How) -> str:
    """Two timed runs, one after the other; then many short ones, two at a time, for the waits."""
    full = await run(Plan(1, 1000, 50, 20, how.pick(20_000, 1000), waiting=1000))
    quiet = await run(Plan(2, 1000, 50, 19, how.pick(100_000, 3000), warm=how.pick(10_000, 2000)))
    calls = how.pick(250_000, 3000)
    small = await several([Plan(seed, 10, 0.4, 20, calls, warm=calls // 20) for seed in how.pick(SEEDS, SEEDS[:2])])
    return _text(full, quiet, small)


async def run(plan: Plan) -> dict[str, Any]:
    """Run one simulation in a process of its own."""
    async with child("tests.bench.simulation") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asdict(plan)).encode() + b"\n")
        said: dict[str, Any] = json.loads(await process.stdout.read())
        await process.wait()
        return said


async def several(plans: list[Plan]) -> list[dict[str, Any]]:
    """Run them, two at a time."""
    places = asyncio.Semaphore(2)

    async def one(plan: Plan) -> dict[str, Any]:
        async with places:
            return await run(plan)

    return await asyncio.gather(*(one(plan) for plan in plans))


def _text(full: dict[str, Any], quiet: dict[str, Any], small: list[dict[str, Any]]) -> str:
    plan = Plan(**small[0]["plan"])
    theory_s = mean_wait_s(plan.agents, plan.per_s, plan.mean_s)
    wait_ms, half_ms = confidence([one["wait_ms"] for one in small])
    ratio, half = confidence([one["waited_ratio"] for one in small])
    gap = wait_ms / 1000 / theory_s - 1
    doubles = full["double_offers"] + quiet["double_offers"] + sum(one["double_offers"] for one in small)
    calls = sum(one["waits"] for one in (full, quiet, *small))
    worst_ms = max(one["worst_gap_ms"] for one in (full, quiet, *small))
    interval = f"{half_ms / wait_ms * 100:.1f} %"
    big = Plan(**quiet["plan"])
    return f"""## The floor alone: decisions, double offers, waits

The real `Floor` with a switch that obeys at once, in virtual time, 50 calls a second as a Poisson process
(`tests/bench/simulation.py`). Each event is one decision: everything that follows from it is decided, ordered and
numbered when it returns. What the decision is worth, how long callers wait, stands beside theory below.

| 1,000 agents | calls at once | decisions | p50 | p99 | max |
|---|--:|--:|--:|--:|--:|
{_row("1,000 talk, 1,000 wait", full)}
{_row("all agents busy 95 % of the time", quiet)}

{verdict("p99 of a decision", max(full["p99_ms"], quiet["p99_ms"]), AIM_MS, "ms", 1)}
When the first of a thousand leaves the line, the 999 behind have a new place to be told; that is the p99.
Of {calls:,} calls {doubles} were offered to two agents, or to one who had a call; the aim is 0.

Waits, beside theory (M/M/c, first come first served, for which Erlang C is exact), {len(small)} seeds of
{plan.calls:,} calls at {plan.agents} agents and {plan.per_s * plan.mean_s:g} Erlang:

| | mean wait | share that waits |
|---|--:|--:|
| **the floor**, ± 95 % confidence | {wait_ms / 1000:.3f} s ± {half_ms / 1000:.3f} | {ratio * 100:.2f} % ± {half * 100:.2f} |
| Erlang C | {theory_s:.3f} s | {erlang_c(plan.agents, plan.per_s * plan.mean_s) * 100:.2f} % |

The mean is {abs(gap) * 100:.1f} % {"above" if gap > 0 else "below"} theory (aim: within {AIM_RATIO:.0%}; the interval is ± {interval}).
At 1,000 agents and {big.per_s * big.mean_s:g} Erlang theory has {mean_wait_s(big.agents, big.per_s, big.mean_s) * 1000:.1f} ms for {erlang_c(big.agents, big.per_s * big.mean_s) * 100:.1f} % who wait, the floor
{quiet["wait_ms"]:.1f} ms for {quiet["waited_ratio"] * 100:.1f} %: so large a group moves so slowly that no run of minutes can tell 5 % there. What can be
told: the same callers at an ideal queue, computed agent by agent, wait the same. The largest difference of any of
all {calls:,} waits was {worst_ms:.3f} ms."""


def _row(name: str, one: dict[str, Any]) -> str:
    return (
        f"| {name} | {one['most_calls']:,} | {one['decisions']:,} | {one['p50_ms']:.3f} ms | {one['p99_ms']:.2f} ms | "
        f"{one['max_ms']:.1f} ms |"
    )


SECTION = Section("floor", 3, measure)
