"""The trace of who did what; entries are only ever added, in the transaction of the deed, each chained to the last."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Select, Transaction, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.chain import ERASED, ERASURE, Break, ChainCheck, ChainEntry, Head, hash_detail, hash_link
from crm_core.models import AuditEntry, AuditHead, User
from crm_core.storage.database import Database
from crm_core.storage.paging import Page, clamp, decode_ids, make_page
from crm_core.storage.rows import build
from cti.clock import Clock


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where; the system has no `user_id`."""

    user_id: int | None
    address: str = ""


SYSTEM = Actor(None)
PAGE = 2000
# Built once: every write that is audited asks these.
_ADD = insert(AuditEntry)
# The end of the chain in each transaction that has locked it: a group of writes asks once.
_ENDS: WeakKeyDictionary[Transaction, Head] = WeakKeyDictionary()
_HEAD = select(AuditHead.entry_id, AuditHead.link_hash).where(AuditHead.id == 1).with_for_update()


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry; `action` such as "customer.update", `detail` what changed."""

    id: int
    at: datetime
    user_id: int | None
    user_name: str | None
    action: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]
    address: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """None means: any."""

    user_id: int | None = None
    object_kind: str | None = None
    object_id: str | None = None
    action: str | None = None


async def append(
    connection: AsyncConnection,
    actor: Actor,
    at: datetime,
    action: str,
    object_id: object = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry inside a transaction; the kind of object is the part of `action` before the dot."""
    await append_all(connection, actor, at, action, [(object_id, detail or {})])


async def append_all(
    connection: AsyncConnection,
    actor: Actor,
    at: datetime,
    action: str,
    entries: Sequence[tuple[object, dict[str, Any]]],
) -> None:
    """Add entries about several objects (id and detail) by one statement."""
    if not entries:
        return
    within, rows = _transaction(connection), []
    head = _ENDS.get(within) or await _lock_head(connection)
    for object_id, detail in entries:
        salt = secrets.token_hex(16)
        entry = ChainEntry(
            id=head.entry_id + 1,
            at=at,
            user_id=actor.user_id,
            action=action,
            object_kind=action.partition(".")[0],
            object_id=str(object_id)[:64],
            address=actor.address[:64],
            detail=detail,
            salt=salt,
            detail_hash=hash_detail(salt, detail),
            link_hash="",
        )
        head = Head(entry.id, hash_link(head.link_hash, entry))
        rows.append(_columns(replace(entry, link_hash=head.link_hash)))
    await connection.execute(_ADD, rows)
    _ENDS[within] = head


def _transaction(connection: AsyncConnection) -> Transaction:
    return cast("Transaction", cast("Connection", connection.sync_connection).get_transaction())


async def _lock_head(connection: AsyncConnection) -> Head:
    """Return the end of the chain, and let no other process go on from it until this transaction is over.

    A trigger moves it on: on PostgreSQL the lock makes the next one wait, on SQLite there is one who writes.
    """
    row = (await connection.execute(_HEAD)).one()
    return Head(row.entry_id, row.link_hash)


def _following(check: ChainCheck) -> Select[*tuple[Any, ...]]:
    """Ask for the next entries, the first time without a bound: what is before the first was put there by somebody."""
    query = select(*(getattr(AuditEntry, name) for name in ChainEntry.__slots__)).order_by(AuditEntry.id)
    return query.where(AuditEntry.id > check.last.entry_id) if check.count else query


def _columns(entry: ChainEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in ChainEntry.__slots__}


async def erase_details(
    connection: AsyncConnection, actor: Actor, at: datetime, object_kind: str, object_ids: Sequence[object]
) -> int:
    """Empty the details of all entries about these objects of their words, and write that down; give how many.

    Who did what, when and to which object stays, and the chain holds: it hangs on the salted hash of the detail.
    """
    wanted = [str(object_id)[:64] for object_id in object_ids]
    query = select(AuditEntry.id, AuditEntry.detail).where(
        AuditEntry.object_kind == object_kind, AuditEntry.object_id.in_(wanted)
    )
    rows = (await connection.execute(query.order_by(AuditEntry.id))).all()
    found = [row.id for row in rows if row.detail and row.detail != ERASED]
    if not found:
        return 0
    await connection.execute(update(AuditEntry).where(AuditEntry.id.in_(found)).values(detail=ERASED, salt=""))
    await append(connection, actor, at, ERASURE, "", {"kind": object_kind, "objects": wanted, "entries": found})
    return len(found)


class AuditLog:
    """Entries for deeds that change no row here (a recording was played, a login failed), and the list of all."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def append(self, actor: Actor, action: str, object_id: object = "", **detail: object) -> None:
        """Add an entry of its own."""
        at = self._clock.now()
        await self._database.write(lambda connection: append(connection, actor, at, action, object_id, dict(detail)))

    async def head(self) -> Head:
        """Return the end of the chain, for a place outside the database."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(AuditHead.entry_id, AuditHead.link_hash))).one()
        return Head(row.entry_id, row.link_hash)

    async def verify(self, witnesses: Mapping[int, str]) -> tuple[ChainCheck, Break | None]:
        """Go through the whole chain; give how far it holds, and the first break."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(AuditHead.entry_id, AuditHead.link_hash))).one_or_none()
            head = None if row is None else Head(row.entry_id, row.link_hash)
            check = ChainCheck(({} if head is None else {head.entry_id: head.link_hash}) | dict(witnesses))
            size = PAGE
            while True:
                try:
                    rows = (await connection.execute(_following(check).limit(size))).all()
                    for row in rows:
                        found = check.take(ChainEntry(**row._mapping))
                        if found is not None:
                            return check, found
                except (TypeError, ValueError):
                    # a column holds what nobody wrote; up to it, one by one
                    if size == 1:
                        return check, check.unreadable()
                    size = 1
                    continue
                if len(rows) < size:
                    return check, check.finish(head)

    async def page(self, wanted: AuditFilter, cursor: str | None = None, limit: int = 50) -> Page[AuditRow]:
        """List entries, the newest first."""
        limit = clamp(limit)
        query = (
            select(*AuditEntry.__table__.columns, User.name.label("user_name"))
            .outerjoin(User, User.id == AuditEntry.user_id)
            .order_by(AuditEntry.id.desc())
            .limit(limit + 1)
        )
        for column, value in (
            (AuditEntry.user_id, wanted.user_id),
            (AuditEntry.object_kind, wanted.object_kind),
            (AuditEntry.object_id, wanted.object_id),
            (AuditEntry.action, wanted.action),
        ):
            if value is not None:
                query = query.where(column == value)
        before = decode_ids(cursor)
        if before is not None:
            query = query.where(AuditEntry.id < before)
        async with self._database.reading() as connection:
            rows = [build(AuditRow, row) for row in (await connection.execute(query)).mappings()]
        return make_page(rows, limit, lambda row: (row.id,))
