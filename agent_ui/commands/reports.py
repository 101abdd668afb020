"""`callroom reports rebuild`: count the whole call log anew."""

import argparse
import asyncio

from agent_ui.commands.serving import say
from agent_ui.config import load_config
from agent_ui.memory import open_memory
from cti.clock import SystemClock

ROUND_S = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    help_text = "count the call log anew; works while Callroom serves, and goes on from where it was killed"
    rebuild = actions.add_parser("rebuild", help=help_text)
    rebuild.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Forget the sums, and count until nothing waits."""
    del arguments
    asyncio.run(_rebuild())


async def _rebuild() -> None:
    memory = open_memory(load_config(), SystemClock())
    await memory.database.start()
    try:
        await memory.report_sums.rebuild()
        before = await memory.report_sums.waiting()
        while left := await memory.report_sums.settle(ROUND_S):
            say(f"{before - left} of {before} calls and agents are counted")
        say(f"the sums of reports are made anew, from {before} calls and agents")
    finally:
        await memory.database.aclose()
