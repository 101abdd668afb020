"""AMI frames: headers in their order, and actions that can never become more than one frame.

Asterisk takes a bare line feed as the end of a line (main/manager.c, get_input), so a value with one is a second
header or a second action. Nothing is ever stripped: what would break the frame is refused.
"""

import re
from collections.abc import Iterable

from cti.errors import UnsafeValue

# main/manager.c: inbuf holds 1024 bytes with the line's end; include/asterisk/manager.h: AST_MAX_MANHEADERS.
MAX_LINE_BYTES = 1024
MAX_HEADERS = 128

LINE_END = "\r\n"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# Every control character, and all that some reader takes for a line's end (NEL, LINE and PARAGRAPH SEPARATOR).
_UNSAFE = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


class Message:
    """One frame from Asterisk. A repeated header (`Variable`, `Output`) keeps all its values: `get_all`.

    It keeps the frame's text and finds a header when it is asked for: of some twenty in an event, three or four are.
    """

    __slots__ = ("_headers", "_text", "action_id", "event")

    def __init__(self, headers: Iterable[tuple[str, str]]) -> None:
        self._read("".join(f"{LINE_END}{name}: {value}" for name, value in headers))

    @classmethod
    def of_text(cls, text: str) -> "Message":
        """Take a frame's lines without the empty one that closes it."""
        message = cls.__new__(cls)
        message._read(LINE_END + text)
        return message

    def _read(self, text: str) -> None:
        self._text = text
        self._headers: tuple[tuple[str, str], ...] | None = None
        # "" for a response, and for what belongs to no action.
        self.event = self.get("Event")
        self.action_id = self.get("ActionID")

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """All headers in their order; a line without a colon is kept under ""."""
        if self._headers is None:
            lines = self._text.split(LINE_END)[1:]
            self._headers = tuple(_header(line) for line in lines)
        return self._headers

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of a header, spelled as Asterisk spells it."""
        if not name:
            return next((value for each, value in self.headers if not each), default)
        text, mark = self._text, f"{LINE_END}{name}:"
        at = text.find(mark)
        if at < 0:
            return default
        begin = at + len(mark)
        end = text.find(LINE_END, begin)
        return (text[begin:] if end < 0 else text[begin:end]).removeprefix(" ")

    def get_all(self, name: str) -> list[str]:
        """Return all values of a header, in order."""
        return [value for each, value in self.headers if each == name]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.headers == other.headers

    def __hash__(self) -> int:
        return hash(self.headers)

    def __repr__(self) -> str:
        return f"Message({self.headers!r})"


def _header(line: str) -> tuple[str, str]:
    name, separator, value = line.partition(":")
    return (name, value.removeprefix(" ")) if separator else ("", line)


def parse_message(frame: bytes) -> Message:
    """Read the lines of one frame, without its closing empty line.

    Damaged UTF-8 becomes U+FFFD: a name on a display, never a reason to lose the event.
    """
    return Message.of_text(frame.decode(errors="replace"))


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
