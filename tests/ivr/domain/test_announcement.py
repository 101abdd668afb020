import pytest

from ivr.domain.announcement import announcement


@pytest.mark.parametrize(
    ("position", "wait_s", "said"),
    [
        (1, None, "position_is number_1 position_end keep_waiting"),
        (3, 20, "position_is number_3 position_end expected_wait number_1 minute keep_waiting"),
        (None, 61, "expected_wait number_2_counted minutes keep_waiting"),
        (2, 4000, "position_is number_2 position_end keep_waiting"),
        (None, None, "please_wait"),
        (0, -1, "please_wait"),
    ],
)
def test_what_a_waiting_caller_hears(position: int | None, wait_s: float | None, said: str) -> None:
    assert " ".join(announcement(position, wait_s, "zh")) == said
