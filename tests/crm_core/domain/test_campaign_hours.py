"""A campaign's own hours, as they are set."""

import pytest

from crm_core.domain.campaign_hours import MOST_SPANS, Spans, hour_problems, hours_of

DAY: Spans = (("09:00", "12:00"), ("13:00", "24:00"))
WEEK = (DAY, (), (), (), (), (), ())


def test_json_has_lists() -> None:
    assert hours_of([[["09:00", "12:00"], ["13:00", "24:00"]], [], [], [], [], [], []]) == WEEK


def test_a_week_with_any_hour_has_no_problem() -> None:
    assert list(hour_problems("hours", WEEK)) == []


@pytest.mark.parametrize(
    ("hours", "path", "code"),
    [
        (((),) * 7, "hours", "never_open"),
        ((DAY,) * 6, "hours", "bad_hours"),
        (((DAY * MOST_SPANS), *WEEK[1:]), "hours.0", "too_many"),
        (((("9:00", "12:00"),), *WEEK[1:]), "hours.0", "bad_hours"),
        (((("0９:00", "12:00"),), *WEEK[1:]), "hours.0", "bad_hours"),
        (((), (("24:00", "24:00"),), *WEEK[2:]), "hours.1", "bad_hours"),
        (((), (("09:00", "25:00"),), *WEEK[2:]), "hours.1", "bad_hours"),
        (((), (("22:00", "06:00"),), *WEEK[2:]), "hours.1", "bad_hours"),
        (((), (("09:00", "09:00"),), *WEEK[2:]), "hours.1", "bad_hours"),
    ],
)
def test_what_cannot_be_is_named_with_its_day(hours: tuple[Spans, ...], path: str, code: str) -> None:
    (problem,) = hour_problems("hours", hours)
    assert problem[:2] == (path, code)
