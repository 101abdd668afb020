"""AMI events per second of processor time: our connection and translation beside panoramisk and pyst2, same bytes."""

import asyncio
import json
import re
from dataclasses import dataclass

from tests.bench.child import child
from tests.bench.reader import END

# pyst2 reads byte by byte and would need a minute for the long stream.
_EVENTS = {"callroom": 10_000, "panoramisk": 10_000, "pyst2": 1_500}
ROUNDS = 6
_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class StreamFigures:
    """`per_cpu_s` is each client's best of the rounds: other work on the machine can only slow one down."""

    recorded: int
    per_call: float
    per_cpu_s: dict[str, float]


async def measure_stream(raw: bytes) -> StreamFigures:
    """Replay what Asterisk said in this very run, over and over, to one client after the other."""
    every = raw.split(b"\r\n\r\n")
    frames = [frame for frame in every if frame.startswith(b"Event: ") and b"\r\nActionID: " not in frame]
    best = dict.fromkeys(_EVENTS, 0.0)
    for _ in range(ROUNDS):
        for name, events in _EVENTS.items():
            times = -(-events // len(frames))
            best[name] = max(best[name], await _rate(name, frames * times))
    calls = sum(frame.startswith(b"Event: Newchannel") and b"Channel: PJSIP/pstn" in frame for frame in frames)
    return StreamFigures(len(frames), len(frames) / calls, best)


async def _rate(name: str, frames: list[bytes]) -> float:
    stream = b"".join(frame + b"\r\n\r\n" for frame in frames)
    stream += f"Event: UserEvent\r\nUserEvent: {END}\r\nUniqueid: end\r\n\r\n".encode()
    server = await asyncio.start_server(lambda r, w: _serve(r, w, stream), "127.0.0.1", 0)
    async with server:
        told = await _read_with(name, server.sockets[0].getsockname()[1])
    return len(frames) / told["cpu_s"]


async def _read_with(name: str, port: int) -> dict[str, float]:
    async with child("tests.bench.reader", name, str(port)) as process:
        assert process.stdout is not None
        answer: dict[str, float] = json.loads(await asyncio.wait_for(process.stdout.read(), _PATIENCE_S))
        await process.wait()
        return answer


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stream: bytes) -> None:
    writer.write(b"Asterisk Call Manager/11.0.0\r\n")
    try:
        await _answer(reader, writer)
        writer.write(stream)
        while True:
            await _answer(reader, writer)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    action = await reader.readuntil(b"\r\n\r\n")
    named = re.search(rb"ActionID: *(.*?)\r\n", action, re.IGNORECASE)
    action_id = named[1] if named else b""
    writer.write(b"Response: Success\r\nActionID: " + action_id + b"\r\nMessage: Authentication accepted\r\n\r\n")
    await writer.drain()
