"""What the screen pop shows about a number: who it may be, what happened last, and what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.phone import display, normalise
from crm_core.models import ContactPoint, Customer, DoNotCallEntry, Interaction, Task, User
from crm_core.storage.database import Database
from crm_core.timeline import TimelineCall, timeline_rows

_MOST_MATCHES = 10
_LAST_LINES = 5


@dataclass(frozen=True, slots=True)
class PopLine:
    """One of the last lines of the timeline; `by` is a person's name."""

    at: datetime
    kind: str
    text: str
    by: str | None
    call: TimelineCall | None


@dataclass(frozen=True, slots=True)
class PopTask:
    """Something that is open; `kind` is a TaskKind."""

    id: int
    kind: str
    title: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class PopMatch:
    """One customer whom the number may belong to."""

    customer_id: int
    name: str
    company: str
    level: str
    is_vip: bool
    owner_id: int | None
    owner_name: str | None
    language: str
    tags: tuple[str, ...]
    do_not_call: bool
    last_interactions: tuple[PopLine, ...]
    open_items: tuple[PopTask, ...]


@dataclass(frozen=True, slots=True)
class Pop:
    """No match: unknown; several: choose. `number_e164` is None for short and strange numbers too: see `key`.

    `do_not_call`: the number itself is on the list; of a customer who is, the match says it.
    """

    number_e164: str | None
    key: str | None
    number_display: str
    withheld: bool
    matches: tuple[PopMatch, ...]
    do_not_call: bool = False


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """What a flow needs to greet somebody, and the floor to find their agent: the owner, else who talked last."""

    customer_id: int
    name: str
    language: str
    is_vip: bool
    agent_id: int | None
    level: str


class Views:
    """`area_code` ("0755") is the trunk's own, for callers whose number comes without one."""

    def __init__(self, database: Database, area_code: str | None = None) -> None:
        self._database = database
        self._area_code = area_code

    async def pop(self, number: str | None) -> Pop:
        """Look a caller's number up, by its index only; the one with the latest contact comes first."""
        phone = normalise(number, area_code=self._area_code)
        shown = display(phone.key) or phone.raw.strip()
        if not phone.keys:
            return Pop(None, None, shown, phone.kind == "withheld", ())

        async def look(connection: AsyncConnection) -> tuple[list[PopMatch], bool]:
            rows = await _customers_with(connection, phone.keys, _MOST_MATCHES)
            return [await _match(connection, row) for row in rows], await _is_listed(connection, phone.keys)

        matches, is_listed = await self._database.read(look)
        return Pop(phone.e164, phone.key, shown, False, tuple(matches), is_listed)

    async def pop_of(self, customer_id: int, number: str | None) -> Pop:
        """Give the pop of a call whose customer is known already."""
        phone = normalise(number, area_code=self._area_code)

        async def look(connection: AsyncConnection) -> tuple[list[PopMatch], bool]:
            rows = (await connection.execute(_BY_ID, {"customer_id": customer_id})).all()
            return [await _match(connection, row) for row in rows], await _is_listed(connection, phone.keys)

        matches, is_listed = await self._database.read(look)
        return Pop(phone.e164, phone.key, display(phone.key), phone.kind == "withheld", tuple(matches), is_listed)

    async def known_caller(self, number: str | None) -> KnownCaller | None:
        """Find the one customer with this number; None for nobody and for several."""
        phone = normalise(number, area_code=self._area_code)
        if not phone.keys:
            return None

        async def look(connection: AsyncConnection) -> KnownCaller | None:
            rows = await _customers_with(connection, phone.keys, 2)
            return await _known(connection, rows[0]) if len(rows) == 1 else None

        return await self._database.read(look)

    async def known_customer(self, customer_id: int) -> KnownCaller | None:
        """The same of somebody who was chosen."""

        async def look(connection: AsyncConnection) -> KnownCaller | None:
            row = (await connection.execute(_BY_ID, {"customer_id": customer_id})).first()
            return None if row is None else await _known(connection, row)

        return await self._database.read(look)


async def _known(connection: AsyncConnection, row: Any) -> KnownCaller:
    agent_id = row.owner_id or await connection.scalar(_LAST_AGENT, {"customer_id": row.id})
    return KnownCaller(row.id, row.name, row.language, row.level == "vip", agent_id, row.level)


def _customers() -> Any:
    return (
        select(
            Customer.id,
            Customer.name,
            Customer.company,
            Customer.level,
            Customer.language,
            Customer.tags,
            Customer.owner_id,
            User.name.label("owner_name"),
            DoNotCallEntry.id.is_not(None).label("do_not_call"),
        )
        .outerjoin(User, User.id == Customer.owner_id)
        .outerjoin(DoNotCallEntry, and_(DoNotCallEntry.customer_id == Customer.id, DoNotCallEntry.removed_at.is_(None)))
    )


_LAST_AGENT = (
    select(Interaction.user_id)
    .where(
        Interaction.customer_id == bindparam("customer_id"),
        Interaction.kind == "call",
        Interaction.user_id.is_not(None),
    )
    .order_by(Interaction.at.desc(), Interaction.id.desc())
    .limit(1)
)
# Built once: to build a statement takes longer than to run it, and the ring waits for these.
_BY_ID = _customers().where(Customer.id == bindparam("customer_id"))
_BY_NUMBER = (
    _customers()
    .where(
        Customer.id.in_(
            select(ContactPoint.customer_id).where(
                ContactPoint.value.in_(bindparam("keys", expanding=True)), ContactPoint.kind == "phone"
            )
        )
    )
    .order_by(Customer.last_contact_at.is_(None), Customer.last_contact_at.desc(), Customer.id)
    .limit(bindparam("most"))
)
_LISTED = select(DoNotCallEntry.id).where(
    DoNotCallEntry.number.in_(bindparam("keys", expanding=True)), DoNotCallEntry.removed_at.is_(None)
)
_OPEN_TASKS = (
    select(Task.id, Task.kind, Task.title, Task.due_at)
    .where(Task.customer_id == bindparam("customer_id"), Task.done_at.is_(None))
    .order_by(Task.sort_at, Task.id)
    .limit(_LAST_LINES)
)


async def _customers_with(connection: AsyncConnection, keys: Sequence[str], most: int) -> list[Any]:
    return list(await connection.execute(_BY_NUMBER, {"keys": list(keys), "most": most}))


async def _is_listed(connection: AsyncConnection, keys: Sequence[str]) -> bool:
    return bool(keys) and await connection.scalar(_LISTED, {"keys": list(keys)}) is not None


async def _match(connection: AsyncConnection, row: Any) -> PopMatch:
    lines = await timeline_rows(connection, row.id, _LAST_LINES)
    tasks = await connection.execute(_OPEN_TASKS, {"customer_id": row.id})
    return PopMatch(
        customer_id=row.id,
        name=row.name,
        company=row.company,
        level=row.level,
        is_vip=row.level == "vip",
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        language=row.language,
        tags=tuple(row.tags),
        do_not_call=bool(row.do_not_call),
        last_interactions=tuple(PopLine(line.at, line.kind, line.text, line.user_name, line.call) for line in lines),
        open_items=tuple(PopTask(task.id, task.kind, task.title, task.due_at) for task in tasks),
    )
