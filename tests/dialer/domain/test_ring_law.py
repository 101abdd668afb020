import numpy as np
import pytest

from dialer.domain.ring_law import SECONDS, RingLaw

NOBODY = np.zeros(0)


def taught(attempts: int = 4000, human_ratio: float = 0.15) -> RingLaw:
    """People answer at 8 to 14 s, everything else ends at 25 s."""
    law = RingLaw()
    dice = np.random.default_rng(7)
    for _ in range(attempts):
        if dice.random() < human_ratio:
            law.see(float(dice.uniform(8, 14)), True)
        else:
            law.see(25.0, False)
        if law.has_news:
            law.learn(NOBODY)
    return law


def test_it_learns_how_many_answer() -> None:
    assert taught().new_answers_within([60.0])[0] == pytest.approx(0.15, abs=0.02)


def test_what_rings_longer_than_people_need_is_nobody() -> None:
    within = taught().answers_within([10.0])
    assert within[16, 0] < 0.01
    assert within[9, 0] > 0.1
    assert within.shape == (SECONDS, 1)


def test_the_chance_falls_with_age_past_the_usual_moment() -> None:
    within = taught().answers_within([30.0])[:, 0]
    assert within[12] < within[5]


def test_moments_lie_where_people_answer() -> None:
    moments = taught().answer_moments_s(5)
    assert moments == sorted(moments)
    assert all(7 < moment < 15 for moment in moments)


def test_it_forgets() -> None:
    law = taught(human_ratio=0.5)
    for _ in range(8000):
        law.see(25.0, False)
    law.learn(NOBODY)
    assert law.new_answers_within([60.0])[0] < 0.03


def test_counts_stay_finite_for_ever() -> None:
    law = RingLaw()
    for _ in range(30_000):
        law.see(10.0, True)
    law.learn(NOBODY)
    assert law.new_answers_within([60.0])[0] == pytest.approx(1.0, abs=0.01)


def test_fast_answers_are_not_taken_for_all_while_the_others_still_ring() -> None:
    alone, beside = RingLaw(), RingLaw()
    for law in (alone, beside):
        for _ in range(12):
            law.see(6.0, True)
    alone.learn(NOBODY)
    beside.learn(np.full(100, 20.0))
    assert beside.new_answers_within([60.0])[0] < 0.5 * alone.new_answers_within([60.0])[0]


def test_a_first_morning_believes_one_in_five() -> None:
    law = RingLaw()
    assert law.new_answers_within([80.0])[0] == pytest.approx(0.2, abs=0.05)
    assert not law.has_news


def test_the_expected_answers_grow_with_age_and_odd_ages_are_taken() -> None:
    law = taught()
    assert law.expected_answers(-1.0) <= law.expected_answers(12.0) <= law.expected_answers(10_000.0)


def test_what_was_learned_goes_on_in_another_one() -> None:
    law, other = RingLaw(), RingLaw()
    for number in range(200):
        law.see(12.0 if number % 4 == 0 else 25.0, answered=number % 4 == 0)
    law.learn(np.zeros(0))
    other.recall(law.learned())
    assert other.answer_moments_s(5) == pytest.approx(law.answer_moments_s(5))
    assert not other.has_news


def test_how_little_is_known_fades_with_each_attempt_and_is_known_after_a_restart() -> None:
    new, other = RingLaw(), RingLaw()
    assert new.doubt_ratio == pytest.approx(0.8, abs=0.01), "of a Beta(0.8, 3.2)"
    known = taught(1000)
    assert known.doubt_ratio == pytest.approx(0.85 / (0.15 * 1005), rel=0.3)
    assert taught(4000).doubt_ratio < known.doubt_ratio / 3, "also beyond what the law remembers"
    other.recall(known.learned())
    assert known.doubt_ratio < other.doubt_ratio < 3 * known.doubt_ratio
