"""INVITE → customer and agent in one bridge, the phone rung for the call: ours beside app_queue, in turn."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cti.asterisk.secrets import sip_password
from tests.asterisk.sip_phone import SipPhone
from tests.bench.ami_reader import Event, Manager
from tests.bench.caller import Carrier
from tests.bench.figures import Spread, spread
from tests.bench.place import Place
from tests.bench.seat import seat

OURS, QUEUE = "4802", "4803"
LOGIN = "agent2"
CALLER = "+8615900000000"
WARM_UP = 2

# The plainest call to Queue() there is: answered as ours is, one member, nothing announced.
DIALPLAN = f"""[from-trunk](+)
exten => {QUEUE},1,Answer(0,i)
 same => n,Queue(bench)"""
QUEUES = """[bench]
strategy = ringall
timeout = 15
ringinuse = no
member => PJSIP/{extension}"""


@dataclass
class Steps:
    """Moments of calls on one way, as Asterisk stamps its events (µs), in ms from the INVITE."""

    leg_made: list[float] = field(default_factory=list)
    leg_up: list[float] = field(default_factory=list)
    bridged: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BridgeFigures:
    """First ours, then app_queue's."""

    ours: Spread
    queue: Spread
    steps: dict[str, tuple[Spread, Spread]]


async def measure_bridges(place: Place, carrier: Carrier, manager: Manager, calls: int) -> BridgeFigures:
    """Make `calls` calls each way; the same phone answers at once, the caller hangs up when both are in the bridge."""
    ways = {OURS: Steps(), QUEUE: Steps()}
    async with seat(place.installation, LOGIN) as agent:
        extension = str((await agent.ask("GET", "/softphone"))["extension"])
        place.append("extensions.conf", DIALPLAN)
        place.append("queues.conf", QUEUES.format(extension=extension))
        await place.instance.command("dialplan reload")
        await place.instance.command("queue reload all")
        async with phone(place, extension) as answering:
            await agent.get_ready()
            for turn in range(WARM_UP + calls):
                # Whoever comes first may find the machine warmer or colder: take turns in that too.
                for number in (OURS, QUEUE) if turn % 2 else (QUEUE, OURS):
                    steps = ways[number] if turn >= WARM_UP else Steps()
                    visit = carrier.dial(number, CALLER)
                    await _follow(manager, extension, visit.invited_at, steps)
                    # Whoever hangs up in that very moment may be heard before the bridge is, and has not talked.
                    await pause()
                    await carrier.hang_up(visit)
                    await _until_free(manager, extension, agent.classify if number == OURS else None)
                    del answering.invites[:-1]
    return _figures(ways[OURS], ways[QUEUE])


async def _follow(manager: Manager, extension: str, invited_at: float, steps: Steps) -> None:
    def is_leg(event: Event) -> bool:
        return event.get("Channel", "").startswith(f"PJSIP/{extension}-")

    made = await manager.next(lambda event: event["Event"] == "Newchannel" and is_leg(event))
    up = await manager.next(
        lambda event: event["Event"] == "Newstate" and is_leg(event) and event["ChannelState"] == "6"
    )
    steps.leg_made.append(since(made, invited_at))
    steps.leg_up.append(since(up, invited_at))
    steps.bridged.append(since(await manager.next(has_two), invited_at))


async def _until_free(manager: Manager, extension: str, classify: Callable[[], Awaitable[None]] | None) -> None:
    await manager.next(lambda event: event["Event"] == "Hangup" and event["Channel"].startswith(f"PJSIP/{extension}-"))
    if classify is not None:
        await classify()
    await pause()


async def pause() -> None:
    """Keep no rhythm with anybody's polling; app_queue needs a moment to see its member free again."""
    await asyncio.sleep(0.1 + random.random() * 0.1)  # noqa: S311


def has_two(event: Event) -> bool:
    """Whether somebody came into a bridge in which one waited."""
    return event["Event"] == "BridgeEnter" and event["BridgeNumChannels"] == "2"


def since(event: Event, invited_at: float) -> float:
    """Return the event's moment in ms from the INVITE."""
    return (float(event["Timestamp"]) - invited_at) * 1000


def _figures(ours: Steps, queue: Steps) -> BridgeFigures:
    def both(first: str, then: str) -> tuple[Spread, Spread]:
        ours_, queue_ = (
            spread(b - a for a, b in zip(getattr(way, first), getattr(way, then), strict=True)) for way in (ours, queue)
        )
        return ours_, queue_

    return BridgeFigures(
        ours=spread(ours.bridged),
        queue=spread(queue.bridged),
        steps={
            "INVITE → the agent's leg is made": (spread(ours.leg_made), spread(queue.leg_made)),
            "→ the phone has answered": both("leg_made", "leg_up"),
            "→ both in one bridge": both("leg_up", "bridged"),
        },
    )


@asynccontextmanager
async def phone(place: Place, extension: str) -> AsyncIterator[SipPhone]:
    """Register a phone at the switch's own WebSocket that takes every call in the moment it comes."""
    made = SipPhone(extension, sip_password(place.switch.secrets.sip_key, extension))
    await made.open_ws(place.switch.ws_port)
    try:
        assert "200" in await made.register(expires_s=600)
        yield made
    finally:
        await made.aclose()
