from ivr.domain import steps


def test_only_three_steps_end_a_visit() -> None:
    assert isinstance(steps.EnterQueue(1, 0), steps.LAST_STEPS)
    assert isinstance(steps.Voicemail("p"), steps.LAST_STEPS)
    assert isinstance(steps.Goodbye(None), steps.LAST_STEPS)
    assert not isinstance(steps.Say(()), steps.LAST_STEPS)
