"""`make soak`: the long part of the fault stories. Every part can be left out or shortened; a report is printed.

    make soak                                           200 kills, 20 at each step of an attempt, 10 min away,
                                                        60 s frozen, 2 h of calls, a day, 10,000 random stories of
                                                        the floor
    make soak SOAK="--kills 20 --only kills,away"       some parts, or fewer of them

Each part has a time after which it is given up. One that does not hold stops no other, and makes the exit code 1. The
report is in var/soak/report.json; a full run of kills and away writes its section of BENCHMARKS.md (--page).
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from random import Random

from tests.bench.drift import drift
from tests.bench.machine import look
from tests.bench.section import put
from tests.bench.sections import NAMES
from tests.bench.sections.floor import run as simulate
from tests.bench.simulation import Plan
from tests.cti.domain.floor_world import PHONES, play
from tests.cti.domain.rosters import ROSTERS
from tests.faults.attempt_kills import AttemptKills, kill_at_each_step
from tests.faults.dying import STEPS
from tests.faults.invariants import WrongRows
from tests.faults.killing import Killings, kill_again_and_again
from tests.faults.long_away import Away, away_for_a_moment, stay_away
from tests.faults.phases import ALL
from tests.faults.soak_report import Part, Report, p50_and_max
from tests.faults.test_traces import suffer
from tests.faults.town import town

SOUND_WITHIN_S = 20.0
# Half of all kills must be served again by then, as in the test-suite (test_kill).
BACK_WITHIN_S = 5.0
# A town is left after so many kills: its call log shall not become the load.
KILLS_IN_A_ROW = 50
ROUNDS_IN_A_ROW = 4
DRIFT_AIM_PERCENT = 5.0
# What a short run gains is what a start gains.
JUDGED_FROM_MIN = 60.0
DAY_AGENTS, DAY_CALLS_PER_S = 20, 0.8
FULL_KILLS, FULL_AWAY_MIN, FULL_FROZEN_S, FULL_MEMORY_MIN, FULL_DAY_H = 200, 10.0, 60.0, 120.0, 24.0
FULL_ATTEMPT_KILLS, FULL_FLOORS, FULL_TRACES = 20, 10_000, 10_000
PARTS = ("kills", "attempts", "away", "frozen", "memory", "day", "floors", "traces")
MOST_OTHER_WAYS_RATIO = 0.02
_began_s = time.monotonic()


def say(line: str) -> None:
    passed_s = round(time.monotonic() - _began_s)
    print(f"[{passed_s // 3600}:{passed_s // 60 % 60:02}:{passed_s % 60:02}] {line}", flush=True)


async def kills(part: Part, count: int, seed: int) -> None:
    """Callroom killed with -9 under load, again and again; a town in which something broke is left for a new one."""
    rounds: list[Killings] = []
    wrong_rows = 0
    for first in range(0, count, KILLS_IN_A_ROW):
        one = Killings(seed + first)
        rounds.append(one)
        this_many = min(KILLS_IN_A_ROW, count - first)

        def tell(line: str, before: int = first) -> None:
            say(f"{before}+ of {count}, {wrong_rows} wrong rows: {line}")  # noqa: B023 - said while the loop stands

        try:
            with tempfile.TemporaryDirectory(prefix="callroom-soak-") as folder:
                async with asyncio.timeout(300 + 60 * this_many), town() as here:
                    await kill_again_and_again(here, Path(folder), one, this_many, SOUND_WITHIN_S, tell)
        except WrongRows as error:
            wrong_rows += len(error.sentences)
            part.wrong.append(f"seed {one.seed}: {error}")
        except AssertionError as error:
            part.wrong.append(f"seed {one.seed}: {error}")
        part.figures = _figures_of(rounds, wrong_rows)
    back_s = [each for one in rounds for each in one.back_s]
    if back_s and statistics.median(back_s) > BACK_WITHIN_S:
        part.wrong.append(f"serving again after {p50_and_max(back_s)}")
    if part.figures["kills"] != count:
        part.wrong.append(f"{part.figures['kills']} kills of {count}")


def _figures_of(rounds: list[Killings], wrong_rows: int) -> dict[str, object]:
    return {
        "seeds": ", ".join(str(one.seed) for one in rounds),
        "kills": sum(len(one.back_s) for one in rounds),
        "calls": sum(one.calls for one in rounds),
        "wrong rows": wrong_rows,
        "rows of calls whose end nobody watched": sum(one.excused for one in rounds),
        "kills that met a call": _met(rounds),
        "talks that went on over a kill": sum(one.talks_over_a_kill for one in rounds),
        "pairs in line that kept their order": sum(one.in_line for one in rounds),
        "serving again after the kill (aim: 5 s)": p50_and_max(each for one in rounds for each in one.back_s),
        "floor and switch agree after that": p50_and_max(each for one in rounds for each in one.sound_s),
    }


def _met(rounds: list[Killings]) -> str:
    counts = sum((one.phases for one in rounds), Counter[str]())
    return ", ".join(f"{phase} {counts[phase]}" for phase in sorted(ALL))


async def attempts(part: Part, times: int, seed: int) -> None:
    """Callroom ends by SIGKILL at each step of an attempt of a campaign."""
    rounds: list[AttemptKills] = []
    for first in range(0, times, ROUNDS_IN_A_ROW):
        one, this_many = AttemptKills(seed + first), min(ROUNDS_IN_A_ROW, times - first)
        rounds.append(one)
        try:
            async with asyncio.timeout(300 + 60 * this_many * len(STEPS)), town() as here:
                await kill_at_each_step(here, one, this_many, say)
        except AssertionError as error:
            part.wrong.append(f"seed {one.seed}: {error}")
        met = sum((each.kills for each in rounds), Counter[str]())
        verdicts = sum((each.verdicts for each in rounds), Counter[str | None]())
        part.figures = {
            "kills at each step": ", ".join(f"{step} {met[step]}" for step in STEPS),
            "leads, each tried once": sum(each.leads for each in rounds),
            "numbers dialed": sum(each.dialed for each in rounds),
            "attempts whose end nobody saw": verdicts["lost"],
        }
    if any(met[step] != times for step in STEPS):
        part.wrong.append(f"not {times} kills at each step")


async def away(part: Part, minutes: float, seed: int) -> None:
    """Callroom killed and not started again for minutes."""
    found = Away(seed)
    try:
        with tempfile.TemporaryDirectory(prefix="callroom-soak-") as folder:
            async with asyncio.timeout(900 + 60 * minutes), town() as here:
                await stay_away(here, Path(folder), found, minutes, SOUND_WITHIN_S, say)
    except AssertionError as error:
        part.wrong.append(str(error))
    finally:
        part.figures = {
            "seed": seed,
            "minutes away": round(found.away_s / 60, 1),
            "callers": found.callers,
            "answered by an agent through app_queue": found.answered - found.taken_back,
            "answered after the return": found.taken_back,
            "left a number to be called back": found.callbacks,
            "from the call to the answer": p50_and_max(found.waited_s),
            "floor and switch agree after the return": f"{found.sound_s:.1f} s",
        }


async def frozen(part: Part, seconds: float, seed: int) -> None:
    """Callroom stands still; agents are at their phones."""
    found = Away(seed)
    try:
        with tempfile.TemporaryDirectory(prefix="callroom-soak-") as folder:
            async with asyncio.timeout(600 + seconds), town() as here:
                await away_for_a_moment(here, Path(folder), found, seconds, SOUND_WITHIN_S, say, frozen=True)
    except AssertionError as error:
        part.wrong.append(str(error))
    finally:
        part.figures = {
            "seed": seed,
            "seconds frozen": round(found.away_s),
            "callers": found.callers,
            "answered by an agent through app_queue": found.answered - found.taken_back,
            "answered before or afterwards": found.taken_back,
            "from the call to the answer": p50_and_max(found.waited_s),
            "floor and switch agree afterwards": f"{found.sound_s:.1f} s",
        }
    if found.answered != found.callers or found.answered == found.taken_back:
        part.wrong.append(f"{found.answered} of {found.callers} answered, {found.taken_back} of them by Callroom")


async def memory(part: Part, minutes: float, out: Path) -> None:
    """Hours of real calls, measured by tests.bench.memory_soak in a process of its own."""
    samples = out.with_name("memory.json")
    samples.unlink(missing_ok=True)
    words = ("-m", "tests.bench.memory_soak", "--minutes", str(minutes), "--out", str(samples))
    process = await asyncio.create_subprocess_exec(sys.executable, *words)
    try:
        async with asyncio.timeout(60 * minutes + 900):
            while True:
                try:
                    code = await asyncio.wait_for(asyncio.shield(process.wait()), 300)
                    break
                except TimeoutError:
                    say(f"memory: {_progress(samples)}")
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    if code != 0:
        part.wrong.append(f"tests.bench.memory_soak ended with {code}")
        return
    said = json.loads(samples.read_text(encoding="utf-8"))
    taken, last = said["samples"], said["samples"][-1]
    gained = drift([(one["s"], one["callroom"]["rss_mb"]) for one in taken]).percent
    part.figures = {
        "minutes": round(last["s"] / 60, 1),
        "calls": last["calls"],
        "calls that failed": last["failed"],
        f"drift of Callroom's memory (aim: {DRIFT_AIM_PERCENT:g} %)": f"{gained:.1f} %",
    }
    if last["failed"]:
        part.wrong.append(f"{last['failed']} calls failed: {said['failures'][:5]}")
    if minutes >= JUDGED_FROM_MIN and gained > DRIFT_AIM_PERCENT:
        part.wrong.append(f"memory drifted by {gained:.1f} %")


def _progress(samples: Path) -> str:
    if not samples.exists():
        return "starting"
    last = json.loads(samples.read_text(encoding="utf-8"))["samples"][-1]
    return f"{last['s'] / 60:.0f} min, {last['calls']} calls, {last['callroom']['rss_mb']:.0f} MB"


async def day(part: Part, hours: float) -> None:
    """The floor alone, in virtual time."""
    calls = round(DAY_CALLS_PER_S * 3600 * hours)
    async with asyncio.timeout(900):
        said = await simulate(Plan(1, DAY_AGENTS, DAY_CALLS_PER_S, 20, calls, looks=240))
    gained = drift(said["memory"]).percent
    part.figures = {
        "simulated hours": hours,
        "calls": calls,
        "calls offered twice": said["double_offers"],
        f"drift of memory (aim: {DRIFT_AIM_PERCENT:g} %)": f"{gained:.1f} %",
    }
    if said["double_offers"]:
        part.wrong.append(f"{said['double_offers']} calls were offered twice")
    if gained > DRIFT_AIM_PERCENT:
        part.wrong.append(f"memory drifted by {gained:.1f} %")


async def floors(part: Part, count: int, seed: int) -> None:
    """Random stories of the floor alone, others than the test-suite's; each is told again by its seed."""
    part.figures = {"seeds": f"{seed} to {seed + count - 1}", "stories": 0}
    for number in range(count):
        phones = number % len(PHONES)
        try:
            play(Random(seed + number), ROSTERS[-phones])
        except Exception as error:
            part.wrong.append(f"seed {seed + number}, {PHONES[phones]}: {type(error).__name__} {error}")
        part.figures["stories"] += 1


