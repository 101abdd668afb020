"""The time in line: music, now and then a word about the place in line, until the floor has an order."""

import asyncio
import logging
from contextlib import suppress

from cti.domain.commands import LineCommand, TapeIsSilent
from cti.domain.values import QueueSettings
from cti.errors import ActionRefused, CallerGone
from ivr.domain.announcement import Schedule, announcement, silent
from ivr.leg import Leg

LATE_S = 0.1
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
        schedule = self._schedule(queue, loop.time()) if announces else silent(loop.time())
        while True:
            pause_s = max(0.0, min(self._leg.settings.renew_every_s, schedule.next_s - loop.time()))
            order = await self._next_order(pause_s)
            if order is None and loop.time() >= schedule.next_s:
                place = schedule.is_place_due(loop.time())
                order = await self._say(self._place(queue) if place else (schedule.comfort(),))
                schedule.told(loop.time(), place=place)
                if order is None:
                    await self._music(queue.music_class)
            if order is not None:
                return order
            await self._leg.lease.renew()

    def _schedule(self, queue: QueueSettings, now_s: float) -> Schedule:
        first_s = self._leg.settings.first_announcement_s
        return Schedule(queue.announcements, queue.announce_every_s, now_s, first_s)

    def _place(self, queue: QueueSettings) -> tuple[str, ...]:
        position, expected_wait_s = self._leg.line.position() or (None, None)
        return announcement(position, expected_wait_s, self._leg.speaker.language, queue.announcements)

    async def _next_order(self, timeout_s: float) -> LineCommand | None:
        order = await self._leg.session.while_here(self._leg.line.next_order(timeout_s))
        # the answer to a question that was given up
        return None if isinstance(order, TapeIsSilent) else order

    async def _music(self, music_class: str) -> None:
        try:
            await self._leg.session.music_on(music_class)
        except ActionRefused:
            _log.exception("Music cannot be played", extra={"music_class": music_class})

    async def _say(self, pieces: tuple[str, ...]) -> LineCommand | None:
        await self._leg.stop_music()
        speaking = self._leg.tasks.start(self._speak(pieces), name="announcement")
        try:
            order = await self._next_order(self._leg.speaker.length_s(pieces))
            while order is None and not speaking.done():  # Asterisk is late
                order = await self._next_order(LATE_S)
            return order
        finally:
            speaking.cancel()
            await asyncio.wait({speaking})

    async def _speak(self, pieces: tuple[str, ...]) -> None:
        # The waiting itself notices that the caller has left.
        with suppress(CallerGone):
            await self._leg.speaker.say(pieces)
