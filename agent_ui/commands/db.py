"""`callroom db upgrade`: bring the database to this version."""

import argparse
import asyncio

from agent_ui.commands.serving import say
from agent_ui.config import load_config
from crm_core.migrations import newest_revision, upgrade


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("upgrade", help="bring it to this version").set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Upgrade; nothing happens when it is up to date."""
    del arguments
    asyncio.run(upgrade(load_config().database_url))
    say(f"the database is at {newest_revision()}")
