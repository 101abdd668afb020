"""The time in line: music, now and then a word about the place in line, until the floor has an order."""

import asyncio
import logging
from contextlib import suppress
from math import inf

from cti.domain.commands import LineCommand, TapeIsSilent
from cti.domain.values import QueueSettings
from cti.errors import ActionRefused, CallerGone
from ivr.domain.announcement import announcement
from ivr.leg import Leg

_log = logging.getLogger(__name__)


class WaitingRoom:
    """An order cuts an announcement short: nobody who has answered waits for the end of a sentence."""

    def __init__(self, leg: Leg) -> None:
        self._leg = leg

    async def until_order(self, queue: QueueSettings, announces: bool = True) -> LineCommand:
        """Return the floor's next order; the music may still play then."""
        loop = asyncio.get_running_loop()
        await self._leg.lease.renew()
        if (order := await self._next_order(0)) is not None:
            return order
        await self._music(queue.music_class)
        speak_at = loop.time() + self._leg.settings.first_announcement_s if announces else inf
        while True:
            pause_s = max(0.0, min(self._leg.settings.renew_every_s, speak_at - loop.time()))
            order = await self._next_order(pause_s)
            if order is None and loop.time() >= speak_at:
                order = await self._announce()
                speak_at = loop.time() + max(1.0, queue.announce_every_s)
                if order is None:
                    await self._music(queue.music_class)
            if order is not None:
                return order
            await self._leg.lease.renew()

    async def _next_order(self, timeout_s: float) -> LineCommand | None:
        order = await self._leg.session.while_here(self._leg.line.next_order(timeout_s))
        # the answer to a question that was given up
        return None if isinstance(order, TapeIsSilent) else order

    async def _music(self, music_class: str) -> None:
        try:
            await self._leg.session.music_on(music_class)
        except ActionRefused:
            _log.exception("Music cannot be played", extra={"music_class": music_class})

    async def _announce(self) -> LineCommand | None:
        position, expected_wait_s = self._leg.line.position() or (None, None)
        pieces = announcement(position, expected_wait_s, self._leg.speaker.language)
        await self._leg.stop_music()
        speaking = self._leg.tasks.start(self._speak(pieces), name="announcement")
        try:
            order = await self._next_order(self._leg.speaker.length_s(pieces))
            if order is None:
                await asyncio.wait({speaking})
            return order
        finally:
            speaking.cancel()
            await asyncio.wait({speaking})

    async def _speak(self, pieces: tuple[str, ...]) -> None:
        # The waiting itself notices that the caller has left.
        with suppress(CallerGone):
            await self._leg.speaker.say(pieces)
