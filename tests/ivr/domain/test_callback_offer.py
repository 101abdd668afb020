"""When a callback is offered."""

from math import inf

import pytest

from cti.domain.callback_values import CallbackRules
from ivr.domain.callback_offer import AGAIN_S, LOOK_S, OfferSchedule

AFTER = CallbackRules(offered=True, after_s=60.0)
BOTH = CallbackRules(offered=True, after_s=60.0, above_expected_s=120.0)
EITHER = CallbackRules(offered=True, after_s=60.0, above_expected_s=120.0, either=True)


def test_a_line_that_offers_none() -> None:
    schedule = OfferSchedule(CallbackRules(), 0.0)
    assert schedule.next_s == inf
    assert not schedule.is_due(1e6, 1e6)


@pytest.mark.parametrize(
    ("rules", "now_s", "expected_s", "is_due"),
    [
        (AFTER, 59.0, 900.0, False),
        (AFTER, 60.0, None, True),
        (BOTH, 59.0, 900.0, False),
        (BOTH, 60.0, 119.0, False),
        (BOTH, 60.0, None, False),
        (BOTH, 60.0, 120.0, True),
        (EITHER, 1.0, 120.0, True),
        (EITHER, 1.0, 119.0, False),
        (EITHER, 1.0, None, False),
        (EITHER, 60.0, None, True),
    ],
)
def test_the_rule_of_the_line(rules: CallbackRules, now_s: float, expected_s: float | None, is_due: bool) -> None:
    assert OfferSchedule(rules, 0.0).is_due(now_s, expected_s) is is_due


def test_what_does_not_hold_is_looked_at_again() -> None:
    schedule = OfferSchedule(BOTH, 0.0)
    assert schedule.next_s == 60.0
    assert not schedule.is_due(60.0, 10.0)
    assert schedule.next_s == 60.0 + LOOK_S
    assert schedule.is_due(65.0, 130.0)


def test_it_is_said_again_after_a_while() -> None:
    schedule = OfferSchedule(AFTER, 0.0)
    schedule.told(60.0)
    assert not schedule.is_due(60.0 + AGAIN_S - 1, None)
    assert schedule.is_due(60.0 + AGAIN_S, None)
