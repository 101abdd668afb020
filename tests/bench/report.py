"""BENCHMARKS.md: each figure beside its peer or limit, with a sentence of judgement."""

from dataclasses import dataclass

from tests.bench.bridge import BridgeFigures
from tests.bench.figures import Spread
from tests.bench.machine import Machine
from tests.bench.pop import PopFigures
from tests.bench.stream import ROUNDS, StreamFigures
from tests.bench.waiting import SILENCE_MS, WaitingFigures

POP_AIM_MS = 100.0
NEWLINE = "\n"
HEAD = "| | p50 | p99 | min | max |\n|---|--:|--:|--:|--:|"


@dataclass(frozen=True, slots=True)
class Run:
    """All of one `make bench`."""

    machine: Machine
    asterisk: str
    chromium: str
    took_s: float
    pops: PopFigures
    bridges: BridgeFigures
    waiting: WaitingFigures
    stream: StreamFigures


def document(run: Run) -> str:
    """Return the whole file."""
    return "\n\n".join(
        [_intro(run), _pops(run.pops), _bridges(run.bridges), _waiting(run.waiting), _stream(run.stream)]
    )


def _intro(run: Run) -> str:
    at = run.machine
    return f"""# Benchmarks

Written by `make bench`, which measures all of this again in about {round(run.took_s / 60) or 1} min. Do not edit.

| | |
|---|---|
| Machine | {at.cores} cores of {at.processor}, {at.memory_gib:.0f} GiB, Linux {at.kernel} |
| Before the start | {at.load:.1f} runnable tasks (1 min average): what is above 1 was other people's work |
| Scheduling | {at.scheduling} |
| Software | Python {at.python}, {run.asterisk}, Chromium {run.chromium} |
| Commit | `{at.commit}` |
| Date | {at.began_at:%Y-%m-%d %H:%M} UTC |

Everything runs on this one machine, over loopback: Asterisk, Callroom (started as `make run` starts it), Chromium, the
telephones and the stopwatch share its cores. Times are milliseconds from the moment before the INVITE's datagram leaves
a caller of the bench's own (`tests/bench/caller.py`). Percentiles are by nearest rank. Calls come one at a time, with
random pauses. Peers run in the same run, in turn, on the same Asterisk."""


def _row(name: str, figures: Spread) -> str:
    return f"| {name} | {figures} |"


def _pops(pops: PopFigures) -> str:
    shown = pops.shown
    verdict = (
        f"The aim, p99 ≤ {POP_AIM_MS:.0f} ms, is met with {POP_AIM_MS - shown.p99:.0f} ms to spare"
        if shown.p99 <= POP_AIM_MS
        else f"The aim, p99 ≤ {POP_AIM_MS:.0f} ms, is missed by {shown.p99 - POP_AIM_MS:.0f} ms"
    )
    steps = "\n".join(_row(name, figures) for name, figures in pops.steps.items())
    return f"""## INVITE → screen pop

{shown.count} calls of known customers to one ready agent in headless Chromium; the entry number's flow goes straight to
the queue. "In the DOM" is when a MutationObserver finds the caller's name in the ringing card **and** the customer's
panel filled (name, company, last contacts, open items); "painted" is the first task after the frame that showed it. The
page's clock reads in steps of 0.1 ms; it was compared with the machine's, which the stopwatch reads, before and after,
and drifted by {pops.clock_drift_ms:.2f} ms.

{HEAD}
{_row("**Callroom: in the DOM**", pops.shown)}
{_row("Callroom: painted", pops.painted)}
{_row("limit: AMI Newchannel → WebSocket → DOM", pops.relay_shown)}
{_row("limit: painted", pops.relay_painted)}

The limit is the least that can be done, in the same calls and the same Chromium: a process that passes Newchannel's
number on to a page which shows it. It knows no customer, no queue and no agent.

Where the time goes (each row from the one before; the first two moments are of 1 ms, by Asterisk and the floor):

{HEAD}
{steps}

{verdict}.
The median is {pops.shown.p50 - pops.relay_shown.p50:.0f} ms above the bare relay, for which Callroom answers the call,
runs the flow, chooses the agent, looks the customer up in the database, rings the phone (whose INVITE the same page
handles at the same time) and draws the whole panel."""


