"""The words that agents choose from, in both languages: dispositions, pause reasons and tags."""

from dataclasses import asdict, dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.campaign_uses import refuse_while_used
from crm_core.domain.campaign_rules import ANSWERING_MACHINE
from crm_core.errors import NotFound
from crm_core.models import CallTag, Disposition, PauseReason
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks, refuse
from crm_core.storage.rows import build, execute, upsert
from cti.clock import Clock
from cti.domain.values import SystemPause

# Of the house's dispositions: it asks for a time, and becomes a task.
CALLBACK_AGREED = "callback"
COLORS = ("gray", "teal", "green", "amber", "red")


@dataclass(frozen=True, slots=True)
class WordRow:
    """One word; `code` never changes, because calls and states point at it. `color` is a tag's alone."""

    code: str
    label_zh: str
    label_en: str
    active: bool = True
    sort: int = 100
    color: str = ""


class _Words:
    def __init__(
        self, database: Database, clock: Clock, table: type[Disposition | PauseReason | CallTag], kind: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._table = table
        self._kind = kind
        self._is_colored = table is CallTag

    async def all(self, *, active_only: bool = False) -> tuple[WordRow, ...]:
        """List words in the order of the screen."""
        table = self._table
        query = select(*table.__table__.columns)
        if active_only:
            query = query.where(table.active.is_(True))
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(table.sort, table.code))
            return tuple(build(WordRow, row) for row in rows.mappings())

    async def put(self, word: WordRow, by: Actor) -> WordRow:
        """Add a word or change its labels."""
        checks = Checks()
        checks.code("code", word.code)
        zh = checks.trimmed("label_zh", word.label_zh, required=True)
        en = checks.trimmed("label_en", word.label_en, required=True)
        if self._is_colored:
            checks.choice("color", word.color, COLORS)
        checks.done()
        if self._kind == "pause_reason" and word.code in tuple(SystemPause):
            refuse("code", "reserved", "is one that the system sets by itself")
        saved = WordRow(word.code, zh, en, word.active, word.sort, word.color if self._is_colored else "")
        values = {name: value for name, value in asdict(saved).items() if name != "color" or self._is_colored}

        async def work(connection: AsyncConnection) -> WordRow:
            if not saved.active:
                await self._check_unused(connection, word.code)
            changed = tuple(name for name in values if name != "code")
            await connection.execute(upsert(connection, self._table, values, ("code",), changed))
            await append(connection, by, self._clock.now(), f"{self._kind}.put", word.code, values)
            return saved

        return await self._database.write(work)

    async def retire(self, code: str, by: Actor) -> None:
        """Offer a word no more; old calls keep it."""

        async def work(connection: AsyncConnection) -> None:
            await self._check_unused(connection, code)
            query = update(self._table).where(self._table.code == code).values(active=False)
            if await execute(connection, query) == 0:
                raise NotFound(self._kind, code)
            await append(connection, by, self._clock.now(), f"{self._kind}.retire", code)

        await self._database.write(work)

    async def _check_unused(self, connection: AsyncConnection, code: str) -> None:
        """Raise where something offers it that nobody could choose from then on."""


class Dispositions(_Words):
    """What a call was."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock, Disposition, "disposition")

    async def _check_unused(self, connection: AsyncConnection, code: str) -> None:
        if code == ANSWERING_MACHINE:
            refuse("code", "reserved", "is one that every campaign has")
        await refuse_while_used(connection, "disposition", code, lambda campaign: campaign.offers(code))


class PauseReasons(_Words):
    """Why an agent is not ready."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock, PauseReason, "pause_reason")


class CallTags(_Words):
    """What a call is marked with."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock, CallTag, "tag")
