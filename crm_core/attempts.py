"""Dialings of campaigns' leads: on disk before anybody is dialed, followed by the diary, settled by the dialer.

An attempt is never dialed again: a lead that is to be tried once more gets a new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.answers import Answers, count_answers
from crm_core.campaign_paces import CampaignPaces
from crm_core.domain.campaign_words import ASKED
from crm_core.due_leads import DIALING, RESERVED, WAITING, DueLead, DueNumber
from crm_core.models import Attempt, Customer, Lead, LeadList, LeadNumber, LeadReservation
from crm_core.reservations import Reservations
from crm_core.shown_numbers import ShownNumbers
from crm_core.storage.database import Database
from crm_core.storage.rows import execute
from cti.domain.attempt_words import AttemptChanged, AttemptHeard, AttemptPhase, AttemptTerms
from cti.domain.memories import CallMemory
from cti.domain.values import Caller, Direction, EndReason, Overflow, OverflowAction

PLANNED, SENT, RINGING, ANSWERED, CONNECTED, ENDED = "planned", "sent", "ringing", "answered", "connected", "ended"
OPEN = (PLANNED, SENT, RINGING, ANSWERED, CONNECTED)
LOST = "lost"
CANCELLED = "cancelled"
_ONE = Attempt.attempt_id == bindparam("wanted")
_UNSEEN = (EndReason.LOST_WHILE_AWAY.value, EndReason.LOST_SWITCH.value)
_STATES = {
    AttemptPhase.SENT: (SENT, None),
    AttemptPhase.RINGING: (RINGING, "rang_at"),
    AttemptPhase.ANSWERED: (ANSWERED, "answered_at"),
    AttemptPhase.CONNECTED: (CONNECTED, "connected_at"),
    AttemptPhase.ENDED: (ENDED, "ended_at"),
}


@dataclass(frozen=True, slots=True)
class PlannedAttempt:
    """What is written before the number is dialed; `checks` as in the row.

    `reserved_for`: the lead is shown to this agent, and taken from there.
    """

    attempt_id: str
    lead: DueLead
    number: DueNumber
    shown_as: str
    terms: AttemptTerms
    checks: dict[str, Any]
    reserved_for: int | None = None


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """One that is not settled: the dialer has yet to say what came of it."""

    attempt_id: str
    campaign_id: int
    lead_id: int | None
    number_id: int | None
    number: str
    state: str
    planned_at: datetime
    rang_at: datetime | None
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    agent_id: int | None
    sip_code: int | None
    q850_cause: int | None
    end_reason: str | None
    keys: str | None = None
    listened_ms: int | None = None
    response: str | None = None

    @property
    def is_lost(self) -> bool:
        """Nobody of ours saw how it ended."""
        return self.end_reason in _UNSEEN


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of an attempt, and what comes next for its lead: a number and from when on, or its end."""

    state: str
    verdict: str
    evidence: tuple[dict[str, Any], ...]
    lead_state: str
    why: str
    due_at: datetime | None = None
    next_number_id: int | None = None
    dead_number_ids: dict[int, str] = field(default_factory=dict)
    abandoned: bool = False
    listened_ms: int | None = None
    response: str | None = None
    uncounted: bool = False
    """It is none of the lead's attempts."""


