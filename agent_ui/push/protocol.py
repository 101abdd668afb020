"""One browser's end of push, without a socket: snapshot, numbered changes, resync, claim.

The browser holds a copy of what it may see. It gets a snapshot first, then changes numbered without a gap; whatever
waits to be sent is kept newest per key, so a slow browser costs memory for each key once, never for each change. A
browser that missed something asks to resync and gets a snapshot: reconnect, overflow and restart are one path.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import msgspec

MESSAGE_MAX = 4096
# Nothing to tell, and the connection is one.
ALIVE = b'{"type":"alive"}'
_LENGTH_OF_7, _LENGTH_OF_16, _LENGTH_OF_64 = 125, 126, 127
_TEXT = 0x81  # final frame, text


class Asked(StrEnum):
    """What a browser may say; all else is a fault of the page."""

    RESYNC = "resync"
    CLAIM = "claim"


class Notice(StrEnum):
    """What a browser is told apart from the floor."""

    REPLACED = "replaced"
    SIGNED_OUT = "signed_out"
    CROWDED = "crowded"


class BadMessageError(Exception):
    """The browser said what the protocol does not know."""


class _FromBrowser(msgspec.Struct):
    type: Asked


_decoder = msgspec.json.Decoder(_FromBrowser)
_encoder = msgspec.json.Encoder()


def encode(view: object) -> bytes:
    """Turn one view into JSON, once for all browsers that see it alike."""
    return _encoder.encode(view)


def text_frame(text: bytes) -> bytes:
    """Wrap one message as a server does (RFC 6455, 5.2): whole, not masked."""
    size = len(text)
    if size <= _LENGTH_OF_7:
        return bytes((_TEXT, size)) + text
    if size < 1 << 16:
        return bytes((_TEXT, _LENGTH_OF_16)) + size.to_bytes(2) + text
    return bytes((_TEXT, _LENGTH_OF_64)) + size.to_bytes(8) + text


def decode(text: str) -> Asked:
    """Read a browser's message; raises BadMessageError."""
    if len(text) > MESSAGE_MAX:
        raise BadMessageError("too long")
    try:
        return _decoder.decode(text).type
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise BadMessageError(str(error)) from error


@dataclass(slots=True)
class BrowserCopy:
    """What one browser knows, and what it has yet to be told. Views come encoded."""

    me: int | None
    limit: int
    _seq: int = 0
    _known: set[str] = field(default_factory=set)
    _snapshot: dict[str, bytes] | None = None
    _changes: dict[str, bytes | None] = field(default_factory=dict)
    _notices: list[Notice] = field(default_factory=list)

    def reset(self, objects: Mapping[str, bytes]) -> None:
        """Replace everything: the next message is a snapshot, and what waited is in it."""
        self._snapshot = dict(objects)
        self._changes.clear()
        self._known = set(objects)

    def change(self, key: str, view: bytes | None) -> bool:
        """Tell a new view; None takes away what the browser has. False: it has not, so there is nothing to tell."""
        if view is not None:
            self._known.add(key)
        elif key in self._known:
            self._known.discard(key)
        else:
            return False
        if self._snapshot is None:
            self._changes[key] = view
        elif view is not None:
            self._snapshot[key] = view
        else:
            self._snapshot.pop(key, None)
        return True

    def change_all(self, views: Mapping[str, bytes]) -> None:
        """Tell many new views."""
        self._known |= views.keys()
        if self._snapshot is None:
            self._changes |= views
        else:
            self._snapshot |= views

    def notify(self, notice: Notice) -> None:
        """Tell something that is not a view; the same thing waits only once."""
        if notice not in self._notices:
            self._notices.append(notice)

    @property
    def waits(self) -> bool:
        """Something is to be sent now."""
        return bool(self._changes or self._notices) or self._snapshot is not None

    @property
    def overflowed(self) -> bool:
        """More waits than this browser is worth; cut it."""
        return len(self._changes) > self.limit

    def next_message(self, at: datetime) -> bytes | None:
        """Take the next thing to send, None when all is said."""
        if self._snapshot is not None:
            objects, self._snapshot = self._snapshot, None
            self._seq += 1
            return self._message(b"snapshot", at, objects, b'"me":%b,' % _encoder.encode(self.me))
        if self._changes:
            changes, self._changes = self._changes, {}
            self._seq += 1
            return self._message(b"change", at, changes)
        if self._notices:
            return _encoder.encode({"type": self._notices.pop(0)})
        return None

    def _message(self, kind: bytes, at: datetime, objects: Mapping[str, bytes | None], more: bytes = b"") -> bytes:
        # put together from what is encoded already: it is done for each browser
        views = b",".join([b"%b:%b" % (_encoder.encode(key), view or b"null") for key, view in objects.items()])
        return b'{"type":"%b","seq":%d,"at":%b,%b"objects":{%b}}' % (kind, self._seq, _encoder.encode(at), more, views)
