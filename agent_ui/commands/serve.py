"""`callroom serve`: pages, API, floor and menu; Asterisk and database must be there."""

import argparse
import asyncio

from agent_ui.app import PhonesDoor
from agent_ui.commands.serving import add_tls, config_with, say, serve_until_stopped
from agent_ui.config import Config
from agent_ui.logs import set_up_logging
from agent_ui.one_per_home import only_one
from agent_ui.parts import Parts
from crm_core.storage.claim import sole_use


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    add_tls(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Serve in the foreground."""
    config = config_with(arguments)
    set_up_logging(config.home / "log")
    with only_one(config.home, config.web.address):
        asyncio.run(_serve(config))


async def _serve(config: Config) -> None:
    def ready(parts: Parts) -> None:
        say(f"Callroom {parts.version} serves at {config.web.address}")

    async with sole_use(config.database_url) as claim:
        await serve_until_stopped(config, ready, PhonesDoor.LEFT_OPEN, claim)
    say(f"the phones' process stays, at port {config.ports.phones}: callers are put through by Asterisk alone")
