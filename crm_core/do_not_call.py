"""Who must not be called: kept with who said so, when and why; looked up by index before anything is dialed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from crm_core.audit import Actor, append
from crm_core.domain.dial_policy import is_emergency
from crm_core.domain.folding import fold
from crm_core.domain.listed_number import LONGEST_REASON, is_callable
from crm_core.domain.masking import mask_number
from crm_core.domain.number_right import says_why
from crm_core.domain.phone import display, normalise, search_digits
from crm_core.errors import AlreadyExists, NotFound
from crm_core.models import ContactPoint, Customer, DoNotCallEntry, User
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks, refuse
from crm_core.storage.paging import Page, clamp, decode_time_and_key, make_page
from crm_core.storage.rows import build
from cti.clock import Clock

OVERRULED = "do_not_call.overrule"


@dataclass(frozen=True, slots=True)
class DoNotCallRow:
    """A number, or a customer with all numbers; `removed_at` is None while it is in force."""

    id: int
    number: str | None
    customer_id: int | None
    customer_name: str | None
    reason: str
    added_at: datetime
    added_by_name: str | None
    removed_at: datetime | None
    removed_by_name: str | None
    removal_reason: str

    @property
    def display(self) -> str:
        """The number as people read it."""
        return display(self.number)


@dataclass(frozen=True, slots=True)
class DoNotCallFilter:
    """`text`: the beginning of a number, a whole one, or a piece of a customer's name."""

    text: str = ""
    removed: bool = False
    whole_numbers_only: bool = False


@dataclass(frozen=True, slots=True)
class ListedNumber:
    """A number to put on the list, in its one spelling."""

    key: str
    reason: str


