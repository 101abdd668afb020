"""The pauses of a recording, as they come by the floor's facts."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.models import Recording
from crm_core.recordings import is_paused
from cti.domain.facts import RecordingPaused, RecordingResumed


async def recording_paused(connection: AsyncConnection, _at: datetime, fact: RecordingPaused) -> None:
    """It is silent from here."""
    pauses = await _pauses(connection, fact.recording_id)
    await _keep_pauses(connection, fact.recording_id, [*pauses, [round(fact.at_s, 3), None]])


async def recording_resumed(connection: AsyncConnection, _at: datetime, fact: RecordingResumed) -> None:
    """It has sound again; once more is no other thing."""
    pauses = await _pauses(connection, fact.recording_id)
    if is_paused(pauses):
        await _keep_pauses(connection, fact.recording_id, [*pauses[:-1], [pauses[-1][0], round(fact.at_s, 3)]])


async def _pauses(connection: AsyncConnection, recording_id: str) -> list[Any]:
    return await connection.scalar(select(Recording.pauses).where(Recording.id == recording_id)) or []


async def _keep_pauses(connection: AsyncConnection, recording_id: str, pauses: list[Any]) -> None:
    await connection.execute(update(Recording).where(Recording.id == recording_id).values(pauses=pauses))
