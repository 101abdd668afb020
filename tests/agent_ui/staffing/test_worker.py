"""The program behind the others: what it says, and that it takes no more than it may."""

import asyncio
import os
import signal
import sys
from io import BytesIO

import msgspec

from agent_ui.staffing import worker
from dialer.simulation.staffing import Staffed, StaffingWanted, staffing
from tests.agent_ui.staffing.test_desk import LONG, WANTED


def test_each_line_is_what_the_simulation_said() -> None:
    told = BytesIO()
    worker.main(BytesIO(msgspec.msgpack.encode(WANTED)), told)
    assert [msgspec.json.decode(line, type=Staffed) for line in told.getvalue().splitlines()] == list(staffing(WANTED))


def test_what_is_wanted_comes_back_whole() -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(LONG), type=StaffingWanted) == LONG


async def test_it_is_behind_all_others_and_has_an_end() -> None:
    """Its limit of processor time is as it says, and is reached: seen with one of a second."""
    limited = (
        "import resource, runpy; real = resource.setrlimit; print(resource.RLIMIT_CPU)\n"
        "resource.setrlimit = lambda which, limits: (print(which, *limits, flush=True), real(which, (1, 2)))\n"
        "runpy.run_module('agent_ui.staffing.worker', run_name='__main__')"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", limited,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )  # fmt: skip
    said, _ = await process.communicate(msgspec.msgpack.encode(LONG))
    which, first = said.decode().splitlines()[:2]
    assert first == f"{which} {worker.CPU_S} {worker.CPU_S + 1}"
    assert process.returncode == -signal.SIGXCPU
