"""A message instead of a talk: prompt, tone, recording, and a folder that keeps it."""

import asyncio
import logging
import wave
from collections.abc import Awaitable, Callable
from pathlib import Path

from cti.clock import Clock
from cti.errors import ActionRefused, CallerGone
from ivr.leg import Leg
from ivr.ports import Recording, VoicemailBox, VoicemailContext, VoicemailTaken

SHORTEST_S = 1.0
_log = logging.getLogger(__name__)


async def take_message(leg: Leg, box: VoicemailBox, prompt: str, queue_id: int | None) -> bool:
    """Record a message; True when there is one. CallerGone only when the caller left without a message."""
    await leg.speaker.say((prompt, "after_tone"))
    recording = box.new_recording()
    settings = leg.settings
    event = leg.arrival.event
    context = VoicemailContext(
        call_id=event.call_id,
        number=event.caller.number,
        dialed=event.dialed,
        queue_id=queue_id,
        customer_id=leg.recognition.customer_id,
        language=leg.speaker.language,
    )
    limits = (str(round(settings.voicemail_max_s)), str(max(1, round(settings.voicemail_silence_s))))
    try:
        await leg.session.gosub("callroom-record", recording.voicemail_id, *limits, leg.speaker.language)
    except CallerGone:
        # Most people end a message by hanging up.
        if await box.finish(recording, context) is None:
            raise
        return True
    except ActionRefused:
        _log.exception("Voicemail was not recorded", extra={"call_id": event.call_id})
    return await box.finish(recording, context) is not None


class VoicemailFolder:
    """Keeps messages as `<folder>/<id>.wav`; while they are recorded they stand in `<folder>/incoming/`.

    The dialplan knows that folder too (`[callroom-record]`). `on_taken` writes the row; if that fails the message is
    still there as a file.
    """

    def __init__(
        self,
        folder: Path,
        new_id: Callable[[], str],
        clock: Clock,
        on_taken: Callable[[VoicemailTaken], Awaitable[None]],
    ) -> None:
        self._folder = folder.absolute()
        self._incoming = self._folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._new_id = new_id
        self._clock = clock
        self._on_taken = on_taken

    def new_recording(self) -> Recording:
        """Return a place for Asterisk to write to."""
        voicemail_id = self._new_id()
        return Recording(voicemail_id, str(self._incoming / voicemail_id))

    async def finish(self, recording: Recording, context: VoicemailContext) -> VoicemailTaken | None:
        """Publish the file by rename, then tell; a recording of under a second is thrown away."""
        source = Path(f"{recording.path}.wav")
        target = self._folder / source.name
        duration_s = await asyncio.to_thread(_publish, source, target)
        if duration_s < SHORTEST_S:
            return None
        taken = VoicemailTaken(recording.voicemail_id, context, str(target), duration_s, self._clock.now())
        try:
            await self._on_taken(taken)
        except Exception:
            _log.exception("Voicemail has no row yet", extra={"voicemail_id": recording.voicemail_id})
        return taken


def _publish(source: Path, target: Path) -> float:
    duration_s = _duration_s(source)
    if duration_s >= SHORTEST_S:
        source.replace(target)
    else:
        source.unlink(missing_ok=True)
    return duration_s


def _duration_s(path: Path) -> float:
    try:
        with wave.open(str(path), "rb") as sound:
            return sound.getnframes() / sound.getframerate()
    except (OSError, EOFError, wave.Error):
        return 0.0
