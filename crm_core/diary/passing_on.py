"""Whom a caller was passed on to outside, as a leg of the call: it was dialed, and counts as such."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.phone import normalise
from crm_core.models import CallLeg
from crm_core.storage.fields import clean
from crm_core.storage.rows import put
from cti.domain.facts import CallTransferred

_ID_LENGTH = 64


async def call_transferred(connection: AsyncConnection, at: datetime, fact: CallTransferred) -> None:
    """Unannounced to a number outside; who was consulted before has a leg since they were invited."""
    if fact.number is None or fact.announced:
        return
    key, suffix = normalise(fact.number).key, f"-out-{at.timestamp():.3f}"
    row = {
        "id": fact.call_id[: _ID_LENGTH - len(suffix)] + suffix,
        "call_id": fact.call_id,
        "kind": "outside",
        "number": None if key is None else clean(key, 64),
        "why": "transferred",
        "started_at": at,
        "talked_s": 0.0,
    }
    await put(connection, CallLeg, row, ("id",))
