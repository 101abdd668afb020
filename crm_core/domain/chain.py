"""The chain that the audit log hangs on: each entry's hash covers the entry before it; pure.

A detail hangs in it by a salted hash of its own, so that what it says about a person can be erased later and the chain
still holds; an erasure is an entry itself, and an erased detail that no such entry names is a break.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64
ERASED: dict[str, Any] = {"erased": True}
ERASURE = "audit.erase"


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """One row of the log with what chains it. `salt` is empty once the detail was erased."""

    id: int
    at: datetime
    user_id: int | None
    action: str
    object_kind: str
    object_id: str
    address: str
    detail: dict[str, Any]
    salt: str
    detail_hash: str
    link_hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: the last entry and its hash."""

    entry_id: int = 0
    link_hash: str = GENESIS


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that does not fit; `code`: changed, detail_changed, missing, erased, truncated or head."""

    entry_id: int
    code: str
    message: str


def hash_detail(salt: str, detail: Mapping[str, Any]) -> str:
    """Hash what an entry says in particular; without the salt nobody can guess it back."""
    return _hash(["detail", salt, _plain(detail)])


def hash_link(previous: str, entry: ChainEntry) -> str:
    """Hash an entry together with the hash of the one before."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return _hash(
        [
            previous,
            entry.id,
            at,
            entry.user_id,
            entry.action,
            entry.object_kind,
            entry.object_id,
            entry.address,
            entry.detail_hash,
        ]
    )


def _hash(values: list[Any]) -> str:
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    """Write a value as it comes back from either database: keys as text, whole numbers without a point."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


@dataclass(slots=True)
class ChainCheck:
    """Is told every entry in order, and stops at the first break.

    `witnesses` are heads that were written down elsewhere earlier: a chain that was hashed anew from the changed entry
    on does not agree with them.
    """

    witnesses: Mapping[int, str]
    count: int = 0
    erased: int = 0
    _last: Head = field(default_factory=Head)
    _unexplained: set[int] = field(default_factory=set)

    @property
    def last(self) -> Head:
        """How far it came."""
        return self._last

    def take(self, entry: ChainEntry) -> Break | None:
        """Compare the next entry; the break, if this is one."""
        found = self._compare(entry)
        if found is not None:
            return found
        self.count += 1
        self._last = Head(entry.id, entry.link_hash)
        if entry.action == ERASURE:
            self._unexplained -= _named(entry.detail.get("entries"))
        return None

    def _compare(self, entry: ChainEntry) -> Break | None:
        if hash_link(self._last.link_hash, entry) != entry.link_hash:
            return self._unlinked(entry)
        if self.witnesses.get(entry.id, entry.link_hash) != entry.link_hash:
            return Break(entry.id, "changed", "is not the one that was noted earlier: the log was written anew")
        if entry.salt == "" and entry.detail == ERASED:
            self.erased += 1
            self._unexplained.add(entry.id)
        elif hash_detail(entry.salt, entry.detail) != entry.detail_hash:
            return Break(entry.id, "detail_changed", "has another detail than it was written with")
        return None

    def _unlinked(self, entry: ChainEntry) -> Break:
        last = self._last.entry_id
        if entry.id > last + 1:
            return Break(entry.id, "missing", f"does not follow entry {last}: entries between are gone, or it changed")
        return Break(entry.id, "changed", f"does not follow entry {last}: one of its columns was changed")

    def unreadable(self) -> Break:
        """Name the next entry, of which a column holds what no entry is written with."""
        last = self._last.entry_id
        return Break(last + 1, "changed", f"does not follow entry {last}: one of its columns cannot be read")

    def finish(self, head: Head | None) -> Break | None:
        """Compare the end with the head that the database keeps, and with the latest that was noted elsewhere."""
        last = self._last.entry_id
        if head is None:
            return Break(last, "head", "is the last, but the database has lost its note of where the log ends")
        known = max(head.entry_id, *self.witnesses, 0)
        if known > last:
            return Break(last + 1, "truncated", f"is gone, with all that follows up to entry {known}")
        if self._unexplained:
            return Break(min(self._unexplained), "erased", "has lost its detail, and no later entry says who erased it")
        return None


def _named(entries: object) -> set[int]:
    return {key for key in entries if isinstance(key, int)} if isinstance(entries, list) else set()
