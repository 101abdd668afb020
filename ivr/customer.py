"""One customer's call from greeting to goodbye, as a straight story."""

import logging
from contextlib import suppress
from dataclasses import replace

from cti.clock import Clock
from cti.domain.commands import (
    AwaitBeep,
    BeginAttempt,
    GoOutside,
    GreetCalledBack,
    HoldForAgent,
    Join,
    KeepWaiting,
    LineCommand,
    SayGoodbye,
    StopWaiting,
    TapeIsSilent,
)
from cti.domain.events import (
    CallReached,
    OutsideEnded,
)
from cti.domain.take_words import TapeBegan, TapeNotBegun
from cti.domain.values import EndReason, OutboundSettings, Overflow, OverflowAction, QueueSettings
from cti.errors import CallerGone, Refused
from ivr.arrival import LINE_VARIABLE, Place, format_place
from ivr.consent import Consent
from ivr.domain.hours import Opening
from ivr.domain.steps import EnterQueue, Goodbye, LastStep, Voicemail
from ivr.domain.visit import Visit
from ivr.leg import Leg
from ivr.mailbox import leave_message
from ivr.opening import Hours
from ivr.ports import Entry, FlowSource, Promise, VoicemailBox
from ivr.survey import ask_how_it_was
from ivr.talking import Talk
from ivr.voicemail import take_message
from ivr.waiting import WaitingRoom
from ivr.walk import Walk

BUSY_PROMPT = "all_busy_voicemail"
_log = logging.getLogger(__name__)


def step_without_flow(entry: Entry) -> LastStep:
    """What callers get when the flow is of no use: a person, or at least somewhere to leave a message."""
    return Voicemail(BUSY_PROMPT) if entry.default_queue_id is None else EnterQueue(entry.default_queue_id, 0)


