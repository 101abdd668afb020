import math

import numpy as np
import pytest

from dialer.domain.allowance import Allowance
from dialer.domain.pace_words import Window

DAY_S = 28_800.0


def live(allowance: Allowance, window: Window, risk_to_ratio: float, answers: int, dice: np.random.Generator) -> None:
    allowance.open(window)
    lasts_s = window.closes_s - window.opens_s
    for number in range(answers):
        now = window.opens_s + (number + 1) * lasts_s / answers
        chance = allowance.accepted_risk_ratio(now) * risk_to_ratio
        (allowance.abandoned if dice.random() < chance else allowance.connected)(now)


def lived(risk_to_ratio: float, answers_a_day: int, days: int = 20) -> list[Window]:
    """Days on which accepting a risk abandons that many times as large a share, by chance."""
    allowance, dice = Allowance(0.03), np.random.default_rng(5)
    windows = [Window(day * 86_400.0, day * 86_400.0 + DAY_S) for day in range(days)]
    for window in windows:
        live(allowance, window, risk_to_ratio, answers_a_day, dice)
    return windows


@pytest.mark.parametrize("risk_to_ratio", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("answers_a_day", [500, 2000, 10_000])
def test_no_day_is_over_the_limit_and_hardly_anything_is_left(risk_to_ratio: float, answers_a_day: int) -> None:
    windows = lived(risk_to_ratio, answers_a_day)
    assert [window.abandonment_ratio for window in windows if window.abandonment_ratio > 0.03] == []
    learned = windows[10:]
    pooled = sum(window.abandoned for window in learned) / sum(window.humans for window in learned)
    assert 0.025 < pooled <= 0.029


@pytest.mark.parametrize("risk_to_ratio", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("answers", [30, 60, 105])
def test_no_first_morning_of_few_answers_is_over_the_limit(risk_to_ratio: float, answers: int) -> None:
    """Three agents for two hours: one call more or less decides, and nothing is known of how many will answer."""
    over = 0
    for seed in range(40):
        window = Window(0.0, 7200.0)
        live(Allowance(0.03), window, risk_to_ratio, answers, np.random.default_rng(seed))
        over += window.abandonment_ratio > 0.03
    assert over == 0


def test_a_day_that_is_over_before_its_window_counts_on_no_one_else() -> None:
    """The window of a day lasts from midnight to midnight; dialing began at nine."""
    allowance = Allowance(0.03)
    allowance.open(Window(0.0, 86_400.0))
    for number in range(100):
        allowance.connected(32_400.0 + 36.0 * number)
    assert allowance.learned()[2] == pytest.approx(1 / 36, rel=0.05)


def test_a_crowd_that_finds_no_agents_promises_nothing() -> None:
    """An answering proxy in front of a dead network: so many answers in a second are no rate."""
    allowance = Allowance(0.03)
    allowance.open(Window(0.0, DAY_S))
    for _ in range(100):
        allowance.abandoned(60.0)
    assert allowance.accepted_risk_ratio(61.0) == 0.0


def test_a_window_that_is_used_up_accepts_nothing() -> None:
    allowance = Allowance(0.03)
    allowance.open(Window(0.0, DAY_S, humans=900, abandoned=40))
    assert allowance.accepted_risk_ratio(DAY_S - 60) == 0.0


def test_what_a_window_counted_before_a_restart_goes_on() -> None:
    fresh, restarted = Allowance(0.03), Allowance(0.03)
    fresh.open(Window(0.0, DAY_S))
    restarted.open(Window(0.0, DAY_S, humans=400, abandoned=16))
    assert restarted.accepted_risk_ratio(14_000.0) < fresh.accepted_risk_ratio(14_000.0)


def test_what_was_saved_is_not_spent_at_once() -> None:
    frugal = Allowance(0.03)
    frugal.open(Window(0.0, DAY_S, humans=2000, abandoned=0))
    even = Allowance(0.03)
    even.open(Window(0.0, DAY_S, humans=2000, abandoned=56))
    assert frugal.accepted_risk_ratio(DAY_S - 600) < 2.0 * even.accepted_risk_ratio(100.0)


def test_no_limit_above_zero_accepts_no_risk() -> None:
    assert Allowance(0.0).accepted_risk_ratio(0.0) == 0.0


def test_a_window_without_an_end_has_always_time() -> None:
    allowance = Allowance(0.03)
    assert math.isinf(allowance.window.closes_s)
    assert 0 < allowance.accepted_risk_ratio(1e9) < 1


def test_an_empty_window_has_no_abandonment() -> None:
    assert Window(0.0, 1.0).abandonment_ratio == 0.0
    assert Window(0.0, 1.0, humans=4, abandoned=1).abandonment_ratio == 0.25


def test_those_who_were_no_people_are_taken_back_but_never_the_abandoned() -> None:
    allowance = Allowance(0.03)
    allowance.connected(1.0)
    allowance.abandoned(2.0)
    allowance.not_a_person()
    allowance.not_a_person()
    assert (allowance.window.humans, allowance.window.abandoned) == (1, 1)


def test_what_was_learned_goes_on_in_another_one_and_the_count_does_not() -> None:
    allowance, other = Allowance(0.03), Allowance(0.03)
    for second in range(50):
        allowance.connected(float(second))
    other.recall(allowance.learned())
    assert other.learned() == allowance.learned()
    assert other.window.humans == 0
