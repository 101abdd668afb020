"""`callroom up`: prepare everything that is missing, start it, serve, and stop what was started."""

import argparse
import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

from agent_ui.auth.passwords import Passwords
from agent_ui.commands.serving import say, serve_until_stopped
from agent_ui.config import Config, load_config
from agent_ui.first_start import fill_empty, printed_passwords
from agent_ui.logs import set_up_logging
from agent_ui.memory import open_memory
from agent_ui.parts import Parts
from agent_ui.plant import Plant, check_port
from agent_ui.running import only_one
from crm_core.migrations import upgrade
from cti.asterisk.instance import Instance
from cti.asterisk.program import Program
from cti.clock import SystemClock


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("up", help="prepare everything, start it and serve (what `make run` calls)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Stay in the foreground until Ctrl-C."""
    del arguments
    began = time.monotonic()
    config = load_config()
    set_up_logging(config.home / "log")
    with only_one(config.home, config.web.address):
        check_port(config.web.host, config.web.port, "pages")
        check_port("127.0.0.1", config.ports.agi, "FastAGI")
        asyncio.run(_up(config, began))


async def _up(config: Config, began: float) -> None:
    plant = Plant(config)
    async with AsyncExitStack() as stack:
        if config.asterisk.managed:
            program = await asyncio.to_thread(plant.install, say)
            plant.check_ports(program)
            await asyncio.to_thread(plant.configure, program)
        say("preparing the database")
        await upgrade(config.database_url)
        passwords = await _fill(config)
        if config.asterisk.managed:
            await _start_instances(stack, plant, program)
        await serve_until_stopped(config, lambda parts: _welcome(parts, passwords, began))


async def _fill(config: Config) -> dict[str, str | None]:
    """Fill an empty database, and return the passwords to print."""
    clock = SystemClock()
    memory, passwords = open_memory(config, clock), Passwords()
    await memory.database.start()
    try:
        if await fill_empty(config, memory, passwords, clock):
            say("filled the empty database")
        return await printed_passwords(config, memory, passwords)
    finally:
        await memory.database.aclose()
        passwords.close()


async def _start_instances(stack: AsyncExitStack, plant: Plant, program: Program) -> None:
    for name, instance in plant.instances(program).items():
        if instance.status().is_running:
            # it may have calls; it goes on after us as it was there before us
            say(f"{name} runs already (process {instance.status().pid}); it is left running at the end")
            await instance.reload()
            continue
        say(f"starting {name}")
        stack.push_async_callback(_stop, name, instance)
        await instance.start()


async def _stop(name: str, instance: Instance) -> None:
    say(f"stopping {name}")
    await instance.stop()


def _welcome(parts: Parts, passwords: dict[str, str | None], began: float) -> None:
    config = parts.config
    say(f"ready after {time.monotonic() - began:.0f} s")
    print()
    print(f"    Callroom {parts.version}    {config.web.address}")
    print()
    for login, password in passwords.items():
        shown = password or f"(changed; `callroom user password {login}` sets a new one)"
        print(f"    {login:<12} {shown}")
    print()
    if config.demo.enabled:
        print("    Sign in as agent, press Ready, then `Try it: ring me`, or in another terminal:")
        print("    callroom demo call --to 4001 --from +8613800138000")
        print()
    print("    Ctrl-C stops all that was started here.", flush=True)