async def traces(part: Part, count: int, seed: int) -> None:
    """Stories of a link that suffers, others than the test-suite's."""
    part.figures = {"seeds": f"{seed} to {seed + count - 1}", "stories": 0, "gone another way": 0}
    for number in range(count):
        try:
            part.figures["gone another way"] += suffer(seed + number)
        except Exception as error:
            part.wrong.append(f"seed {seed + number}: {type(error).__name__} {error}")
        part.figures["stories"] += 1
    if part.figures["gone another way"] > count * MOST_OTHER_WAYS_RATIO:
        part.wrong.append("too many went another way to compare")


async def run(given: argparse.Namespace) -> bool:
    """Do the parts in turn; what was found so far is on the disk after each."""
    machine, report = look(), Report()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    parts: dict[str, tuple[float, Callable[[Part], Awaitable[None]]]] = {
        "kills": (given.kills, lambda part: kills(part, given.kills, given.seed)),
        "attempts": (given.attempt_kills, lambda part: attempts(part, given.attempt_kills, given.seed)),
        "away": (given.away_minutes, lambda part: away(part, given.away_minutes, given.seed)),
        "frozen": (given.frozen_seconds, lambda part: frozen(part, given.frozen_seconds, given.seed)),
        "memory": (given.memory_minutes, lambda part: memory(part, given.memory_minutes, given.out)),
        "day": (given.day_hours, lambda part: day(part, given.day_hours)),
        "floors": (given.floors, lambda part: floors(part, given.floors, given.seed)),
        "traces": (given.traces, lambda part: traces(part, given.traces, given.seed)),
    }
    chosen = [name for name in parts if parts[name][0] and (not given.only or name in given.only)]
    for number, name in enumerate(chosen, start=1):
        say(f"part {number} of {len(chosen)}: {name}")
        part = Part(name)
        report.parts.append(part)
        began_s = time.monotonic()
        try:
            await parts[name][1](part)
        except Exception as error:
            traceback.print_exc()
            part.wrong.append(f"broke off: {type(error).__name__} {error}")
        part.took_s = time.monotonic() - began_s
        say(f"{name}: {part.outcome}")
        given.out.write_text(json.dumps([asdict(each) for each in report.parts], indent=2, ensure_ascii=False))
    if given.page is not None:
        before = given.page.read_text(encoding="utf-8") if given.page.exists() else ""
        given.page.write_text(put(before, "soak", report.section(machine), [*NAMES, "soak"]), encoding="utf-8")
    say(f"the report, kept in {given.out}\n{report.text()}")
    return report.held


