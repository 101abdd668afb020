"""`callroom privacy …`: what is held about one customer, handed out or erased from the command line."""

import argparse
import asyncio
import os
from pathlib import Path
from typing import Any

from agent_ui.config import Config, load_config
from agent_ui.joints.dossier import Dossier, open_dossier
from agent_ui.memory import open_memory
from crm_core.audit import SYSTEM
from crm_core.errors import FieldProblem, Invalid
from cti.clock import SystemClock


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    export = actions.add_parser("export", help="write a ZIP with rows, a page to read, and sounds")
    export.add_argument("customer", type=int, metavar="CUSTOMER_ID")
    export.add_argument("file", type=Path, help="must not be there yet; only its owner may read it")
    export.set_defaults(run=run, action=_export)
    erase = actions.add_parser("erase", help="erase for good; calls stay in the statistics without name and number")
    erase.add_argument("customer", type=int, metavar="CUSTOMER_ID")
    erase.add_argument("--confirm", required=True, metavar="NAME", help="the customer's name, exactly")
    erase.set_defaults(run=run, action=_erase)


def run(arguments: argparse.Namespace) -> None:
    """Works while Callroom serves, too."""
    asyncio.run(_with_dossier(load_config(), arguments))


async def _with_dossier(config: Config, arguments: argparse.Namespace) -> None:
    memory = open_memory(config, SystemClock())
    await memory.database.start()
    try:
        await arguments.action(memory, open_dossier(config, memory), arguments)
    finally:
        await memory.database.aclose()


async def _export(_memory: Any, dossier: Dossier, arguments: argparse.Namespace) -> None:
    pieces = await dossier.export(arguments.customer, SYSTEM)
    handle = os.open(arguments.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        async for piece in pieces:
            file.write(piece)
    print(f"{arguments.file}  {arguments.file.stat().st_size} bytes")


async def _erase(memory: Any, dossier: Dossier, arguments: argparse.Namespace) -> None:
    data = await memory.privacy.check_erasable(arguments.customer)
    if arguments.confirm != data.customer.name:
        raise Invalid(FieldProblem("--confirm", "not_confirmed", "is not the customer's name; nothing was erased"))
    counts = await dossier.erase(arguments.customer, SYSTEM)
    print("erased: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
