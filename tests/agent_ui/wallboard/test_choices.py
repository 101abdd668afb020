"""What can be chosen."""

from typing import Any

import pytest
from pydantic import ValidationError

from agent_ui.wallboard.choices import Choices
from crm_core.domain.service_level import Formula


def test_a_board_is_complete_without_any_choice() -> None:
    chosen = Choices()
    assert (chosen.queue_ids, chosen.rule.formula, chosen.limits.threshold_s) == ((), Formula.IGNORE_ABANDONS, 20)
    assert not chosen.with_names
    assert Choices.model_validate(chosen.model_dump(mode="json")) == chosen


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold_s": 0},
        {"interval_min": 20},
        {"formula": "best"},
        {"language": "de"},
        {"unknown": 1},
        {"queue_ids": list(range(51))},
        {"targets": {"service_level_watch": 0.5, "service_level_alarm": 0.6}},
        {"targets": {"waiting_watch": 5, "waiting_alarm": 4}},
        {"targets": {"wait_watch_s": 50, "wait_alarm_s": 40}},
        {"targets": {"abandon_watch": 0.2, "abandon_alarm": 0.1}},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Choices.model_validate(wrong)
