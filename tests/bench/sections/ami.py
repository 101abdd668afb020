"""AMI events per second of processor time, on a stream that Asterisk sent just before."""

from tests.bench.ami_reader import manager
from tests.bench.bridge import LOGIN, OURS, measure_bridges
from tests.bench.caller import Carrier
from tests.bench.place import place
from tests.bench.seat import seat, straight_to_queue
from tests.bench.section import How, Section
from tests.bench.stream import ROUNDS, StreamFigures, measure_stream


async def measure(how: How) -> str:
    """Record calls of Callroom and of `Queue()`, then replay them."""
    async with place() as here:
        carrier = Carrier(here.switch.sip_port)
        await carrier.open()
        async with seat(here.installation, "admin") as admin:
            await straight_to_queue(admin, OURS, LOGIN)
        async with manager(here.switch) as witness:
            await measure_bridges(here, carrier, witness, how.pick(30, 5))
            recorded = bytes(witness.raw)
        carrier.close()
    return _stream(await measure_stream(recorded))


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


SECTION = Section("ami", 2, measure)
