"""Mails about voicemails: written in the transaction that takes the message in, sent behind.

SMTP cannot be asked whether a mail arrived. Where nobody knows it is sent once more, and only once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.voicemail_rules import VoicemailRules, document_of, rules_of
from crm_core.models import Message, Queue, VoicemailMail
from crm_core.storage.database import Database
from crm_core.storage.rows import build, execute
from cti.clock import Clock

# After each try; then it is given up: the message itself is on everybody's page.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
SENT, UNCERTAIN = "sent", "mail_uncertain"


@dataclass(frozen=True, slots=True)
class VoicemailMailRow:
    """A mail to be sent, and what it tells."""

    id: int
    message_id: int
    rules: dict[str, Any]
    tries: int
    last_result: str
    queue_name: str | None
    number: str | None
    at: datetime
    duration_s: float
    path: str | None

    @property
    def may_have_come(self) -> bool:
        """The answer to an earlier one was lost: the mail server may have it."""
        return self.last_result == UNCERTAIN

    @property
    def how(self) -> VoicemailRules:
        """To whom, and what of it."""
        return rules_of(self.rules)


async def note_mail(
    connection: AsyncConnection, message_id: int, queue_id: int | None, now: datetime, house: VoicemailRules
) -> None:
    """In the message's own transaction: neither is there without the other. Of no queue: by the rules of the house."""
    document = await connection.scalar(select(Queue.voicemail_mail).where(Queue.id == queue_id))
    rules = house if document is None else rules_of(document)
    if rules.addresses:
        values = {"message_id": message_id, "rules": document_of(rules), "created_at": now, "next_at": now}
        await connection.execute(insert(VoicemailMail).values(**values, tries=0, last_result=""))


class VoicemailMails:
    """`begin`, `handing`, `ended`; who is killed in between finds by them what may be tried again."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def due(self) -> VoicemailMailRow | None:
        """Return the one whose time has come first."""
        query = (
            select(
                VoicemailMail.id,
                VoicemailMail.message_id,
                VoicemailMail.rules,
                VoicemailMail.tries,
                VoicemailMail.last_result,
                Queue.name.label("queue_name"),
                Message.number,
                Message.at,
                Message.duration_s,
                Message.path,
            )
            .join(Message, Message.id == VoicemailMail.message_id)
            .outerjoin(Queue, Queue.id == Message.queue_id)
            .where(VoicemailMail.next_at <= self._clock.now())
            .order_by(VoicemailMail.next_at)
            .limit(1)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else build(VoicemailMailRow, row)

    async def begin(self, row: VoicemailMailRow) -> None:
        """Note that it is tried: who is killed before `handing` tries again after the pause."""
        pause = PAUSES[min(row.tries, len(PAUSES) - 1)]
        await self._note(row.id, tries=row.tries + 1, next_at=self._clock.now() + pause)

    async def handing(self, row: VoicemailMailRow) -> None:
        """Note, before its first byte goes out, that the mail server may have it from now on."""
        await self._note(row.id, handed_at=self._clock.now(), next_at=None)

    async def ended(self, row: VoicemailMailRow, result: str, *, is_hopeless: bool = False) -> None:
        """Note how it went, and when it is tried again; what may have come already only once."""
        is_hopeless = is_hopeless or (result == UNCERTAIN and row.may_have_come)
        is_over = result == SENT or is_hopeless or row.tries >= len(PAUSES)
        again = None if is_over else self._clock.now() + PAUSES[row.tries]
        handed = {} if result == SENT else {"handed_at": None}
        await self._note(row.id, last_result=result, next_at=again, **handed)

    async def settle(self) -> int:
        """At the start: what an earlier process was just handing over is sent once more. Return how many."""

        async def work(connection: AsyncConnection) -> int:
            left = update(VoicemailMail).where(VoicemailMail.handed_at.is_not(None), VoicemailMail.last_result != SENT)
            once = VoicemailMail.last_result != UNCERTAIN
            again = {"last_result": UNCERTAIN, "handed_at": None}
            await execute(connection, left.where(~once).values(**again, next_at=None))
            return await execute(connection, left.where(once).values(**again, next_at=self._clock.now()))

        return await self._database.write(work)

    async def _note(self, mail_id: int, **values: Any) -> None:
        change = update(VoicemailMail).where(VoicemailMail.id == mail_id).values(values)
        await self._database.write(lambda connection: connection.execute(change))
