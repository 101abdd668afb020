"""What machines speak is the same in every home and takes a third of a first start: homes of one user share it.

The first ones speak for themselves, as an operator's does, and give it to those that come.
"""

import os
import shutil
import tempfile
from pathlib import Path

from tests.asterisk.pair import cached_prefix

_FOLDERS = ("prompts/builtin", "run/callroom/sounds/emergency", "run/callroom/sounds/confirm", "run/pstn/sounds")


def _kept() -> Path:
    return cached_prefix().parent / "spoken"


def take(home: Path) -> None:
    """Put into a new home what others spoke."""
    _copy_new(_kept(), home)


def give(home: Path) -> None:
    """Keep what this home spoke and nobody had."""
    _copy_new(home, _kept())


def _copy_new(source: Path, target: Path) -> None:
    for folder in _FOLDERS:
        # ".said" after its ".wav": who reads a stamp finds the sound that it stands for
        for file in sorted((source / folder).rglob("*"), key=lambda path: (path.suffix == ".said", path)):
            copy = target / file.relative_to(source)
            if not file.is_file() or file.name.startswith(".") or (copy.is_file() and _same(file, copy)):
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            handle, partial = tempfile.mkstemp(prefix=".", dir=copy.parent)
            os.close(handle)
            shutil.copyfile(file, partial)
            Path(partial).replace(copy)


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()
