from datetime import UTC, datetime, timedelta

import pytest

from dialer.domain.attempt_caps import Capped, PastAttempt, capped
from dialer.domain.policy import Cap, CapScope, Policy

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
A_DAY = Cap(3, CapScope.NUMBER, 24)
GAP = Cap(1, CapScope.NUMBER, 0.5)
MONTH = Cap(4, CapScope.CUSTOMER, 720)
TALK = Cap(1, CapScope.CUSTOMER, 168, counts_talks_only=True)


def policy(*caps: Cap, rest_h: float = 0.0, name: str = "p") -> Policy:
    return Policy(name, "", (), caps=caps, rest_after_abandoned_h=rest_h)


def ago(hours: float, number: str = "+1", *, reached: bool = False, abandoned: bool = False) -> PastAttempt:
    return PastAttempt(NOW - timedelta(hours=hours), number, reached=reached, abandoned=abandoned)


@pytest.mark.parametrize("past", [[], [ago(1), ago(2)], [ago(1), ago(2), ago(24)], [ago(1), ago(2), ago(3, "+2")]])
def test_there_is_room(past: list[PastAttempt]) -> None:
    assert capped([policy(A_DAY)], "+1", past, NOW) is None


def test_a_full_cap_says_until_when() -> None:
    found = capped([policy(A_DAY)], "+1", [ago(2), ago(23), ago(5)], NOW)
    assert found == Capped("p", A_DAY, NOW + timedelta(hours=1), ago(2).at)


def test_after_more_attempts_than_allowed_enough_must_fall_out() -> None:
    found = capped([policy(A_DAY)], "+1", [ago(1), ago(2), ago(3), ago(20), ago(21)], NOW)
    assert found == Capped("p", A_DAY, NOW + timedelta(hours=21), ago(3).at)


def test_a_customer_is_counted_over_all_numbers() -> None:
    past = [ago(hours, f"+{hours}") for hours in (10, 20, 30, 40)]
    assert capped([policy(MONTH)], "+99", past, NOW) == Capped("p", MONTH, NOW + timedelta(hours=680), ago(10).at)


def test_only_talks_count_where_the_cap_says_so() -> None:
    assert capped([policy(TALK)], "+1", [ago(5)], NOW) is None
    assert capped([policy(TALK)], "+1", [ago(5), ago(8, reached=True)], NOW) == Capped(
        "p", TALK, NOW + timedelta(hours=160), ago(8).at
    )


def test_the_longest_of_all_policies_counts() -> None:
    found = capped([policy(GAP, name="gap"), policy(A_DAY, name="day")], "+1", [ago(0.1), ago(1), ago(2)], NOW)
    assert found == Capped("day", A_DAY, NOW + timedelta(hours=22), ago(0.1).at)


def test_who_was_abandoned_is_left_alone_unless_an_agent_is_certain() -> None:
    past = [ago(1, abandoned=True), ago(100, abandoned=True)]
    policies = [policy(), policy(rest_h=72, name="uk")]
    assert capped(policies, "+1", past, NOW) == Capped("uk", None, NOW + timedelta(hours=71), ago(1).at)
    assert capped(policies, "+1", past, NOW, agent_is_certain=True) is None
    assert capped(policies, "+1", past[1:], NOW) is None


def test_attempts_of_the_future_do_not_count() -> None:
    assert capped([policy(GAP)], "+1", [ago(-0.1)], NOW) is None
