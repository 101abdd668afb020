"""`callroom asterisk …`: the private Asterisk and the simulated telephone network."""

import argparse
import asyncio

from agent_ui.commands.serving import say
from agent_ui.config import load_config
from agent_ui.plant import Plant

ACTIONS = {
    "install": "get a private Asterisk, without root",
    "configure": "write the configuration from asterisk-conf/",
    "start": "start it, and the telephone network simulator of the demonstration",
    "stop": "end both; calls end too",
    "status": "say whether they run",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    for name, text in ACTIONS.items():
        actions.add_parser(name, help=text).set_defaults(run=run, action=name)


def run(arguments: argparse.Namespace) -> int:
    """Do one of the actions."""
    plant = Plant(load_config())
    if arguments.action == "install":
        plant.install(say)
        return 0
    if arguments.action == "configure":
        return asyncio.run(_configure(plant))
    return asyncio.run(_act(plant, arguments.action))


async def _configure(plant: Plant) -> int:
    """One that runs reads it at once: a Callroom that is started next counts on the secrets that stand there."""
    program = plant.program()
    plant.configure(program)
    say(f"written below {plant.switch.layout.etc}")
    for name, instance in plant.instances(program).items():
        if instance.status().is_running:
            await instance.reload()
            say(f"{name} has read it; ports and modules need a stop and a start")
    return 0


async def _act(plant: Plant, action: str) -> int:
    program = plant.program()
    if action == "start":
        plant.check_ports(program)
        await _configure(plant)
    instances = plant.instances(program)
    for name, instance in instances.items():
        if action == "start":
            await instance.start()
        elif action == "stop":
            await instance.stop()
        pid = instance.status().pid
        say(f"{name}: " + (f"runs, process {pid}" if pid else "does not run"))
    all_run = all(instance.status().is_running for instance in instances.values())
    return 0 if action != "status" or all_run else 3
