"""What the prompts say; the audio itself lies in a folder that the ivr owns."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.errors import NotFound
from crm_core.models import Prompt
from crm_core.storage.database import Database
from crm_core.storage.fields import LANGUAGES, Checks
from crm_core.storage.rows import build, execute, upsert
from cti.clock import Clock

SOURCES = ("builtin", "spoken", "upload")


@dataclass(frozen=True, slots=True)
class PromptRow:
    """One prompt in one language."""

    id: int
    name: str
    language: str
    source: str
    text: str
    duration_s: float
    updated_at: datetime


class Prompts:
    """Names are slugs, since they become file names."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> tuple[PromptRow, ...]:
        """List prompts by name and language."""
        query = select(*Prompt.__table__.columns).order_by(Prompt.name, Prompt.language)
        async with self._database.reading() as connection:
            return tuple(build(PromptRow, row) for row in (await connection.execute(query)).mappings())

    async def put(
        self, name: str, language: str, *, source: str, text: str = "", duration_s: float = 0.0, by: Actor
    ) -> None:
        """Add a prompt or replace it."""
        checks = Checks()
        checks.code("name", name)
        checks.choice("language", language, LANGUAGES)
        checks.choice("source", source, SOURCES)
        text = checks.trimmed("text", text, longest=2000)
        checks.done()

        async def work(connection: AsyncConnection) -> None:
            now = self._clock.now()
            row = {
                "name": name,
                "language": language,
                "source": source,
                "text": text,
                "duration_s": duration_s,
                "updated_at": now,
            }
            changed = ("source", "text", "duration_s", "updated_at")
            await connection.execute(upsert(connection, Prompt, row, ("name", "language"), changed))
            await append(connection, by, now, "prompt.put", f"{name}/{language}", {"source": source})

        await self._database.write(work)

    async def remove(self, name: str, language: str, by: Actor) -> None:
        """Delete a prompt's row."""

        async def work(connection: AsyncConnection) -> None:
            query = delete(Prompt).where(Prompt.name == name, Prompt.language == language)
            if await execute(connection, query) == 0:
                raise NotFound("prompt", f"{name}/{language}")
            await append(connection, by, self._clock.now(), "prompt.remove", f"{name}/{language}")

        await self._database.write(work)
