"""Carries out the steps of a visit on one leg, up to the visit's last step."""

import logging

from cti.domain.attempt_words import AttemptAsksAgent, AttemptKeyPressed
from cti.errors import ActionRefused
from ivr.domain import steps
from ivr.domain.steps import Input, LastStep, Step
from ivr.domain.visit import Visit
from ivr.leg import Leg
from ivr.opening import Hours

_log = logging.getLogger(__name__)


class Walk:
    """The hands of a Visit. `is_outside` while the caller is with a number outside, or on the way there.

    `is_campaigns`: the dialer is told what somebody does who answered.
    """

    def __init__(self, leg: Leg, hours: Hours) -> None:
        self.is_campaigns = False
        self._leg = leg
        self._hours = hours
        self.is_outside = False

    async def run(self, visit: Visit) -> LastStep:
        """Go through the flow; the speaker speaks the visit's language afterwards too."""
        step = visit.start()
        while not isinstance(step, steps.LAST_STEPS):
            self._leg.speaker.language = visit.language
            step = visit.feed(await self._answer_to(step))
        if isinstance(step, steps.EnterQueue):
            await self._tell_of_queue()
        self._leg.speaker.language = visit.language
        return step

    async def _answer_to(self, step: Step) -> Input:
        given: Input = steps.Finished()
        match step:
            case steps.Say(prompts, before_question=True):
                await self._leg.speaker.say_ahead(prompts)
            case steps.Say(prompts):
                await self._leg.speaker.say(prompts)
            case steps.Ask(prompts, timeout_s):
                key = await self._leg.speaker.ask(prompts, timeout_s)
                if key and self.is_campaigns:
                    await self._leg.line.tell(AttemptKeyPressed(self._leg.line.call_id, key))
                given = steps.Digit(key) if key else steps.Silence()
            case steps.Collect(prompts, timeout_s, max_digits):
                given = steps.Digits(await self._leg.speaker.collect(prompts, timeout_s, max_digits))
            case steps.CheckHours(calendar):
                given = steps.HoursAre(self._hours.of(calendar))
            case steps.CheckQueue(queue_id):
                await self._tell_of_queue()
                given = steps.HoursAre(self._hours.of_queue(queue_id))
            case steps.Lookup(number):
                found = self._leg.recognition.caller() if number is None else self._leg.recognition.find(number)
                given = steps.LookedUp(await found)
            case steps.Transfer(number, timeout_s):
                given = steps.TransferEnded(await self.call_outside(number, timeout_s))
        return given

    async def _tell_of_queue(self) -> None:
        if self.is_campaigns:
            await self._leg.line.tell(AttemptAsksAgent(self._leg.line.call_id))

    async def call_outside(self, number: str, timeout_s: float, shown_as: str = "", *, withheld: bool = False) -> bool:
        """Return whether the number answered; the caller is back, after their talk or without one."""
        await self._leg.lease.renew()
        self.is_outside = True
        try:
            trunk, ring_s = self._leg.settings.trunk, str(round(timeout_s))
            shown = (shown_as, str(int(withheld))) if shown_as or withheld else ()
            await self._leg.session.gosub("callroom-outside", number, trunk, ring_s, *shown)
        except ActionRefused:
            _log.exception("Transfer refused")
        self.is_outside = False
        return await self._leg.session.get_variable("DIALSTATUS") == "ANSWER"
