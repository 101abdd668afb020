"""Lists of people to reach: who came together, how far each is, and its share in the mix."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from crm_core.audit import Actor, append
from crm_core.errors import AlreadyExists, InUse, NotFound
from crm_core.models import Campaign, Lead, LeadList, User
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks
from crm_core.storage.rows import build, execute
from cti.clock import Clock

MOST_SHARE = 100
WAITING, RESERVED, DIALING, DONE, BARRED = "waiting", "reserved", "dialing", "done", "barred"
_REACHED = "human"
# People who are deleted in one transaction: few enough that calls are not kept waiting by it.
_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class LeadListRow:
    """One list; `share` is its part in the mix, 0 takes nobody from it.

    `countries`: how many people came onto it, by the countries of their numbers.
    """

    id: int
    campaign_id: int
    name: str
    source: str
    share: int
    countries: dict[str, int]
    created_at: datetime
    created_by: int | None
    created_by_name: str | None


@dataclass(frozen=True, slots=True)
class NewList:
    """One to be made; `source` is the file's name, or who sent it."""

    campaign_id: int
    name: str
    source: str
    share: int = 1


@dataclass(slots=True)
class Progress:
    """How many people are where; `ended` counts those whom nobody calls any more by why."""

    waiting: int = 0
    dialing: int = 0
    reached: int = 0
    not_reached: int = 0
    barred: int = 0
    ended: dict[str, int] = field(default_factory=dict)

    @property
    def all(self) -> int:
        """How many there are."""
        return self.waiting + self.dialing + self.reached + self.not_reached + self.barred

    def add(self, state: str, why: str, last_verdict: str | None, count: int) -> None:
        """Count some more."""
        place = WAITING if state == RESERVED else state  # who is only looked at was not dialed yet
        if state == DONE:
            place = "reached" if last_verdict == _REACHED else "not_reached"
        setattr(self, place, getattr(self, place) + count)
        if state in (DONE, BARRED):
            self.ended[why] = self.ended.get(why, 0) + count


class LeadLists:
    """The lists of campaigns; a list whose campaign is over stays as it is."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of(self, campaign_id: int) -> tuple[LeadListRow, ...]:
        """List those of a campaign, the oldest first."""
        query = _lists().where(LeadList.campaign_id == campaign_id).order_by(LeadList.id)
        async with self._database.reading() as connection:
            return tuple(build(LeadListRow, row) for row in (await connection.execute(query)).mappings())

    async def get(self, list_id: int) -> LeadListRow:
        """Raise NotFound if there is none."""
        async with self._database.reading() as connection:
            return await _one(connection, list_id)

    async def create(self, campaign_id: int, name: str, source: str, share: int, by: Actor) -> LeadListRow:
        """Make an empty one; `source` is the file's name, or who sent it."""
        made = NewList(campaign_id, name, source, share)

        async def work(connection: AsyncConnection) -> LeadListRow:
            return await _one(connection, await insert_list(connection, made, by, self._clock.now()))

        return await self._database.write(work)

    async def check_new(self, made: NewList) -> None:
        """Raise what making it would raise."""
        values = _checked(made.name, made.share)
        async with self._database.reading() as connection:
            await _check_new(connection, made.campaign_id, values["name"])

    async def change(self, list_id: int, name: str | None, share: int | None, by: Actor) -> LeadListRow:
        """Give it another name or share (None: what it has now); the share holds from the next call on."""

        async def work(connection: AsyncConnection) -> LeadListRow:
            before = await _one(connection, list_id)
            values = _checked(before.name if name is None else name, before.share if share is None else share)
            await _check_unique(connection, before.campaign_id, list_id, values["name"])
            changed = {key: value for key, value in values.items() if getattr(before, key) != value}
            if changed:
                await connection.execute(update(LeadList).where(LeadList.id == list_id).values(changed))
                detail = {"campaign_id": before.campaign_id, **changed}
                await append(connection, by, self._clock.now(), "lead_list.change", list_id, detail)
            return await _one(connection, list_id)

        return await self._database.write(work)

    async def remove(self, list_id: int, by: Actor) -> None:
        """Delete it with its people; what was dialed of them stays on record. InUse while one of them is dialed."""
        await self._database.write(lambda connection: _close(connection, list_id))
        while await self._database.write(lambda connection: _delete_some(connection, list_id)):
            pass

        async def work(connection: AsyncConnection) -> None:
            row = await _one(connection, list_id)
            await connection.execute(delete(LeadList).where(LeadList.id == list_id))
            detail = {"campaign_id": row.campaign_id, "name": row.name}
            await append(connection, by, self._clock.now(), "lead_list.remove", list_id, detail)

        await self._database.write(work)

    async def progress(self, campaign_id: int) -> dict[int, Progress]:
        """Count the people of each list of a campaign; a list without people is not among them."""
        return await self._count(Lead.list_id, Lead.campaign_id == campaign_id)

    async def total(self, campaign_id: int) -> Progress:
        """Count the people of one campaign."""
        return (await self._count(Lead.campaign_id, Lead.campaign_id == campaign_id)).get(campaign_id, Progress())

    async def totals(self) -> dict[int, Progress]:
        """Count the people of each campaign."""
        return await self._count(Lead.campaign_id, true())

    async def countries(self, campaign_id: int | None = None) -> dict[int, dict[str, int]]:
        """Count who came onto the lists of each campaign, or of one, by the countries of their numbers."""
        query = select(LeadList.campaign_id, LeadList.countries)
        if campaign_id is not None:
            query = query.where(LeadList.campaign_id == campaign_id)
        found: dict[int, Counter[str]] = {}
        async with self._database.reading() as connection:
            for row in await connection.execute(query):
                found.setdefault(row.campaign_id, Counter()).update(row.countries)
        return {key: dict(counted) for key, counted in found.items()}

    async def _count(self, of: InstrumentedAttribute[int], which: ColumnElement[bool]) -> dict[int, Progress]:
        # all columns of one index in its order, more than are asked for: SQLite reads the rows themselves otherwise
        columns = (Lead.campaign_id, Lead.list_id, Lead.state, Lead.why, Lead.last_verdict)
        query = select(*columns, func.count()).where(which).group_by(*columns)
        found: dict[int, Progress] = {}
        async with self._database.reading() as connection:
            for row in await connection.execute(query):
                key, count = getattr(row, of.key), row[-1]
                found.setdefault(key, Progress()).add(row.state, row.why, row.last_verdict, count)
        return found


