from datetime import date, timedelta

import pytest

from dialer.listening.tally import DAYS, HeardLately, Tally

TODAY = date(2026, 7, 20)


def test_each_recording_is_counted_by_days_and_forgotten_after_them():
    tally = Tally()
    tally.note(["a", "a", "b"], TODAY - timedelta(days=DAYS - 1))
    tally.note(["a"], TODAY)
    assert tally.of("a", TODAY) == HeardLately(3, TODAY)
    assert tally.of("c", TODAY) == HeardLately(0, None)
    again = Tally(tally.as_json())
    assert again.of("b", TODAY).calls == 1
    assert again.of("b", TODAY + timedelta(days=1)) == HeardLately()
    again.note([], TODAY + timedelta(days=1))
    assert set(again.as_json()) == {"a"}


@pytest.mark.parametrize(
    "noted", [None, [], {"a": 3}, {"a": {"2026-07-20": "3"}}, {"a": {"yesterday": 3}}, {"a": {3: 3}}]
)
def test_what_does_not_fit_is_as_if_it_had_not_been_noted(noted: object):
    assert Tally(noted).of("a", TODAY) == HeardLately()
