"""INVITE → bridged with an agent whose phone is rung for the call."""

from tests.bench.ami_reader import manager
from tests.bench.bridge import LOGIN, OURS, BridgeFigures, measure_bridges
from tests.bench.caller import Carrier
from tests.bench.figures import Spread
from tests.bench.place import place
from tests.bench.seat import seat, straight_to_queue
from tests.bench.section import How, Section
from tests.bench.table import HEAD, row


async def measure(how: How) -> str:
    """Take the figures in an installation of its own."""
    async with place() as here:
        carrier = Carrier(here.switch.sip_port)
        await carrier.open()
        async with seat(here.installation, "admin") as admin:
            await straight_to_queue(admin, OURS, LOGIN)
        async with manager(here.switch) as witness:
            bridges = await measure_bridges(here, carrier, witness, how.pick(50, 5))
        carrier.close()
    return _bridges(bridges)


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
{row("**Callroom**, as it is shipped", bridges.ours)}
{row("peer: `Answer(0,i)`, `Queue()`", bridges.queue)}

| from the row before | Callroom p50 | p99 | `Queue()` p50 | p99 |
|---|--:|--:|--:|--:|
{steps}

{_against(bridges.ours, bridges.queue, "`Queue()`")}
`Queue()` decides inside Asterisk; Callroom's decision crosses a socket to another process four times (the call to
FastAGI, the order to ring by AMI, the answer back by AMI, the order to bridge by FastAGI), and that process looks up
who calls and writes the diary meanwhile. A person who picks up needs a hundred times as long."""


SECTION = Section("bridge", 1, measure)
