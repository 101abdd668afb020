"""Runs one of our own programs in a process of its own, and hears each line that it says."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import cast

_log = logging.getLogger(__name__)
TOO_MUCH, INTERNAL = "too_much", "internal"


async def run_apart(program: tuple[str, ...], told: bytes, hear: Callable[[bytes], Awaitable[None]]) -> int:
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
            await hear(line)
        return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
        # it is over at once: whoever is cancelled again meanwhile, at the end of all, leaves no process behind
        while process.returncode is None:
            with suppress(asyncio.CancelledError):
                await process.wait()


async def compute_apart(program: tuple[str, ...], told: bytes, hear: Callable[[bytes], Awaitable[None]]) -> str:
    """Run one that has an end to what it may compute; return why it did not come to its own, "" when it did."""
    try:
        code = await run_apart(program, told, hear)
    except Exception:
        _log.exception("A computation could not be followed to its end", extra={"program": program})
        return INTERNAL
    if code:
        _log.error("A computation ended early", extra={"program": program, "code": code})
    return "" if code == 0 else TOO_MUCH if code == -signal.SIGXCPU else INTERNAL
