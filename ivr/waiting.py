"""The time in line: music, now and then a word about the place in line, until the floor has an order."""

import asyncio
import logging
from contextlib import suppress

from cti.domain.callback_values import CallbackRules
from cti.domain.commands import LineCommand, TapeIsSilent
from cti.domain.values import QueueSettings
from cti.errors import ActionRefused, CallerGone
from ivr.callback import ANSWERS, ask_where_to_call
from ivr.domain.announcement import Schedule, announcement, silent
from ivr.domain.callback_offer import OfferSchedule
from ivr.leg import Leg
from ivr.ports import Promise

LATE_S = 0.1
_log = logging.getLogger(__name__)


class WaitingRoom:
    """An order cuts an announcement short: nobody who has answered waits for the end of a sentence."""

    def __init__(self, leg: Leg) -> None:
        self._leg = leg

    async def until_order(self, queue: QueueSettings, announces: bool = True) -> LineCommand | Promise:
        """Return the floor's next order, or that a callback was promised; the music may still play then."""
        loop = asyncio.get_running_loop()
        await self._leg.lease.renew()
        if (order := await self._next_order(0)) is not None:
            return order
        await self._music(queue.music_class)
        schedule = self._schedule(queue, loop.time()) if announces else silent(loop.time())
        offers = OfferSchedule(queue.callbacks if announces else CallbackRules(), loop.time())
        while True:
            next_s = min(schedule.next_s, offers.next_s)
            order = await self._next_order(max(0.0, min(self._leg.settings.renew_every_s, next_s - loop.time())))
            if order is None and offers.is_due(loop.time(), self._expected_wait_s()):
                answer = await self._offer(queue)
                if answer is not None:
                    return answer
                offers.told(loop.time())
                await self._music(queue.music_class)
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

    def _expected_wait_s(self) -> float | None:
        place = self._leg.line.position()
        return None if place is None else place[1]

    async def _offer(self, queue: QueueSettings) -> LineCommand | Promise | None:
        """Ask; an order that comes meanwhile is followed at once, but a word that was given holds."""
        desk = self._leg.callbacks
        if desk is None:
            return None
        await self._leg.stop_music()
        asking = self._leg.tasks.start(self._ask(queue), name="callback offer")
        try:
            order = None
            while order is None and not asking.done():
                order = await self._next_order(LATE_S)
        finally:
            asking.cancel()
            await asyncio.wait({asking})
        number = "" if order is not None else asking.result()
        if not number:
            return order
        promise = await desk.promise(self._leg.line.call_id, number)
        return promise if promise is Promise.GIVEN else await self._say((ANSWERS[promise],))

    async def _ask(self, queue: QueueSettings) -> str:
        with suppress(CallerGone):
            return await ask_where_to_call(self._leg, queue)
        return ""

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
