"""Callbacks between telephone and memory: our word is on disk before it is given, and kept by the dial policy."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from agent_ui.config import Config
from agent_ui.errors import ApiError
from agent_ui.joints.dialing import MESSAGES, Outgoing, Target, Who, permitted
from agent_ui.memory import Memory
from crm_core.audit import SYSTEM
from crm_core.callbacks import Callbacks
from crm_core.domain.day import day_of
from crm_core.domain.dial_policy import DialRefusal, is_emergency
from crm_core.domain.phone import is_service_line, normalise
from crm_core.errors import StorageError
from cti.bus import Subscription
from cti.clock import Clock
from cti.domain.callback import CallbackState
from cti.domain.callback_values import CallbackMemory
from cti.domain.callback_words import (
    CallbackAllowed,
    CallbackChanged,
    CallbackEvent,
    CallbackPutOff,
    CallbackRefused,
    CallbackWanted,
)
from cti.domain.facts import Change
from cti.errors import Refused
from cti.service import Telephony
from cti.tasks import TaskSet
from ivr.domain.hours import Opening
from ivr.opening import Hours, house_hours
from ivr.ports import FlowSource, Promise

_log = logging.getLogger(__name__)
# A caller who is told nothing for longer takes it for a fault.
PROMISE_S = 5.0
# So long one whose line is closed sleeps before it is asked again.
CLOSED_S = 300.0
CAPS = (DialRefusal.AGENT_CAP, DialRefusal.NUMBER_CAP)


@dataclass(frozen=True, slots=True)
class Asking:
    """May this number be called back; `is_now`: at this moment, for this agent, else some time."""

    number: str
    queue_id: int | None = None
    agent_id: int | None = None
    is_now: bool = False
    customer_id: int | None = None


# A cap of an agent is asked again so soon: another agent may be free by then.
AGENT_CAP_S = 60.0
MayDial = Callable[[Asking], Awaitable[Outgoing]]


class CallbackDesk:
    """`may_dial` is the one dial policy, for a call that the house makes: ApiError with its reason as the code.

    `zone` is where a day ends, and with it a day's cap.
    """

    def __init__(
        self,
        book: Callbacks,
        telephony: Telephony,
        may_dial: MayDial,
        flows: FlowSource,
        clock: Clock,
        tasks: TaskSet,
        zone: tzinfo,
    ) -> None:
        self._book = book
        self._telephony = telephony
        self._may_dial = may_dial
        self._hours = house_hours(flows, clock)
        self._clock = clock
        self._tasks = tasks
        self._zone = zone

    async def promise(self, call_id: str, number: str) -> Promise:
        """See `ivr.ports.CallbackDesk`."""
        callback_id = str(uuid.uuid4())
        try:
            async with asyncio.timeout(PROMISE_S):
                outgoing = await self._may_dial(Asking(number))
                now = self._clock.now()
                memory = self._telephony.floor.callback_place(call_id, callback_id, outgoing.number, now)
                if memory is None:
                    return Promise.FAILED
                memory = in_open_time(self._hours, memory, now)
                await self._book.keep(memory)
                self._telephony.step(CallbackWanted(call_id, callback_id, outgoing.number, memory.expires_at))
        except ApiError as error:
            _log.info("A callback is refused", extra={"call_id": call_id, "why": error.code})
            return Promise.REFUSED
        except (StorageError, Refused, TimeoutError):
            _log.warning("A callback cannot be promised", exc_info=True, extra={"call_id": call_id})
            self._tasks.start(self._forget(callback_id), name="forget callback")
            return Promise.FAILED
        return Promise.GIVEN

    async def _forget(self, callback_id: str) -> None:
        try:
            await self._book.forget(callback_id)
        except StorageError:
            _log.exception("A callback that was not promised is still written down", extra={"callback_id": callback_id})

    async def run(self, changes: Subscription) -> None:
        """Answer the floor's questions until the bus closes."""
        async for change in changes:
            self._hear(change)

    def _hear(self, change: Change) -> None:
        for fact in change.facts:
            if isinstance(fact, CallbackChanged) and fact.state is CallbackState.CHECKING:
                self._tasks.start(self._answer(fact), name="callback check")

    async def _answer(self, fact: CallbackChanged) -> None:
        try:
            self._telephony.step(await self._check(fact))
        except StorageError:
            # The floor asks again.
            _log.warning("Whether a callback may be made is not known", extra={"callback_id": fact.callback_id})

    async def _check(self, fact: CallbackChanged) -> CallbackEvent:
        if self._hours.of_queue(fact.queue_id) is not Opening.OPEN:
            return CallbackPutOff(fact.callback_id, "closed", CLOSED_S)
        try:
            outgoing = await self._may_dial(Asking(fact.number_to_call, fact.queue_id, fact.for_agent_id, is_now=True))
        except ApiError as error:
            if error.code in CAPS:
                return self._held_back(fact, error.code)
            return CallbackRefused(fact.callback_id, error.code)
        call_id = str(uuid.uuid4())
        await self._book.will_dial(fact.callback_id, call_id)
        return CallbackAllowed(fact.callback_id, outgoing.number, outgoing.shown_as, outgoing.withheld, call_id)

    def _held_back(self, fact: CallbackChanged, cap: str) -> CallbackPutOff:
        """By us: the time that is left to it begins to run when the cap is free, and the line is open."""
        now, pause_s = self._clock.now(), self._until_free_s(cap)
        left_s = self._hours.queue_open_between(fact.queue_id, now, fact.expires_at or now)
        expires_at = self._hours.queue_open_until(fact.queue_id, now + timedelta(seconds=pause_s), left_s)
        return CallbackPutOff(fact.callback_id, cap, pause_s, expires_at)

    def _until_free_s(self, cap: str) -> float:
        if cap == DialRefusal.AGENT_CAP:
            return AGENT_CAP_S
        now = self._clock.now()
        return (day_of(now, self._zone).ends_at - now).total_seconds()


