"""One Callroom per home folder, and the address of the one that runs."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent_ui.errors import AlreadyRunning


@contextmanager
def only_one(home: Path, address: str) -> Iterator[None]:
    """Hold the home folder; raises AlreadyRunning. The lock ends with the process, however that ends."""
    path = home / "run" / "callroom.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _holder(path) from error
        file.seek(0)
        file.truncate()
        json.dump({"pid": os.getpid(), "address": address}, file)
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def holder(home: Path) -> AlreadyRunning | None:
    """Say who holds the home folder; None when nobody does."""
    path = home / "run" / "callroom.lock"
    try:
        with path.open("r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return _holder(path)
    return None


def _holder(path: Path) -> AlreadyRunning:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return AlreadyRunning(int(found["pid"]), str(found["address"]))
    except (ValueError, KeyError, TypeError):
        return AlreadyRunning(0, "an address that is not known yet")
