import asyncio
import logging

import pytest

from cti.tasks import TaskSet


async def _forever() -> None:
    await asyncio.Event().wait()


async def test_tasks_run_and_are_forgotten_when_done() -> None:
    tasks = TaskSet()
    done: list[int] = []

    async def work() -> int:
        done.append(1)
        return 7

    task = tasks.start(work(), name="work")
    assert len(tasks) == 1
    assert await task == 7
    await asyncio.sleep(0)
    assert (len(tasks), done, task.get_name()) == (0, [1], "work")


async def test_a_failure_is_logged_and_hurts_no_other(caplog: pytest.LogCaptureFixture) -> None:
    tasks = TaskSet()
    other = tasks.start(_forever(), name="other")

    async def fail() -> None:
        raise ValueError("boom")

    failing = tasks.start(fail(), name="failing")
    with caplog.at_level(logging.ERROR):
        await asyncio.wait([failing])
        await asyncio.sleep(0)
    assert [record.__dict__["task"] for record in caplog.records] == ["failing"]
    assert not other.done()
    await tasks.aclose()
    assert other.cancelled()


async def test_closing_waits_for_the_last_and_refuses_new_ones() -> None:
    tasks = TaskSet()
    cleaned: list[str] = []

    async def careful() -> None:
        try:
            await _forever()
        finally:
            await asyncio.sleep(0)
            cleaned.append("done")

    tasks.start(careful(), name="careful")
    await asyncio.sleep(0)
    await tasks.aclose()
    await tasks.aclose()
    assert cleaned == ["done"]
    with pytest.raises(RuntimeError, match="late"):
        tasks.start(_forever(), name="late")


async def test_a_task_may_close_its_own_set() -> None:
    tasks = TaskSet()
    other = tasks.start(_forever(), name="other")
    await tasks.start(tasks.aclose(), name="closer")
    assert other.cancelled()
