"""Takes in what callers left: voicemails of the menu, and calls that the dialplan led while Callroom was away."""

import asyncio
import logging
import os
import re
import shutil
import wave
from pathlib import Path

from crm_core.diary.fallback import FallbackCalls, FallbackVisit
from crm_core.errors import CrmError, StorageError
from crm_core.messages import KINDS, MessageDraft, Messages
from cti.emergency.spool import EmergencyMessage, Spool
from ivr.ports import VoicemailTaken

_log = logging.getLogger(__name__)
LOOK_EVERY_S = 10.0


class Inbox:
    """Sounds lie in `folder` under names that the server made; rows name them relative to it."""

    def __init__(self, messages: Messages, calls: FallbackCalls, folder: Path, spool: Spool, node: str = "n1") -> None:
        self._messages = messages
        self._calls = calls
        self._node = node
        self._folder = folder
        self._spool = spool

    def audio_path(self, path: str) -> Path | None:
        """Return the file of a row's path; None when it is gone or would lie elsewhere."""
        found = (self._folder / path).resolve()
        return found if found.is_relative_to(self._folder.resolve()) and found.is_file() else None

    async def take_voicemail(self, taken: VoicemailTaken) -> None:
        """Write the row of a finished voicemail."""
        context = taken.context
        await self._messages.add(
            MessageDraft(
                key=f"voicemail:{taken.voicemail_id}",
                kind="voicemail",
                at=taken.at,
                number=context.number,
                call_id=context.call_id,
                queue_id=context.queue_id,
                path=Path(taken.path).name,
                duration_s=taken.duration_s,
            )
        )

    async def run(self) -> None:
        """Empty the emergency spool, at start and then now and again, until cancelled."""
        while True:
            try:
                await self.empty_spool()
            except (StorageError, OSError):
                _log.exception("Emergency messages wait in the spool")
            await asyncio.sleep(LOOK_EVERY_S)

    async def empty_spool(self) -> int:
        """Take in what is there; a message leaves the spool when its rows are committed."""
        messages, broken = await asyncio.to_thread(self._spool.take)
        for message in messages:
            try:
                await self._take_emergency(message)
            except StorageError:
                raise
            except CrmError as error:
                # one that the tables do not take must not keep the others waiting
                broken.append(await asyncio.to_thread(self._spool.put_aside, message, str(error)))
        for fault in broken:
            _log.error("Emergency message put aside", extra={"file": fault.path.name, "reason": fault.reason})
        return len(messages)

    async def _take_emergency(self, message: EmergencyMessage) -> None:
        """Both steps may be repeated: their rows have keys made of the record's id."""
        await self._calls.take(self._visit(message))
        if message.kind in KINDS:
            await self._add_emergency(message)
        await asyncio.to_thread(self._spool.done, message)

    async def _add_emergency(self, message: EmergencyMessage) -> None:
        name, duration_s = None, 0.0
        if message.audio is not None:
            name = f"{message.message_id}.wav"
            duration_s = await asyncio.to_thread(_keep, message.audio, self._folder / name)
        await self._messages.add(
            MessageDraft(
                key=f"emergency:{message.message_id}",
                kind=message.kind,
                at=message.left_at,
                number=message.callback_number or message.caller_number,
                call_id=message.call_id,
                path=name,
                duration_s=duration_s,
                source="emergency",
            )
        )

    def _visit(self, message: EmergencyMessage) -> FallbackVisit:
        phone = re.fullmatch(r"PJSIP/(\d+)", message.answered_by or "")
        return FallbackVisit(
            key=f"emergency:{message.message_id}",
            call_id=message.call_id,
            node=self._node,
            number=message.caller_number,
            dialed=message.dialed,
            arrived_at=message.arrived_at,
            ended_at=message.left_at,
            outcome=message.kind,
            reached_fallback=message.kind != "gone",
            extension=phone[1] if phone else message.answered_by,
            talk_started_at=message.talk_started_at,
        )


def _keep(source: Path, target: Path) -> float:
    """Copy, and return the length: until the row is there the spool stays whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    with source.open("rb") as said, partial.open("wb") as kept:
        shutil.copyfileobj(said, kept)
        # the spool's copy is deleted soon
        kept.flush()
        os.fsync(kept.fileno())
    partial.replace(target)
    try:
        with wave.open(str(target), "rb") as sound:
            return sound.getnframes() / sound.getframerate()
    except (EOFError, wave.Error):
        return 0.0
