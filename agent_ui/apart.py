"""Runs one of our own programs in a process of its own, and hears each line that it says."""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import cast


async def run_apart(program: tuple[str, ...], told: bytes, hear: Callable[[bytes], None]) -> int:
    """Return how it ended; `told` is its input. Who is cancelled meanwhile ends it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *program,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )  # fmt: skip
    to, back = cast("asyncio.StreamWriter", process.stdin), cast("asyncio.StreamReader", process.stdout)
    try:
        to.write(told)
        to.write_eof()
        while line := await back.readline():
            hear(line)
        return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
        # it is over at once: whoever is cancelled again meanwhile, at the end of all, leaves no process behind
        while process.returncode is None:
            with suppress(asyncio.CancelledError):
                await process.wait()