class CustomerCall:
    """`run` returns why the call is over while the caller is still there; CallerGone when the caller is not."""

    def __init__(self, leg: Leg, entry: Entry, flows: FlowSource, voicemail: VoicemailBox, clock: Clock) -> None:
        self._leg = leg
        self._entry = entry
        self._flows = flows
        self._voicemail = voicemail
        self._hours = Hours(entry, flows, clock)
        self._walk = Walk(leg, self._hours)
        self._waiting = WaitingRoom(leg)
        self._talk = Talk(leg)
        self._queue_id: int | None = None
        self._left_queues: set[int] = set()
        self._was_dialed = False
        self._consent = Consent(leg)

    async def run(self) -> EndReason:
        """Take the caller through it all."""
        event = self._leg.arrival.event
        if event.talked_before:
            return await self._after_talk()
        if event.held:
            order = await self._leg.line.next_order(0.0)  # given with the arrival, if the agent is still there
            if order is not None and not isinstance(order, KeepWaiting):
                return await self._go_on(order)
        if event.outbound:
            return await self._after_answer()
        place = self._leg.arrival.place
        if place is not None:
            # Who is back after an outage stood there before; they are not turned away at closing time.
            self._leg.speaker.language = place.language
            return await self._stand_in_line(place.step)
        return await self._last_step(await self._first_part())

    @property
    def reason_if_gone(self) -> EndReason | None:
        """Why the call is over when the caller leaves now; None: the floor knows."""
        return EndReason.TRANSFERRED_OUT if self._walk.is_outside else None

    async def rescue(self) -> EndReason:
        """Something of ours broke: go to a person the shortest way."""
        return await self._last_step(step_without_flow(self._entry))

    async def _first_part(self) -> LastStep:
        if self._entry.flow is None:
            _log.error("No usable flow", extra={"call_id": self._leg.line.call_id, "entry": self._entry.number})
            return step_without_flow(self._entry)
        visit = Visit(self._entry.flow, self._entry.language, step_without_flow(self._entry))
        return await self._walk.run(visit)

    async def _last_step(self, step: LastStep) -> EndReason:
        match step:
            case EnterQueue():
                return await self._enter_queue(step)
            case Voicemail(prompt):
                return await self._take_voicemail(prompt)
            case Goodbye(prompt, transferred):
                reason = EndReason.TRANSFERRED_OUT if transferred else EndReason.FLOW_ENDED
                return await self._goodbye(reason, prompt)

    # --- in line and in talk ---

    async def _enter_queue(self, step: EnterQueue) -> EndReason:
        queue, opening = self._flows.queue(step.queue_id), self._hours.of_queue(step.queue_id)
        if queue is not None and opening is not Opening.OPEN:
            self._queue_id = step.queue_id
            return await self._closed(queue.closed, opening)
        return await self._stand_in_line(step)

    async def _closed(self, instead: Overflow, opening: Opening) -> EndReason:
        """Outside the line's hours: say so, unless the line has words of its own for it."""
        if instead.prompt is not None or instead.action is OverflowAction.QUEUE:
            return await self._overflow(instead)
        await self._leg.speaker.say(("holiday" if opening is Opening.HOLIDAY else "closed",))
        if instead.action is OverflowAction.VOICEMAIL:
            return await self._take_voicemail("leave_message")
        return await self._goodbye(EndReason.FLOW_ENDED, "goodbye")

    async def _stand_in_line(self, step: EnterQueue) -> EndReason:
        no_recording = await self._consent.ask(self._flows.queue(step.queue_id))
        language = self._leg.speaker.language
        try:
            await self._leg.line.queue(step.queue_id, step.priority, language, no_recording=no_recording)
        except Refused:
            _log.exception("Queue is gone", extra={"call_id": self._leg.line.call_id, "queue_id": step.queue_id})
            other = step_without_flow(self._entry)
            return await self._last_step(other if other != step else Voicemail(BUSY_PROMPT))
        await self._remember_line(step)
        return await self._obey(await self._waiting.until_order(self._present_queue()))

    async def _remember_line(self, step: EnterQueue) -> None:
        """On the channel, for a Callroom that comes after this one."""
        self._queue_id = step.queue_id
        place = Place(step, self._leg.speaker.language, refused=self._consent.refused)
        await self._leg.session.set_variable(LINE_VARIABLE, format_place(place))

    async def _obey(self, order: LineCommand | Promise | None) -> EndReason:
        while isinstance(order, Join | KeepWaiting | HoldForAgent | GoOutside):
            if isinstance(order, Join):
                if order.silently and (other := await self._talk.begin_silently(order)) is not None:
                    await self._leg.line.join_ended(order.leg_id, succeeded=False)
                    order = other
                    continue
                succeeded = await self._talk.join(await self._with_tape(order))
                await self._leg.line.join_ended(order.leg_id, succeeded)
                order = await self._next_order()
            elif isinstance(order, GoOutside):
                await self._talk.end_recording()
                answered = await self._walk.call_outside(
                    order.number, order.ring_s, order.shown_as, withheld=order.withheld
                )
                await self._leg.line.tell(OutsideEnded(order.call_id, answered))
                order = await self._next_order()
            else:
                order = await self._wait(order)
        if isinstance(order, Promise):
            return await self._goodbye(EndReason.CALLBACK, "callback_promised")
        if isinstance(order, StopWaiting):
            return await self._overflow(order.overflow)
        if isinstance(order, AwaitBeep):
            return await leave_message(self._leg, order)
        if isinstance(order, SayGoodbye) and (order.survey or self._present_queue().survey):
            await ask_how_it_was(self._leg)
        if self._leg.arrival.event.outbound and self._queue_id is None:
            return EndReason.AGENT_HUNG_UP  # whom we called heard a person say goodbye
        return await self._goodbye(EndReason.AGENT_HUNG_UP, "goodbye")

    async def _with_tape(self, order: Join) -> Join:
        """Begin the recording that somebody asked for, as soon as the customer knows where they are to be told."""
        if order.notice is None or order.recording_id is None:
            return order
        await self._leg.stop_music()
        why = await self._consent.give(order.notice)
        if why is None and await self._talk.begin(order.recording_id):
            await self._leg.line.tell(TapeBegan(order.call_id))
            return order
        await self._leg.line.tell(TapeNotBegun(order.call_id, why))
        return replace(order, recording_id=None)

    async def _wait(self, order: KeepWaiting | HoldForAgent) -> LineCommand | Promise:
        if isinstance(order, HoldForAgent):
            await self._talk.keep_for_agent()
        else:
            await self._talk.keep_waiting()
        if isinstance(order, KeepWaiting) and order.queue_id is not None:
            await self._remember_line(EnterQueue(order.queue_id, order.priority))
        # Who is about to go on with a talk is not told a place in line.
        return await self._waiting.until_order(self._present_queue(), announces=isinstance(order, KeepWaiting))

    async def _after_talk(self) -> EndReason:
        await self._leg.lease.renew()
        return await self._go_on(await self._next_order())

    async def _go_on(self, order: LineCommand | None) -> EndReason:
        place = self._leg.arrival.place
        if place is not None:
            self._leg.speaker.language, self._queue_id = place.language, place.step.queue_id
        return await self._obey(order)

    async def _after_answer(self) -> EndReason:
        """We called and they answered: what is to be said before a recording, then the agent."""
        await self._leg.lease.renew()
        asking: QueueSettings | OutboundSettings = self._flows.outbound()
        order = await self._leg.line.next_order(0.0)  # given with the arrival
        if isinstance(order, GreetCalledBack):
            self._leg.speaker.language, self._queue_id = order.language, order.queue_id
            asking = self._present_queue()
            await self._leg.speaker.say(("callback_greeting",))
        elif isinstance(order, BeginAttempt):
            self._was_dialed = True
            self._leg.speaker.language, self._queue_id = order.language, order.queue_id
            asking = self._present_queue()
            if order.flow_id is not None:
                return await self._in_campaigns_flow(order.flow_id)
        no_recording = await self._consent.ask(asking)
        await self._leg.line.tell(CallReached(self._leg.line.call_id, no_recording))
        return await self._obey(await self._next_order())

    async def _in_campaigns_flow(self, flow_id: int) -> EndReason:
        """A message, and a key perhaps; without a usable flow nobody is kept."""
        await self._leg.line.tell(CallReached(self._leg.line.call_id))
        flow = self._flows.flow(flow_id)
        if flow is None:
            return EndReason.FLOW_ENDED
        self._walk.is_campaigns = True
        return await self._last_step(await self._walk.run(Visit(flow, self._leg.speaker.language, Goodbye(None))))

    async def _next_order(self) -> LineCommand | None:
        patience_s = self._leg.settings.after_talk_s
        order = await self._leg.session.while_here(self._leg.line.next_order(patience_s))
        # the answer to a question that was given up
        return await self._next_order() if isinstance(order, TapeIsSilent) else order

    def _present_queue(self) -> QueueSettings:
        queue = None if self._queue_id is None else self._flows.queue(self._queue_id)
        return queue or QueueSettings(0, "")

    # --- nobody came ---

    async def _overflow(self, overflow: Overflow) -> EndReason:
        await self._leg.stop_music()
        if self._queue_id is not None:
            self._left_queues.add(self._queue_id)
        match overflow:
            # Two lines that point at each other must not keep a caller for ever.
            case Overflow(OverflowAction.QUEUE, queue_id=int() as queue_id) if queue_id not in self._left_queues:
                return await self._enter_queue(EnterQueue(queue_id, 0))
            # nobody thanks for a call those whom we called
            case Overflow(OverflowAction.MESSAGE) if self._was_dialed:
                return await self._goodbye(EndReason.FLOW_ENDED, overflow.prompt)
            case Overflow(OverflowAction.HANG_UP) if self._was_dialed:
                return EndReason.FLOW_ENDED
            case Overflow(OverflowAction.MESSAGE):
                return await self._goodbye(EndReason.FLOW_ENDED, overflow.prompt or "all_busy", "goodbye")
            case Overflow(OverflowAction.HANG_UP):
                return await self._goodbye(EndReason.FLOW_ENDED, "goodbye")
            case _:
                return await self._take_voicemail(overflow.prompt or BUSY_PROMPT)

    async def _take_voicemail(self, prompt: str) -> EndReason:
        taken = await take_message(self._leg, self._voicemail, prompt, self._queue_id)
        return await self._goodbye(EndReason.VOICEMAIL if taken else EndReason.FLOW_ENDED, "goodbye")

    async def _goodbye(self, reason: EndReason, *prompts: str | None) -> EndReason:
        # A caller who hangs up into our goodbye did not change why the call is over.
        with suppress(CallerGone):
            await self._leg.speaker.say(tuple(prompt for prompt in prompts if prompt is not None))
        return reason
