"""Memory over hours of real calls, and over a day of simulated ones."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.drift import drift
from tests.bench.memory_soak import soak
from tests.bench.place import root
from tests.bench.section import How, Section
from tests.bench.sections.floor import run
from tests.bench.simulation import Plan
from tests.bench.table import verdict

AIM_PERCENT = 5.0
DAY_S = 86_400
Sample = dict[str, Any]


async def measure(how: How) -> str:
    """Read what `python -m tests.bench.memory_soak` left (SOAK names another file); quick makes a minute of its own."""
    path = Path(os.environ.get("SOAK") or root() / "var" / "soak" / "memory.json")
    if how.is_quick:
        path = root() / "var" / "soak" / "quick.json"
        await soak(1.0, path)
    if not path.exists():
        raise FileNotFoundError(f"{path}: let `python -m tests.bench.memory_soak --minutes 120` write it first")
    real = json.loads(path.read_text(encoding="utf-8"))
    agents, per_s = 20, 0.8
    day = await run(Plan(1, agents, per_s, 20, round(per_s * how.pick(DAY_S, DAY_S // 20)), looks=240))
    return _text(real, day, agents)


def _text(real: dict[str, Any], day: dict[str, Any], agents: int) -> str:
    samples: list[Sample] = real["samples"]
    last = samples[-1]
    hours, calls = last["s"] / 3600, last["calls"]
    # Before the first line is written about the tasks there is nothing to read.
    watched = [one for one in samples if one["watch"]]
    rows = [
        _row("Callroom, memory (RSS), MB", samples, lambda one: one["callroom"]["rss_mb"]),
        _row("Asterisk, memory (RSS), MB", samples, lambda one: one["asterisk"]["rss_mb"]),
        _row("Callroom, open files", samples, lambda one: one["callroom"]["files"]),
        _row("Asterisk, open files", samples, lambda one: one["asterisk"]["files"]),
        _row("Callroom, tasks of the loop", watched, lambda one: one["watch"]["tasks"]),
        _row("Callroom, objects that Python tracks", watched, lambda one: one["watch"]["tracked"]),
    ]
    ours = drift([(one["s"], one["callroom"]["rss_mb"]) for one in samples]).percent
    asterisk = drift([(one["s"], one["asterisk"]["rss_mb"]) for one in samples]).percent
    simulated = drift(day["memory"])
    grew = {name: count - samples[0]["rows"].get(name, 0) for name, count in last["rows"].items()}
    lines = "\n".join(rows)
    return f"""## Memory over hours

{hours:.2f} h of real calls: one every {real["every_s"]:g} s, recorded, answered by agents with session, push socket and phone, classified,
compressed and filed; {calls:,} calls, of which {last["failed"]} failed. Sampled every 10 s (`python -m tests.bench.memory_soak`; begun
{real["began_at"][:16].replace("T", " ")} UTC on commit `{real["commit"]}`). Drift is what a straight line through all but the first tenth gains.

| | after the first tenth | at the end | drift |
|---|--:|--:|--:|
{lines}

{verdict("drift of Callroom's memory", ours, AIM_PERCENT, "%", 1)} Asterisk, which does the same calls, drifted by {asterisk:.1f} %.
What has to grow are rows: {", ".join(f"{count:,} in {name}" for name, count in grew.items())}.

{day["plan"]["calls"]:,} simulated calls, {day["plan"]["calls"] / day["plan"]["per_s"] / 3600:.0f} h of virtual time, through the floor with {agents} agents in a process that has nothing
else ({len(day["memory"])} looks, each after a collection): {simulated.first:.1f} MB after the first tenth, {simulated.last:.1f} MB at the end.
{verdict("drift", simulated.percent, AIM_PERCENT, "%", 1)}"""


def _row(name: str, samples: list[Sample], value: Callable[[Sample], float]) -> str:
    line = drift([(one["s"], value(one)) for one in samples])
    digits = 1 if "MB" in name else 0
    return f"| {name} | {line.first:,.{digits}f} | {line.last:,.{digits}f} | {line.percent:+.1f} % |"


SECTION = Section("memory", 1, measure)
