"""What only one of several programs on one database may do at a time: a row with its owner and a time.

By the database's clock alone, so that machines whose clocks differ agree. A lease does not stop an owner that was
frozen past its time and goes on (Kleppmann, "How to do distributed locking", 2016): what has to be safe from that is
guarded by the rows themselves.
"""

from sqlalchemy import ColumnElement, Double, cast, extract, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.models import Lease
from crm_core.storage.database import Database
from crm_core.storage.rows import upsert

_EPOCH_DAY = 2440587.5
"""1970-01-01 as a Julian day (sqlite.org/lang_datefunc.html)."""
_DAY_S = 86400.0


class Leases:
    """Each by its name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, name: str, owner: str, ttl_s: float) -> str:
        """Take it, or keep it, for `ttl_s`, and return who has it now: another one, as long as theirs is not over."""
        empty = {"name": name, "owner": "", "until_s": 0.0}
        now_s = _now_s(self._database.dialect)
        free = or_(Lease.owner == owner, Lease.until_s <= now_s)
        taken = update(Lease).where(Lease.name == name, free).values(owner=owner, until_s=now_s + ttl_s)

        async def work(connection: AsyncConnection) -> str:
            await connection.execute(upsert(connection, Lease, empty, ("name",)))
            await connection.execute(taken)
            return (await connection.execute(select(Lease.owner).where(Lease.name == name))).scalar_one()

        return await self._database.write(work)

    async def give_back(self, name: str, owner: str) -> None:
        """Let the next one take it at once."""
        over = update(Lease).where(Lease.name == name, Lease.owner == owner).values(until_s=0.0)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(over)

        await self._database.write(work)


def _now_s(dialect: str) -> ColumnElement[float]:
    if dialect == "sqlite":
        return (func.julianday("now") - _EPOCH_DAY) * _DAY_S
    return cast(extract("epoch", func.clock_timestamp()), Double)
