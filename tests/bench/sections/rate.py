"""Calls per second, all recorded, with Callroom and without; and what a call costs."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.crowd import Crowd
from tests.bench.flame import Flame, profiled_step
from tests.bench.office import office
from tests.bench.plain import ENTRY, plain_crew, recordings
from tests.bench.profiled import PERIOD_S
from tests.bench.rates import FIRST_PER_S, TALK_S, Climb, Step, climb, files
from tests.bench.section import How, Section
from tests.bench.table import verdict

AGENTS = 120
AIM_RATIO, AIM_MS, AIM_SHARE = 0.9, 5.0, 15.0


async def measure(how: How) -> str:
    """First with Callroom, then the same Asterisk without it."""
    agents, hold_s, most = how.pick(AGENTS, 40), how.pick(10.0, 5.0), how.pick(100.0, 7.0)
    with TemporaryDirectory() as folder:
        notes = Path(folder) / "profile"
        async with office(agents, BENCH_PROFILE_FILE=str(notes)) as here:
            crowd = here.crowd()
            home = here.place.installation.home
            ours = await climb(here, crowd, hold_s, most, lambda: files(home / "recordings", TALK_S))
            again = here.crowd(first_number=17_000_000_000)
            flame = await profiled_step(here, again, notes, _middle(ours).per_s, hold_s)
            faults = list(here.crew.faults)
            await here.dismiss()
            async with plain_crew(here) as crew:
                plain = Crowd(here.carrier, crew, here.callers, ENTRY, first_number=16_000_000_000)
                theirs = await climb(here, plain, hold_s, most, lambda: files(recordings(here), TALK_S))
    return _text(ours, theirs, agents, hold_s, faults, flame)


def _middle(ours: Climb) -> Step:
    at = [step for step in ours.steps if step.holds] or ours.steps
    return at[len(at) // 2]


def _text(ours: Climb, theirs: Climb, agents: int, hold_s: float, faults: list[str], flame: Flame) -> str:
    ratio = ours.best / theirs.best if theirs.best else 0.0
    how = "met" if ratio >= AIM_RATIO else "missed"
    middle = _middle(ours)
    share = 100 * middle.callroom_ms / (middle.callroom_ms + middle.asterisk_ms)
    return f"""## Calls per second, all recorded, and what a call costs

Callers come as a Poisson process to one queue, {hold_s:.0f} s at each rate from {FIRST_PER_S:g} a second upwards, talk {TALK_S:g} s of
G.711 and hang up. {agents} agents (`tests/bench/crew.py`) have a session, a push socket and a phone at Callroom's SIP
proxy, a process of its own, as pages use it; they answer at once and classify every call. A call fails that no phone
took within 5 s, that is refused or cut, or whose INVITE or BYE is not answered. Callers, phones, their sound and the
stopwatch run on the same cores.

Beside it the same Asterisk in the same run without Callroom's part: `Answer`, the same `MixMonitor`, `Queue()` with as
many phones at Asterisk's own WebSocket. Callroom runs there too, with nothing to do.

| calls/s | failed | INVITE → phone has answered, p50 ms | p99 ms | CPU per call: Callroom | Asterisk | encoder (nice) | without: failed | p50 ms | p99 ms | Asterisk |
|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
{_rows(ours, theirs)}

With Callroom {ours.best:.1f} calls a second hold, without {theirs.best:.1f}: {ratio:.2f} times (aim: {AIM_RATIO:g}), {how}.
Recordings at the rates that hold: {ours.recordings(held=True)} with Callroom, {theirs.recordings(held=True)} without;
beyond them {ours.recordings(held=False)}, and {theirs.recordings(held=False)}. Short: less than three quarters of the
{TALK_S:g} s between the phone's answer and the caller's hanging up, which is so when a talk begins late.
{_faults("With Callroom", ours)}{_faults("Without", theirs)}{"Agents' troubles: " + "; ".join(faults[:3]) + "." if faults else ""}

At {middle.per_s:.1f} calls a second: {verdict("Callroom's processor time per call", middle.callroom_ms, AIM_MS, "ms", 1)}
{verdict("its share beside Asterisk's own", share, AIM_SHARE, "%", 1)}
The encoder (ffmpeg, `nice`) makes Opus of each recording when there is time; it is listed by itself.

A call's cost is all that Callroom's processes use while calls come, so {agents} agents' screens, which are told of each
other, their requests and their telephones' SIP are in it. Where it goes, sampled every {1000 * PERIOD_S:.0f} ms of processor time in
a step of the same rate (`tests/bench/profiled.py`, which costs a little itself). Few calls a second find cold caches at
every step: the same work, one call after the other, costs a fraction, and so a call costs less at higher rates.

{flame.text()}"""


def _rows(ours: Climb, theirs: Climb) -> str:
    rates = sorted({step.per_s for step in (*ours.steps, *theirs.steps)})
    by_rate = [({step.per_s: step for step in one.steps}) for one in (ours, theirs)]
    lines = []
    for rate in rates:
        mine, other = by_rate[0].get(rate), by_rate[1].get(rate)
        ends = f"{mine.callroom_ms:.1f} | {mine.asterisk_ms:.1f} | {mine.encoder_ms:.1f}" if mine else "| |"
        theirs_end = f"{other.asterisk_ms:.1f}" if other else ""
        lines.append(f"| {rate:.1f} | {_part(mine)} | {ends} | {_part(other)} | {theirs_end} |")
    return "\n".join(lines)


def _part(step: Step | None) -> str:
    if step is None:
        return "| |"
    joined = "| " if step.joined is None else f"{step.joined.p50:.0f} | {step.joined.p99:.0f}"
    return f"{step.failed} of {step.calls} | {joined}"


def _faults(who: str, one: Climb) -> str:
    said = ", ".join(f"{count} × {fault}" for fault, count in sorted(one.faults.items()))
    return f"{who}: {said}. " if said else ""


SECTION = Section("rate", 5, measure)
