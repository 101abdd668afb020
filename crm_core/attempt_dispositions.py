"""What agents said of campaigns' calls: noted with the attempt, and settled once with its lead."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from crm_core.attempts import ENDED, OPEN
from crm_core.due_leads import DIALING, RESERVED
from crm_core.models import Attempt, Lead, User
from crm_core.storage.database import Database
from crm_core.storage.rows import execute


@dataclass(frozen=True, slots=True)
class Said:
    """A disposition; `again_at` where it asks for a callback, `again_for` whom they wait for (None: anybody)."""

    code: str
    converted: bool = False
    again_at: datetime | None = None
    again_for: int | None = None


@dataclass(frozen=True, slots=True)
class DisposedAttempt:
    """One of which an agent said something that nothing came of yet."""

    attempt_id: str
    campaign_id: int
    lead_id: int | None
    number_id: int | None
    number: str
    customer_id: int | None
    agent_id: int | None
    verdict: str | None
    open_disposition: str
    again_at: datetime | None
    again_for_user_id: int | None
    evidence: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LeadChange:
    """What becomes of the lead: its state and why, and where it waits, from when on, for whom, by which number.

    `instead_of`: only where it is as it is for one of these reasons; none: whatever it is.
    """

    state: str
    why: str
    due_at: datetime | None = None
    next_number_id: int | None = None
    for_user_id: int | None = None
    instead_of: tuple[str, ...] = ()


_COLUMNS = tuple(getattr(Attempt, name) for name in DisposedAttempt.__dataclass_fields__)
_ELSEWHERE = (DIALING, RESERVED)


class AttemptDispositions:
    """A call that is no campaign's has none here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def campaign_of(self, call_id: str) -> int | None:
        """Whose call it is; None: no campaign's."""
        async with self._database.reading() as connection:
            return await connection.scalar(select(Attempt.campaign_id).where(Attempt.attempt_id == call_id))

    def noting(self, call_id: str, said: Said) -> Callable[[AsyncConnection], Awaitable[int]]:
        """Keep what was said last, in somebody's transaction; 0: it is no campaign's call."""
        change = update(Attempt).where(Attempt.attempt_id == call_id)
        change = change.values(
            disposition=said.code,
            open_disposition=said.code,
            converted=said.converted,
            again_at=said.again_at,
            again_for_user_id=said.again_for,
        )
        return lambda connection: execute(connection, change)

    async def open(self) -> tuple[DisposedAttempt, ...]:
        """Give those of settled attempts of which nothing was made yet."""
        query = select(*_COLUMNS).where(Attempt.open_disposition.is_not(None))
        query = query.where(Attempt.state.not_in((*OPEN, ENDED))).order_by(Attempt.planned_at)
        async with self._database.reading() as connection:
            return tuple(DisposedAttempt(*row) for row in await connection.execute(query))

    async def settle(
        self,
        of: DisposedAttempt,
        lead: LeadChange | None,
        verdict: str | None = None,
        evidence: Sequence[Mapping[str, Any]] | None = None,
    ) -> bool:
        """Write both in one go, unless another disposition was given meanwhile, or the lead was tried again since."""
        done = update(Attempt).where(Attempt.attempt_id == of.attempt_id)
        done = done.where(Attempt.open_disposition == of.open_disposition)
        done = done.values({"open_disposition": None} | ({} if verdict is None else {"verdict": verdict}))
        if evidence is not None:
            done = done.values(evidence=list(evidence))
        change = None if lead is None else _change(of, lead, verdict)

        async def work(connection: AsyncConnection) -> bool:
            if not await execute(connection, done):
                return False
            if change is not None:
                await connection.execute(change)
            return True

        return await self._database.write(work)


def _change(of: DisposedAttempt, lead: LeadChange, verdict: str | None) -> Any:
    later, this = aliased(Attempt), aliased(Attempt)
    planned_at = select(this.planned_at).where(this.attempt_id == of.attempt_id).scalar_subquery()
    tried_since = exists().where(later.lead_id == of.lead_id, later.planned_at > planned_at)
    values: dict[str, Any] = {"state": lead.state, "why": lead.why, "next_number_id": lead.next_number_id}
    # who has no telephone here any more calls nobody
    seated = select(User.id).where(User.id == lead.for_user_id, User.extension.is_not(None))
    values["for_user_id"] = seated.scalar_subquery()
    values |= {} if lead.due_at is None else {"due_at": lead.due_at}
    values |= {} if verdict is None else {"last_verdict": verdict}
    change = update(Lead).where(Lead.id == of.lead_id, Lead.state.not_in(_ELSEWHERE), ~tried_since)
    if lead.instead_of:
        change = change.where(Lead.why.in_(lead.instead_of))
    return change.values(values)
