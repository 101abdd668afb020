"""The program that finds a plan out: `python -m agent_ui.staffing.worker`, what is wanted on its input.

It has a process of its own, behind all others in line and with an end to what it may compute: calls are more urgent.
Each line of its output is a `Staffed`.
"""

import os
import resource
import sys
from typing import BinaryIO

import msgspec

from dialer.simulation.staffing import StaffingWanted, staffing

CPU_S = 600
_NICE = 10


def main(source: BinaryIO, told: BinaryIO) -> None:
    """Say each thing as soon as it is known."""
    wanted = msgspec.msgpack.decode(source.read(), type=StaffingWanted)
    for each in staffing(wanted):
        told.write(msgspec.json.encode(each) + b"\n")
        told.flush()


if __name__ == "__main__":
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    main(sys.stdin.buffer, sys.stdout.buffer)
