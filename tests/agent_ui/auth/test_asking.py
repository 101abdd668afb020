"""How often strangers may ask."""

from datetime import UTC, datetime, timedelta

import pytest

from agent_ui.auth import asking
from agent_ui.auth.asking import AskLimit

AT = datetime(2026, 11, 22, tzinfo=UTC)


def test_each_key_has_its_own_window_and_what_is_refused_is_not_counted() -> None:
    limit = AskLimit(2, timedelta(seconds=60))
    assert [limit.wait_s("a", AT + timedelta(seconds=second)) for second in (0, 10, 20)] == [0, 0, 41]
    assert limit.wait_s("b", AT) == 0
    assert limit.wait_s("a", AT + timedelta(seconds=60)) == 0
    assert limit.wait_s("a", AT + timedelta(seconds=61)) == 10


def test_who_asked_longest_ago_is_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "TRACKED_MAX", 2)
    limit = AskLimit(1, timedelta(seconds=60))
    assert [limit.wait_s(key, AT) for key in ("a", "b", "a", "c")] == [0, 0, 61, 0]
    assert limit.wait_s("a", AT) == 61
    assert limit.wait_s("b", AT) == 0