def _against(ours: Spread, peer: Spread, name: str) -> str:
    gaps = {"at the median": ours.p50 - peer.p50, "at p99": ours.p99 - peer.p99}
    how = " and ".join(f"{'missed' if gap > 0 else 'met'} by {abs(gap):.1f} ms {where}" for where, gap in gaps.items())
    return f"The aim, not slower than {name}, is {how}."


def _bridges(bridges: BridgeFigures) -> str:
    steps = "\n".join(
        f"| {name} | {ours.p50:.1f} | {ours.p99:.1f} | {queue.p50:.1f} | {queue.p99:.1f} |"
        for name, (ours, queue) in bridges.steps.items()
    )
    return f"""## INVITE → customer bridged, the agent's phone rung for the call

{bridges.ours.count} calls each way, in turn, to the same WebRTC endpoint, whose phone (a script, no browser) answers at
once. The end is Asterisk's own time stamp of the BridgeEnter that makes two members. Neither side records.

{HEAD}
{_row("**Callroom**, as it is shipped", bridges.ours)}
{_row("peer: `Answer(0,i)`, `Queue()`", bridges.queue)}

| from the row before | Callroom p50 | p99 | `Queue()` p50 | p99 |
|---|--:|--:|--:|--:|
{steps}

{_against(bridges.ours, bridges.queue, "`Queue()`")}
`Queue()` decides inside Asterisk; Callroom's decision crosses a socket to another process four times (the call to
FastAGI, the order to ring by AMI, the answer back by AMI, the order to bridge by FastAGI), and that process looks up
who calls and writes the diary meanwhile. A person who picks up needs a hundred times as long."""


def _waiting(waiting: WaitingFigures) -> str:
    ours, bare, pool = waiting.ours, waiting.bare, waiting.pool
    rows = [
        _row("**Callroom's FastAGI part**", ours),
        _row("limit: `Answer(0,i)`, `Bridge()` in the dialplan, nobody asked", bare),
        *([_row("peer: `Queue()` with `AgentLogin()`", pool)] if pool else []),
    ]
    return f"""## INVITE → customer bridged with an agent's leg that waits already

**The product rings per call today**; this is what would be left of it with legs that stay up. {ours.count} calls
each way, in turn. Ours are the shipped dialplan, FastAGI server, CallHandler, Telephony and Floor, and `EXEC Bridge` to
a leg in `[agent-wait]`; only ringing is replaced by "answered already", and there is no database.

{HEAD}
{NEWLINE.join(rows)}

Beyond the limit, {ours.p50 - bare.p50:.1f} ms at the median are the price of asking another process.
{_against_pool(ours.p50, pool.p50) if pool else "This Asterisk has no app_agent_pool to compare with."}"""


def _against_pool(ours_ms: float, pool_ms: float) -> str:
    gap = ours_ms - (pool_ms - SILENCE_MS)
    return f"""app_agent_pool plays the agent a sound before it connects, by default a beep, here {SILENCE_MS} ms of
silence because it must have one. Callroom's part is {pool_ms - ours_ms:.1f} ms faster than that as measured, and
about {abs(gap):.1f} ms {"slower" if gap > 0 else "faster"} than it would be without the sound."""


def _stream(stream: StreamFigures) -> str:
    ours = stream.per_cpu_s["callroom"]
    rows = "\n".join(f"| {name} | {rate:,.0f} |" for name, rate in stream.per_cpu_s.items())
    ratio = ours / stream.per_cpu_s["panoramisk"]
    return f"""## AMI events per second of processor time

The {stream.recorded} events that Asterisk sent in the calls above, replayed over a socket again and again to one client
at a time, each in a process of its own; the best of {ROUNDS} rounds. Ours counts with the translation into the floor's
words and with its watch over the link; the others hand each event to one callback that does nothing.

| client | events per CPU-second |
|---|--:|
{rows}

Callroom's own connection does {ratio:.2f} times panoramisk's work per second. A call is about
{stream.per_call:.0f} events, so both are enough for a thousand calls a second of one core; it was not for speed that
ours was written (see DECISIONS.md)."""
