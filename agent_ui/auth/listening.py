"""Which piece of a sound belongs to a listening that is written down already."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

LISTENING = timedelta(hours=1)
LISTENING_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes from `start` up to `end` (not in it) of a sound, as somebody asks for them."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Listening:
    began_at: datetime
    heard_until: int


class Listenings:
    """Only the piece that begins where the last one ended is free: each byte is heard once for one entry.

    What is forgotten is written down again, so forgetting is safe.
    """

    def __init__(self) -> None:
        self._open: dict[Hashable, _Listening] = {}

    def goes_on(self, key: Hashable, piece: Piece | None, now: datetime) -> bool:
        """Say whether the piece continues what was noted under the key; None (not one piece) never does."""
        before = self._open.get(key)
        return (
            before is not None
            and piece is not None
            and 0 < piece.start == before.heard_until
            and now - before.began_at < LISTENING
        )

    def note(self, key: Hashable, piece: Piece | None, now: datetime) -> None:
        """Remember a piece; a further one only after `goes_on` said so, any other only once it is written down."""
        before = self._open.pop(key, None) if self.goes_on(key, piece, now) else None
        if len(self._open) >= LISTENING_MAX:
            self._open.clear()
        if piece is None:
            self._open.pop(key, None)
        else:
            self._open[key] = _Listening(now if before is None else before.began_at, piece.end)