async def insert_list(connection: AsyncConnection, made: NewList, by: Actor, at: datetime) -> int:
    """Make an empty one in the caller's transaction."""
    checked = _checked(made.name, made.share)
    values = checked | {"campaign_id": made.campaign_id, "source": made.source[:200]}
    await _check_new(connection, made.campaign_id, values["name"])
    row = {**values, "countries": {}, "created_at": at, "created_by": by.user_id}
    list_id = (await connection.execute(insert(LeadList).values(row).returning(LeadList.id))).scalar_one()
    await append(connection, by, at, "lead_list.add", list_id, values)
    return list_id


async def _check_new(connection: AsyncConnection, campaign_id: int, name: str) -> None:
    if await connection.scalar(select(Campaign.id).where(Campaign.id == campaign_id)) is None:
        raise NotFound("campaign", campaign_id)
    await _check_unique(connection, campaign_id, None, name)


def _checked(name: str, share: int) -> dict[str, Any]:
    checks = Checks()
    values = {"name": checks.trimmed("name", name, required=True), "share": share}
    checks.number("share", share, 0, MOST_SHARE)
    checks.done()
    return values


async def _check_unique(connection: AsyncConnection, campaign_id: int, list_id: int | None, name: str) -> None:
    same = select(LeadList.id).where(LeadList.campaign_id == campaign_id, LeadList.name == name)
    if await connection.scalar(same.where(LeadList.id != (list_id or 0))) is not None:
        raise AlreadyExists("lead_list", "name", name)


async def _close(connection: AsyncConnection, list_id: int) -> None:
    """Let nobody be taken from it any more, before the first is deleted."""
    await _one(connection, list_id)
    dialed = select(Lead.id).where(Lead.list_id == list_id, Lead.state == DIALING).limit(1)
    if await connection.scalar(dialed) is not None:
        raise InUse("lead_list", list_id, "a call that is not over yet")
    await connection.execute(update(LeadList).where(LeadList.id == list_id).values(share=0))


async def _delete_some(connection: AsyncConnection, list_id: int) -> bool:
    some = select(Lead.id).where(Lead.list_id == list_id, Lead.state != DIALING).limit(_CHUNK)
    return await execute(connection, delete(Lead).where(Lead.id.in_(some.scalar_subquery()))) > 0


def _lists() -> Select[Any]:
    columns = (*LeadList.__table__.columns, User.name.label("created_by_name"))
    return select(*columns).outerjoin(User, User.id == LeadList.created_by)


async def _one(connection: AsyncConnection, list_id: int) -> LeadListRow:
    row = (await connection.execute(_lists().where(LeadList.id == list_id))).mappings().first()
    if row is None:
        raise NotFound("lead_list", list_id)
    return build(LeadListRow, row)
