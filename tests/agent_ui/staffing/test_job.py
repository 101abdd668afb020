from agent_ui.staffing.job import JobState, JobStep, StaffingJob
from dialer.simulation.staffing import Staffed
from tests.agent_ui.staffing.test_desk import WANTED, line


def test_what_its_state_does_not_list_changes_nothing() -> None:
    job = StaffingJob(WANTED)
    assert not job.take(JobStep.FINISH)
    assert job.take(JobStep.BEGIN)
    assert not job.is_over
    assert job.take(JobStep.CANCEL)
    assert not job.take(JobStep.FINISH)
    assert (job.state, job.is_over) == (JobState.CANCELLED, True)


def test_it_hears_how_far_it_is_and_each_line() -> None:
    job = StaffingJob(WANTED)
    job.hear(Staffed(0.25))
    job.hear(Staffed(0.5, line(3)))
    assert (job.done_ratio, [each.agents for each in job.lines]) == (0.5, [3])
