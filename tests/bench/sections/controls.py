"""Button → effect in the audio, for every control of a talk."""

from tests.bench.caller import Carrier
from tests.bench.controls import BARE_HOLD, BARE_JOIN, SOUND, measure_controls
from tests.bench.figures import Spread
from tests.bench.place import place
from tests.bench.section import How, Section
from tests.bench.table import HEAD, row

PEERS = (SOUND, BARE_HOLD, BARE_JOIN)


async def measure(how: How) -> str:
    """Take the figures in an installation of its own."""
    async with place() as here:
        carrier = Carrier(here.switch.sip_port)
        await carrier.open()
        figures = await measure_controls(here, carrier, how.pick(50, 3))
        carrier.close()
    return _controls(figures)


def _controls(figures: dict[str, Spread]) -> str:
    ours = {name: times for name, times in figures.items() if name not in PEERS}
    rows = "\n".join(
        row(f"**{name.partition(':')[0]}**:{name.partition(':')[2]}", times) for name, times in ours.items()
    )
    peers = "\n".join(row(name, figures[name]) for name in PEERS)
    slowest = max(ours, key=lambda name: ours[name].p99)
    return f"""## Button → effect in the audio

Each control of a recorded talk {next(iter(ours.values())).count} times, in ms from the moment before the request leaves (HTTP, as
the buttons send it) until the first packet arrives at the ear concerned from which on, for 100 ms, everything is as it should be.
Everybody says a tone of their own in plain G.711 over RTP; two agents, a supervisor and a customer tell each other apart by them.
Phones answer at once. Sound comes in packets of 20 ms, so that no figure is finer; mute and keys of a browser's softphone act in
the browser and are not in it.

{HEAD}
{rows}
{peers}

Music begins at once, but softly: what is timed of hold and park is that the agent is heard no more. Whoever is left by the last
agent hears the queue's farewell before the line is cleared.

The limit is the way of sound itself through Asterisk, which every control's effect has to go as well. The peers are what Asterisk
does for the same effect when nobody is asked: the bench orders it by AMI with the channels' names at hand. The slowest of
Callroom's is "{slowest.partition(":")[0]}" with {ours[slowest].p99:.0f} ms at p99."""


SECTION = Section("controls", 8, measure)
