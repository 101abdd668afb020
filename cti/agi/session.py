"""One customer's leg as a coroutine sees it: say, ask, wait, bridge.

A session knows no socket: it writes through the function it was given and is fed by whoever reads (`cti.agi.server`,
or `tests.agi_peer` in memory).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from cti.agi.protocol import AgiProtocol, Environment, HungUp, Reply
from cti.errors import ActionRefused, CallerGone, RemoteProtocolError, UnsafeValue

T = TypeVar("T")

# ast_channel_state: the channel is up.
CHANNEL_UP = 6
# Longest that Asterisk may take to read a line that it was sent.
APART_S = 0.05

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\([A-Za-z0-9_,:@/.\- ]*\))?")
_CONTEXT = re.compile(r"[a-z][a-z-]*")
_APPLICATION = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_DIGITS = re.compile(r"[0-9*#A-D]*")


class AgiSession:
    """The handler's end of one AGI dialogue; one command at a time, every method may raise CallerGone.

    A cancelled command is given up cleanly: playing stops, and the next command gets its own reply.
    """

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._protocol = AgiProtocol()
        self._waiter: asyncio.Future[Reply] | None = None
        self._sent_at = 0.0
        self._scopes: set[asyncio.Timeout] = set()
        self._gone = asyncio.Event()
        self._hung_up = False
        self._began = asyncio.Event()
        self._busy = asyncio.Lock()
        self.variables: dict[str, str] = {}
        self.args: tuple[str, ...] = ()

    # --- fed by the driver ---

    def feed(self, data: bytes) -> None:
        """Take what Asterisk sent; nonsense ends the session."""
        try:
            self._protocol.receive_data(data)
        except RemoteProtocolError:
            self._take_events()
            self.feed_eof()
            raise
        self._take_events()

    def feed_eof(self) -> None:
        """Asterisk closed: whoever waits gets CallerGone, now and from here on."""
        self._leave()
        self._began.set()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(self._left())

    def _take_events(self) -> None:
        for event in self._protocol.events_received():
            match event:
                case Environment(variables, arguments):
                    self.variables, self.args = variables, arguments
                    self._began.set()
                case HungUp():
                    # The reply to the open command still comes, or the end of the stream does.
                    self._hung_up = True
                    self._leave()
                case Reply() if self._waiter is not None and not self._waiter.done():
                    self._waiter.set_result(event)

    def _leave(self) -> None:
        # "HANGUP" and the end of the stream both say it; a scope that is on its way out takes no second word
        if self._gone.is_set():
            return
        self._gone.set()
        now_s = asyncio.get_running_loop().time()
        for scope in self._scopes:
            scope.reschedule(now_s)

    def _left(self) -> CallerGone:
        """Asterisk says HANGUP whenever a caller leaves; a stream that ends without it broke."""
        return CallerGone(cut_off=not self._hung_up)

    async def begin(self) -> None:
        """Wait for the environment; CallerGone if the peer leaves before it is complete."""
        await self._began.wait()
        if not self._protocol.begun:
            raise self._left()

    # --- the leg's life ---

    @property
    def is_gone(self) -> bool:
        """Whether the caller is known to have left."""
        return self._gone.is_set()

    async def wait_gone(self) -> None:
        """Return when the caller has left."""
        await self._gone.wait()

    async def while_here(self, work: Awaitable[T]) -> T:
        """Await `work` (say, the next order for this line) and cut it short with CallerGone when the caller leaves."""
        scope = asyncio.timeout(0 if self.is_gone else None)
        self._scopes.add(scope)
        try:
            async with scope:
                return await work
        except TimeoutError:
            if scope.expired():
                raise self._left() from None
            raise
        finally:
            self._scopes.discard(scope)

    async def hangup(self) -> None:
        """End the channel; it being gone already is no error."""
        try:
            await self.command("HANGUP")
        except CallerGone:
            return

    # --- commands ---

    async def answer(self) -> None:
        """Take the call without the half second that a plain answer waits for the caller's first audio."""
        await self.execute("Answer", "0", "i")

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable or function such as `TIMEOUT(absolute)`."""
        await self.command("SET VARIABLE", _checked(_VARIABLE, "variable name", name), value)

    async def set_variables(self, values: Mapping[str, str]) -> None:
        """Set several in one exchange; a value may hold no comma."""
        await self.execute("MSet", *(f"{_checked(_VARIABLE, 'variable name', name)}={values[name]}" for name in values))

    async def get_variable(self, name: str) -> str | None:
        """Read a channel variable or function such as `CALLERID(num)`; None when it is not set."""
        reply = await self.command("GET VARIABLE", _checked(_VARIABLE, "variable name", name))
        return reply.value if reply.result == "1" else None

    async def execute(self, app: str, *args: str) -> str:
        """Run a dialplan application to its end and return Asterisk's result, "0" as a rule.

        An argument may hold no comma, because Asterisk would split it there.
        """
        for argument in args:
            if "," in argument:
                raise UnsafeValue(f"argument of {app}", "has a comma")
        reply = await self.command("EXEC", _checked(_APPLICATION, "application", app), ",".join(args))
        return reply.result

    async def gosub(self, context: str, *args: str) -> None:
        """Run a subroutine of the dialplan, `s,1` of the context, to its Return(); arguments may hold no comma."""
        for argument in args:
            if "," in argument:
                raise UnsafeValue(f"argument of {context}", "has a comma")
        await self.command("GOSUB", _checked(_CONTEXT, "context", context), "s", "1", ",".join(args))

    async def stream_file(self, path: str, escape_digits: str = "", offset: int = 0) -> str:
        """Play a file (no extension), from a sample on, and return the key that ended it, "" for none."""
        digits = _checked(_DIGITS, "escape digits", escape_digits)
        return _key(await self.command("STREAM FILE", path, digits, *([str(offset)] if offset else [])))

    async def wait_for_digit(self, timeout_s: float) -> str:
        """Return the next key, "" when none came in time."""
        return _key(await self.command("WAIT FOR DIGIT", _ms(timeout_s)))

    async def get_data(self, path: str, timeout_s: float, max_digits: int) -> str:
        """Play a file and collect keys up to `#`; `timeout_s` is the wait for each key after the file."""
        return (await self.command("GET DATA", path, _ms(timeout_s), str(max_digits))).result

    async def music_on(self, music_class: str = "default") -> None:
        """Start music on hold; it plays on between commands."""
        await self.command("SET MUSIC", "ON", music_class)

    async def music_off(self) -> None:
        """Stop music on hold."""
        await self.command("SET MUSIC", "OFF")

    async def channel_status(self) -> int:
        """Return Asterisk's channel state, 6 for up, -1 for gone."""
        return int((await self._exchange("CHANNEL STATUS")).result)

    async def command(self, verb: str, *arguments: str) -> Reply:
        """Send one command and return its reply; ActionRefused when Asterisk will not or cannot do it."""
        reply = await self._exchange(verb, *arguments)
        if reply.code == 511:
            raise CallerGone
        if reply.code != 200:
            raise ActionRefused(verb, f"{reply.code} {reply.text.partition(chr(10))[0]}")
        if reply.result in {"-1", "-2"}:
            # -1 is said of a hang-up and of a missing file alike.
            if reply.result == "-1" and (self.is_gone or await self.channel_status() != CHANNEL_UP):
                raise CallerGone
            raise ActionRefused(verb, reply.text)
        return reply

    async def _exchange(self, verb: str, *arguments: str) -> Reply:
        async with self._busy:
            if self._protocol.lost:
                # Two lines in one read would leave the second unseen in Asterisk's buffer.
                await asyncio.sleep(max(0.0, self._sent_at + APART_S - asyncio.get_running_loop().time()))
                await self._send(self._protocol.marker)
            return await self._send(lambda: self._protocol.command(verb, *arguments))

    async def _send(self, line: Callable[[], bytes]) -> Reply:
        if self.is_gone:
            raise self._left()
        loop = asyncio.get_running_loop()
        self._write(line())
        self._sent_at, self._waiter = loop.time(), loop.create_future()
        try:
            return await self._waiter
        except asyncio.CancelledError:
            self._protocol.give_up()
            raise
        finally:
            self._waiter = None


def _checked(pattern: re.Pattern[str], field: str, value: str) -> str:
    if not pattern.fullmatch(value):
        raise UnsafeValue(field, "has characters that do not belong there")
    return value


def _key(reply: Reply) -> str:
    return "" if reply.result in {"", "0"} else chr(int(reply.result))


def _ms(seconds: float) -> str:
    return str(max(1, round(seconds * 1000)))
