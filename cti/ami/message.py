"""AMI frames: headers in their order, and actions that can never become more than one frame.

Asterisk takes a bare line feed as the end of a line (main/manager.c, get_input), so a value with one is a second
header or a second action. Nothing is ever stripped: what would break the frame is refused.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cti.errors import UnsafeValue

# main/manager.c: inbuf holds 1024 bytes with the line's end; include/asterisk/manager.h: AST_MAX_MANHEADERS.
MAX_LINE_BYTES = 1024
MAX_HEADERS = 128

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# Every control character, and all that some reader takes for a line's end (NEL, LINE and PARAGRAPH SEPARATOR).
_UNSAFE = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Message:
    """One frame from Asterisk. A repeated header (`Variable`, `Output`) keeps all its values: `get_all`."""

    headers: tuple[tuple[str, str], ...]
    _first: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_first", dict(reversed(self.headers)))

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of a header, spelled as Asterisk spells it."""
        return self._first.get(name, default)

    def get_all(self, name: str) -> list[str]:
        """Return all values of a header, in order."""
        return [value for each, value in self.headers if each == name]

    @property
    def event(self) -> str:
        """The event's name, "" for a response."""
        return self._first.get("Event", "")

    @property
    def action_id(self) -> str:
        """The id of the action that this belongs to, "" for none."""
        return self._first.get("ActionID", "")


def parse_message(frame: bytes) -> Message:
    """Read the lines of one frame, without its closing empty line; a line without a colon is kept under "".

    Damaged UTF-8 becomes U+FFFD: a name on a display, never a reason to lose the event.
    """
    headers = []
    for line in frame.decode(errors="replace").split("\r\n"):
        name, separator, value = line.partition(":")
        headers.append((name, value.removeprefix(" ")) if separator else ("", line))
    return Message(tuple(headers))


def encode_action(action: str, action_id: str, headers: Iterable[tuple[str, str]] = ()) -> bytes:
    """Return exactly one frame, or raise UnsafeValue."""
    lines = [_line(name, value) for name, value in (("Action", action), ("ActionID", action_id), *headers)]
    if len(lines) > MAX_HEADERS:
        raise UnsafeValue(action, f"more than {MAX_HEADERS} headers")
    return b"".join(lines) + b"\r\n"


def _line(name: str, value: str) -> bytes:
    if not _NAME.fullmatch(name):
        raise UnsafeValue("header name", "not a plain word")
    if _UNSAFE.search(value):
        raise UnsafeValue(name, "has a line break or another control character")
    line = f"{name}: {value}\r\n".encode()
    if len(line) > MAX_LINE_BYTES:
        raise UnsafeValue(name, f"longer than {MAX_LINE_BYTES} bytes")
    return line
