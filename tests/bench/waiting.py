"""INVITE → bridged with a leg that waits, by Asterisk alone: Queue() with AgentLogin, and a bare Bridge()."""

import wave
from contextlib import AsyncExitStack
from dataclasses import dataclass

from tests.bench.ami_reader import Event, Manager, orderer
from tests.bench.bridge import CALLER, WARM_UP, has_two, pause, phone, since
from tests.bench.caller import Carrier
from tests.bench.figures import Spread, spread
from tests.bench.place import Place

BARE, POOL = "4805", "4806"
# app_agent_pool will not do without a sound for the agent.
SILENCE_MS = 20
# Phones that nobody signs in for.
WAITS, LOGGED_IN = "1040", "1041"

DIALPLAN = """[from-trunk](+)
exten => _{bare}.,1,Answer(0,i)
 same => n,Bridge(n1-bare${{EXTEN:{digits}}})
exten => {pool},1,Answer(0,i)
 same => n,Queue(bench-pool)

[bench-login]
exten => s,1,Answer(0,i)
 same => n,AgentLogin({agent},s)

[bench-request]
exten => {agent},1,AgentRequest({agent})"""
QUEUES = f"""[bench-pool]
strategy = ringall
timeout = 15
ringinuse = no
member => Local/{LOGGED_IN}@bench-request,0,,Agent:{LOGGED_IN}"""
# By default the agent hears a beep before being connected, longer than all the rest: here, 20 ms of silence.
AGENTS = """[{agent}]
fullname = Bench
ackcall = no
wrapuptime = 0
custom_beep = {silence}"""


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """`pool` None: this Asterisk has no app_agent_pool."""

    bare: Spread
    pool: Spread | None


async def measure_pool(place: Place, carrier: Carrier, manager: Manager, calls: int) -> PoolFigures:
    """Make `calls` calls each way, in turn."""
    await _set_up(place)
    # Not loaded by the product, which has no use for it.
    loaded = "Loaded" in await place.instance.command("module load app_agent_pool.so")
    times: dict[str, list[float]] = {BARE: [], POOL: []}
    async with AsyncExitStack() as stack:
        orders = await stack.enter_async_context(orderer(place.switch))
        waits = await stack.enter_async_context(phone(place, WAITS))
        if loaded:
            await stack.enter_async_context(phone(place, LOGGED_IN))
        for turn in range(WARM_UP + calls):
            for way in (BARE, POOL) if turn % 2 else (POOL, BARE):
                if way == POOL and not loaded:
                    continue
                taken = await _one_call(carrier, manager, orders, way, turn + 1)
                if turn >= WARM_UP:
                    times[way].append(taken)
                del waits.invites[:-1]
    return PoolFigures(spread(times[BARE]), spread(times[POOL]) if loaded else None)


async def _set_up(place: Place) -> None:
    values = {"bare": BARE, "digits": len(BARE), "pool": POOL, "agent": LOGGED_IN}
    place.append("extensions.conf", DIALPLAN.format(**values))
    place.append("queues.conf", QUEUES)
    silence = place.switch.layout.sounds / "bench-silence"
    with wave.open(f"{silence}.wav", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8 * SILENCE_MS))
    place.append("agents.conf", AGENTS.format(agent=LOGGED_IN, silence=silence))
    await place.instance.command("dialplan reload")
    await place.instance.command("queue reload all")


async def _one_call(carrier: Carrier, manager: Manager, orders: Manager, way: str, number: int) -> float:
    """Return ms from the INVITE until both are in one bridge. A leg per call: without sound it lives for 15 s."""
    leg = f"n1-bare{number}" if way == BARE else f"n1-pool{number}"
    extension, context = (LOGGED_IN, "bench-login") if way == POOL else (WAITS, "agent-wait")
    orders.send(
        "Originate", Channel=f"PJSIP/{extension}", ChannelId=leg, Context=context, Exten="s", Priority="1", Async="true"
    )
    await manager.next(_agent_is_free if way == POOL else lambda event: _waits(event, leg))
    # Long in its loop, as a leg that waits for its next customer is.
    await pause()
    visit = carrier.dial(f"{way}{number}" if way == BARE else way, CALLER)
    met = await manager.next(has_two)
    if way == POOL:
        # The caller and one end of a Local channel in the queue's bridge, its other end and the agent in another.
        met = max(met, await manager.next(has_two), key=lambda event: float(event["Timestamp"]))
    taken = since(met, visit.invited_at)
    await carrier.hang_up(visit)
    orders.send("Hangup", Channel=leg)
    await manager.next(lambda event: event["Event"] == "Hangup" and event["Uniqueid"] == leg)
    await pause()
    return taken


def _waits(event: Event, leg: str) -> bool:
    return event.get("UserEvent") == "CallroomAgentWaits" and event["Uniqueid"] == leg


def _agent_is_free(event: Event) -> bool:
    return event.get("Device") == f"Agent:{LOGGED_IN}" and event["State"] == "NOT_INUSE"
