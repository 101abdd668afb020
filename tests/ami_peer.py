"""A fake Asterisk's AMI port for the cases that a real one cannot be asked for: silence, cuts, halves, missing ends.

It says what was recorded from 22.10.1 (tests/transcripts); a test scripts the rest with `answers` and `say`.
"""

import asyncio
from collections.abc import Callable

Answer = Callable[[dict[str, str]], bytes | None]


def frame(*headers: tuple[str, str], **more: str) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in (*headers, *more.items())).encode() + b"\r\n"


def listed(action_id: str, complete: str, *items: bytes) -> bytes:
    """A list answer; each item is a frame without ActionID."""
    tagged = b"".join(item[:-2] + f"ActionID: {action_id}\r\n\r\n".encode() for item in items)
    start = frame(Response="Success", ActionID=action_id, EventList="start", Message="will follow")
    end = frame(Event=complete, ActionID=action_id, EventList="Complete", ListItems=str(len(items)))
    return start + tagged + end


BOOTED = frame(Event="FullyBooted", Uptime="1", LastReload="1", Status="Fully Booted")


class FakeAmi:
    """`actions` holds every action of every session, in order; `sessions` counts the connections.

    A user named "writer" is told no events, as in manager.conf.
    """

    def __init__(self, *, booted: bool = True, started: str = "10:00:00") -> None:
        self.booted = booted
        self.started = started
        self.mute = False
        self.chunk = 0
        self.actions: list[dict[str, str]] = []
        self.by_user: dict[str, list[str]] = {}
        self.raw: list[str] = []
        self.sessions = 0
        self.channels: list[bytes] = []
        self.phones: dict[str, str] = {}
        self.answers: dict[str, Answer] = {}
        self.secret: str | None = "try"
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []
        self._users: dict[asyncio.StreamWriter, str] = {}
        self._changed = asyncio.Event()

    @property
    def port(self) -> int:
        assert self._server
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> "FakeAmi":
        await self.open()
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self.aclose()

    async def open(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", port)

    async def aclose(self) -> None:
        if self._server:
            self._server.close()
            self.cut()
            await self._server.wait_closed()

    # --- what a test does ---

    async def until(self, condition: Callable[["FakeAmi"], bool], timeout_s: float = 5.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition(self):
                self._changed.clear()
                await self._changed.wait()

    def names(self) -> list[str]:
        return [action.get("Action", "") for action in self.actions]

    def say(self, data: bytes) -> None:
        """To every session but the writer's: that user is told nothing."""
        for writer in self._writers:
            if self._users.get(writer) != "writer":
                writer.write(data)

    def cut(self, data: bytes = b"", user: str | None = None) -> None:
        """End every session, or this user's, perhaps in the middle of a frame."""
        writers = [each for each in self._writers if user in {None, self._users.get(each)}]
        self._writers = [each for each in self._writers if each not in writers]
        for writer in writers:
            if data:
                writer.write(data)
            writer.close()

    # --- Asterisk ---

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sessions += 1
        self._writers.append(writer)
        self._changed.set()
        try:
            await self._write(writer, b"Asterisk Call Manager/11.0.0\r\n")
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.raw.append(text)
                action: dict[str, str] = {}
                for line in text.split("\r\n")[:-2]:
                    name, _, value = line.partition(": ")
                    action.setdefault(name, value)
                self.actions.append(action)
                if action.get("Action") == "Login":
                    self._users[writer] = action.get("Username", "")
                self.by_user.setdefault(self._users.get(writer, ""), []).append(action.get("Action", ""))
                self._changed.set()
                if not self.mute:
                    await self._write(writer, self._answer(action))
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            if writer in self._writers:
                self._writers.remove(writer)
            writer.close()

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        size = self.chunk or len(data) or 1
        for at in range(0, len(data), size):
            writer.write(data[at : at + size])
            await writer.drain()
            if self.chunk:
                await asyncio.sleep(0)

    def _answer(self, action: dict[str, str]) -> bytes:
        name, action_id = action.get("Action", ""), action.get("ActionID", "")
        if name in self.answers:
            return self.answers[name](action) or b""
        if name.lower() == "login":
            return self._welcome(action, action_id)
        if name == "CoreStatus":
            return frame(
                Response="Success", ActionID=action_id, CoreStartupDate="2026-11-22", CoreStartupTime=self.started
            )
        if name == "Status":
            return listed(action_id, "StatusComplete", *self.channels)
        if name == "DeviceStateList":
            items = [frame(Event="DeviceStateChange", Device=f"PJSIP/{e}", State=s) for e, s in self.phones.items()]
            return listed(action_id, "DeviceStateListComplete", *items)
        return frame(Response="Success", ActionID=action_id, Message="done")

    def _welcome(self, action: dict[str, str], action_id: str) -> bytes:
        if self.secret is not None and action.get("Secret") != self.secret:
            return frame(Response="Error", ActionID=action_id, Message="Authentication failed")
        welcome = frame(Response="Success", ActionID=action_id, Message="Authentication accepted")
        return welcome + (BOOTED if self.booted and action.get("Username") != "writer" else b"")
