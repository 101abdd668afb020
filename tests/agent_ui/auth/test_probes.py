from datetime import UTC, datetime, timedelta

from agent_ui.auth.probes import ProbeLimit

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_so_many_and_then_again_when_the_window_has_passed() -> None:
    limit = ProbeLimit(most=2, window=timedelta(minutes=10))
    assert [limit.wait_s(1, NOW), limit.wait_s(1, NOW + timedelta(minutes=4))] == [0, 0]
    assert limit.wait_s(1, NOW + timedelta(minutes=5)) == 301
    assert limit.wait_s(2, NOW) == 0, "another person"
    assert limit.wait_s(1, NOW + timedelta(minutes=10)) == 0
    assert limit.wait_s(1, NOW + timedelta(minutes=11)) == 181
