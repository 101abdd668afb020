"""Up to which day numbers are compared with the registers that policies ask for, as somebody stated."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.models import DoNotCallRegister, User
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks
from cti.clock import Clock


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """`as_of` is the day of the register itself, `source` where it is from; noted by somebody."""

    policy: str
    as_of: datetime
    source: str
    noted_at: datetime
    noted_by_name: str | None


class Registers:
    """One for each policy that asks for one."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> tuple[RegisterRow, ...]:
        """List what is known."""
        columns = [getattr(DoNotCallRegister, name) for name in ("policy", "as_of", "source", "noted_at")]
        query = select(*columns, User.name.label("noted_by_name")).outerjoin(
            User, User.id == DoNotCallRegister.noted_by
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(DoNotCallRegister.policy))
            return tuple(RegisterRow(**row) for row in rows.mappings())

    async def as_of(self) -> dict[str, datetime]:
        """Give the days by policy."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(DoNotCallRegister.policy, DoNotCallRegister.as_of))
            return {row.policy: row.as_of for row in rows}

    async def note(self, policy: str, as_of: datetime, source: str, by: Actor) -> None:
        """State that from here on numbers are compared with the register of this day."""
        checks, now = Checks(), self._clock.now()
        source = checks.trimmed("source", source, required=True)
        if as_of > now:
            checks.add("as_of", "in_future", "must not be in the future")
        checks.done()

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(DoNotCallRegister).where(DoNotCallRegister.policy == policy))
            values = {"policy": policy, "as_of": as_of, "source": source, "noted_at": now, "noted_by": by.user_id}
            await connection.execute(insert(DoNotCallRegister).values(values))
            detail = {"as_of": as_of.isoformat(), "source": source}
            await append(connection, by, now, "do_not_call.register", policy, detail)

        await self._database.write(work)
