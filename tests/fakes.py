"""Fakes that behave: a switch with channels and phones, a clock turned by hand, a loop whose time jumps."""

import asyncio
import selectors
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from cti.domain.commands import (
    HangUpLeg,
    HoldForAgent,
    Join,
    KeepWaiting,
    OfferToFallback,
    Place,
    RingAgent,
    SayGoodbye,
    SendLeg,
    SwitchCommand,
)
from cti.domain.events import (
    CallArrived,
    LegAnswered,
    LegEnded,
    LegRang,
    LegSnapshot,
    LegStays,
    PhoneChanged,
    RoomJoined,
    RoomLeft,
    SwitchBack,
    SwitchEvent,
    SwitchLost,
)
from cti.domain.values import Caller, EndReason
from cti.errors import CallerGone, SwitchUnavailable
from cti.service import Telephony

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_T = TypeVar("_T")


class ManualClock:
    """Stands still until told."""

    def __init__(self, at: datetime = START) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def advance(self, seconds: float) -> datetime:
        self._at += timedelta(seconds=seconds)
        return self._at


class _JumpingSelector(selectors.DefaultSelector):
    loop: "VirtualTimeLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise RuntimeError("virtual time stands still: everybody waits for something that nobody will do")
        self.loop.jump(timeout)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Never waits: when nothing is left to do, its clock jumps to the next timer."""

    def __init__(self) -> None:
        self._jumped_s = 0.0
        selector = _JumpingSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self._jumped_s

    def jump(self, seconds: float) -> None:
        # A little more than asked: a sum of floats must not end just before the timer it is meant for.
        self._jumped_s += seconds + 1e-6


class LoopClock:
    """Wall time that follows the running (virtual) loop."""

    def now(self) -> datetime:
        return START + timedelta(seconds=asyncio.get_running_loop().time())


def run_virtual(story: Coroutine[Any, Any, _T]) -> _T:
    """Run a story in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(story)


@dataclass
class FakeLeg:
    """A channel of the fake switch."""

    leg_id: str
    call_id: str | None
    extension: str | None = None
    is_up: bool = False
    room_id: str | None = None
    arrived_at: datetime | None = None
    fallback: str = ""
    persistent: bool = False


class FakeSwitch:
    """Asterisk as the floor sees it: phones ring and answer, bridges join, and the link may be cut."""

    def __init__(self, node: str = "n1", rings_after_s: float = 0.1) -> None:
        self.node = node
        self.legs: dict[str, FakeLeg] = {}
        self.commands: list[SwitchCommand] = []
        self.phones: set[str] = set()
        self.fallback: set[str] = set()
        self.linked = True
        self.rings_after_s = rings_after_s
        self.on_ring: dict[str, Callable[[RingAgent], None]] = {}
        self._events: asyncio.Queue[SwitchEvent] = asyncio.Queue()
        self._rooms = 0

    async def events(self) -> AsyncIterator[SwitchEvent]:
        yield self.listing()
        while True:
            yield await self._events.get()

    def look_again(self) -> None:
        self.tell(self.listing())

    async def carry_out(self, command: SwitchCommand) -> None:
        if not self.linked:
            raise SwitchUnavailable(self.node)
        self.commands.append(command)
        if isinstance(command, RingAgent):
            self._ring(command)
        elif isinstance(command, HangUpLeg):
            self.end_leg(command.leg_id, command.cause)
        elif isinstance(command, SendLeg) and command.leg_id in self.legs:
            self._send(self.legs[command.leg_id], command.place)
        elif isinstance(command, OfferToFallback):
            (self.fallback.add if command.available else self.fallback.discard)(command.extension)

    def register(self, extension: str) -> None:
        self.phones.add(extension)
        self.tell(PhoneChanged(extension, reachable=True))

    def unregister(self, extension: str) -> None:
        self.phones.discard(extension)
        self.tell(PhoneChanged(extension, reachable=False))

    def tell(self, event: SwitchEvent) -> None:
        if self.linked:
            self._events.put_nowait(event)

    def answer(self, leg_id: str) -> None:
        leg = self.legs.get(leg_id)
        if leg is not None and not leg.is_up:
            leg.is_up = True
            self.tell(LegStays(leg_id) if leg.persistent else LegAnswered(leg_id))

    def end_leg(self, leg_id: str, cause: int = 16) -> None:
        leg = self.legs.pop(leg_id, None)
        if leg is None:
            return
        self._empty_room(leg)
        self.tell(LegEnded(leg_id, cause))

    def bridge(self, first: str, second: str) -> bool:
        """`EXEC Bridge`: False when the other leg is not there."""
        if first not in self.legs or second not in self.legs:
            return False
        self._rooms += 1
        for leg_id in (first, second):
            self.legs[leg_id].room_id = f"room-{self._rooms}"
            self.tell(RoomJoined(leg_id, f"room-{self._rooms}"))
        return True

    def cut_link(self) -> None:
        self.tell(SwitchLost(self.node))
        self.linked = False

    def mend_link(self, restarted: bool = False) -> None:
        self.linked = True
        if restarted:
            self.legs.clear()
        self.tell(self.listing(restarted))

    def listing(self, restarted: bool = False) -> SwitchBack:
        legs = tuple(
            LegSnapshot(
                leg.leg_id,
                self.node,
                leg.call_id,
                leg.extension,
                leg.room_id,
                leg.is_up,
                leg.arrived_at,
                fallback=leg.fallback,
                persistent=leg.persistent,
            )
            for leg in self.legs.values()
        )
        return SwitchBack(self.node, legs, frozenset(self.phones), restarted)

    def _ring(self, command: RingAgent) -> None:
        if command.extension not in self.phones:
            self.tell(LegEnded(command.leg_id, 20))
            return
        call_id = None if command.stays else command.call_id
        self.legs[command.leg_id] = FakeLeg(command.leg_id, call_id, command.extension, persistent=command.stays)
        loop = asyncio.get_running_loop()
        loop.call_later(self.rings_after_s, self.tell, LegRang(command.leg_id))
        loop.call_later(command.ring_s, self._rung_out, command.leg_id)
        behaviour = self.on_ring.get(command.extension)
        if behaviour is not None:
            behaviour(command)

    def _send(self, leg: FakeLeg, place: Place) -> None:
        """What the dialplan does with a persistent leg; others are not sent about here."""
        if place in (Place.BEEP, Place.QUIET):
            self.tell(LegAnswered(leg.leg_id))
        elif place is Place.STAY:
            self._empty_room(leg)
            leg.room_id = None
            self.tell(LegStays(leg.leg_id))

    def _rung_out(self, leg_id: str) -> None:
        leg = self.legs.get(leg_id)
        if leg is not None and not leg.is_up:
            self.end_leg(leg_id, 19)

    def _empty_room(self, gone: FakeLeg) -> None:
        if gone.room_id is None:
            return
        for leg in (gone, *self.legs.values()):
            if leg.room_id == gone.room_id and leg is not gone:
                self.tell(RoomLeft(leg.leg_id, leg.room_id))
                leg.room_id = None
        self.tell(RoomLeft(gone.leg_id, gone.room_id))


