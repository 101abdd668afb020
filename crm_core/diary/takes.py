"""The rows of recordings, as they begin with a talk or in its middle, and end before it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.models import Recording, User
from crm_core.storage.rows import put
from cti.domain.take_words import RecordingStarted, RecordingStopped


async def recording_began(
    connection: AsyncConnection, at: datetime, call_id: str, agent_id: int, recording_id: str
) -> None:
    """The recordings service may have been faster; then its row is the better one."""
    row = {
        "id": recording_id,
        "call_id": call_id,
        "agent_id": agent_id,
        "state": "recording",
        "started_at": at,
        "duration_s": 0.0,
        "size_bytes": 0,
        "error": "",
        "updated_at": at,
    }
    await put(connection, Recording, row, ("id",), known={"agent_id": User.id})


async def recording_started(connection: AsyncConnection, at: datetime, fact: RecordingStarted) -> None:
    """Somebody asked for it."""
    await recording_began(connection, at, fact.call_id, fact.agent_id, fact.recording_id)


async def recording_stopped(connection: AsyncConnection, at: datetime, fact: RecordingStopped) -> None:
    """It is to be filed although the call goes on; `duration_s` is for a Callroom that begins anew before that."""
    running = Recording.id == fact.recording_id, Recording.state == "recording"
    values = {"state": "processing", "duration_s": round(fact.at_s, 3), "updated_at": at}
    await connection.execute(update(Recording).where(*running).values(**values))
