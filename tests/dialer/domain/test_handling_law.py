import numpy as np
import pytest

from dialer.domain.handling_law import SECONDS, Handling, HandlingLaw

NOBODY = {what: np.zeros(0) for what in Handling}


def taught(talks: list[float], wrap_ups: list[float]) -> HandlingLaw:
    law = HandlingLaw()
    for talk, wrap_up in zip(talks, wrap_ups, strict=True):
        law.see(Handling.TALK, talk)
        law.see(Handling.WRAP_UP, wrap_up)
    law.learn(NOBODY)
    return law


def test_exponential_talks_say_nothing_by_their_age() -> None:
    dice = np.random.default_rng(3)
    law = taught(dice.exponential(100, 4000).tolist(), [0.1] * 4000)
    free = law.free_within(Handling.TALK, [30.0])[:, 0]
    assert free[10] == pytest.approx(1 - np.exp(-0.3), abs=0.07)
    assert free[150] == pytest.approx(1 - np.exp(-0.3), abs=0.09)


def test_a_wrap_up_that_always_lasts_as_long_tells_its_end() -> None:
    law = taught([60.0] * 600, [15.0] * 600)
    free = law.free_within(Handling.WRAP_UP, [6.0])[:, 0]
    assert free[2] < 0.05
    assert free[13] > 0.8


def test_a_talk_has_its_wrap_up_to_come() -> None:
    short, long = taught([60.0] * 600, [1.0] * 600), taught([60.0] * 600, [40.0] * 600)
    at = (Handling.TALK, [20.0])
    assert short.free_within(*at)[55, 0] > 0.8
    assert long.free_within(*at)[55, 0] < 0.1


def test_the_older_the_likelier_where_talks_last_alike() -> None:
    free = taught([90.0] * 600, [5.0] * 600).free_within(Handling.TALK, [20.0])[:, 0]
    assert free[10] < 0.02
    assert free[82] > 0.6


def test_short_talks_are_not_taken_for_all_while_the_long_ones_go_on() -> None:
    alone, beside = HandlingLaw(), HandlingLaw()
    for law in (alone, beside):
        for _ in range(6):
            law.see(Handling.TALK, 5.0)
    assert alone.has_news
    alone.learn(NOBODY)
    beside.learn({**NOBODY, Handling.TALK: np.full(20, 60.0)})
    assert not beside.has_news
    at = (Handling.TALK, [30.0])
    assert beside.free_within(*at)[0, 0] < 0.7 * alone.free_within(*at)[0, 0]


def test_what_lasts_for_hours_is_taken() -> None:
    law = taught([9000.0] * 20, [0.0] * 20)
    free = law.free_within(Handling.TALK, [0.0, 30.0])
    assert free.shape == (SECONDS, 2)
    assert float(free.min()) >= 0.0
    assert float(free.max()) <= 1.0
    assert free[SECONDS - 1, 1] < 0.5


def test_what_was_learned_goes_on_in_another_one() -> None:
    law, other = HandlingLaw(), HandlingLaw()
    for _ in range(50):
        law.see(Handling.TALK, 40.0)
        law.see(Handling.WRAP_UP, 5.0)
    law.learn({what: np.zeros(0) for what in Handling})
    other.recall(law.learned())
    for what in Handling:
        assert np.allclose(other.free_within(what, [5.0, 50.0]), law.free_within(what, [5.0, 50.0]))
    assert not other.has_news
