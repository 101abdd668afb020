"""A short AMI conversation (log in, send, read the answer, leave) for the simulator's few errands."""

import asyncio
import re
from collections.abc import Callable, Iterable
from types import TracebackType

from cti.errors import ActionRefused, ActionTimedOut, SwitchUnavailable, UnsafeValue

TIMEOUT_S = 5.0
Message = dict[str, str]
Wanted = Callable[[Message], bool]


class ManagerLink:
    """Use as `async with`; one action at a time."""

    def __init__(self, host: str, port: int, user: str, secret: str) -> None:
        self._address = (host, port)
        self._login = [("Username", user), ("Secret", secret), ("Events", "off")]
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def __aenter__(self) -> "ManagerLink":
        try:
            self._reader, self._writer = await asyncio.open_connection(*self._address)
            await self._reader.readline()
            await self.action("Login", self._login)
        except OSError as error:
            raise SwitchUnavailable(f"nobody answers on AMI port {self._address[1]}") from error
        except BaseException:
            self._writer.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    async def action(self, name: str, headers: Iterable[tuple[str, str]] = (), *, may_fail: bool = False) -> Message:
        """Send one action and return its response."""
        self._send(name, headers)
        response = await self._until(name, lambda message: "Response" in message)
        if response["Response"] == "Error" and not may_fail:
            raise ActionRefused(name, response.get("Message", ""))
        return response

    async def listing(self, name: str, last_event: str) -> list[Message]:
        """Send an action that answers with a list of events and return them."""
        await self.action(name)
        found: list[Message] = []

        def is_last(message: Message) -> bool:
            if message.get("Event") != last_event:
                found.append(message)
            return message.get("Event") == last_event

        await self._until(name, is_last)
        return found

    def _send(self, name: str, headers: Iterable[tuple[str, str]]) -> None:
        lines = []
        for key, value in (("Action", name), *headers):
            if re.search(r"[\r\n\0]", value) or len(value.encode()) > 900:
                raise UnsafeValue(key, "has a line end or is too long for a manager action")
            lines.append(f"{key}: {value}\r\n")
        self._writer.write("".join([*lines, "\r\n"]).encode())

    async def _until(self, action: str, is_wanted: Wanted) -> Message:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                while True:
                    frame = (await self._reader.readuntil(b"\r\n\r\n")).decode(errors="replace")
                    pairs = (line.partition(": ") for line in frame.split("\r\n"))
                    message = {key: value for key, _, value in pairs if key}
                    if is_wanted(message):
                        return message
        except TimeoutError as error:
            raise ActionTimedOut(action, TIMEOUT_S) from error
        except asyncio.IncompleteReadError as error:
            raise SwitchUnavailable("the simulator closed the manager connection") from error
