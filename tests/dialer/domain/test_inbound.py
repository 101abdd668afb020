"""How many agents are left for callers, by who waits and how many came lately."""

import pytest

from dialer.domain.inbound import CallerFlows, Server, kept_for_callers

CARE, SALES = 2, 1


def test_callers_are_expected_as_they_came_in_the_last_minutes() -> None:
    flows = CallerFlows()
    assert flows.expected(CARE, 10) == 0
    for second in range(601):
        flows.look({CARE: 500 + second // 5}, float(second))
    assert flows.expected(CARE, 10) == pytest.approx(2.0, rel=0.12)
    flows.look({CARE: 620}, 1800.0)
    assert flows.expected(CARE, 10) < 0.5, "nobody came for twenty minutes"


def test_midnight_begins_the_count_anew_and_a_line_that_goes_is_forgotten() -> None:
    flows = CallerFlows()
    flows.look({CARE: 900}, 0.0)
    flows.look({CARE: 2}, 60.0)
    assert 0 < flows.expected(CARE, 60) < 3
    flows.look({}, 61.0)
    assert flows.expected(CARE, 60) == 0


def test_a_clock_that_stands_or_goes_back_counts_no_time() -> None:
    flows = CallerFlows()
    flows.look({CARE: 0}, 100.0)
    flows.look({CARE: 1}, 40.0)
    assert flows.expected(CARE, 60) == pytest.approx(1.0)


def test_as_many_agents_are_left_as_callers_wait_the_free_ones_first() -> None:
    both = frozenset({CARE, SALES})
    servers = [
        Server(11, both, 2, blends=True),
        Server(12, both, 0, blends=True),
        Server(13, frozenset({SALES}), 0, blends=True),
    ]
    assert kept_for_callers({CARE: 1}, servers) == {12}
    assert kept_for_callers({CARE: 5}, servers) == {11, 12}
    assert kept_for_callers({CARE: 0.4}, servers) == frozenset()
    assert kept_for_callers({CARE: 0.6, SALES: 1.0}, servers) == {12, 13}


def test_who_serves_callers_alone_takes_one_first() -> None:
    servers = [Server(11, frozenset({CARE}), 0, blends=True), Server(12, frozenset({CARE}), 9, blends=False)]
    assert kept_for_callers({CARE: 1}, servers) == frozenset()
    assert kept_for_callers({CARE: 2}, servers) == {11}
