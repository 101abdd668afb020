"""What `serve` and `up` share: run until somebody says stop."""

import argparse
import asyncio
import gc
import os
import signal
from collections.abc import Callable

from agent_ui.app import PhonesDoor, running
from agent_ui.built_app import is_built
from agent_ui.config import Config, load_config
from agent_ui.parts import Parts
from agent_ui.secrets import close_to_others
from agent_ui.service_manager import ServiceManager
from agent_ui.tls import SOON_DAYS, days_left
from crm_core.storage.claim import Claim
from cti.clock import SystemClock
from cti.tasks import TaskSet


def add_tls(parser: argparse.ArgumentParser) -> None:
    """Let the command line name the certificate; settings may as well."""
    parser.add_argument("--tls-cert", metavar="FILE", help="serve by TLS with this certificate (PEM, with its chain)")
    parser.add_argument("--tls-key", metavar="FILE", help="the certificate's key (PEM)")


def config_with(arguments: argparse.Namespace) -> Config:
    """Read the settings, with what the command line says in their place; the certificate is looked at now."""
    environment = dict(os.environ)
    for name in ("tls_cert", "tls_key"):
        if (value := getattr(arguments, name)) is not None:
            environment[f"CALLROOM_WEB_{name.upper()}"] = value
    config = load_config(environment)
    close_to_others(config.home)
    if config.web.tls is not None:
        certificate = config.web.tls.inspect()
        left = days_left(certificate, SystemClock().now())
        if left < SOON_DAYS:
            say(f"the TLS certificate {config.web.tls_cert} expires in {left} days: renew it")
    return config


def say(line: str) -> None:
    """Tell the person at the terminal how far we are."""
    print(f"==> {line}", flush=True)


async def serve_until_stopped(
    config: Config, ready: Callable[[Parts], None], phones: PhonesDoor, claim: Claim | None
) -> None:
    """Serve until SIGINT or SIGTERM, or until another has the database.

    A second signal ends at once, by Python's own means.
    """
    stop = asyncio.Event()
    if claim is not None:
        claim.on_loss(stop.set)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop_once, loop, stop)
    manager, tasks = ServiceManager(), TaskSet()
    async with running(config, say, phones=phones) as parts:
        if not is_built():
            say("the browser app is not built: pages show a note until `make run` or `npm run build` has made it")
        ready(parts)
        spare_what_is_loaded()
        manager.ready(f"Callroom {parts.version} serves at {config.web.address}")
        tasks.start(manager.keep_beating(), name="signs of life")
        await stop.wait()
        manager.stopping()
        say("stopping")
    await tasks.aclose()


def spare_what_is_loaded() -> None:
    """Let the garbage collector pass by all that is there now and stays: code, tables, settings.

    They are 150,000 objects, and to look through them all, which it would do every few minutes under load, takes a
    tenth of a second in which no call is served.
    """
    gc.collect()
    gc.freeze()


def _stop_once(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    stop.set()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)
