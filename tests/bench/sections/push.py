"""Push to a thousand browsers, and to some that do not read."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from tests.bench.child import child, free_port, until_listening
from tests.bench.section import How, Section
from tests.bench.table import verdict

AIM_MS, AIM_MB, AIM_FACTOR = 100.0, 400.0, 1.2
PER_S = 10_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one run; `cpu` is the share of one core that the server took."""

    delays: dict[str, float]
    expected: int
    rss_mb: float
    most_mb: float
    cpu: float

    @property
    def p99(self) -> float:
        return self.delays["p99"]


async def measure(how: How) -> str:
    """Each way in a server of its own; the browsers are another process."""
    seconds = how.pick(20.0, 3.0)
    ours = await run("callroom", 1000, 0, seconds)
    bare = await run("bare", 1000, 0, seconds)
    all_read = await run("callroom", 500, 0, seconds)
    some_deaf = await run("callroom", 500, 20, seconds)
    return _text(ours, bare, all_read, some_deaf)


async def run(kind: str, sockets: int, deaf: int, seconds: float) -> Figures:
    """Let every change go to every socket, so often that it makes PER_S messages a second."""
    port = free_port()
    async with child("tests.bench.push_server", kind, str(port)) as server:
        await until_listening(port)
        async with child("tests.bench.push_client", str(port), str(sockets), str(deaf)) as client:
            assert client.stdout is not None
            await asyncio.wait_for(client.stdout.readline(), 60)
            per_s = PER_S / sockets
            await _ask(server, f"go {per_s} 2")
            before = await _ask(server, "report")
            await asyncio.sleep(1)
            await _ask(client, "reset")
            most_mb, after = before["rss_mb"], before
            for _ in range(round(seconds)):
                after = await _ask(server, f"go {per_s} 1")
                most_mb = max(most_mb, after["rss_mb"])
            expected = round(per_s) * round(seconds) * (sockets - deaf)
            delays = await _ask(client, "report")
            for _ in range(40):
                if delays["count"] >= expected:
                    break
                await asyncio.sleep(0.25)
                delays = await _ask(client, "report")
    cpu = (after["cpu_s"] - before["cpu_s"]) / round(seconds)
    return Figures(delays, expected, after["rss_mb"], most_mb, cpu)


async def _ask(process: asyncio.subprocess.Process, line: str) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{line}\n".encode())
    said: dict[str, Any] = json.loads(await asyncio.wait_for(process.stdout.readline(), 60))
    return said


def _text(ours: Figures, bare: Figures, all_read: Figures, some_deaf: Figures) -> str:
    factor = some_deaf.p99 / all_read.p99
    return f"""## Push to a thousand browsers

The product's bus, hub and connections (`tests/bench/push_server.py`) push {PER_S:,} messages a second: 10 changes of an
agent's view, each to 1,000 supervisors' sockets, in a process of its own; all browsers are sockets of another process.
The time is from the moment of the change until the last byte of its frame is read there. Beside it, in the same run,
what aiohttp does at the least: the same text, made once, to one socket after the other.

| 1,000 sockets, {PER_S:,} messages/s | p50 ms | p99 ms | max ms | arrived | memory (RSS) | of one core |
|---|--:|--:|--:|--:|--:|--:|
{_row("**Callroom**", ours)}
{_row("limit: bare aiohttp broadcast", bare)}

{verdict("p99", ours.p99, AIM_MS, "ms", 1)}
{verdict("memory", ours.most_mb, AIM_MB, "MB")}

500 sockets, of which 20 stop reading after their snapshot, at the same {PER_S:,} messages a second:

| | p50 ms | p99 ms | max ms | arrived at those who read | memory at most | of one core |
|---|--:|--:|--:|--:|--:|--:|
{_row("all 500 read", all_read)}
{_row("20 do not read", some_deaf)}

{verdict("the others' p99 against the row above", factor, AIM_FACTOR, "times", 2)}
For who does not read the newest of each view is kept and no more; who answers no ping for 15 s, or lets one send wait
for 5 s, is cut."""


def _row(name: str, one: Figures) -> str:
    heard = one.delays
    arrived = "all" if heard["count"] == one.expected else f"{heard['count']:,.0f} of {one.expected:,}"
    return (
        f"| {name} | {heard['p50']:.1f} | {heard['p99']:.1f} | {heard['max']:.1f} | {arrived} | {one.most_mb:.0f} MB | "
        f"{one.cpu:.0%} |"
    )


SECTION = Section("push", 2, measure)
