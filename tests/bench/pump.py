"""The bench's end of `tests.bench.media`: hands out ports, says who talks to whom."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.bench.child import child


@dataclass(frozen=True, slots=True)
class Talking:
    """One port of the pump, in use."""

    host: str
    port: int

    def sdp(self) -> str:
        """Offer or answer A-law there."""
        return (
            f"v=0\r\no=- 1 1 IN IP4 {self.host}\r\ns=-\r\nc=IN IP4 {self.host}\r\nt=0 0\r\n"
            f"m=audio {self.port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=ptime:20\r\na=sendrecv\r\n"
        )


class Pump:
    """Ports are used in turn, so that a late packet of an old call meets nobody new; the first are listened to."""

    def __init__(self, process: asyncio.subprocess.Process, host: str, first: int, count: int) -> None:
        self._process = process
        self._free = [Talking(host, first + 2 * number) for number in range(count)]

    def take(self) -> Talking | None:
        """Take a port that is free, if there is one."""
        return self._free.pop(0) if self._free else None

    def talk(self, talking: Talking, to: tuple[str, int]) -> None:
        """Send there from now on."""
        self._tell(f"talk {talking.port} {to[0]} {to[1]}")

    def stop(self, talking: Talking) -> None:
        """Be silent, and give the port back."""
        self._tell(f"stop {talking.port}")
        self._free.append(talking)

    async def report(self) -> dict[str, Any]:
        """Ask what was heard."""
        self._tell("report")
        assert self._process.stdout is not None
        said: dict[str, Any] = json.loads(await asyncio.wait_for(self._process.stdout.readline(), 10))
        return said

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())


@asynccontextmanager
async def pump(host: str, first: int, count: int) -> AsyncIterator[Pump]:
    """Start the process with `count` ports from `first` on, every second one."""
    async with child("tests.bench.media", host, str(first), str(count)) as process:
        assert process.stdout is not None
        await asyncio.wait_for(process.stdout.readline(), 20)
        yield Pump(process, host, first, count)
