"""Processes of the bench's own, each ended by its own id."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def child(module: str, *arguments: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a module of the bench until the block ends; its output can be read."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment}, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 10)


async def until_listening(port: int) -> None:
    """Wait until somebody takes connections there."""
    async with asyncio.timeout(15):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)
