"""The program that sorts sounds without a label: `python -m dialer.listening.sorter FOLDER`.

It has a process of its own, behind all others in line and with an end to what it may compute: calls are more urgent.
Each line of its output is a `SorterTold`.
"""

import os
import resource
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from dialer.listening.clusters import sort_out
from dialer.listening.shelf import Shelf

CPU_S = 600
_NICE = 10
# Ids of calls and of recordings may be the same.
_LABELLED = "labelled "


class SorterTold(msgspec.Struct):
    """How far it is; at the end also what it found: clusters, the longest of their calls first, and explained calls."""

    done_ratio: float
    clusters: tuple[tuple[str, ...], ...] | None = None
    explained: tuple[str, ...] = ()


def main(folder: Path, told: BinaryIO) -> None:
    """Say each thing as soon as it is known."""

    def tell(what: SorterTold) -> None:
        told.write(msgspec.json.encode(what) + b"\n")
        told.flush()

    shelf = Shelf(folder)
    heard = shelf.unmatched.sounds()
    labelled = {f"{_LABELLED}{prompt.id}": samples for prompt, samples in shelf.sounds()}
    found = sort_out(heard, labelled, lambda ratio: tell(SorterTold(ratio)))
    tell(SorterTold(1.0, tuple(each.calls for each in found.clusters), found.explained))


if __name__ == "__main__":
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    main(Path(sys.argv[1]), sys.stdout.buffer)
