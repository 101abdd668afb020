"""Customer there → agent hears them, on a phone that is kept up through the shift."""

from tests.bench.ami_reader import manager
from tests.bench.bridge import LOGIN, OURS
from tests.bench.caller import Carrier
from tests.bench.figures import Spread
from tests.bench.persistent import BEEP, QUIET, RUNG, measure_persistent
from tests.bench.place import place
from tests.bench.seat import seat, straight_to_queue
from tests.bench.section import How, Section
from tests.bench.table import HEAD, row, verdict
from tests.bench.waiting import SILENCE_MS, PoolFigures, measure_pool

AIM_MS = 100


async def measure(how: How) -> str:
    """Take the figures in an installation of its own."""
    async with place() as here:
        carrier = Carrier(here.switch.sip_port)
        await carrier.open()
        async with seat(here.installation, "admin") as admin:
            await straight_to_queue(admin, OURS, LOGIN)
        async with manager(here.switch) as witness:
            ours = await measure_persistent(here, carrier, witness, how.pick(30, 4))
            peers = await measure_pool(here, carrier, witness, how.pick(30, 4))
        carrier.close()
    return _text(ours, peers)


def _text(ours: dict[str, Spread], peers: PoolFigures) -> str:
    rows = [
        row("**Callroom**, kept up, without a beep", ours[QUIET]),
        row("**Callroom**, kept up, with its beep of 60 ms", ours[BEEP]),
        row("Callroom, the same phone rung for each call", ours[RUNG]),
        row("limit: `Answer(0,i)`, `Bridge()` in the dialplan, nobody asked", peers.bare),
        *([row("peer: `Queue()` with `AgentLogin()`", peers.pool)] if peers.pool else []),
    ]
    lines = "\n".join(rows)
    return f"""## INVITE → customer bridged with an agent whose phone is kept up

{ours[QUIET].count} calls each way, to a desk telephone (a script that answers at once) of a Callroom as it is shipped, with its
database; the agent is free when the customer's INVITE comes. The end is Asterisk's own time stamp of the BridgeEnter that
makes two members. app_agent_pool plays a sound before it connects, by default a beep, here {SILENCE_MS} ms of silence.

{HEAD}
{lines}

{verdict("customer free → agent hears them, p99, without a beep,", ours[QUIET].p99, AIM_MS, "ms")}
{verdict("customer free → agent hears them, p99, with the beep,", ours[BEEP].p99, AIM_MS, "ms")}
Against a phone that is rung, {ours[RUNG].p50 - ours[QUIET].p50:.1f} ms are saved at the median with a phone that answers at once; a person
takes seconds."""


SECTION = Section("persistent", 2, measure)
