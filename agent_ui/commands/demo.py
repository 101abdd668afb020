"""`callroom demo call`: let the simulated telephone network call in."""

import argparse
import asyncio
import re

from agent_ui.commands.serving import say
from agent_ui.config import load_config
from agent_ui.plant import Plant
from crm_core.demo.data import KNOWN
from cti.asterisk.pstn import call_in
from cti.errors import AsteriskMissing, SwitchUnavailable

LONGEST_S = 86_400
CURE = "Start it with `callroom up`; if it runs, set CALLROOM_HOME and CALLROOM_BASE_PORT here as they are set there."


def add_arguments(demo: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    parser = demo.add_subparsers(required=True, metavar="ACTION").add_parser("call", help="call in")
    parser.add_argument("--to", type=_number, default="4001", metavar="NUMBER", help="the number that is dialed (4001)")
    caller = parser.add_mutually_exclusive_group()
    caller.add_argument(
        "--from", dest="from_number", type=_number, default=KNOWN, metavar="NUMBER", help=f"who calls ({KNOWN})"
    )
    caller.add_argument("--withheld", action="store_true", help="without a number")
    parser.add_argument("--name", default="", help="the caller's name as the network tells it")
    parser.add_argument("--keys", type=_keys, default="1", help="keys to press; w waits half a second (1)")
    parser.add_argument(
        "--key-delay", type=_seconds, default=4.0, metavar="S", help="seconds from answer to the keys (4)"
    )
    parser.add_argument(
        "--stay", type=_seconds, default=120.0, metavar="S", help="seconds until the caller hangs up (120)"
    )
    parser.add_argument("--audio", choices=("speech", "tone440", "silence"), default="speech", help="what they say")
    parser.set_defaults(run=run)


def _number(text: str) -> str:
    if not re.fullmatch(r"\+?[0-9]{1,20}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number: 1 to 20 digits, with a + in front at most")
    return text


def _keys(text: str) -> str:
    if not re.fullmatch(r"[0-9*#wW]{0,40}", text):
        raise argparse.ArgumentTypeError(f"{text!r} has other keys than 0 to 9, *, # and w, or more than 40")
    return text


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST_S:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time in seconds, 0 to {LONGEST_S}")
    return seconds


def run(arguments: argparse.Namespace) -> None:
    """Make one call; it goes on after the command has ended."""
    config = load_config()
    pstn = Plant(config).pstn
    from_number = None if arguments.withheld else arguments.from_number
    calling = call_in(
        pstn,
        arguments.to,
        from_number,
        name=arguments.name,
        keys=arguments.keys,
        key_delay_s=arguments.key_delay,
        stay_s=arguments.stay,
        audio=arguments.audio,
    )
    try:
        channel = asyncio.run(calling)
    except SwitchUnavailable as error:
        problem = f"The telephone network simulator of {config.home} does not run at port {config.ports.pstn_ami}"
        raise AsteriskMissing(problem, CURE) from error
    say(f"{from_number or 'somebody without a number'} calls {arguments.to} ({channel})")
