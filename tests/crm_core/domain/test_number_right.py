import pytest

from crm_core.domain.number_right import NumberRight, reveals_per_day, right_of, says_why


@pytest.mark.parametrize(
    ("role", "own", "stored", "right"),
    [
        ("agent", "", None, NumberRight.REVEAL),
        ("supervisor", "", None, NumberRight.SEE),
        ("admin", "", {}, NumberRight.SEE),
        ("agent", "see", None, NumberRight.SEE),
        ("agent", "", {"agent": "see"}, NumberRight.SEE),
        ("admin", "masked", {"admin": "see"}, NumberRight.MASKED),
        ("stranger", "", None, NumberRight.MASKED),
        ("agent", "", {"agent": "nonsense"}, NumberRight.MASKED),
        ("agent", "nonsense", None, NumberRight.MASKED),
    ],
)
def test_the_right_of_a_person(role: str, own: str, stored: dict[str, str] | None, right: NumberRight) -> None:
    assert right_of(role, own, stored) is right


@pytest.mark.parametrize(
    ("stored", "most"),
    [(None, 20), ({"reveals_per_day": 0}, 0), ({"reveals_per_day": "x"}, 20), ({"reveals_per_day": -1}, 20)],
)
def test_how_many_a_day(stored: dict[str, object] | None, most: int) -> None:
    assert reveals_per_day(stored) == most


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("", False),
        ("x", False),
        ("sms", False),
        ("....", False),
        ("1234567", False),
        ("aaaa", False),
        ("回", False),
        ("回回", False),
        ("to pay", True),
        ("call", True),
        ("回电", True),
        ("短信 回复", True),
        ("发sm", True),
        ("送 s", False),
        ("𠮷㐀", True),
    ],
)
def test_a_reason_worth_reading(reason: str, says: bool) -> None:
    assert says_why(reason) is says
