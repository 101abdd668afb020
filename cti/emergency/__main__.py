"""Run by Asterisk as a process AGI (`python -m cti.emergency SPOOL SOUNDS VOICEMAILS [end]`).

The call is on standard in and output. Without `end` it talks to the caller; with it, it writes down how the call ended.
"""

import io
import sys
import uuid
from pathlib import Path

from asterisk.agi import AGI, AGIException

from cti.clock import SystemClock
from cti.emergency.ending import note_ending
from cti.emergency.script import Conversation
from cti.emergency.spool import Spool


def main() -> None:
    """Serve one caller; a hang-up is the usual end of the talk."""
    spool, sounds, voicemails = (Path(argument) for argument in sys.argv[1:4])
    try:
        # pyst2 writes every line of the talk, caller's number included, to standard error, which is Asterisk's log.
        phone = AGI(stderr=io.StringIO())
        if "end" in sys.argv[4:]:
            note_ending(phone, Spool(spool), SystemClock(), uuid.uuid4().hex, voicemails)
        else:
            Conversation(phone, Spool(spool), sounds, SystemClock(), lambda: uuid.uuid4().hex).run()
    except (AGIException, ValueError, OSError):
        # ValueError: pyst2 0.5.1 reads the line "HANGUP" as an answer without a number.
        sys.exit(0)


if __name__ == "__main__":
    main()