def in_open_time(hours: Hours, memory: CallbackMemory, begins_at: datetime) -> CallbackMemory:
    """The same with a life that does not run while the line is closed: nobody would have called then."""
    life_s = (memory.expires_at - begins_at).total_seconds()
    return replace(memory, expires_at=hours.queue_open_until(memory.queue_id, begins_at, life_s))


def open_callbacks(
    config: Config, memory: Memory, telephony: Telephony, flows: FlowSource, clock: Clock, tasks: TaskSet
) -> CallbackDesk:
    """Build the desk, and let it answer from now on."""
    zone, may_dial = config.telephone.zone, house_dials(config, memory, clock)
    desk = CallbackDesk(Callbacks(memory.database), telephony, may_dial, flows, clock, tasks, zone)
    tasks.start(desk.run(telephony.bus.subscribe_lossless("callbacks")), name="callbacks")
    return desk


def house_dials(config: Config, memory: Memory, clock: Clock) -> MayDial:
    """The one dial policy, for calls that nobody of ours chose to make."""
    zone = config.telephone.zone

    async def may_dial(asking: Asking) -> Outgoing:
        # Nobody of ours chose to make this call: the rules of agents, and the cap of who would talk.
        target = Target(asking.number, "dial", asking.customer_id, queue_id=asking.queue_id, later=not asking.is_now)
        who = Who(SYSTEM, "agent", agent_id=asking.agent_id)
        outgoing = await permitted(memory, clock.now().astimezone(zone), who, target)
        phone = normalise(asking.number)
        # the policy lets people through to help; nobody there, nor at a line that charges us, waits for a call of ours
        if is_emergency(phone) or is_service_line(phone):
            raise ApiError(422, DialRefusal.KIND_NOT_ALLOWED, MESSAGES[DialRefusal.KIND_NOT_ALLOWED])
        return outgoing

    return may_dial
