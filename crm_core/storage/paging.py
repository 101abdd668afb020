"""Pages by key: the next page starts after the last row seen, however many rows came before."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from crm_core.errors import FieldProblem, Invalid

Row = TypeVar("Row")
MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and where the next ones start (None: these were the last)."""

    items: tuple[Row, ...]
    next_cursor: str | None


def clamp(limit: int) -> int:
    """Keep a page to a size that a screen can take."""
    return max(1, min(limit, MAX_LIMIT))


def make_page(rows: Sequence[Row], limit: int, key: Callable[[Row], Sequence[object]]) -> Page[Row]:
    """Build a page from up to `limit` + 1 rows; `key` gives the values that the order is by."""
    shown = tuple(rows[:limit])
    more = len(rows) > limit
    return Page(shown, encode(key(shown[-1])) if more else None)


def encode(values: Sequence[object]) -> str:
    """Pack the values of the last row into something that fits a URL."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode_ids(cursor: str | None) -> int | None:
    """Unpack a cursor of one id."""
    if cursor is None:
        return None
    values = _decode(cursor, 1)
    return _checked(values[0], int)


def decode_time_and_key(cursor: str | None, kind: type[Row]) -> tuple[datetime, Row] | None:
    """Unpack a cursor of a time and a row's id, which is of `kind`."""
    if cursor is None:
        return None
    at, key = _decode(cursor, 2)
    try:
        moment = datetime.fromisoformat(_checked(at, str))
    except ValueError:
        raise _bad_cursor() from None
    if moment.tzinfo is None:
        raise _bad_cursor()
    return moment, _checked(key, kind)


def _decode(cursor: str, count: int) -> list[object]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise _bad_cursor() from None
    if not isinstance(values, list) or len(values) != count:
        raise _bad_cursor()
    return values


def _checked(value: object, kind: type[Row]) -> Row:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _bad_cursor()
    return value


def _bad_cursor() -> Invalid:
    return Invalid(FieldProblem("cursor", "bad_cursor", "is not one that this server gave; start from the first page"))
