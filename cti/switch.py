"""The one way in and out of Asterisk for the floor: orders go in, domain events come out."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from cti.ami.actions import action_for, mark_of
from cti.ami.connection import MAX_EVENTS_WAITING, LinkDown, Noted
from cti.ami.links import AmiLinks, Login
from cti.ami.message import Message
from cti.ami.protocol import ActionAnswered, Times
from cti.ami.translate import OUT_OF_ORDER, STATUS_VARIABLES, TEMPORARY_FAILURE, WANTED, Translator
from cti.domain.commands import (
    DialCustomer,
    DialOutside,
    HangUpLeg,
    MuteLeg,
    MuteRecording,
    OfferToFallback,
    RingAgent,
    StopRecording,
    SwitchCommand,
)
from cti.domain.events import (
    DialFailed,
    LegMuted,
    RecordingMuted,
    RecordingNotMuted,
    SwitchBack,
    SwitchEvent,
    SwitchLost,
)
from cti.domain.mute_words import LegNotMuted
from cti.domain.take_words import RecordingCut
from cti.errors import ActionRefused, CtiError, SwitchUnavailable, UnsafeValue
from cti.settings import SwitchSettings
from cti.tasks import TaskSet

_log = logging.getLogger(__name__)
_MUTES = (MuteRecording, MuteLeg)


class AmiSwitch:
    """One Asterisk over AMI: the `Switch` that `cti.service` asks for."""

    def __init__(
        self, settings: SwitchSettings, *, times: Times | None = None, max_events: int = MAX_EVENTS_WAITING
    ) -> None:
        self.node = settings.node
        self._link = AmiLinks(
            (settings.host, settings.ami_port),
            Login(settings.ami_events_user, settings.ami_events_secret),
            Login(settings.ami_user, settings.ami_secret),
            wanted=WANTED,
            times=times,
            max_events=max_events,
        )
        self._translator = Translator(settings.node)
        self._tasks = TaskSet()
        self._doomed: set[str] = set()
        self._fallback: dict[str, bool] = {}
        self._started: str | None = None
        self._up = False

    async def events(self) -> AsyncIterator[SwitchEvent]:
        """See `cti.service.Switch`."""
        self._tasks.start(self._link.run(), name=f"ami-{self.node}")
        try:
            async with aclosing(self._live()) as live:
                async for event in live:
                    yield event
        finally:
            self._up = False
            await self._tasks.aclose()

    def look_again(self) -> None:
        """See `cti.service.Switch`."""
        self._link.drop("everything is to be listed again")

    async def carry_out(self, command: SwitchCommand) -> None:
        """See `cti.service.Switch`."""
        if isinstance(command, OfferToFallback):
            self._fallback[command.extension] = command.available
        elif isinstance(command, RingAgent | DialCustomer):
            self._translator.expect(command.leg_id)
        elif isinstance(command, HangUpLeg) and self._translator.is_open(command.leg_id):
            # Asterisk makes a leg in a thread of its own: it may not be there yet.
            self._doomed.add(command.leg_id)
        self._send(command)

    def _send(self, command: SwitchCommand) -> None:
        try:
            if not self._up:
                raise SwitchUnavailable("the node is away")
            action = action_for(command)
            if isinstance(command, _MUTES) and command.muted:
                self._mark(command)
            answer = self._link.post(action.name, action.headers)
            if isinstance(command, _MUTES) and not command.muted:
                self._mark(command)
        except (SwitchUnavailable, UnsafeValue) as error:
            self._not_done(command, error, sent=False)
            return
        answer.add_done_callback(lambda done: self._done(command, done))

    def _mark(self, command: MuteRecording | MuteLeg) -> None:
        mark = mark_of(command)
        if mark is not None:
            self._link.post(mark.name, mark.headers).add_done_callback(_was_marked)

    def _done(self, command: SwitchCommand, answer: asyncio.Future[ActionAnswered]) -> None:
        if answer.cancelled():
            return
        error = answer.exception()
        if isinstance(error, CtiError):
            self._not_done(command, error, sent=True)
        elif isinstance(command, MuteRecording):
            self._link.note((RecordingMuted(command.leg_id, command.muted),))
        elif isinstance(command, MuteLeg):
            self._link.note((LegMuted(command.leg_id, command.muted),))
        elif isinstance(command, StopRecording):
            self._link.note((RecordingCut(command.leg_id, done=True),))

    def _not_done(self, command: SwitchCommand, error: CtiError, *, sent: bool) -> None:
        if isinstance(command, RingAgent | DialCustomer):
            if sent and not isinstance(error, ActionRefused):
                # It may have been done all the same: whatever is or appears under this id is ended.
                self._doomed.add(command.leg_id)
                self._send(HangUpLeg(self.node, command.leg_id))
            _log.warning("Ring failed", extra={"leg_id": command.leg_id, "problem": str(error)})
            cause = OUT_OF_ORDER if isinstance(error, SwitchUnavailable) else TEMPORARY_FAILURE
            self._link.note(self._translator.give_up(command.leg_id, cause))
            return
        if isinstance(command, DialOutside):
            self._link.note((DialFailed(command.leg_id, OUT_OF_ORDER),))
        if isinstance(command, MuteRecording):
            self._link.note((RecordingNotMuted(command.leg_id, command.muted),))
        if isinstance(command, StopRecording):
            # Refused: there is no recorder, which is what was wanted.
            self._link.note((RecordingCut(command.leg_id, done=isinstance(error, ActionRefused)),))
        if isinstance(command, MuteLeg):
            self._link.note((LegNotMuted(command.leg_id, command.muted),))
        if not isinstance(error, ActionRefused):
            # Refused is "no such channel", "already there" or "not there".
            _log.warning("Order not carried out", extra={"order": type(command).__name__, "problem": str(error)})

    async def _live(self) -> AsyncGenerator[SwitchEvent, None]:
        while True:
            now_s = asyncio.get_running_loop().time()
            for event in self._translator.handle_time(now_s):
                yield event
            due_s = self._translator.next_deadline()
            item = await self._link.next_event(None if due_s is None else max(0.0, due_s - now_s))
            for event in await self._events_of(item):
                yield event

    async def _events_of(self, item: object) -> tuple[SwitchEvent, ...]:
        match item:
            case Noted(tuple() as events):
                return events
            case LinkDown() if self._up:
                self._up = False
                return (SwitchLost(self.node),)
            case Message() if item.event == "FullyBooted":
                return await self._snapshot(item.get("Uptime"))
            case Message() if self._up:
                if item.event == "Newchannel":
                    self._end_doomed(item.get("Uniqueid"))
                elif item.event in {"Hangup", "OriginateResponse"}:
                    self._doomed.discard(item.get("Uniqueid"))
                events = self._translator.translate(item, asyncio.get_running_loop().time())
                return (*events, *await self._snapshot(live=True)) if self._translator.take_new_talk() else events
        return ()

    async def _snapshot(self, uptime: str = "", *, live: bool = False) -> tuple[SwitchEvent, ...]:
        """List everything; events that came meanwhile wait in the link and are told after it, twice is harmless."""
        try:
            core = (await self._link.call("CoreStatus")).response
            channels = await self._link.call("Status", (("Variables", STATUS_VARIABLES),))
            phones = await self._link.call("DeviceStateList")
        except CtiError as error:
            _log.warning("Snapshot failed", extra={"problem": str(error)})
            self._link.drop("no snapshot")
            return ()
        self._link.settled()
        started = f"{core.get('CoreStartupDate')} {core.get('CoreStartupTime')}"
        restarted = self._started not in {None, started}
        self._started = started
        self._up = True
        legs = self._translator.take_legs(channels.items, live=live)
        for leg in legs:
            self._end_doomed(leg.leg_id)
        for extension, available in self._fallback.items():
            self._send(OfferToFallback(extension, available))
        up_for_s = float(uptime) if uptime.isdecimal() else None
        return (SwitchBack(self.node, legs, self._translator.take_phones(phones.items), restarted, up_for_s),)

    def _end_doomed(self, leg_id: str) -> None:
        if leg_id in self._doomed:
            self._send(HangUpLeg(self.node, leg_id))


def _was_marked(answer: asyncio.Future[ActionAnswered]) -> None:
    if not answer.cancelled() and answer.exception() is not None:
        _log.warning("A pause left no mark at the switch", extra={"problem": str(answer.exception())})
