"""`callroom demo call`: let the simulated telephone network call in."""

import argparse
import asyncio
from typing import Any

from agent_ui.commands.serving import say
from agent_ui.config import load_config
from agent_ui.plant import Plant
from cti.asterisk.pstn import call_in
from cti.errors import AsteriskMissing, SwitchUnavailable


def add_parser(commands: Any) -> None:
    """Add the command."""
    demo = commands.add_parser("demo", help="the simulated telephone network")
    parser = demo.add_subparsers(required=True, metavar="ACTION").add_parser("call", help="call in")
    parser.add_argument("--to", default="4001", metavar="NUMBER", help="the number that is dialed (4001)")
    caller = parser.add_mutually_exclusive_group()
    caller.add_argument("--from", dest="from_number", default="+8613800138000", metavar="NUMBER", help="who calls")
    caller.add_argument("--withheld", action="store_true", help="without a number")
    parser.add_argument("--name", default="", help="the caller's name as the network tells it")
    parser.add_argument("--keys", default="1", help="keys to press; w waits half a second (1)")
    parser.add_argument("--key-delay", type=float, default=4.0, metavar="S", help="seconds from answer to the keys (4)")
    parser.add_argument(
        "--stay", type=float, default=120.0, metavar="S", help="seconds until the caller hangs up (120)"
    )
    parser.add_argument("--audio", choices=("speech", "tone440", "silence"), default="speech", help="what they say")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Make one call; it goes on after the command has ended."""
    pstn = Plant(load_config()).pstn
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
        raise AsteriskMissing("The telephone network simulator does not run", "Start it: callroom up") from error
    say(f"{from_number or 'somebody without a number'} calls {arguments.to} ({channel})")
