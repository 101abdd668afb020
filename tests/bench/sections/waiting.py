"""INVITE → bridged with an agent's leg that waits already."""

from tests.bench.ami_reader import manager
from tests.bench.caller import Carrier
from tests.bench.place import place
from tests.bench.section import How, Section
from tests.bench.table import HEAD, row
from tests.bench.waiting import SILENCE_MS, WaitingFigures, measure_waiting


async def measure(how: How) -> str:
    """Take the figures in an installation of its own."""
    async with place() as here:
        carrier = Carrier(here.switch.sip_port)
        await carrier.open()
        async with manager(here.switch) as witness:
            waiting = await measure_waiting(here, carrier, witness, how.pick(30, 4))
        carrier.close()
    return _waiting(waiting)


def _waiting(waiting: WaitingFigures) -> str:
    ours, bare, pool = waiting.ours, waiting.bare, waiting.pool
    rows = [
        row("**Callroom's FastAGI part**", ours),
        row("limit: `Answer(0,i)`, `Bridge()` in the dialplan, nobody asked", bare),
        *([row("peer: `Queue()` with `AgentLogin()`", pool)] if pool else []),
    ]
    lines = "\n".join(rows)
    return f"""## INVITE → customer bridged with an agent's leg that waits already

**The product rings per call today**; this is what would be left of it with legs that stay up. {ours.count} calls
each way, in turn. Ours are the shipped dialplan, FastAGI server, CallHandler, Telephony and Floor, and `EXEC Bridge` to
a leg in `[agent-wait]`; only ringing is replaced by "answered already", and there is no database.

{HEAD}
{lines}

Beyond the limit, {ours.p50 - bare.p50:.1f} ms at the median are the price of asking another process.
{_against_pool(ours.p50, pool.p50) if pool else "This Asterisk has no app_agent_pool to compare with."}"""


def _against_pool(ours_ms: float, pool_ms: float) -> str:
    gap = ours_ms - (pool_ms - SILENCE_MS)
    return f"""app_agent_pool plays the agent a sound before it connects, by default a beep, here {SILENCE_MS} ms of
silence because it must have one. Callroom's part is {pool_ms - ours_ms:.1f} ms faster than that as measured, and
about {abs(gap):.1f} ms {"slower" if gap > 0 else "faster"} than it would be without the sound."""


SECTION = Section("waiting", 1, measure)
