"""The link to Asterisk breaks in every way that a network knows, while two talk and one waits."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from tests.bench.caller import Visit as Leg
from tests.bench.seat import seat
from tests.faults.crew import Agent, Manners, crew
from tests.faults.invariants import Visit, check_log, until_sound
from tests.faults.listener import Ear, carrier_of, listening
from tests.faults.proxy import Proxy
from tests.faults.town import STRAIGHT, Town, until

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

# Five on a machine that has nothing else to do; others may be busy here.
SOUND_WITHIN_S = 20.0
# The catalogue's I4.
LONGEST_SILENCE_S = 15.0


async def cut(proxy: Proxy) -> None:
    proxy.refuses = True
    proxy.cut()
    await asyncio.sleep(3)


async def half_open(proxy: Proxy) -> None:
    proxy.go_silent()
    await asyncio.sleep(12)  # Ping after five seconds, and five to answer it


async def late(proxy: Proxy) -> None:
    proxy.be_late(5.0)
    await asyncio.sleep(12)


async def torn(proxy: Proxy) -> None:
    proxy.tear_next()


@pytest.mark.parametrize("fault", [cut, half_open, late, torn], ids=lambda fault: fault.__name__)
async def test_the_link_breaks_and_nobody_is_cut_off(town: Town, fault: Callable[[Proxy], Awaitable[None]]) -> None:
    await town.let_phones_be_mute()
    began_at = datetime.now(UTC)  # noqa: TID251
    numbers = [f"+86135{began_at:%H%M%S%f}"[:13] + str(n) for n in range(3)]
    async with AsyncExitStack() as stack:
        manners = Manners(talks_s=(100.0, 100.0), hangs_up=0.0)
        agents = await stack.enter_async_context(crew(town.installation, town.passwords_of(2), 1, manners))
        carrier = await stack.enter_async_context(carrier_of(town.installation.base_port + 4))
        callers = [await stack.enter_async_context(listening(carrier, STRAIGHT, number)) for number in numbers]
        await until(lambda: all(agent.me.get("state") == "talking" for agent in agents), 30, "two talks")
        waiting = callers[2][0]
        await until(lambda: waiting.heard_at is not None, 20, "music")
        waiting.forget()
        await _break(town, fault, agents, callers)
        assert waiting.silent_for_s() < LONGEST_SILENCE_S
        print(f"{fault.__name__}: who waits heard nothing for {waiting.silent_for_s():.1f} s at most")
        ended = [
            await _hangs_up(carrier.hang_up, leg, number) for (_, leg), number in zip(callers, numbers, strict=True)
        ]
    async with seat(town.installation, "supervisor") as admin:
        await check_log(admin, [Visit(number, began_at, at, "caller") for number, at in ended], recorded=False)
    await until_sound(town.installation, SOUND_WITHIN_S)


async def _break(
    town: Town, fault: Callable[[Proxy], Awaitable[None]], agents: list[Agent], callers: list[tuple[Ear, Leg]]
) -> None:
    talks = {agent.login: agent.me["call_id"] for agent in agents}
    seen: list[str | None] = []
    watching = asyncio.ensure_future(_watch(agents[0], seen))
    connections = town.proxy.accepted
    try:
        await fault(town.proxy)
        if fault is torn:
            await until(lambda: town.proxy.accepted > connections, 30, "a new connection")
        if fault is not late:  # a link that is late is not away
            await until(lambda: any(seen), 30, "the screen is told that the switch is away")
    finally:
        town.proxy.heal()
    took_s = await until_sound(town.installation, SOUND_WITHIN_S)
    print(f"{fault.__name__}: sound {took_s:.1f} s after the link was whole again")
    await until(lambda: agents[0].system.get("stale_since") is None, 20, "the screen is told that it is back")
    watching.cancel()
    assert {agent.login: agent.me["call_id"] for agent in agents if agent.me["state"] == "talking"} == talks
    assert not any(leg.is_over for _, leg in callers)


async def _watch(agent: Agent, seen: list[str | None]) -> None:
    while True:
        seen.append(agent.system.get("stale_since"))
        await asyncio.sleep(0.05)


async def _hangs_up(hang_up: Callable[[Leg], Awaitable[None]], leg: Leg, number: str) -> tuple[str, datetime]:
    at = datetime.now(UTC)  # noqa: TID251
    await hang_up(leg)
    return number, at
