"""The rows of recordings, as the recordings service asks for them."""

import asyncio
import logging
from datetime import datetime, timedelta

from agent_ui.memory import Memory
from crm_core.calls import LegRow
from crm_core.errors import NotFound
from crm_core.recordings import RecordingDraft, RecordingRow
from crm_core.recordings import Recordings as RecordingRows
from cti.domain.values import EndReason
from recordings.domain.names import peaks_name
from recordings.ports import Filed, Job, Kept, Underway

_log = logging.getLogger(__name__)
# How a recording came out -> the word of the table
STATES = {"ready": "ready", "partial": "partial", "missing": "failed", "failed": "failed"}
DIARY_TRIES = 50
DIARY_PAUSE_S = 0.1


class CrmLedger:
    """Rows are made by the diary when the talk begins; here they get their outcome."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._rows: RecordingRows = memory.recordings

    async def file(self, filed: Filed) -> None:
        """Write how it came out."""
        row = await self._row(filed.recording_id)
        if row is None:
            _log.error("Recording belongs to no call", extra={"recording_id": filed.recording_id})
            return
        await self._rows.save(
            RecordingDraft(
                id=row.id,
                call_id=row.call_id,
                state=STATES.get(filed.state, "failed"),
                started_at=row.started_at,
                agent_id=row.agent_id,
                duration_s=filed.duration_s,
                size_bytes=filed.size_bytes,
                path=filed.path,
                peaks_path=peaks_name(filed.path) if filed.path else None,
                error=filed.error or "",
            )
        )

    async def unfinished(self) -> tuple[Job, ...]:
        """Return recordings of ended calls that were never filed."""
        looked_at = [await self._look(row) for row in await self._rows.in_state("recording", "processing")]
        return tuple(one for one in looked_at if isinstance(one, Job))

    async def underway(self) -> tuple[Underway, ...]:
        """Return recordings of calls that have no end yet."""
        looked_at = [await self._look(row) for row in await self._rows.in_state("recording", "processing")]
        return tuple(one for one in looked_at if isinstance(one, Underway))

    async def older_than(self, moment: datetime, limit: int) -> tuple[Kept, ...]:
        """Return published recordings that began before `moment`."""
        return tuple(Kept(row.id, row.started_at) for row in await self._rows.older_than(moment, limit))

    async def mark_expired(self, recording_ids: tuple[str, ...]) -> None:
        """The files are gone; the rows stay and say so."""
        for recording_id in recording_ids:
            row = await self._rows.get(recording_id)
            await self._rows.save(
                RecordingDraft(row.id, row.call_id, "purged", row.started_at, row.agent_id, row.duration_s)
            )

    async def _row(self, recording_id: str) -> RecordingRow | None:
        # the diary is written behind; a short call may be over before its rows are there
        for _ in range(DIARY_TRIES):
            try:
                return await self._rows.get(recording_id)
            except NotFound:
                await asyncio.sleep(DIARY_PAUSE_S)
        return None

    async def _look(self, row: RecordingRow) -> Job | Underway:
        if row.call_id is None or row.state == "processing":  # the latter was ended in the middle of its call
            return Job(row.id, row.started_at, row.duration_s)
        try:
            detail = await self._memory.calls.get(row.call_id)
        except NotFound:
            return Job(row.id, row.started_at, row.duration_s)
        call = detail.call
        if call.ended_at is None:
            return Underway(row.call_id, row.id, row.started_at, _before_s(row.started_at, detail.legs))
        talked_s = call.talked_s
        if call.talk_started_at is not None and row.started_at > call.talk_started_at:
            talked_s = min(talked_s, _since_s(row.started_at, detail.legs))
        return Job(row.id, row.started_at, talked_s, call.end_reason == EndReason.LOST_SWITCH)


def _before_s(began_at: datetime, legs: tuple[LegRow, ...]) -> float:
    """How much of the talk that goes on was over when its recording began."""
    talks = [leg.talk_started_at for leg in legs if leg.kind == "agent" and leg.ended_at is None]
    return max((_seconds(began_at - at) for at in talks if at is not None), default=0.0)


def _since_s(began_at: datetime, legs: tuple[LegRow, ...]) -> float:
    """How long agents talked from then on."""
    talks = [(leg.talk_started_at, leg.ended_at) for leg in legs if leg.kind == "agent"]
    return sum(_seconds(end - max(began_at, begin)) for begin, end in talks if begin is not None and end is not None)


def _seconds(span: timedelta) -> float:
    return max(0.0, span.total_seconds())
