import pytest

from agent_ui.announcements.sorting import LIFE, Sorting, SortingState, SortingStep


@pytest.mark.parametrize("state", SortingState)
@pytest.mark.parametrize("step", SortingStep)
def test_a_step_that_its_state_does_not_list_changes_nothing(state: SortingState, step: SortingStep):
    sorting = Sorting(state, 0.5, error="x")
    then = LIFE[state].get(step)
    assert sorting.take(step) == (then is not None)
    assert sorting.state is (then or state)
    is_begun = then is SortingState.RUNNING
    assert (sorting.done_ratio, sorting.error) == ((0.0, "") if is_begun else (0.5, "x"))


def test_what_has_its_label_is_forgotten():
    sorting = Sorting(groups=(("a", "b"), ("c", "a")))
    sorting.forget("a")
    assert sorting.groups == (("c", "a"),)
