import pytest

from ivr.domain.numbers import MOST, number_pieces, spoken_number


def words(number: int, language: str, counting: bool = False) -> str:
    return " ".join(piece.removeprefix("number_") for piece in spoken_number(number, language, counting))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (2, "2"),
        (10, "10"),
        (12, "10 2"),
        (20, "2 10"),
        (35, "3 10 5"),
        (100, "1 hundred"),
        (105, "1 hundred 0 5"),
        (110, "1 hundred 1 10"),
        (112, "1 hundred 1 10 2"),
        (999, "9 hundred 9 10 9"),
        (5000, "9 hundred 9 10 9"),
        (-1, "0"),
    ],
)
def test_chinese(number: int, said: str) -> None:
    assert words(number, "zh") == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (13, "13"),
        (20, "20"),
        (21, "20 1"),
        (100, "1 hundred"),
        (215, "2 hundred 15"),
        (342, "3 hundred 40 2"),
    ],
)
def test_english(number: int, said: str) -> None:
    assert words(number, "en") == said


def test_two_of_something_is_another_word_in_chinese() -> None:
    assert words(2, "zh", counting=True) == "2_counted"
    assert words(3, "zh", counting=True) == "3"
    assert words(2, "en", counting=True) == "2"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_piece_has_a_recording(language: str) -> None:
    have = {f"number_{number}" for number in number_pieces(language)} | {"hundred"}
    assert {piece for number in range(MOST + 1) for piece in spoken_number(number, language)} <= have
