"""Processes by their identity. The "Asterisk" here is a shell script; the real one is in tests/asterisk."""

import asyncio
import fcntl
import os
import signal

import pytest

from cti.asterisk.instance import Instance
from cti.asterisk.layout import InstanceLayout
from cti.asterisk.program import Program
from cti.errors import AsteriskFailed

# Answers -rx like a console once `ready` exists; else lives until it is told to end.
SCRIPT = """#!/bin/sh
for word; do case $word in -rx) cat "$(dirname "$0")/ready" 2>/dev/null; exit $?;; esac; done
echo "I was started"
[ -e "$(dirname "$0")/broken" ] && { echo "no such module"; exit 1; }
[ -e "$(dirname "$0")/deaf" ] && trap '' TERM
while :; do sleep 0.1; done
"""


@pytest.fixture
def folder(tmp_path):
    script = tmp_path / "asterisk"
    script.write_text(SCRIPT)
    script.chmod(0o755)
    return tmp_path


@pytest.fixture
def layout(folder):
    layout = InstanceLayout(folder / "run")
    for path in layout.folders:
        path.mkdir(parents=True, exist_ok=True)
    layout.config_file.touch()
    return layout


# a name and not the number: every process that runs tests must collect the same ones
OURSELVES = "the tests' own process"


@pytest.fixture
async def instance(folder, layout):
    instance = Instance(Program((str(folder / "asterisk"),), folder, folder, "Asterisk 22.10.1"), layout)
    yield instance
    await instance.stop(timeout_s=0.5)


async def test_starts_once_and_stops(folder, instance, layout):
    (folder / "ready").write_text("Asterisk has fully booted.\n")
    pid = await instance.start()
    assert instance.status().pid == pid
    assert await instance.start() == pid
    assert "I was started" in instance.last_words()
    await instance.stop()
    assert not instance.status().is_running
    assert not layout.pid_file.exists()
    await instance.stop()


async def test_two_starts_at_once_make_one(folder, instance):
    (folder / "ready").write_text("fully booted")
    first, second = await asyncio.gather(instance.start(), instance.start())
    assert first == second


async def test_start_that_another_process_never_finishes(instance, layout):
    with (layout.run / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(AsteriskFailed, match="Somebody else"):
            await instance.start(timeout_s=0.2)


async def test_one_that_ends_at_once_is_reported_with_its_last_words(folder, instance):
    (folder / "broken").touch()
    with pytest.raises(AsteriskFailed, match="no such module"):
        await instance.start()


async def test_one_that_never_gets_ready_is_stopped(instance):
    with pytest.raises(AsteriskFailed, match="not ready"):
        await instance.start(timeout_s=0.5)
    assert not instance.status().is_running


async def test_one_that_does_not_listen_is_killed(folder, instance):
    (folder / "ready").write_text("fully booted")
    (folder / "deaf").touch()
    await instance.start()
    await instance.stop(timeout_s=0.3)
    assert not instance.status().is_running


@pytest.mark.parametrize("stale", ["", "nonsense", "999999999", OURSELVES])
async def test_stale_pid_file_never_hits_a_stranger(instance, layout, stale):
    layout.pid_file.write_text(stale.replace(OURSELVES, str(os.getpid())))
    assert not instance.status().is_running
    await instance.stop()


async def test_question_to_one_that_does_not_run_gets_no_answer(instance):
    assert await instance.command("core show version") == ""


async def test_a_crash_is_told_from_a_stop(folder, instance):
    (folder / "ready").write_text("fully booted")
    assert not instance.has_crashed(), "it was never started"
    pid = await instance.start()
    assert not instance.has_crashed()
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(10):
        while not instance.has_crashed():
            await asyncio.sleep(0.01)
    await instance.start()
    await instance.stop()
    assert not instance.has_crashed()
