"""The words between the main process and the phones' door: one JSON object a line, over a Unix socket.

The door says `door` (its process and settings), asks whether a `session` may have an extension, and after a link that
was down says which sessions it has open. The main process answers, says which session is over, or that the door shall
close.
"""

import json
from dataclasses import dataclass
from typing import Any

LINE_MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class DoorOpen:
    """The door's first word; `settings` is a fingerprint: another door would have to be made if ours are different."""

    pid: int
    settings: str


@dataclass(frozen=True, slots=True)
class MayHave:
    """Is this session still good for this extension? `number` 0: the socket is open, cut it if not."""

    number: int
    session_key: str
    extension: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to MayHave."""

    number: int
    allowed: bool


@dataclass(frozen=True, slots=True)
class SessionOver:
    """Its sockets close now, and none opens again."""

    session_key: str


@dataclass(frozen=True, slots=True)
class CloseDoor:
    """The installation stops."""


Word = DoorOpen | MayHave | Answered | SessionOver | CloseDoor


def encode(word: Word) -> bytes:
    """Return the line."""
    match word:
        case DoorOpen(pid, settings):
            said: dict[str, Any] = {"door": pid, "settings": settings}
        case MayHave(number, session_key, extension):
            said = {"ask": number, "session": session_key, "extension": extension}
        case Answered(number, allowed):
            said = {"answer": number, "allowed": allowed}
        case SessionOver(session_key):
            said = {"over": session_key}
        case _:
            said = {"close": True}
    return json.dumps(said).encode() + b"\n"


def decode(line: bytes) -> Word | None:  # noqa: PLR0911 - one for each word
    """Return what the line says; None for anything else than our own writing."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    match said:
        case {"door": int(pid), "settings": str(settings)}:
            return DoorOpen(pid, settings)
        case {"ask": int(number), "session": str(session_key), "extension": str(extension)}:
            return MayHave(number, session_key, extension)
        case {"answer": int(number), "allowed": bool(allowed)}:
            return Answered(number, allowed)
        case {"over": str(session_key)}:
            return SessionOver(session_key)
        case {"close": True}:
            return CloseDoor()
    return None
