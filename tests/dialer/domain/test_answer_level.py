import pytest

from dialer.domain.answer_level import AnswerLevel


def fed(level: AnswerLevel, attempts: int, every: int, expected: float) -> None:
    for number in range(attempts):
        level.see(number % every == 0, expected)


def test_it_begins_as_the_law_says() -> None:
    assert AnswerLevel().value() == 1.0


def test_it_stays_where_the_law_is_right() -> None:
    level = AnswerLevel()
    fed(level, 2000, every=5, expected=0.2)
    assert level.value() == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(("every", "true"), [(2, 2.5), (15, 1 / 3)])
def test_it_finds_another_level(every: int, true: float) -> None:
    level = AnswerLevel()
    fed(level, 3000, every=every, expected=0.2)
    assert level.value() == pytest.approx(true, rel=0.15)


def test_a_step_is_seen_within_a_hundred_attempts() -> None:
    level = AnswerLevel()
    fed(level, 3000, every=10, expected=0.1)
    fed(level, 100, every=3, expected=0.1)
    assert level.value() > 2.0


def test_calls_that_ring_out_alone_say_less_than_they_seem_to() -> None:
    """Ten that were not answered, of which one was expected to be, are hardly news."""
    level = AnswerLevel()
    for _ in range(10):
        level.see(False, 0.1)
    assert level.value() > 0.7


def test_what_was_learned_goes_on_in_another_one() -> None:
    level, other = AnswerLevel(), AnswerLevel()
    for _ in range(60):
        level.see(answered=False, expected=0.3)
    other.recall(level.learned())
    assert other.value() == level.value() < 0.5
