"""Programs of ours in processes of their own."""

import asyncio
import os

import pytest

from agent_ui.apart import INTERNAL, TOO_MUCH, compute_apart, run_apart


async def test_what_it_says_is_heard_line_by_line_and_how_it_ended() -> None:
    heard: list[bytes] = []
    program = "import sys; print(sys.stdin.read()); print('and more'); sys.exit(3)"

    async def hear(line: bytes) -> None:
        heard.append(line)

    assert await run_apart(("-c", program), b"told", hear) == 3
    assert heard == [b"told\n", b"and more\n"]


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("", ""),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", TOO_MUCH),
        ("raise SystemExit(3)", INTERNAL),
        ("print('what nobody understands')", INTERNAL),
    ],
)
async def test_why_a_computation_did_not_come_to_its_end(program: str, why: str) -> None:
    async def hear(line: bytes) -> None:
        int(line)

    assert await compute_apart(("-c", program), b"", hear) == why


@pytest.mark.parametrize("times", [1, 2])
async def test_who_is_cancelled_ends_it_also_when_in_a_hurry(times: int) -> None:
    came = asyncio.Event()
    heard: list[bytes] = []

    async def hear(line: bytes) -> None:
        heard.append(line)
        came.set()

    running = asyncio.ensure_future(
        run_apart(("-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)"), b"", hear)
    )
    async with asyncio.timeout(30):
        await came.wait()
    for _ in range(times):
        running.cancel()
        await asyncio.sleep(0)
    await asyncio.wait([running])
    assert running.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(int(heard[0]), 0)
