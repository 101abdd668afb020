"""The AGI dialogue without a socket: bytes in, replies out, commands encoded so that each is one line.

Asterisk's side is res/res_agi.c (22.10.1). What it does that one would not expect:

- `HANGUP` comes as a line of its own between replies, and twice; it answers nothing.
- A usage reply is a block: `520-Invalid…`, the usage text, `520 End of proper usage.`
- The value of `200 result=1 (…)` is printed raw, line breaks included.
- GOSUB is answered with words behind the result: `200 result=0 Gosub complete`;
  `… (abnormal exit)` follows when the caller hung up in it.
- STREAM FILE and GET DATA that a new command interrupts print no reply at all, so replies cannot be told apart by
  counting after a cancelled command: the session then asks for a marker (see `cti.agi.session`).
"""

import re
from dataclasses import dataclass
from enum import Enum

from cti.errors import ProtocolError, RemoteProtocolError, UnsafeValue

# AGI_BUF_LEN in res_agi.c is 8192 with the terminating NUL.
MAX_COMMAND_BYTES = 8191
MAX_ENVIRONMENT_LINES = 200
MAX_LINE_BYTES = 65536

_UNSAFE = re.compile("[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_VERB = re.compile(r"[A-Z]+( [A-Z]+)*")
_REPLY = re.compile(r"(?P<code>\d{3})(?P<sep>[ -])(?P<rest>.*)", re.DOTALL)
_RESULT = re.compile(
    r"result=(?P<result>[^ ]*)(?: \((?P<value>.*)\))?(?: endpos=(?P<endpos>\d+))?"
    r"(?: Gosub [a-z]+(?: \(abnormal exit\))?)?",
    re.DOTALL,
)
_CLOSED = re.compile(r"\)(?: endpos=\d+)?\Z")


@dataclass(frozen=True, slots=True)
class Environment:
    """The block that opens every session: the `agi_…` names as sent, and the script's arguments in order."""

    variables: dict[str, str]
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one command; `result` is "" when Asterisk printed none, `value` the text in parentheses."""

    code: int
    result: str = ""
    value: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class HungUp:
    """Asterisk said that the channel is gone."""


class _Place(Enum):
    IDLE = "no command is open"
    EXPECTING = "one command is open"
    LOST = "a command was given up: its reply may come or not"
    SEARCHING = "a marker was sent: every reply but its own is of the past"


AgiEvent = Environment | Reply | HungUp


def encode_command(verb: str, *arguments: str) -> bytes:
    """Return the one line that Asterisk's `parse_args` splits back into exactly these arguments."""
    if not _VERB.fullmatch(verb):
        raise UnsafeValue("command", "not a plain command word")
    line = " ".join([verb, *(_quoted(f"{verb} argument {n}", each) for n, each in enumerate(arguments, 1))])
    encoded = line.encode() + b"\n"
    if len(encoded) > MAX_COMMAND_BYTES:
        raise UnsafeValue(verb, f"longer than {MAX_COMMAND_BYTES} bytes")
    return encoded


def _quoted(field: str, value: str) -> str:
    if _UNSAFE.search(value):
        raise UnsafeValue(field, "has a line break or another control character")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class AgiProtocol:
    """One session, one command at a time: Asterisk reads lines through a buffer that it does not poll.

    A reply that nobody waits for is dropped, so that a value which spells a reply cannot answer the next command.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        self._environment: dict[str, str] | None = {}
        self._block: list[str] = []
        self._events: list[AgiEvent] = []
        self._place = _Place.IDLE
        self._markers = 0

    @property
    def begun(self) -> bool:
        """Whether the environment has been read to its end."""
        return self._environment is None

    @property
    def lost(self) -> bool:
        """Whether a command was given up, so that `marker` must be sent and answered before the next."""
        return self._place is _Place.LOST

    def command(self, verb: str, *arguments: str) -> bytes:
        """Return the line to send; the next `Reply` answers it."""
        if self._place is not _Place.IDLE:
            raise ProtocolError(f"{verb}: another command is still open")
        line = encode_command(verb, *arguments)
        self._place = _Place.EXPECTING
        return line

    def give_up(self) -> None:
        """Nobody waits for the open command any more; whether it will be answered cannot be known."""
        if self._place is not _Place.IDLE:
            self._place = _Place.LOST

    def marker(self) -> bytes:
        """Return a command that stops what is playing and whose reply can be told from every other."""
        self._markers += 1
        self._place = _Place.SEARCHING
        return encode_command("GET FULL VARIABLE", self._marker)

    @property
    def _marker(self) -> str:
        return f"callroom-marker-{self._markers}"

    def receive_data(self, data: bytes) -> None:
        """Take bytes as they came, in any pieces."""
        self._buffer += data
        while (end := self._buffer.find(b"\n", self._scanned)) >= 0:
            line = bytes(self._buffer[:end]).decode(errors="replace").removesuffix("\r")
            del self._buffer[: end + 1]
            self._scanned = 0
            self._line(line)
        self._scanned = len(self._buffer)
        if self._scanned > MAX_LINE_BYTES:
            raise RemoteProtocolError("AGI line too long")

    def events_received(self) -> list[AgiEvent]:
        """Return what came since the last call, in order."""
        events, self._events = self._events, []
        return events

    def _line(self, line: str) -> None:
        if self._environment is not None:
            self._environment_line(self._environment, line)
        elif self._block:
            self._block_line(line)
        elif line == "HANGUP":
            self._events.append(HungUp())
        elif self._place is not _Place.IDLE:
            self._reply_line(line)

    def _environment_line(self, environment: dict[str, str], line: str) -> None:
        if line:
            name, separator, value = line.partition(": ")
            if not separator:
                name, separator, value = line.partition(":")
            if not separator or not name.startswith("agi_"):
                raise RemoteProtocolError("AGI environment line without a name")
            environment[name] = value
            if len(environment) > MAX_ENVIRONMENT_LINES:
                raise RemoteProtocolError("AGI environment too long")
            return
        if "agi_request" not in environment:
            raise RemoteProtocolError("AGI environment without agi_request")
        names = sorted((name for name in environment if re.fullmatch(r"agi_arg_\d+", name)), key=_argument_number)
        self._events.append(Environment(dict(environment), tuple(environment[name] for name in names)))
        self._environment = None

    def _reply_line(self, line: str) -> None:
        match = _REPLY.fullmatch(line)
        if match is None:
            raise RemoteProtocolError("AGI reply without a code")
        code, rest = int(match["code"]), match["rest"]
        if code < 200:
            return  # provisional: the reply is still to come
        if match["sep"] == "-" or (code == 200 and " (" in rest and not _CLOSED.search(rest)):
            self._block.append(line)
        else:
            self._finish(code, rest)

    def _block_line(self, line: str) -> None:
        self._block.append(line)
        if sum(map(len, self._block)) > MAX_LINE_BYTES:
            raise RemoteProtocolError("AGI reply too long")
        code, separator = self._block[0][:3], self._block[0][3]
        closed = line.startswith(f"{code} ") if separator == "-" else _CLOSED.search(line)
        if closed:
            text = "\n".join(self._block)[4:]
            self._block = []
            self._finish(int(code), text)

    def _finish(self, code: int, text: str) -> None:
        reply = Reply(code, text=text)
        if code == 200:
            match = _RESULT.fullmatch(text)
            if match is None:
                raise RemoteProtocolError("AGI reply without a result")
            reply = Reply(code, match["result"], match["value"], text)
        if self._place is _Place.LOST or (self._place is _Place.SEARCHING and reply.value != self._marker):
            return
        self._place = _Place.IDLE
        self._events.append(reply)


def _argument_number(name: str) -> int:
    return int(name.rpartition("_")[2])