def read(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line; a full run of kills and away writes into BENCHMARKS.md unless it is told where."""
    parser = argparse.ArgumentParser(
        prog="make soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", type=_names, default=frozenset(), help=f"{','.join(PARTS)}: only these")
    parser.add_argument("--kills", type=int, default=FULL_KILLS, help="0 leaves the part out, as with the others")
    parser.add_argument("--attempt-kills", type=int, default=FULL_ATTEMPT_KILLS, help="at each step of an attempt")
    parser.add_argument("--away-minutes", type=float, default=FULL_AWAY_MIN)
    parser.add_argument("--frozen-seconds", type=float, default=FULL_FROZEN_S)
    parser.add_argument("--memory-minutes", type=float, default=FULL_MEMORY_MIN)
    parser.add_argument("--day-hours", type=float, default=FULL_DAY_H, help="of virtual time")
    parser.add_argument(
        "--floors", type=int, default=FULL_FLOORS, help="stories of the floor, in any legal and illegal order"
    )
    parser.add_argument("--traces", type=int, default=FULL_TRACES, help="stories of a link that suffers")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--out", type=Path, default=Path("var/soak/report.json"))
    parser.add_argument("--page", type=Path, help="the file whose section is written")
    given = parser.parse_args(words)
    both = not given.only or {"kills", "away"} <= given.only
    if given.page is None and both and given.kills >= FULL_KILLS and given.away_minutes >= FULL_AWAY_MIN:
        given.page = Path("BENCHMARKS.md")
    return given


def _names(text: str) -> frozenset[str]:
    names = frozenset(text.split(","))
    if unknown := names - set(PARTS):
        raise argparse.ArgumentTypeError(f"no such part: {', '.join(sorted(unknown))}")
    return names


def main() -> None:
    sys.exit(0 if asyncio.run(run(read())) else 1)


if __name__ == "__main__":
    main()