class Attempts:
    """The dialer's book."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.reservations = Reservations(database)
        self.paces = CampaignPaces(database)
        self.shown = ShownNumbers(database)

    async def plan(self, planned: PlannedAttempt, now: datetime) -> bool:
        """On disk when this returns True; False: nothing is to be dialed.

        Then somebody else has the lead by now, or it is no more as it was when it was checked.
        """
        lead, number = planned.lead, planned.number
        shown = delete(LeadReservation).where(LeadReservation.lead_id == lead.id)
        shown = shown.where(LeadReservation.user_id == planned.reserved_for)
        is_right = _as_it_was(lead) if planned.reserved_for is None else (Lead.state == RESERVED,)
        taken = update(Lead).where(Lead.id == lead.id, *is_right)
        taken = taken.values(state=DIALING, why="", attempts=Lead.attempts + 1, last_attempt_at=now)
        row = {
            "attempt_id": planned.attempt_id,
            "campaign_id": lead.campaign_id,
            "list_id": lead.list_id,
            "lead_id": lead.id,
            "number_id": number.id,
            "customer_id": lead.customer_id,
            "number": number.number,
            "number_key": number.key,
            "shown_as": planned.shown_as,
            "checks": planned.checks,
            "terms": _stored(planned.terms),
            "state": PLANNED,
            "planned_at": now,
            "abandoned": False,
            "evidence": [],
            "sip_reason": "",
        }

        async def work(connection: AsyncConnection) -> bool:
            if planned.reserved_for is not None and not await execute(connection, shown):
                return False
            if not await execute(connection, taken):
                return False
            await connection.execute(insert(Attempt).values(row))
            return True

        return await self._database.write(work)

    async def unsettled(self, attempt_ids: Sequence[str] | None = None) -> tuple[OpenAttempt, ...]:
        """Give those that are over, and of which nothing was made yet; None: all of them, after a restart."""
        query = _OPEN_ATTEMPTS.where(Attempt.state == ENDED)
        if attempt_ids is not None:
            query = query.where(Attempt.attempt_id.in_(attempt_ids))
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(Attempt.planned_at))
            return tuple(OpenAttempt(*row) for row in rows)

    async def settle(self, attempt_id: str, lead_id: int | None, settled: Settled) -> bool:
        """Write both in one go; False: somebody did before, and nothing was changed."""
        over = update(Attempt).where(Attempt.attempt_id == attempt_id, Attempt.state.in_((*OPEN, ENDED)))
        over = over.values(state=settled.state, verdict=settled.verdict, evidence=list(settled.evidence))
        over = over.values(abandoned=settled.abandoned, response=settled.response)
        over = over if settled.listened_ms is None else over.values(listened_ms=settled.listened_ms)
        changed: dict[str, Any] = {"state": settled.lead_state, "why": settled.why, "last_verdict": settled.verdict}
        changed["next_number_id"] = settled.next_number_id
        if settled.due_at is not None:
            changed["due_at"] = settled.due_at
        if settled.uncounted:
            changed["attempts"] = Lead.attempts - 1
        lead = update(Lead).where(Lead.id == lead_id, Lead.state == DIALING).values(changed)

        async def work(connection: AsyncConnection) -> bool:
            if not await execute(connection, over):
                return False
            await connection.execute(lead)
            for number_id, verdict in settled.dead_number_ids.items():
                await connection.execute(update(LeadNumber).where(LeadNumber.id == number_id).values(dead=verdict))
            return True

        return await self._database.write(work)

    async def in_flight(self, campaign_id: int) -> tuple[OpenAttempt, ...]:
        """Give those that are not over yet, after a restart, the oldest first; none that agents dialed themselves."""
        query = _OPEN_ATTEMPTS.add_columns(Attempt.terms).where(Attempt.campaign_id == campaign_id)
        query = query.order_by(Attempt.planned_at)
        async with self._database.reading() as connection:
            rows = await connection.execute(query.where(Attempt.state.in_(OPEN)))
            return tuple(OpenAttempt(*row[:-1]) for row in rows if row.terms.get("agent_id") is None)

    async def answers(self, campaign_id: int, since: datetime) -> Answers:
        """Count those that the abandonment limit is about."""
        async with self._database.reading() as connection:
            return await count_answers(connection, campaign_id, since)

    async def take_back(self, attempt_id: str, lead_id: int, due_at: datetime, why: str) -> None:
        """It was never sent, and may be over by that: nobody was dialed, and the lead waits as before."""
        gone = update(Attempt).where(Attempt.attempt_id == attempt_id, Attempt.state.in_((PLANNED, ENDED)))
        gone = gone.values(state=CANCELLED, end_reason=why)
        back = update(Lead).where(Lead.id == lead_id, Lead.state == DIALING)
        back = back.values(state=WAITING, why=why, due_at=due_at, attempts=Lead.attempts - 1)

        async def work(connection: AsyncConnection) -> None:
            if await execute(connection, gone):
                await connection.execute(back)

        await self._database.write(work)


def _as_it_was(lead: DueLead) -> tuple[ColumnElement[bool], ...]:
    """They wait, and since they were read nobody put them off, gave them away, noted other consent or shut the list."""
    whose, consent = Lead.for_user_id, Lead.consent_at
    is_open = select(LeadList.id).where(LeadList.id == lead.list_id, LeadList.share > 0).exists()
    return (
        is_open if lead.for_user_id is None else Lead.id == lead.id,  # who is somebody's is no part of the mix
        Lead.state == WAITING,
        Lead.due_at == lead.due_at,
        whose.is_not_distinct_from(lead.for_user_id),
        consent.is_not_distinct_from(lead.consent_at),
    )


_OPEN_ATTEMPTS = select(*(getattr(Attempt, name) for name in OpenAttempt.__dataclass_fields__))


async def note_attempt(connection: AsyncConnection, at: datetime, fact: AttemptChanged) -> None:
    """Follow one; what the dialer has settled stays as it is."""
    state, column = _STATES[fact.phase]
    values: dict[str, Any] = {"state": state}
    if column is not None:
        # the first time counts: over a restart, and when the talk goes on with somebody else
        values[column] = func.coalesce(getattr(Attempt, column), at)
    if fact.agent_id is not None:
        values["agent_id"] = fact.agent_id
    if fact.reason is not None:
        values |= {
            "end_reason": fact.reason.value,
            "q850_cause": fact.cause or None,
            "sip_code": fact.sip_status or None,
        }
    change = update(Attempt).where(_ONE, Attempt.state.in_(OPEN)).values(values)
    await connection.execute(change, {"wanted": fact.call_id})


@dataclass(frozen=True, slots=True)
class UnseenAnswer:
    """Somebody whom a dialer called answered while Callroom was away, and talked with an agent or (None) did not."""

    call_id: str
    agent_id: int | None
    answered_at: datetime
    talked_at: datetime | None
    ended_at: datetime


async def note_unseen_answer(connection: AsyncConnection, answer: UnseenAnswer) -> bool:
    """Write it to the attempt, of which something is to be made anew; False: the call is none, or it was seen."""
    unseen = [Attempt.attempt_id == answer.call_id, Attempt.connected_at.is_(None)]
    if answer.talked_at is None:
        # whom an agent dialed is on the line from before they answer; and what was made of an end that was seen stays
        terms = await connection.scalar(select(Attempt.terms).where(Attempt.attempt_id == answer.call_id))
        if terms is None or terms.get("agent_id") is not None:
            return False
        unseen += [or_(Attempt.verdict.is_(None), Attempt.verdict == LOST), Attempt.state != CANCELLED]
    values = {
        "state": ENDED,
        "answered_at": func.coalesce(Attempt.answered_at, answer.answered_at),
        "connected_at": answer.talked_at,
        "ended_at": answer.ended_at,
        "agent_id": answer.agent_id,
        "end_reason": EndReason.FALLBACK.value,
    }
    if not await execute(connection, update(Attempt).where(*unseen).values(values)):
        return False
    # who was given up as lost is not called again after that
    of = select(Attempt.lead_id).where(Attempt.attempt_id == answer.call_id).scalar_subquery()
    await connection.execute(update(Lead).where(Lead.id == of, Lead.state == WAITING).values(state=DIALING))
    return True


async def note_keys(connection: AsyncConnection, _at: datetime, fact: AttemptHeard) -> None:
    """Keep what they pressed, and how long they listened until then."""
    values: dict[str, Any] = {"keys": fact.keys or None, "listened_ms": round(fact.listened_s * 1000)}
    if fact.asks_agent:
        values["response"] = ASKED
    await connection.execute(update(Attempt).where(_ONE).values(values), {"wanted": fact.call_id})


async def attempt_memories(connection: AsyncConnection) -> dict[str, CallMemory]:
    """Read what a restarted floor has to know of dialings that are not over, by their calls' ids."""
    query = (
        select(*Attempt.__table__.columns, Customer.name.label("customer_name"))
        .outerjoin(Customer, Customer.id == Attempt.customer_id)
        .where(Attempt.state.in_(OPEN))
        .order_by(Attempt.planned_at)
    )
    rows = (await connection.execute(query)).all()
    return {
        row.attempt_id: CallMemory(
            row.attempt_id,
            "",
            "",
            Caller(row.number),
            row.shown_as,
            row.planned_at,
            customer_id=row.customer_id,
            customer_name=row.customer_name or "",
            direction=Direction.OUTBOUND,
            attempt=_terms(row.campaign_id, row.terms),
            pressed_keys=row.keys or "",
            listens_since=row.answered_at,
        )
        for row in rows
    }


def _stored(terms: AttemptTerms) -> dict[str, Any]:
    return {
        "queue_id": terms.queue_id,
        "connect_within_s": terms.connect_within_s,
        "instead": terms.instead.action.value,
        "prompt": terms.instead.prompt,
        "language": terms.language,
        "agent_id": terms.agent_id,
        "flow_id": terms.flow_id,
    }


def _terms(campaign_id: int, stored: dict[str, Any]) -> AttemptTerms:
    instead = Overflow(OverflowAction(stored["instead"]), prompt=stored["prompt"])
    return AttemptTerms(
        campaign_id,
        stored["queue_id"],
        stored["connect_within_s"],
        instead,
        language=stored["language"],
        agent_id=stored.get("agent_id"),
        flow_id=stored.get("flow_id"),
    )
