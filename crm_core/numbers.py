"""Numbers by reference: who may not see a number names it by what it stands on, and the server knows the rest.

A reference is "point:7" (a customer's number), "call:<id>" (the caller), "message:3" (who left it), "task:5" (whom it
is about) or "lead:9" (a number of somebody on a campaign's list).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, join, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.domain.masking import mask_number
from crm_core.domain.number_right import says_why
from crm_core.domain.phone import display
from crm_core.errors import NotFound, RevealsUsedUp
from crm_core.models import AuditEntry, Call, CallLeg, ContactPoint, LeadNumber, Message, Task
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks, refuse
from cti.clock import Clock
from cti.domain.values import Direction, EndReason

REVEALED = "number.reveal"
# Somebody invited to an older call is not counted: the calls are found by their beginning.
_LONGEST_CALL = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Number:
    """`typed` can be saved again as the same number, an extension with it; `e164` None for short ones."""

    ref: str
    key: str
    typed: str

    @property
    def display(self) -> str:
        """As people read it."""
        return display(self.key)

    @property
    def e164(self) -> str | None:
        """As it is dialed."""
        return self.key if self.key.startswith("+") else None


class Numbers:
    """Whether the asker may see the object behind a reference is the asker's border to check."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def resolve(self, ref: str) -> Number:
        """Raise NotFound if there is no such number."""
        async with self._database.reading() as connection:
            return await _resolve(connection, ref)

    async def dialed(self, agent_id: int | None, key: str, hour_ago: datetime, midnight: datetime) -> tuple[int, int]:
        """Count what this agent has had dialed since `hour_ago`, and how often this number was today.

        Both are one measure: calls that we made, who was invited from outside, and who was transferred there.
        """
        outbound = select(func.count()).where(Call.direction == Direction.OUTBOUND.value)
        # A callback that no agent took: nobody was dialed.
        untaken = and_(Call.agent_id.is_(None), Call.end_reason == EndReason.CANCELLED.value)
        outbound = outbound.where(or_(Call.end_reason.is_(None), not_(untaken)))
        async with self._database.reading() as connection:
            own = await connection.scalar(outbound.where(Call.agent_id == agent_id, Call.started_at > hour_ago))
            invited = await connection.scalar(
                select(func.count())
                .select_from(join(Call, CallLeg, CallLeg.call_id == Call.id))
                .where(Call.agent_id == agent_id, Call.started_at > hour_ago - _LONGEST_CALL)
                .where(CallLeg.kind == "outside", CallLeg.started_at > hour_ago)
            )
            to_it = await connection.scalar(outbound.where(Call.number == key, Call.started_at >= midnight))
            legs = select(func.count()).where(CallLeg.kind == "outside", CallLeg.started_at >= midnight)
            from_calls = await connection.scalar(legs.where(CallLeg.number == key))
        return (own or 0) + (invited or 0), (to_it or 0) + (from_calls or 0)

    async def reveal(self, ref: str, reason: str, by: Actor, since: datetime, most: int) -> tuple[Number, int]:
        """Give the number and how many more `by` may ask for; the audit entry is committed before it is given."""
        checks = Checks()
        reason = checks.trimmed("reason", reason, required=True)
        checks.done()
        if not says_why(reason):
            refuse("reason", "says_nothing", "must say why: at least 4 letters, or 2 Chinese characters")

        async def work(connection: AsyncConnection) -> tuple[Number, int]:
            # one writer: two requests at once are counted one after the other
            query = select(func.count()).where(
                AuditEntry.user_id == by.user_id, AuditEntry.action == REVEALED, AuditEntry.at >= since
            )
            used = await connection.scalar(query) or 0
            if used >= most:
                raise RevealsUsedUp(most)
            number = await _resolve(connection, ref)
            detail = {"reason": reason, "ref": ref, "number": mask_number(number.display)}
            await append(connection, by, self._clock.now(), REVEALED, ref, detail)
            return number, most - used - 1

        return await self._database.write(work)


async def _resolve(connection: AsyncConnection, ref: str) -> Number:
    kind, _, name = ref.partition(":")
    if kind == "call":
        call = (await connection.execute(select(Call.number).where(Call.id == name))).first()
        if call is None:
            raise NotFound("call", name)
        return _known(ref, call.number)
    if not name.isascii() or not name.isdigit() or len(name) > 18:
        raise NotFound("number", ref)
    if kind == "message":
        return _known(ref, await connection.scalar(select(Message.number).where(Message.id == int(name))))
    if kind == "task":
        return _known(ref, await connection.scalar(select(Task.number).where(Task.id == int(name))))
    if kind == "lead":
        return _known(ref, await connection.scalar(select(LeadNumber.key).where(LeadNumber.id == int(name))))
    query = select(ContactPoint.value, ContactPoint.raw).where(
        ContactPoint.id == int(name), ContactPoint.kind == "phone"
    )
    point = (await connection.execute(query)).first() if kind == "point" else None
    if point is None:
        raise NotFound("number", ref)
    return Number(ref, point.value, point.raw)


def _known(ref: str, key: str | None) -> Number:
    if key is None:
        raise NotFound("number", ref)
    return Number(ref, key, display(key))
