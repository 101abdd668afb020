"""A switch of bridges and coroutines without any sound: carries out what the floor orders, late or at once, and tells.

It does what Asterisk 22.10.1 was seen to do: a bridge takes a leg out of another, whoever is left alone in one is out
of it, and the customer's coroutine takes its next order when it is out of its bridge.
"""

from collections import deque
from dataclasses import dataclass, field
from random import Random

from cti.domain import events
from cti.domain.commands import (
    Command,
    DialOutside,
    GoOutside,
    HangUpLeg,
    HoldForAgent,
    Join,
    KeepWaiting,
    LineCommand,
    Place,
    RingAgent,
    SayGoodbye,
    SendLeg,
    StopRecording,
    StopWaiting,
)
from cti.domain.take_words import RecordingCut, TapeBegan
from cti.domain.values import EndReason


@dataclass
class Coroutine:
    """A customer's; `joined` is the leg of the bridge that it is in."""

    call_id: str
    leg_id: str
    orders: deque[LineCommand] = field(default_factory=deque)
    joined: str | None = None
    music: bool = False
    recorder: str | None = None


class Exchange:
    """`answers` says which of the ringing take the call; events wait in `news` until they are taken."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.news: deque[events.Event] = deque()
        self.rooms: dict[str, str] = {}
        self.legs: set[str] = set()
        self.ringing: dict[str, str] = {}
        self.dialing: dict[str, str] = {}
        self.hears: dict[str, Place] = {}
        self.spies: dict[str, SendLeg] = {}
        self.lines: dict[str, Coroutine] = {}
        self._count = 0

    def customer(self, call_id: str, leg_id: str) -> None:
        self.legs.add(leg_id)
        self.lines[call_id] = Coroutine(call_id, leg_id)

    def carry_out(self, command: Command) -> None:
        match command:
            case RingAgent(leg_id=leg_id, extension=extension):
                self.ringing[leg_id] = extension
                self.news.append(events.LegRang(leg_id))
            case HangUpLeg(leg_id=leg_id):
                self.end(leg_id)
            case SendLeg(leg_id=leg_id) if leg_id in self.legs:
                self._give_up_dialing(leg_id)
                self._send(command)
            case DialOutside(leg_id=leg_id) if leg_id in self.legs:
                self._leave(leg_id)
                self._count += 1
                born = f"outside-{self._count}"
                self.dialing[leg_id] = born
                self.ringing[born] = ""
                self.news.append(events.LegBorn(born, "n1", leg_id))
            case StopRecording(leg_id=leg_id):
                for line in self.lines.values():
                    line.recorder = None if line.leg_id == leg_id else line.recorder
                self.news.append(RecordingCut(leg_id, done=True))
            case Join() | StopWaiting() | SayGoodbye() | KeepWaiting() | HoldForAgent() | GoOutside():
                line = self.lines.get(command.call_id)
                if line is not None:
                    line.orders.append(command)
                    self._go_on(line)
            case _:
                pass

    def answer(self, leg_id: str) -> None:
        del self.ringing[leg_id]
        self.legs.add(leg_id)
        for dialer, born in list(self.dialing.items()):
            if born == leg_id:
                del self.dialing[dialer]
        self.hears[leg_id] = Place.MUSIC
        self.news.append(events.LegAnswered(leg_id))

    def refuse(self, leg_id: str) -> None:
        dialer = next((one for one, born in self.dialing.items() if born == leg_id), None)
        self.ringing.pop(leg_id, None)
        if dialer is not None:
            del self.dialing[dialer]
            self.news.append(events.DialFailed(dialer, 17))
        self.news.append(events.LegEnded(leg_id, 17))

    def end(self, leg_id: str, cause: int = 16) -> None:
        if leg_id in self.ringing:
            del self.ringing[leg_id]
        elif leg_id in self.legs:
            self._give_up_dialing(leg_id)
            self.legs.discard(leg_id)
            self.spies.pop(leg_id, None)
            self._leave(leg_id)
        else:
            return
        self.news.append(events.LegEnded(leg_id, cause))

    def customer_leaves(self, call_id: str) -> None:
        line = self.lines.pop(call_id)
        self.news.append(events.CallLeft(call_id))
        self.end(line.leg_id)

    # --- bridges ---

    def _give_up_dialing(self, leg_id: str) -> None:
        born = self.dialing.pop(leg_id, None)
        if born is not None and born in self.ringing:
            del self.ringing[born]
            self.news.append(events.LegEnded(born, 16))

    def _send(self, order: SendLeg) -> None:
        self.spies.pop(order.leg_id, None)
        if order.place in (Place.HOLD, Place.MUSIC, Place.RINGBACK):
            self._leave(order.leg_id)
            self.hears[order.leg_id] = order.place
        elif order.place in (Place.LISTEN, Place.WHISPER):
            self._leave(order.leg_id)
            self.spies[order.leg_id] = order
            self.news.append(events.LegSpies(order.leg_id, order.peer, order.place is Place.WHISPER))
        elif order.place is Place.PAIR and order.peer in self.legs:
            self._pair(order.leg_id, order.peer)
        else:
            self._leave(order.leg_id)
            self.hears[order.leg_id] = Place.MUSIC
            if order.peer in self.rooms:  # BridgeAdd on a leg without a bridge does nothing
                self._enter(order.leg_id, self.rooms[order.peer])

    def _pair(self, mover: str, peer: str) -> None:
        """Both into a bridge of their own, out of whatever they were in."""
        self._give_up_dialing(peer)
        self._count += 1
        for leg_id in (peer, mover):
            self._leave(leg_id)
        for leg_id in (peer, mover):
            self._enter(leg_id, f"room-{self._count}")

    def _enter(self, leg_id: str, room_id: str) -> None:
        self.rooms[leg_id] = room_id
        self.news.append(events.RoomJoined(leg_id, room_id))

    def _leave(self, leg_id: str) -> None:
        room_id = self.rooms.pop(leg_id, None)
        if room_id is None:
            return
        self.news.append(events.RoomLeft(leg_id, room_id))
        left = [one for one, room in self.rooms.items() if room == room_id]
        if len(left) == 1:
            del self.rooms[left[0]]
            self.hears[left[0]] = Place.MUSIC if left[0] not in self.dialing else Place.HOLD
            self.news.append(events.RoomLeft(left[0], room_id))
        for line in self.lines.values():
            if line.joined is not None and line.leg_id not in self.rooms:
                joined, line.joined = line.joined, None
                self.news.append(events.JoinEnded(line.call_id, joined, succeeded=True))
                self._go_on(line)

    def _go_on(self, line: Coroutine) -> None:
        while line.joined is None and line.orders:
            order = line.orders.popleft()
            line.music = isinstance(order, HoldForAgent | KeepWaiting)
            if isinstance(order, Join):
                if order.leg_id not in self.legs:
                    self.news.append(events.JoinEnded(line.call_id, order.leg_id, succeeded=False))
                    continue
                line.recorder = order.recording_id
                if order.notice is not None:
                    self.news.append(TapeBegan(line.call_id))
                self._leave(order.leg_id)
                self._count += 1
                room_id = f"room-{self._count}"
                self._enter(order.leg_id, room_id)
                self._enter(line.leg_id, room_id)
                line.joined = order.leg_id
            elif isinstance(order, GoOutside):
                self.news.append(events.OutsideEnded(line.call_id, self.dice.random() < 0.5))
            elif isinstance(order, SayGoodbye | StopWaiting):
                self.news.append(events.CallLeft(line.call_id, EndReason.FLOW_ENDED))
                self.lines.pop(line.call_id, None)
                self.end(line.leg_id)
                return
