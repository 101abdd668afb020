"""A fork of the preloaded program is a process like any other."""

import os
import signal
from pathlib import Path

from tests.preloaded import Forked, preloaded


def started(log: Path, *words: str, **environment: str) -> Forked:
    return preloaded().start("agent_ui", *words, environment={**os.environ, **environment}, log=log)


async def test_it_runs_the_command_line_and_says_how_it_ended(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert await started(log, "--help").wait() == 0
    assert "usage: callroom" in log.read_text()
    assert await started(log, "nonsense").wait() == 2
    assert "invalid choice: 'nonsense'" in log.read_text()


async def test_it_has_an_environment_of_its_own(tmp_path: Path) -> None:
    running = started(tmp_path / "log", "doctor", CALLROOM_HOME=str(tmp_path / "nowhere"))
    assert await running.wait() == 1
    assert "nowhere" in (tmp_path / "log").read_text()


async def test_a_kill_ends_it_alone(tmp_path: Path) -> None:
    web = ("http.server", "--bind", "127.0.0.1", "0")
    one, other = (preloaded().start(*web, environment=os.environ, log=tmp_path / name) for name in "ab")
    one.send_signal(signal.SIGKILL)
    assert await one.wait() == -signal.SIGKILL
    assert other.returncode is None
    other.send_signal(signal.SIGKILL)
    assert await other.wait() == -signal.SIGKILL