class DoNotCall:
    """The list; a removed row is used again when the same number comes back."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def is_listed(self, keys: Sequence[str], customer_id: int | None = None) -> bool:
        """Whether one of these spellings is on the list, or belongs to a customer who is, or this customer is."""
        async with self._database.reading() as connection:
            for query in lookups(keys, customer_id):
                if await connection.scalar(query.limit(1)) is not None:
                    return True
        return False

    async def listed_since(self, keys: Sequence[str], customer_id: int | None = None) -> datetime | None:
        """Since when, None: not at all."""
        async with self._database.reading() as connection:
            asked = [query.with_only_columns(DoNotCallEntry.added_at) for query in lookups(keys, customer_id)]
            found = [one for query in asked for one in await connection.scalars(query)]
        return min(found, default=None)

    async def add_number(self, typed: str, reason: str, by: Actor) -> DoNotCallRow:
        """Put a number on the list; raise AlreadyExists if it is there."""
        phone = normalise(typed)
        if not is_callable(phone) or phone.key is None:
            refuse("number", "not_a_phone", "is not a telephone number")
        if is_emergency(phone):
            refuse("number", "always_dialed", "is an emergency number, which is always dialed")
        row = {"number": phone.key, "digits": _digits(phone.key)}
        return await self._add(DoNotCallEntry.number == phone.key, row, reason, by)

    async def add_customer(self, customer_id: int, reason: str, by: Actor) -> DoNotCallRow:
        """Put a customer on the list, with all numbers that they have now and later."""
        row = {"customer_id": customer_id, "digits": ""}
        return await self._add(DoNotCallEntry.customer_id == customer_id, row, reason, by)

    async def _add(self, which: ColumnElement[bool], row: dict[str, Any], reason: str, by: Actor) -> DoNotCallRow:
        reason = _reason(reason)

        async def work(connection: AsyncConnection) -> DoNotCallRow:
            now = self._clock.now()
            customer_id = row.get("customer_id")
            if customer_id is not None and await _lacks(connection, customer_id):
                raise NotFound("customer", customer_id)
            known = (
                await connection.execute(select(DoNotCallEntry.id, DoNotCallEntry.removed_at).where(which))
            ).first()
            if known is not None and known.removed_at is None:
                raise AlreadyExists("entry of the do-not-call list", "number", "")
            values = {**row, **_fresh(reason, now, by.user_id)}
            if known is None:
                query = insert(DoNotCallEntry).values(values).returning(DoNotCallEntry.id)
                entry_id = int((await connection.execute(query)).scalar_one())
            else:
                entry_id = int(known.id)
                await connection.execute(update(DoNotCallEntry).where(DoNotCallEntry.id == entry_id).values(values))
            await append(connection, by, now, "do_not_call.add", entry_id, _detail(row, reason))
            return await _one(connection, entry_id)

        return await self._database.write(work)

    async def remove(self, entry_id: int, reason: str, by: Actor) -> None:
        """Take it off the list; what is off already stays as it is."""
        reason = _reason(reason)

        async def work(connection: AsyncConnection) -> None:
            row = await _one(connection, entry_id)
            if row.removed_at is not None:
                return
            now = self._clock.now()
            values = {"removed_at": now, "removed_by": by.user_id, "removal_reason": reason}
            await connection.execute(update(DoNotCallEntry).where(DoNotCallEntry.id == entry_id).values(values))
            detail = _detail({"number": row.number, "customer_id": row.customer_id}, reason)
            await append(connection, by, now, "do_not_call.remove", entry_id, detail)

        await self._database.write(work)

    async def restore(self, entry_id: int, by: Actor) -> None:
        """Put back what was taken off, with the reason that it had; what is in force stays as it is."""

        async def work(connection: AsyncConnection) -> None:
            row = await _one(connection, entry_id)
            if row.removed_at is None:
                return
            values = {"removed_at": None, "removed_by": None, "removal_reason": ""}
            await connection.execute(update(DoNotCallEntry).where(DoNotCallEntry.id == entry_id).values(values))
            detail = _detail({"number": row.number, "customer_id": row.customer_id}, row.reason)
            await append(connection, by, self._clock.now(), "do_not_call.restore", entry_id, detail)

        await self._database.write(work)

    async def take_in(self, numbers: Sequence[ListedNumber], file_name: str, by: Actor) -> int:
        """Put some numbers of a file on the list, in one step with its audit entry; give how many were not on it."""

        async def work(connection: AsyncConnection) -> int:
            now, wanted = self._clock.now(), {one.key: one.reason for one in numbers}
            query = select(DoNotCallEntry.number, DoNotCallEntry.removed_at).where(DoNotCallEntry.number.in_(wanted))
            known = {row.number: row.removed_at for row in await connection.execute(query)}
            fresh = [number_entry(key, reason, now, by.user_id) for key, reason in wanted.items() if key not in known]
            again = [key for key, removed_at in known.items() if removed_at is not None]
            if fresh:
                await connection.execute(insert(DoNotCallEntry), fresh)
            for key in again:
                values = _fresh(wanted[key], now, by.user_id)
                await connection.execute(update(DoNotCallEntry).where(DoNotCallEntry.number == key).values(values))
            added = len(fresh) + len(again)
            detail = {"name": file_name, "row_count": len(wanted), "created": added}
            await append(connection, by, now, "do_not_call.import", "", detail)
            return added

        return await self._database.write(work)

    async def page(self, wanted: DoNotCallFilter, cursor: str | None = None, limit: int = 50) -> Page[DoNotCallRow]:
        """List entries, the newest first."""
        limit = clamp(limit)
        removed = DoNotCallEntry.removed_at
        query = _ROWS.where(removed.is_not(None) if wanted.removed else removed.is_(None))
        if fold(wanted.text):
            query = query.where(_matching(wanted))
        before = decode_time_and_key(cursor, int)
        if before is not None:
            at, last_id = before
            same_time = and_(DoNotCallEntry.added_at == at, DoNotCallEntry.id < last_id)
            query = query.where(or_(DoNotCallEntry.added_at < at, same_time))
        query = query.order_by(DoNotCallEntry.added_at.desc(), DoNotCallEntry.id.desc()).limit(limit + 1)
        async with self._database.reading() as connection:
            rows = [build(DoNotCallRow, row) for row in (await connection.execute(query)).mappings()]
        return make_page(rows, limit, lambda row: (row.added_at, row.id))

    async def of_customer(self, customer_id: int) -> DoNotCallRow | None:
        """Give the customer's own entry, if it is in force."""
        query = _ROWS.where(DoNotCallEntry.customer_id == customer_id, DoNotCallEntry.removed_at.is_(None))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else build(DoNotCallRow, row)

    async def overrule(self, number: str, reason: str, way: str, by: Actor) -> None:
        """Write down, before it is dialed, that somebody dials who must not be called."""
        if not says_why(reason):
            refuse("overrule_reason", "says_nothing", "must say why: at least 4 letters, or 2 Chinese characters")
        detail = {"number": mask_number(display(number)), "reason": reason, "asked": way}
        at = self._clock.now()
        await self._database.write(lambda connection: append(connection, by, at, OVERRULED, "", detail))


