"""The command line: `callroom`, or `python -m agent_ui`."""

import argparse
import os
import sys
from collections.abc import Sequence

from agent_ui.commands import (
    asterisk,
    audit,
    campaign,
    db,
    demo,
    dialer,
    doctor,
    lines,
    privacy,
    reports,
    serve,
    up,
    user,
)
from agent_ui.errors import ScreenError
from agent_ui.secrets import PRIVATE_UMASK
from crm_core.errors import CrmError, Invalid
from cti.errors import CtiError
from dialer.errors import DialerError

COMMANDS = (up, serve, asterisk, demo, user, privacy, audit, db, reports, dialer, campaign, lines, doctor)


def make_parser() -> argparse.ArgumentParser:
    """Build the parser; every command adds its own part."""
    parser = argparse.ArgumentParser(prog="callroom", description="A contact center beside Asterisk.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; what went wrong is told in a sentence, without a trace."""
    # databases, logs and recordings are written by libraries and by Asterisk, which inherits this
    os.umask(PRIVATE_UMASK)
    arguments = make_parser().parse_args(argv)
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
