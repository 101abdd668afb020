"""Plans in real processes: one at a time, watched, stopped, and what becomes of one that ends early."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent_ui.apart import INTERNAL, TOO_MUCH
from agent_ui.staffing.desk import StaffingDesk
from agent_ui.staffing.job import JobState, StaffingJob
from crm_core.domain.campaign_rules import CampaignRules
from cti.tasks import TaskSet
from dialer.plan import retries_of
from dialer.simulation.staffing import StaffingLine, StaffingWanted

WANTED = StaffingWanted(
    people=50,
    agents=(2, 1),
    hours_per_day=0.5,
    talk_s=60,
    wrap_up_s=5,
    answer_ratio=0.3,
    machine_ratio=0.2,
    dead_ratio=0.1,
    mode="progressive",
    retries=retries_of(CampaignRules()),
)
LONG = replace(WANTED, people=1_000_000, agents=(200,), hours_per_day=24, mode="predictive")
# says who it is, and then nothing more until it is ended
SLOW = (
    "import os, sys, time; sys.stdin.buffer.read(); open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(600)"
)


def line(agents: int, **figures: float) -> StaffingLine:
    usual = {"hours": 4.0, "days": 2.0, "waits_for_rules": True, "agent_hours": 12.0}
    lines = {"lines_peak": 9, "lines_full": False}
    ratios = {"occupancy_ratio": 0.8, "abandonment_ratio": 0.02}
    counts = {"attempts": 120, "contacts": 20, "contacts_per_hour": 5.0}
    return StaffingLine(agents, **(usual | lines | ratios | counts | figures))  # type: ignore[arg-type]


@pytest.fixture
async def tasks() -> AsyncIterator[TaskSet]:
    kept = TaskSet()
    yield kept
    await kept.aclose()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_so():
            await asyncio.sleep(0.02)


def pids(noted: Path) -> list[int]:
    return [int(text) for text in noted.read_text().split()] if noted.exists() else []


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_plan_is_found_out_in_a_process_of_its_own(tasks: TaskSet) -> None:
    desk = StaffingDesk(tasks)
    job = desk.want(7, WANTED, campaign_id=3)
    assert desk.of(7) is job
    assert desk.of(8) is None
    await until(lambda: job.is_over)
    assert (job.state, job.done_ratio, job.error) == (JobState.READY, 1.0, "")
    assert [each.agents for each in job.lines] == [1, 2]


async def test_one_runs_at_a_time_and_a_new_wish_ends_the_old(tasks: TaskSet, tmp_path: Path) -> None:
    noted = tmp_path / "pids"
    desk = StaffingDesk(tasks, ("-c", SLOW, str(noted)))
    first, other = desk.want(1, WANTED), desk.want(2, WANTED)
    await until(lambda: len(pids(noted)) == 1)
    assert (first.state, other.state) == (JobState.RUNNING, JobState.WAITING)
    second = desk.want(1, WANTED)
    assert first.state is JobState.CANCELLED
    await until(lambda: len(pids(noted)) == 2)
    assert (other.state, second.state) == (JobState.RUNNING, JobState.WAITING)
    assert not lives(pids(noted)[0])
    desk.cancel(1)
    desk.cancel(2)
    desk.cancel(3)
    await until(lambda: not len(tasks))
    assert [job.state for job in (first, other, second)] == [JobState.CANCELLED] * 3
    assert len(pids(noted)) == 2
    assert not lives(pids(noted)[1])


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", TOO_MUCH),
        ("raise SystemExit(3)", INTERNAL),
        ("print('no word of ours', flush=True)", INTERNAL),
    ],
)
async def test_one_that_ends_early_says_so_and_the_next_runs(tasks: TaskSet, program: str, error: str) -> None:
    desk = StaffingDesk(tasks, ("-c", f"import sys; sys.stdin.buffer.read(); {program}"))
    failed = desk.want(1, WANTED)
    await until(lambda: failed.is_over)
    assert (failed.state, failed.error) == (JobState.FAILED, error)
    after: StaffingJob = desk.want(1, WANTED)
    await until(lambda: after.is_over)
    assert after is desk.of(1)


async def test_a_stopping_house_leaves_no_process(tmp_path: Path) -> None:
    noted, tasks = tmp_path / "pids", TaskSet()
    StaffingDesk(tasks, ("-c", SLOW, str(noted))).want(1, WANTED)
    await until(lambda: len(pids(noted)) == 1)
    await tasks.aclose()
    assert not lives(pids(noted)[0])
