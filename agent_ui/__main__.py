"""The command line: `callroom`, or `python -m agent_ui`."""

import argparse
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Protocol, cast

from agent_ui.errors import ScreenError
from agent_ui.secrets import PRIVATE_UMASK
from crm_core.errors import CrmError, Invalid
from cti.errors import CtiError
from dialer.errors import DialerError

# Each is a module of agent_ui.commands of the same name.
COMMANDS = {
    "up": "prepare everything, start it and serve (what `make run` calls)",
    "serve": "serve, with an Asterisk that runs already",
    "asterisk": "install, configure, start, stop or look at the private Asterisk",
    "demo": "the simulated telephone network",
    "user": "add a user, or set a new password",
    "privacy": "export or erase everything about one customer",
    "audit": "check the audit log",
    "db": "the database",
    "reports": "the sums that reports are made of",
    "dialer": "outbound dialing: simulate it, plan a list",
    "campaign": "outbound campaigns: look at them, import people, start, stop, report",
    "lines": "announcements that are known again while dialing",
    "doctor": "examine this installation, and name the cure for each fault",
}


class Subcommand(Protocol):
    """What each of the modules has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what may follow it, and set `run`: takes what was read, returns an exit code or None."""


def parse(line: Sequence[str]) -> argparse.Namespace:
    """Read a command line; only the module of the command that it asks for is loaded."""
    parser = argparse.ArgumentParser(prog="callroom", description="A contact center beside Asterisk.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name, help_text in COMMANDS.items():
        command = commands.add_parser(name, help=help_text)
        if [name] == list(line[:1]):
            _load(name).add_arguments(command)
    return parser.parse_args(line)


def _load(name: str) -> Subcommand:
    with _without_garbage_collection():
        return cast("Subcommand", import_module(f"agent_ui.commands.{name}"))


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """While modules are loaded nothing becomes garbage, and to look for it again and again is a third of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; what went wrong is told in a sentence, without a trace."""
    # databases, logs and recordings are written by libraries and by Asterisk, which inherits this
    os.umask(PRIVATE_UMASK)
    arguments = parse(sys.argv[1:] if argv is None else argv)
    try:
        return int(arguments.run(arguments) or 0)
    except KeyboardInterrupt:
        return 130
    except Invalid as error:
        for problem in error.problems:
            print(f"callroom: {problem.path}: {problem.message}", file=sys.stderr)
        return 1
    except (ScreenError, CtiError, CrmError, DialerError, OSError) as error:
        # OSError: a folder that may not be written, a full disk, an address that is not this machine's
        print(f"callroom: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
