"""What `serve` and `up` share: run until somebody says stop."""

import asyncio
import signal
from collections.abc import Callable

from agent_ui.app import running
from agent_ui.config import Config
from agent_ui.parts import Parts
from agent_ui.site.pages import is_built


def say(line: str) -> None:
    """Tell the person at the terminal how far we are."""
    print(f"==> {line}", flush=True)


async def serve_until_stopped(config: Config, ready: Callable[[Parts], None]) -> None:
    """Serve until SIGINT or SIGTERM; a second one ends at once, by Python's own means."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop_once, loop, stop)
    async with running(config, say) as parts:
        if not is_built():
            say("the browser app is not built: pages show a note until `make run` or `npm run build` has made it")
        ready(parts)
        await stop.wait()
        say("stopping")


def _stop_once(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    stop.set()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)
