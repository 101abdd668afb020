"""BENCHMARKS.md: each figure beside its peer or limit, with a sentence of judgement."""

from dataclasses import dataclass

from tests.bench.bridge import BridgeFigures
from tests.bench.figures import Spread
from tests.bench.machine import Machine
from tests.bench.pop import PopFigures
from tests.bench.stream import StreamFigures
from tests.bench.waiting import WaitingFigures

POP_AIM_MS = 100.0
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
| Load before the start | {at.load:.1f} runnable tasks on {at.cores} cores (1 min average); a busy machine makes the tails longer |
| Software | Python {at.python}, {run.asterisk}, Chromium {run.chromium} |
| Commit | `{at.commit}` |
| Date | {at.began_at:%Y-%m-%d %H:%M} UTC |

Everything runs on this one machine, over loopback: Asterisk, Callroom (started as `make run` starts it), Chromium, the
telephones and the stopwatch share its cores. Times are milliseconds from the moment before the INVITE's datagram is sent by
a caller of the bench's own (`tests/bench/caller.py`). Percentiles are by nearest rank. Calls come one at a time, with random
pauses. Peers run in the same run, in turn, on the same Asterisk."""


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

{shown.count} calls of known customers to one ready agent in headless Chromium; the entry number's flow goes straight to the
queue. "In the DOM" is when a MutationObserver finds the caller's name in the ringing card **and** the customer's panel filled
(name, company, last contacts, open items); "painted" is the first task after the frame that showed it. The page's clock reads
in steps of 0.1 ms, was compared with the machine's, which the stopwatch reads, and drifted by {pops.clock_drift_ms:.2f} ms.

{HEAD}
{_row("**Callroom: in the DOM**", pops.shown)}
{_row("Callroom: painted", pops.painted)}
{_row("limit: AMI Newchannel → WebSocket → DOM", pops.relay_shown)}
{_row("limit: painted", pops.relay_painted)}

The limit is the least that can be done, in the same calls and the same Chromium: a process that passes Newchannel's number on
to a page which shows it. It knows no customer, no queue and no agent.

Where the time goes (each row from the one before):

{HEAD}
{steps}

{verdict}; the median is {pops.shown.p50 - pops.relay_shown.p50:.0f} ms above the bare relay, for which Callroom answers the
call, runs the flow, chooses the agent, looks the customer up in the database, rings the phone (whose INVITE the same page
handles at the same time) and draws the whole panel."""


def _against(ours: Spread, peer: Spread, name: str) -> str:
    gap = ours.p50 - peer.p50
    if gap <= 0:
        return f"The aim, not slower than {name}, is met: {-gap:.1f} ms faster at the median."
    return f"The aim, not slower than {name}, is missed by {gap:.1f} ms at the median, {ours.p99 - peer.p99:.1f} ms at p99."


def _bridges(bridges: BridgeFigures) -> str:
    steps = "\n".join(
        f"| {name} | {ours.p50:.1f} | {ours.p99:.1f} | {queue.p50:.1f} | {queue.p99:.1f} |"
        for name, (ours, queue) in bridges.steps.items()
    )
    return f"""## INVITE → customer bridged, the agent's phone rung for the call

{bridges.ours.count} calls each way, in turn, to the same WebRTC endpoint, whose phone (a script, no browser) answers at once.
The end is Asterisk's own time stamp of the BridgeEnter that makes two members. Neither side records.

{HEAD}
{_row("**Callroom**, as it is shipped", bridges.ours)}
{_row("peer: `Answer(0,i)`, `Queue()`", bridges.queue)}

| from the row before | Callroom p50 | p99 | `Queue()` p50 | p99 |
|---|--:|--:|--:|--:|
{steps}

{_against(bridges.ours, bridges.queue, "`Queue()`")} `Queue()` decides inside Asterisk; Callroom's decision crosses a socket
to another process four times (the call to FastAGI, the order to ring by AMI, the answer back by AMI, the order to bridge by
FastAGI), and that process looks up who calls and writes the diary meanwhile. A person needs a thousand times as long to pick
up."""


def _waiting(waiting: WaitingFigures) -> str:
    pool = "" if waiting.pool is None else f"\n{_row('peer: `Queue()` with `AgentLogin()`', waiting.pool)}"
    verdict = (
        "" if waiting.pool is None else " " + _against(waiting.ours, waiting.pool, "`Queue()` with `AgentLogin()`")
    )
    return f"""## INVITE → customer bridged with an agent's leg that waits already

**The product rings per call today**; this is what would be left of it with legs that stay up. {waiting.ours.count} calls each
way, in turn. Ours are the shipped dialplan, FastAGI server, CallHandler, Telephony and Floor, and `EXEC Bridge` to a leg in
`[agent-wait]`; only the switch's part of ringing is replaced by "answered already", and there is no database.

{HEAD}
{_row("**Callroom's FastAGI part**", waiting.ours)}
{_row("limit: `Answer(0,i)`, `Bridge()` in the dialplan, nobody asked", waiting.bare)}{pool}

Beyond the limit, {waiting.ours.p50 - waiting.bare.p50:.1f} ms at the median are the price of asking another process.{verdict}
app_agent_pool plays the agent a sound before it connects; here it is 20 ms of silence, by default a beep."""


def _stream(stream: StreamFigures) -> str:
    ours = stream.per_cpu_s["callroom"]
    rows = "\n".join(f"| {name} | {rate:,.0f} |" for name, rate in stream.per_cpu_s.items())
    return f"""## AMI events per second of processor time

The {stream.recorded} events that Asterisk sent in the calls above, replayed over a socket again and again to one client at a
time, each in a process of its own; the best of four rounds. Ours counts with the translation into the floor's words and with
its watch over the link; the others hand each event to one callback that does nothing.

| client | events per CPU-second |
|---|--:|
{rows}

Callroom's own connection does {ours / stream.per_cpu_s["panoramisk"]:.2f} times panoramisk's work per second. A call is about
30 events, so either is enough for thousands of calls a minute: it was not written for its speed (see DECISIONS.md)."""
