"""What machines speak is the same in every home and takes a third of a first start: homes of one user share it.

The first one speaks for itself, as an operator's does, and gives it to those that come; who comes meanwhile waits.
"""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import TextIO

from tests.prefix import cached_prefix

_PROMPTS = "prompts/builtin"
_FOLDERS = (_PROMPTS, "run/callroom/sounds/emergency", "run/callroom/sounds/confirm", "run/pstn/sounds")


def take(home: Path) -> TextIO:
    """Put into a new home what others spoke; `give` what it speaks itself, with the turn that is returned."""
    kept = _kept()
    kept.mkdir(parents=True, exist_ok=True)
    turn = (kept / "turn").open("w")
    if not _is_whole(kept):
        fcntl.flock(turn, fcntl.LOCK_EX)
    if _is_whole(kept):
        fcntl.flock(turn, fcntl.LOCK_UN)
    _copy_new(kept, home)
    return turn


def give(home: Path, turn: TextIO) -> None:
    """Keep what this home spoke and nobody had."""
    kept = _kept()
    _copy_new(home, kept)
    if (home / _PROMPTS).exists():
        (kept / "whole").touch()
    turn.close()


def _kept() -> Path:
    return cached_prefix().parent / "spoken"


def _is_whole(kept: Path) -> bool:
    return (kept / "whole").exists()


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
