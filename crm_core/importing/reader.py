"""The program that reads a large file: `python -m crm_core.importing.reader <descriptor>`, the order on its input.

It has a process of its own, behind all others in line, since a million rows are a minute's work of a processor. What it
reads it writes to its output: each message with its length in front.
"""

import os
import sys
from typing import BinaryIO

import msgspec

from crm_core.importing.opened import AnyOrder, messages

LENGTH_BYTES = 4
_NICE = 5


def main(descriptor: int, order: BinaryIO, out: BinaryIO) -> None:
    """Read the file behind the descriptor to its end."""
    os.nice(_NICE)
    encoder = msgspec.msgpack.Encoder()
    with os.fdopen(descriptor, "rb") as source:
        for message in messages(source, msgspec.msgpack.decode(order.read(), type=AnyOrder)):
            body = encoder.encode(message)
            out.write(len(body).to_bytes(LENGTH_BYTES, "big"))
            out.write(body)
            out.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
