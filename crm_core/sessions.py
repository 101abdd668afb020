"""Browsers that are signed in, by the hash of their token."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.models import UserSession
from crm_core.storage.database import Database
from crm_core.storage.rows import build, execute
from cti.clock import Clock


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser that signed in; whether it is still good is for the caller to compare."""

    token_hash: str
    user_id: int
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str
    agent: str


_LIVE = select(*UserSession.__table__.columns).where(
    UserSession.token_hash == bindparam("wanted"), UserSession.expires_at > bindparam("now")
)


class Sessions:
    """Tokens never come here, only their hashes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(
        self, token_hash: str, user_id: int, expires_at: datetime, *, address: str = "", agent: str = ""
    ) -> None:
        """Remember a new session."""
        now = self._clock.now()
        values = {
            "token_hash": token_hash,
            "user_id": user_id,
            "created_at": now,
            "last_seen_at": now,
            "expires_at": expires_at,
            "address": address[:64],
            "agent": agent[:200],
        }
        await self._database.write(lambda connection: execute(connection, insert(UserSession).values(values)))

    async def get(self, token_hash: str) -> SessionRow | None:
        """Find a session that has not expired."""
        given = {"wanted": token_hash, "now": self._clock.now()}

        async def look(connection: AsyncConnection) -> SessionRow | None:
            row = (await connection.execute(_LIVE, given)).mappings().first()
            return None if row is None else build(SessionRow, row)

        return await self._database.read(look)

    async def seen(self, token_hash: str, expires_at: datetime) -> None:
        """Move the expiry on."""
        query = (
            update(UserSession)
            .where(UserSession.token_hash == token_hash)
            .values(last_seen_at=self._clock.now(), expires_at=expires_at)
        )
        await self._database.write(lambda connection: execute(connection, query))

    async def remove(self, token_hash: str) -> bool:
        """Sign one browser out; False if it was not signed in."""
        query = delete(UserSession).where(UserSession.token_hash == token_hash)
        return await self._database.write(lambda connection: execute(connection, query)) > 0

    async def remove_of_user(self, user_id: int, *, but: str | None = None) -> list[str]:
        """Sign all browsers of a user out, except the one with the hash `but`; give their hashes."""
        query = delete(UserSession).where(UserSession.user_id == user_id)
        if but is not None:
            query = query.where(UserSession.token_hash != but)
        returning = query.returning(UserSession.token_hash)

        async def remove(connection: AsyncConnection) -> list[str]:
            return list((await connection.execute(returning)).scalars())

        return await self._database.write(remove)

    async def purge(self) -> int:
        """Forget what has expired; give how many."""
        query = delete(UserSession).where(UserSession.expires_at <= self._clock.now())
        return await self._database.write(lambda connection: execute(connection, query))
