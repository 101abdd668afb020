"""A campaign's run that fails is tried again with growing pauses."""

from datetime import UTC, datetime

from dialer.domain.setback import LONGEST_PAUSE_S, setback

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_each_pause_is_twice_the_one_before_up_to_a_minute() -> None:
    found, pauses = None, []
    for _ in range(9):
        found = setback(found, "odd", NOW)
        pauses.append((found.again_at - NOW).total_seconds())
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_however_often_it_is_the_longest_pause_and_known_since_when() -> None:
    found = setback(None, "first", NOW)
    later = found.again_at
    for _ in range(5_000):
        found = setback(found, "last", later)
    assert (found.cause, found.since, found.failures) == ("last", NOW, 5_001)
    assert (found.again_at - later).total_seconds() == LONGEST_PAUSE_S