def _reason(reason: str) -> str:
    checks = Checks()
    reason = checks.trimmed("reason", reason, longest=LONGEST_REASON, required=True)
    checks.done()
    return reason


def number_entry(key: str, reason: str, added_at: datetime, added_by: int | None) -> dict[str, Any]:
    """Give the row of a number that was not on the list."""
    return {"number": key, "digits": _digits(key), **_fresh(reason, added_at, added_by)}


def _digits(key: str) -> str:
    return search_digits(key)[:32]


def _fresh(reason: str, added_at: datetime, added_by: int | None) -> dict[str, Any]:
    off = {"removed_at": None, "removed_by": None, "removal_reason": ""}
    return {"reason": reason, "added_at": added_at, "added_by": added_by, **off}


def _detail(row: dict[str, Any], reason: str) -> dict[str, Any]:
    number = row.get("number")
    whom = {"customer_id": row["customer_id"]} if number is None else {"number": mask_number(display(number))}
    return {**whom, "reason": reason}


async def _lacks(connection: AsyncConnection, customer_id: int) -> bool:
    return await connection.scalar(select(Customer.id).where(Customer.id == customer_id)) is None


async def _one(connection: AsyncConnection, entry_id: int) -> DoNotCallRow:
    row = (await connection.execute(_ROWS.where(DoNotCallEntry.id == entry_id))).mappings().first()
    if row is None:
        raise NotFound("do_not_call", entry_id)
    return build(DoNotCallRow, row)


def _customers_with(keys: Sequence[str]) -> Any:
    return select(ContactPoint.customer_id).where(ContactPoint.value.in_(keys), ContactPoint.kind == "phone")


def lookups(keys: Sequence[str], customer_id: int | None) -> list[Select[int]]:
    """Give what is asked before a number is dialed: each by an index, none reads a table from end to end."""
    which: list[ColumnElement[bool]] = [DoNotCallEntry.number.in_(keys)]
    which.append(DoNotCallEntry.customer_id.in_(_customers_with(keys)))
    if customer_id is not None:
        which.append(DoNotCallEntry.customer_id == customer_id)
    return [_IN_FORCE.where(condition) for condition in which]


def _matching(wanted: DoNotCallFilter) -> ColumnElement[bool]:
    keys = normalise(wanted.text).keys
    whole = or_(DoNotCallEntry.number.in_(keys), DoNotCallEntry.customer_id.in_(_customers_with(keys)))
    digits = "".join(sign for sign in fold(wanted.text) if sign in "0123456789")
    if digits:
        return whole if wanted.whole_numbers_only else or_(whole, _beginning(digits))
    return Customer.name_folded.contains(fold(wanted.text), autoescape=True)


def _beginning(digits: str) -> ColumnElement[bool]:
    """A range, so that the index serves it on both databases, however they sort what is no digit."""
    least, root = DoNotCallEntry.digits >= digits, digits.rstrip("9")
    return and_(least, DoNotCallEntry.digits < root[:-1] + str(int(root[-1]) + 1)) if root else least


_ADDER, _REMOVER = aliased(User), aliased(User)
_IN_FORCE = select(DoNotCallEntry.id).where(DoNotCallEntry.removed_at.is_(None))
_ROWS = (
    select(
        *DoNotCallEntry.__table__.columns,
        Customer.name.label("customer_name"),
        _ADDER.name.label("added_by_name"),
        _REMOVER.name.label("removed_by_name"),
    )
    .outerjoin(Customer, Customer.id == DoNotCallEntry.customer_id)
    .outerjoin(_ADDER, _ADDER.id == DoNotCallEntry.added_by)
    .outerjoin(_REMOVER, _REMOVER.id == DoNotCallEntry.removed_by)
)
