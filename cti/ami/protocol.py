"""One AMI session without a socket, a clock or a random number: bytes and times in, events and bytes out.

The driver's contract: hand over what was read (`receive_data`), then take `events_received` and write
`data_to_send`; call `handle_time` when `next_deadline` is reached. Times are seconds of a clock that only goes forward.

An event that answers an action (it carries the ActionID) goes to the action and to the event stream: panoramisk keeps
OriginateResponse from its listeners. A lost session fails what is open and sends nothing again.
"""

from dataclasses import dataclass, field
from enum import Enum

from cti.ami.message import Message, encode_action, parse_message
from cti.errors import ProtocolError, RemoteProtocolError, SwitchUnavailable

BANNER = b"Asterisk Call Manager/"
MAX_FRAME_BYTES = 4 * 1024 * 1024
# Asterisk says "Error" where a list is empty (res_pjsip, app_confbridge).
EMPTY_LISTS = frozenset({"No Contacts found", "No endpoints found", "No active conferences."})
_LOGIN = "login"
_PING = "ping"


@dataclass(frozen=True, slots=True)
class Times:
    """How long to be patient."""

    login_s: float = 5.0
    action_s: float = 10.0
    idle_s: float = 5.0
    ping_s: float = 5.0


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Asterisk knows us; it may still be starting."""


@dataclass(frozen=True, slots=True)
class EventReceived:
    """One event, in the order of the wire."""

    message: Message


@dataclass(frozen=True, slots=True)
class ActionAnswered:
    """An action's response, with the list when it was one. `succeeded` is Asterisk's word for it."""

    action_id: str
    response: Message
    items: tuple[Message, ...] = ()

    @property
    def succeeded(self) -> bool:
        """An empty list that Asterisk calls an error is a success."""
        return self.response.get("Response") != "Error" or self.response.get("Message") in EMPTY_LISTS


@dataclass(frozen=True, slots=True)
class ActionExpired:
    """No complete answer in time; whether it was done is unknown."""

    action_id: str


SessionEvent = LoggedIn | EventReceived | ActionAnswered | ActionExpired


class State(Enum):
    """How far the session is."""

    GREETING = "waiting for the banner"
    LOGGING_IN = "waiting for the answer to Login"
    READY = "actions may be sent"
    CLOSED = "over"


@dataclass(slots=True)
class _Open:
    deadline_s: float
    response: Message | None = None
    items: list[Message] = field(default_factory=list)


class AmiProtocol:
    """One connection's life; after RemoteProtocolError or SwitchUnavailable it is over, make a new one."""

    def __init__(self, username: str, secret: str, now_s: float, times: Times | None = None) -> None:
        self._username = username
        self._secret = secret
        self._times = times or Times()
        self._buffer = bytearray()
        self._scanned = 0
        self._out = bytearray()
        self._events: list[SessionEvent] = []
        self._open: dict[str, _Open] = {}
        self._heard_s = now_s
        self._started_s = now_s
        self._pinged_s: float | None = None
        self.state = State.GREETING

    # --- the wire ---

    def receive_data(self, data: bytes, now_s: float) -> None:
        """Take bytes as they came, in any pieces."""
        if self.state is State.CLOSED:
            return
        self._heard_s = now_s
        self._buffer += data
        if self.state is State.GREETING and not self._greeted(now_s):
            return
        # The end of a frame may lie across two reads.
        begin, scanned = 0, max(0, self._scanned - 3)
        while (end := self._buffer.find(b"\r\n\r\n", scanned)) >= 0:
            frame = bytes(self._buffer[begin:end])
            begin = scanned = end + 4
            self._message(parse_message(frame.lstrip(b"\r\n")))
        del self._buffer[:begin]
        self._scanned = len(self._buffer)
        if self._scanned > MAX_FRAME_BYTES:
            self._fail("AMI frame too long")

    def events_received(self) -> list[SessionEvent]:
        """Return what came since the last call, in order."""
        events, self._events = self._events, []
        return events

    def data_to_send(self) -> bytes:
        """Return what must be written now."""
        data = bytes(self._out)
        self._out.clear()
        return data

    # --- actions ---

    def send_action(
        self, action: str, action_id: str, headers: tuple[tuple[str, str], ...], now_s: float, timeout_s: float | None
    ) -> None:
        """Queue one action; its ActionAnswered or ActionExpired comes later. `action_id` must be unused."""
        if self.state is not State.READY:
            raise SwitchUnavailable("not logged in")
        if action_id in self._open or action_id in {_LOGIN, _PING}:
            raise ProtocolError("the action id is in use")
        self._out += encode_action(action, action_id, headers)
        self._open[action_id] = _Open(now_s + (self._times.action_s if timeout_s is None else timeout_s))

    # --- time ---

    def next_deadline(self) -> float | None:
        """Return when `handle_time` is due if nothing else happens; None when the session is over."""
        if self.state is State.CLOSED:
            return None
        if self.state is not State.READY:
            return self._started_s + self._times.login_s
        due_s = self._heard_s + self._times.idle_s
        if self._pinged_s is not None:
            due_s = self._pinged_s + self._times.ping_s
        return min([due_s, *(each.deadline_s for each in self._open.values())])

    def handle_time(self, now_s: float) -> None:
        """Expire what is late; raises SwitchUnavailable when the peer has been silent for too long."""
        if self.state is State.CLOSED:
            return
        if self.state is not State.READY:
            if now_s >= self._started_s + self._times.login_s:
                self.state = State.CLOSED
                raise SwitchUnavailable("no login in time")
            return
        for action_id, open_action in list(self._open.items()):
            if now_s >= open_action.deadline_s:
                del self._open[action_id]
                self._events.append(ActionExpired(action_id))
        # Counted from the Ping and not from the last word: after a stall of our own, Asterisk has a chance to answer.
        if self._pinged_s is None:
            if now_s >= self._heard_s + self._times.idle_s:
                self._out += encode_action("Ping", _PING)
                self._pinged_s = now_s
        elif now_s >= self._pinged_s + self._times.ping_s:
            self.state = State.CLOSED
            raise SwitchUnavailable("the peer is silent")

    # --- inside ---

    def _fail(self, problem: str) -> None:
        self.state = State.CLOSED
        raise RemoteProtocolError(problem)

    def _greeted(self, now_s: float) -> bool:
        end = self._buffer.find(b"\r\n")
        if not self._buffer.startswith(BANNER[: len(self._buffer)]) or (end < 0 and len(self._buffer) > 100):
            self._fail("no AMI banner")
        if end < 0:
            return False
        del self._buffer[: end + 2]
        login = (("Username", self._username), ("Secret", self._secret))
        self._out += encode_action("Login", _LOGIN, login)
        self._started_s = now_s
        self.state = State.LOGGING_IN
        return True

    def _message(self, message: Message) -> None:
        self._pinged_s = None
        action_id = message.action_id
        if message.event:
            if action_id in self._open:
                self._item(action_id, self._open[action_id], message)
            self._events.append(EventReceived(message))
        elif action_id == _LOGIN and self.state is State.LOGGING_IN:
            if message.get("Response") != "Success":
                self._fail("the login was refused")
            self.state = State.READY
            self._events.append(LoggedIn())
        elif action_id in self._open:
            self._response(action_id, self._open[action_id], message)

    def _response(self, action_id: str, open_action: _Open, message: Message) -> None:
        if message.get("EventList").lower() == "start":
            open_action.response = message
            return
        del self._open[action_id]
        self._events.append(ActionAnswered(action_id, message))

    def _item(self, action_id: str, open_action: _Open, message: Message) -> None:
        if open_action.response is None:
            return
        if message.get("EventList").lower() in {"complete", "cancelled"}:
            del self._open[action_id]
            self._events.append(ActionAnswered(action_id, open_action.response, tuple(open_action.items)))
        else:
            open_action.items.append(message)
