"""The life of a report's file."""

import pytest

from crm_core.domain.report_file import LIFE, OVER, FileState, FileStep, ways_of


def test_every_state_has_its_row_and_every_step_its_way() -> None:
    assert set(LIFE) == set(FileState)
    assert {step for steps in LIFE.values() for step in steps} == set(FileStep)


@pytest.mark.parametrize("step", list(FileStep))
def test_a_step_leads_to_one_state_wherever_it_begins(step: FileStep) -> None:
    """So it can be one UPDATE."""
    assert len(set(ways_of(step).values())) == 1


def test_only_what_was_made_is_ready_and_what_is_over_never_begins_again() -> None:
    assert ways_of(FileStep.FINISH) == {FileState.MAKING: FileState.READY}
    assert ways_of(FileStep.INTERRUPT) == {FileState.MAKING: FileState.WANTED}
    for state in OVER:
        assert not {FileState.WANTED, FileState.MAKING} & set(LIFE[state].values())
    assert LIFE[FileState.EXPIRED] == {}
