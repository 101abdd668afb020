"""Many talks at once for a quarter of an hour, each recorded."""

import asyncio
import time

from cti.tasks import TaskSet
from tests.bench.crowd import Crowd
from tests.bench.office import Office, office
from tests.bench.processes import cost
from tests.bench.rates import files, pids
from tests.bench.section import How, Section

TALKS, HELD_S, TALK_S, RAMP_S = 155, 900.0, 180.0, 60.0
AIM_TALKS, AIM_SET_UP = 150, 0.999
DEVELOP_LIMIT_S = 20.0


class Hold:
    """So many callers, each of whom calls again at once when the talk is over."""

    def __init__(self, here: Office, crowd: Crowd, talks: int, talk_s: float) -> None:
        self._here, self._crowd, self._talks, self._talk_s = here, crowd, talks, talk_s
        self.fewest = talks
        self.cpu: dict[str, float] = {}
        self.rss: dict[str, float] = {}

    async def run(self, ramp_s: float, held_s: float) -> None:
        """Ramp up, hold, and let the last talks end."""
        callers, until = TaskSet(), time.monotonic() + ramp_s + held_s
        tasks = []
        for number in range(self._talks):
            # Spread, or all would end and begin in the same second.
            first_s = self._talk_s * (0.3 + 0.7 * number / self._talks)
            tasks.append(callers.start(self._caller(first_s, until), name="caller"))
            await asyncio.sleep(ramp_s / self._talks)
        while self._crowd.talking < self._talks and time.monotonic() < until - held_s + 10:
            await asyncio.sleep(0.2)
        ours, asterisk = pids(self._here)
        before, began = (cost(ours), cost(asterisk)), time.monotonic()
        while time.monotonic() < until:
            self.fewest = min(self.fewest, self._crowd.talking)
            await asyncio.sleep(1.0)
        held_s = time.monotonic() - began
        for name, now, then in zip(("Callroom", "Asterisk"), (cost(ours), cost(asterisk)), before, strict=True):
            self.cpu[name] = (now.cpu_s - then.cpu_s) / held_s
            self.rss[name] = now.rss_mb
        self.cpu["the encoder (nice)"] = (cost(ours).ended_children_s - before[0].ended_children_s) / held_s
        await asyncio.gather(*tasks)

    async def _caller(self, first_s: float, until: float) -> None:
        talk_s = first_s
        while time.monotonic() < until:
            await self._crowd.one(min(talk_s, max(3.0, until - time.monotonic())))
            talk_s = self._talk_s


async def measure(how: How) -> str:
    """Hold the talks, then count what was recorded."""
    talks = how.pick(TALKS, 20)
    held_s, talk_s, ramp_s = how.pick((HELD_S, TALK_S, RAMP_S), (20.0, 8.0, 5.0))
    # One phone more than callers for each who is just between two talks.
    async with office(talks + 15) as here:
        crowd = here.crowd()
        hold = Hold(here, crowd, talks, talk_s)
        await hold.run(ramp_s, held_s)
        joined = [fate for fate in crowd.fates if fate.joined_s is not None]
        await asyncio.sleep(DEVELOP_LIMIT_S if not how.is_quick else 3.0)
        kept = files(here.place.installation.home / "recordings", 2.0).whole
        heard = await here.callers.report(), await here.phones.report()
        paused = [fault for fault in here.crew.faults if "in_call" not in fault]
    calls, set_up = len(crowd.fates), len(joined)
    cut = sum(bool(fate.fault) for fate in joined)
    lost = sum(one["missing"] for one in heard) / max(1, sum(one["heard"] + one["missing"] for one in heard))
    missing = max(0, set_up - kept)
    is_met = hold.fewest >= AIM_TALKS and set_up >= AIM_SET_UP * calls and not missing
    faults = sorted({fate.fault for fate in crowd.fates if fate.fault})
    cpu = ", ".join(f"{name} {share:.0%}" for name, share in hold.cpu.items())
    return f"""## Concurrent recorded calls

{talks} callers talk G.711 (A-law, 20 ms packets both ways) to as many agents for {held_s / 60:.1f} min, {talk_s:.0f} s each, and call again at
once; every talk is recorded in stereo. The phones register through Callroom's SIP proxy, answer, and classify each call
(`tests/bench/sections/concurrent.py`); callers, phones and their packets share the two cores.

| | |
|---|--:|
| talks at once: at most, and the fewest in any second | {crowd.most}, {hold.fewest} |
| calls, of them set up | {calls}, {set_up} ({set_up / calls:.2%}) |
| talks cut | {cut} |
| recordings missing | {missing} of {set_up} |
| packets that did not arrive, of those listened to | {lost:.3%} |
| of one core | {cpu} |
| memory | Callroom {hold.rss["Callroom"]:.0f} MB, Asterisk {hold.rss["Asterisk"]:.0f} MB |

The aim, {AIM_TALKS} at once for 15 min, 99.9 % set up and no recording missing, is {"met" if is_met else "missed"}.
{"Faults: " + ", ".join(faults) + ". " if faults else ""}{"Agents paused: " + "; ".join(sorted(set(paused))[:3]) + ". " if paused else ""}VICIdial publishes as the size of one telephony server 25 agents with 125 trunks, and 50 with 250 for inbound calls alone.
A call is set up when an agent's phone has taken it within 5 s. A recording counts when its file is there, published or
still waiting for the encoder, with the talk's sound in it."""


SECTION = Section("concurrent", 18, measure)