class FakeCaller:
    """A customer's leg with its coroutine: menu, line, talk, goodbye, as `ivr` does it on the real switch."""

    def __init__(self, telephony: Telephony, switch: FakeSwitch, call_id: str, number: str | None = None) -> None:
        self.telephony, self.switch, self.call_id = telephony, switch, call_id
        self.leg_id = f"{switch.node}-{call_id}"
        self.number = number
        self.orders: list[object] = []
        self.arrived_at: datetime | None = None
        self._gone = asyncio.Event()

    def arrive(self, now: datetime) -> None:
        self.arrived_at = self.arrived_at or now
        if self.leg_id not in self.switch.legs:
            self.switch.legs[self.leg_id] = FakeLeg(self.leg_id, self.call_id, arrived_at=self.arrived_at)

    def hang_up(self) -> None:
        self._gone.set()
        self.switch.end_leg(self.leg_id)

    async def visit(self, queue_id: int, priority: int = 0, talked_before: bool = False) -> EndReason | None:
        """The whole coroutine; returns the reason it gave the floor (None: the caller hung up)."""
        assert self.arrived_at is not None
        line = self.telephony.open_line(
            CallArrived(
                self.call_id,
                self.leg_id,
                self.switch.node,
                Caller(self.number),
                "4001",
                self.arrived_at,
                talked_before=talked_before,
            )
        )
        reason: EndReason | None = None
        try:
            if not talked_before:
                await line.queue(queue_id, priority)
            while reason is None:
                order = await line.next_order()
                self.orders.append(order)
                if isinstance(order, Join):
                    await line.join_ended(order.leg_id, await self._talk(order))
                elif isinstance(order, SayGoodbye):
                    reason = EndReason.FLOW_ENDED
                elif not isinstance(order, KeepWaiting | HoldForAgent):
                    reason = EndReason.VOICEMAIL
        except CallerGone:
            reason = None
        await line.close(reason)
        if reason is not None:
            self.switch.end_leg(self.leg_id)
        return reason

    async def _talk(self, order: Join) -> bool:
        channel = order.channel or order.leg_id
        if not self.switch.bridge(self.leg_id, channel):
            return False
        while (leg := self.switch.legs.get(channel)) is not None and (leg.room_id is not None or self._gone.is_set()):
            if self._gone.is_set():
                raise CallerGone
            await asyncio.sleep(0.02)
        return True
