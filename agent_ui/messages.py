"""Takes in what callers left: voicemails of the menu, and what the emergency script kept while Callroom was away."""

import asyncio
import logging
from pathlib import Path

from crm_core.errors import CrmError
from crm_core.messages import MessageDraft, Messages
from cti.emergency.spool import EmergencyMessage, Spool
from ivr.ports import VoicemailTaken

_log = logging.getLogger(__name__)
LOOK_EVERY_S = 15.0


class Inbox:
    """Sounds lie in `folder` under names that the server made; rows name them relative to it."""

    def __init__(self, messages: Messages, folder: Path, spool: Spool) -> None:
        self._messages = messages
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
            except (CrmError, OSError):
                _log.exception("Emergency messages wait in the spool")
            await asyncio.sleep(LOOK_EVERY_S)

    async def empty_spool(self) -> int:
        """Take in what is there; a message leaves the spool when its row is committed."""
        messages, broken = await asyncio.to_thread(self._spool.take)
        for fault in broken:
            _log.error("Emergency message put aside", extra={"file": fault.path.name, "reason": fault.reason})
        for message in messages:
            await self._take_emergency(message)
        return len(messages)

    async def _take_emergency(self, message: EmergencyMessage) -> None:
        name = None
        if message.audio is not None:
            name = f"{message.message_id}.wav"
            await asyncio.to_thread(_keep, message.audio, self._folder / name)
        await self._messages.add(
            MessageDraft(
                key=f"emergency:{message.message_id}",
                kind="voicemail" if name else "callback",
                at=message.left_at,
                number=message.callback_number or message.caller_number,
                call_id=message.call_id,
                path=name,
                duration_s=0.0,
                source="emergency",
            )
        )
        await asyncio.to_thread(self._spool.done, message)


def _keep(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # a copy, not a move: until the row is there the spool stays whole
    target.write_bytes(source.read_bytes())
