"""INVITE at Asterisk → pop in the browser's DOM, beside a bare relay in the same calls and the same Chromium."""

import asyncio
import json
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page, async_playwright

from tests.bench.caller import Carrier
from tests.bench.child import child, free_port, until_listening
from tests.bench.eye import EYE, Sight, clock_error_ms, sight
from tests.bench.figures import Spread, spread
from tests.bench.place import Place
from tests.browser.desk import Desk, chromium
from tests.browser.sound import write_tone

NUMBER = "4801"
LOGIN = "agent"
# Demo customers with one match each.
CALLERS = ("+8613800138000", "+8618688886666", "+442079460958")
_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class PopFigures:
    """All in ms from the INVITE, but `steps`: from the step before."""

    shown: Spread
    painted: Spread
    relay_shown: Spread
    relay_painted: Spread
    steps: dict[str, Spread]
    clock_drift_ms: float


async def measure_pops(place: Place, carrier: Carrier, calls: int) -> PopFigures:
    """Let `calls` callers ring one ready agent in turn; each hangs up when the pop was painted."""
    port = free_port()
    switch = place.switch
    manager = (str(switch.ami_port), switch.ami_events_user)
    with tempfile.TemporaryDirectory() as folder:
        voice = write_tone(Path(folder) / "voice.wav", 1000)
        async with (
            child("tests.bench.relay", str(port), *manager, BENCH_AMI_SECRET=switch.secrets.ami_events_secret),
            async_playwright() as playwright,
            chromium(playwright, voice) as browser,
        ):
            await until_listening(port)
            watch = Watch(carrier)
            relay = await watch.relay(await browser.new_context(), port)
            desk = await watch.desk(place, await browser.new_context(locale="en-US"))
            before = await clock_error_ms(desk.page), await clock_error_ms(relay)
            for number in range(calls + 3):  # the first three warm up
                await watch.call(CALLERS[number % len(CALLERS)])
            after = await clock_error_ms(desk.page), await clock_error_ms(relay)
            assert desk.faults == []
    drift = max(abs(b - a) for a, b in zip(before, after, strict=True))
    return watch.figures(3, (before[0] + after[0]) / 2, (before[1] + after[1]) / 2, drift)


class Watch:
    """What both pages reported."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._saw: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._free = asyncio.Event()
        self._relayed: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._calls: list[tuple[float, dict[str, Any], dict[str, Any]]] = []

    async def relay(self, context: BrowserContext, port: int) -> Page:
        await context.expose_function("relayed", self._relayed.put_nowait)
        page = await context.new_page()
        await page.goto(f"http://127.0.0.1:{port}/")
        await page.wait_for_selector("body[data-open]", state="attached")
        return page

    async def desk(self, place: Place, context: BrowserContext) -> Desk:
        await context.expose_function("benchSaw", self._saw.put_nowait)
        await context.expose_function("benchFree", self._free.set)
        await context.add_init_script(EYE)
        desk = await Desk.open(place.installation, context)
        await desk.sign_in(LOGIN)
        # The floor hears of the page's phone a moment after the page, and refuses who is ready before.
        await asyncio.sleep(2)
        await desk.get_ready()
        return desk

    async def call(self, number: str) -> None:
        self._free.clear()
        visit = self._carrier.dial(NUMBER, number)
        async with asyncio.timeout(_PATIENCE_S):
            relayed, seen = await self._relayed.get(), await self._saw.get()
            while relayed["text"] != number:  # somebody else's call
                relayed = await self._relayed.get()
            while relayed["text"] != number:  # somebody else's call
                relayed = await self._relayed.get()
        await self._carrier.hang_up(visit)
        async with asyncio.timeout(_PATIENCE_S):
            await self._free.wait()
        self._calls.append((visit.invited_at * 1000, seen, relayed))
        # No rhythm: neither with the display's frames nor with anybody's polling.
        await asyncio.sleep(0.05 + random.random() * 0.1)  # noqa: S311

    def figures(self, warm: int, error_ms: float, relay_error_ms: float, drift_ms: float) -> PopFigures:
        rows: list[tuple[float, Sight]] = []
        for invited, seen, _ in self._calls[warm:]:
            frames = [{**json.loads(text), "at": at} for at, text in seen["frames"]]
            rows.append((invited, sight(seen, frames, error_ms)))
        relays = [(invited, relayed) for invited, _, relayed in self._calls[warm:]]
        return PopFigures(
            shown=spread(one.shown - invited for invited, one in rows),
            painted=spread(one.painted - invited for invited, one in rows),
            relay_shown=spread(one["shown"] - relay_error_ms - invited for invited, one in relays),
            relay_painted=spread(one["painted"] - relay_error_ms - invited for invited, one in relays),
            steps={
                "INVITE → dialplan (`CALLROOM_ARRIVED_AT`)": spread(one.arrived - invited for invited, one in rows),
                "→ offer decided by the floor": spread(one.offered - one.arrived for _, one in rows),
                "→ push frame in the page": spread(one.pushed - one.offered for _, one in rows),
                "→ in the DOM": spread(one.shown - one.pushed for _, one in rows),
                "→ painted": spread(one.painted - one.shown for _, one in rows),
            },
            clock_drift_ms=drift_ms,
        )
