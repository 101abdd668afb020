from datetime import UTC, datetime

from recordings.domain.retention import delete_before

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_what_is_older_than_the_days_goes():
    assert delete_before(NOW, 30) == datetime(2026, 1, 30, tzinfo=UTC)


def test_zero_days_keep_for_ever():
    assert delete_before(NOW, 0) is None
