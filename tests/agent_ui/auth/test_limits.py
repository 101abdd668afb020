"""Login tries: an attacker is slowed, the owner is not locked out."""

from datetime import UTC, datetime, timedelta

import pytest

from agent_ui.auth import limits
from agent_ui.auth.limits import LoginLimits

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WINDOW = timedelta(minutes=5)


def make() -> LoginLimits:
    return LoginLimits(per_account=3, per_address=5, window=WINDOW)


def test_the_same_account_from_the_same_address_has_to_wait() -> None:
    guard = make()
    for second in range(3):
        assert guard.wait_s("li", "a", NOW) == 0
        guard.failed("li", "a", NOW + timedelta(seconds=second))
    assert guard.wait_s("li", "a", NOW + timedelta(seconds=10)) == 291
    assert guard.wait_s("li", "a", NOW + WINDOW + timedelta(seconds=1)) == 0


def test_the_owner_elsewhere_and_others_at_the_same_address_are_free() -> None:
    guard = make()
    for _ in range(3):
        guard.failed("li", "attacker", NOW)
    assert guard.wait_s("li", "office", NOW) == 0
    assert guard.wait_s("wang", "attacker", NOW) == 0


def test_one_address_may_not_try_many_accounts() -> None:
    guard = make()
    for number in range(5):
        guard.failed(f"user{number}", "a", NOW)
    assert guard.wait_s("another", "a", NOW) > 0


def test_a_guess_from_many_addresses_spares_the_known_one() -> None:
    guard = make()
    guard.succeeded("li", "office")
    for number in range(30):
        guard.failed("li", f"address{number}", NOW)
    assert guard.wait_s("li", "new", NOW) > 0
    assert guard.wait_s("li", "office", NOW) == 0


def test_a_success_clears_the_own_tries() -> None:
    guard = make()
    guard.failed("li", "a", NOW)
    guard.failed("li", "a", NOW)
    guard.succeeded("li", "a")
    guard.failed("li", "a", NOW)
    assert guard.wait_s("li", "a", NOW) == 0


def test_memory_is_bounded(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(limits, "TRACKED_MAX", 10)
    guard = make()
    for number in range(50):
        guard.failed(f"u{number}", f"a{number}", NOW)
        guard.succeeded(f"v{number}", "b")
    assert len(guard._failures) <= 10
    assert len(guard._known) <= 10
    guard.failed("late", "late", NOW + 2 * WINDOW)
    assert len(guard._failures) <= 10


def test_a_flood_of_names_does_not_wash_a_counter_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TRACKED_MAX", 50)
    guard = make()
    for _ in range(3):
        guard.failed("li", "a", NOW)
    for number in range(500):
        guard.failed(f"name{number}", f"address{number}", NOW + timedelta(seconds=1))
    assert guard.wait_s("li", "a", NOW + timedelta(seconds=2)) > 0


def test_who_is_known_at_an_address_is_not_kept_out_by_others_there() -> None:
    guard = make()
    guard.succeeded("li", "proxy")
    for number in range(9):
        guard.failed(f"user{number}", "proxy", NOW)
    assert guard.wait_s("stranger", "proxy", NOW) > 0
    assert guard.wait_s("li", "proxy", NOW) == 0


def test_what_was_not_wrong_is_not_counted() -> None:
    guard = make()
    for _ in range(9):
        guard.failed("li", "a", NOW)
        guard.withdraw("li", "a")
    guard.withdraw("li", "a")
    assert guard.wait_s("li", "a", NOW) == 0
