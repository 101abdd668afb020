"""Finds plans out beside everything else, one at a time, and lets each person watch and stop their own."""

import asyncio

import msgspec

from agent_ui.apart import compute_apart
from agent_ui.staffing.job import JobStep, StaffingJob
from cti.tasks import TaskSet
from dialer.simulation.staffing import Staffed, StaffingWanted

# By name: the world that it simulates is not needed here.
WORKER = ("-m", "agent_ui.staffing.worker")


class StaffingDesk:
    """Keeps the newest plan of each person, until the process ends: what it said can be found out again."""

    def __init__(self, tasks: TaskSet, program: tuple[str, ...] = WORKER) -> None:
        self._tasks = tasks
        self._program = program
        self._turn = asyncio.Lock()
        self._jobs: dict[int, StaffingJob] = {}
        self._running: dict[int, asyncio.Task[None]] = {}

    def want(self, user_id: int, wanted: StaffingWanted, campaign_id: int | None = None) -> StaffingJob:
        """Begin, or wait for one's turn; what the person had wanted before is stopped and forgotten."""
        self.cancel(user_id)
        job = self._jobs[user_id] = StaffingJob(wanted, campaign_id)
        self._running[user_id] = self._tasks.start(self._run(job), name="staffing")
        return job

    def of(self, user_id: int) -> StaffingJob | None:
        """Give the person's plan."""
        return self._jobs.get(user_id)

    def cancel(self, user_id: int) -> None:
        """Stop the person's plan, if it is not over."""
        job, task = self._jobs.get(user_id), self._running.pop(user_id, None)
        if job is not None and job.take(JobStep.CANCEL) and task is not None:
            task.cancel()

    async def _run(self, job: StaffingJob) -> None:
        async def hear(line: bytes) -> None:
            job.hear(msgspec.json.decode(line, type=Staffed))

        async with self._turn:
            job.take(JobStep.BEGIN)
            job.error = await compute_apart(self._program, msgspec.msgpack.encode(job.wanted), hear)
        job.take(JobStep.FAIL if job.error else JobStep.FINISH)
