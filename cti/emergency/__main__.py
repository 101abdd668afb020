"""Run by Asterisk as a process AGI: `python -m cti.emergency SPOOL SOUNDS`, the call on standard input and output."""

import io
import sys
import uuid
from pathlib import Path

from asterisk.agi import AGI, AGIException

from cti.clock import SystemClock
from cti.emergency.script import Conversation
from cti.emergency.spool import Spool


def main() -> None:
    """Serve one caller; a hang-up is the usual end."""
    spool, sounds = (Path(argument) for argument in sys.argv[1:3])
    try:
        # pyst2 writes every line of the talk, caller's number included, to standard error, which is Asterisk's log.
        phone = AGI(stderr=io.StringIO())
        Conversation(phone, Spool(spool), sounds, SystemClock(), lambda: uuid.uuid4().hex).run()
    except (AGIException, ValueError, OSError):
        # ValueError: pyst2 0.5.1 reads the line "HANGUP" as an answer without a number.
        sys.exit(0)


if __name__ == "__main__":
    main()
