"""`callroom up`: prepare everything that is missing, start it, serve, and stop what was started."""

import argparse
import asyncio
import json
import os
import shlex
import sys
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from agent_ui.app import PhonesDoor
from agent_ui.auth.passwords import Passwords
from agent_ui.commands.first_start import fill_empty, printed_passwords
from agent_ui.commands.serving import add_tls, config_with, say, serve_until_stopped
from agent_ui.commands.watch import keep_running
from agent_ui.config import Config
from agent_ui.logs import set_up_logging
from agent_ui.memory import open_memory
from agent_ui.one_per_home import only_one
from agent_ui.parts import Parts
from agent_ui.plant import Plant, check_port
from crm_core.demo.data import KNOWN
from crm_core.migrations import upgrade
from crm_core.storage.claim import sole_use
from cti.asterisk.instance import Instance
from cti.asterisk.program import Program
from cti.clock import SystemClock
from cti.tasks import TaskSet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    add_tls(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Stay in the foreground until Ctrl-C."""
    began = time.monotonic()
    config = config_with(arguments)
    set_up_logging(config.home / "log")
    with only_one(config.home, config.web.address):
        check_port(config.web.host, config.web.port, "pages")
        check_port("127.0.0.1", config.ports.agi, "FastAGI")
        asyncio.run(_up(config, began))


async def _up(config: Config, began: float) -> None:
    plant = Plant(config)
    async with AsyncExitStack() as stack:
        # before anything of ours is started, or the tables of a running one are changed
        claim = await stack.enter_async_context(sole_use(config.database_url))
        if config.asterisk.managed:
            program = await asyncio.to_thread(plant.install, say)
            plant.check_ports(program)
            await asyncio.to_thread(plant.configure, program)
        say("preparing the database")
        await upgrade(config.database_url)
        passwords = await _fill(config)
        if config.asterisk.managed:
            await _start_instances(stack, config, plant, program)
            tasks = TaskSet()
            stack.push_async_callback(tasks.aclose)
            marks = Marks(config.home / "run" / "started-by-up.json")
            tasks.start(keep_running(plant.instances(program), marks.set_if_known), name="asterisk watch")
        await serve_until_stopped(
            config, lambda parts: _welcome(parts, passwords, began), PhonesDoor.CLOSED_AT_THE_END, claim
        )


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


async def _start_instances(stack: AsyncExitStack, config: Config, plant: Plant, program: Program) -> None:
    marks = Marks(config.home / "run" / "started-by-up.json")
    for name, instance in plant.instances(program).items():
        pid = instance.status().pid
        if pid is None:
            say(f"starting {name}")
            stack.push_async_callback(_stop, name, instance, marks)
            marks.set(name, await instance.start())
            continue
        await instance.reload()
        if marks.get(name) == pid:
            say(f"{name} runs since an earlier start that was cut off (process {pid}); it is stopped at the end")
            stack.push_async_callback(_stop, name, instance, marks)
        else:
            say(f"{name} runs already (process {pid}); it is left running at the end")


async def _stop(name: str, instance: Instance, marks: "Marks") -> None:
    say(f"stopping {name}")
    await instance.stop()
    marks.set(name, None)


class Marks:
    """Which processes an `up` started, so that the next one may stop them if this one is killed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> int | None:
        """Return the process that was started under this name."""
        found = self._read().get(name)
        return found if isinstance(found, int) else None

    def set(self, name: str, pid: int | None) -> None:
        """Remember it, or forget it."""
        document = self._read() | {name: pid}
        self._path.write_text(json.dumps(document), encoding="utf-8")

    def set_if_known(self, name: str, pid: int) -> None:
        """An instance has a new process; one that was not ours before is not ours now."""
        if self.get(name) is not None:
            self.set(name, pid)

    def _read(self) -> dict[str, object]:
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return document if isinstance(document, dict) else {}


def _welcome(parts: Parts, passwords: dict[str, str | None], began: float) -> None:
    config, command = parts.config, own_command(sys.argv[0], os.environ)
    say(f"ready after {time.monotonic() - began:.0f} s")
    print()
    print(f"    Callroom {parts.version}    {config.web.address}")
    print()
    for login, password in passwords.items():
        shown = password or f"(changed; `{command} user password {login}` sets a new one)"
        print(f"    {login:<12} {shown}")
    print()
    if config.demo.enabled:
        print("    Sign in as agent, press Ready, then `Try it: ring me`, or in another terminal:")
        print("    以 agent 登录，点击“示闲”，再点击“试一试：给我来电”，或在另一个终端运行：")
        print(f"    {command} demo call --to 4001 --from {KNOWN}")
        print()
    print("    Ctrl-C stops all that was started here. 按 Ctrl-C 停止由此启动的一切。", flush=True)


def own_command(program: str, environment: Mapping[str, str]) -> str:
    """Return what to type in another terminal to reach this very installation."""
    names = ("CALLROOM_HOME", "CALLROOM_BASE_PORT")
    settings = [f"{name}={shlex.quote(environment[name])}" for name in names if environment.get(name)]
    return " ".join([*settings, shlex.quote(program)])
