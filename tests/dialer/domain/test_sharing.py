"""Who gets which agent, and who is next, when several campaigns want them."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.sharing import Claim, Member, shared_out, turn_order

BOTH = frozenset({1, 2})


def test_who_has_nobody_due_keeps_no_agent_from_the_others() -> None:
    members = {11: Member(BOTH, now=1), 12: Member(BOTH, now=1)}
    assert shared_out(members, {1: Claim(50, 1, most=0), 2: Claim(50, 1)}) == {11: 2, 12: 2}


def test_the_higher_priority_has_whom_it_has_people_for() -> None:
    members = {agent_id: Member(BOTH, now=1) for agent_id in (11, 12, 13)}
    assert shared_out(members, {1: Claim(50, 9), 2: Claim(60, 1)}) == {11: 2, 12: 2, 13: 2}
    assert Counter(shared_out(members, {1: Claim(50, 9), 2: Claim(60, 1, most=1)}).values()) == {1: 2, 2: 1}


def test_equals_share_by_weight_and_count_who_talks() -> None:
    members = {agent_id: Member(BOTH) for agent_id in range(8)}
    assert Counter(shared_out(members, {1: Claim(50, 3), 2: Claim(50, 1)}).values()) == {1: 6, 2: 2}
    talking = {agent_id: Member(BOTH, bound_to=1) for agent_id in range(4)}
    waiting = {agent_id: Member(BOTH) for agent_id in range(4, 8)}
    assert set(shared_out(talking | waiting, {1: Claim(50, 1), 2: Claim(50, 1)}).values()) == {1, 2}
    assert Counter(shared_out(talking | waiting, {1: Claim(50, 1), 2: Claim(50, 1)}).values()) == {1: 4, 2: 4}


def test_who_talks_stays_also_where_another_is_first() -> None:
    members = {11: Member(BOTH, bound_to=1)}
    assert shared_out(members, {1: Claim(1, 1), 2: Claim(99, 1)}) == {11: 1}


def test_where_nobody_is_due_agents_stay_or_count_for_the_first() -> None:
    claims = {1: Claim(50, 1, most=0), 2: Claim(60, 1, most=0)}
    members = {11: Member(BOTH, now=1), 12: Member(BOTH), 13: Member(BOTH, now=7)}
    assert shared_out(members, claims) == {11: 1, 12: 2, 13: 2}


def test_who_serves_none_of_them_is_left_out() -> None:
    members = {11: Member(frozenset()), 12: Member(frozenset({7})), 13: Member(frozenset(), bound_to=7)}
    assert shared_out(members, {1: Claim(50, 1)}) == {}


def test_agents_go_over_when_a_campaign_of_the_same_priority_begins() -> None:
    members = {agent_id: Member(BOTH, now=1) for agent_id in range(4)}
    assert Counter(shared_out(members, {1: Claim(50, 1), 2: Claim(50, 1)}).values()) == {1: 2, 2: 2}
    # whose people are all of a higher priority goes nowhere else
    assert set(shared_out(members, {1: Claim(60, 1), 2: Claim(50, 1)}).values()) == {1}


def test_nobody_moves_to_another_priority_to_even_out() -> None:
    """The first has an agent for its one person; the other one is left, and may not lose theirs to it."""
    claims = {1: Claim(60, 1, most=1), 2: Claim(50, 1)}
    members = {11: Member(BOTH, now=2), 12: Member(BOTH, now=1)}
    assert shared_out(members, claims) == {11: 2, 12: 1}


CLAIMS = st.dictionaries(
    st.integers(1, 4),
    st.builds(Claim, st.sampled_from([40, 50]), st.integers(1, 4), st.none() | st.integers(0, 3)),
)
MEMBERS = st.dictionaries(
    st.integers(1, 12),
    st.builds(
        Member,
        st.frozensets(st.integers(1, 4)),
        st.none() | st.integers(1, 4),
        st.none() | st.integers(1, 4),
    ),
)


@given(MEMBERS, CLAIMS)
def test_everybody_is_counted_once_and_stays_when_nothing_changes(
    members: dict[int, Member], claims: dict[int, Claim]
) -> None:
    first = shared_out(members, claims)
    for agent_id, campaign_id in first.items():
        assert campaign_id in members[agent_id].options or campaign_id == members[agent_id].bound_to
    for _ in range(2 * len(members) + 1):
        again = {
            agent_id: Member(member.options, member.bound_to, first.get(agent_id))
            for agent_id, member in members.items()
        }
        second = shared_out(again, claims)
        if second == first:
            return
        first = second
    raise AssertionError("they wander to and fro")


def test_who_has_the_fewest_lines_for_its_share_is_next() -> None:
    claims = {1: Claim(50, 1), 2: Claim(50, 2), 3: Claim(70, 1)}
    assert turn_order(claims, {1: 2, 2: 3, 3: 90}) == [3, 2, 1]
    assert turn_order(claims, {1: 1, 2: 2, 3: 0}) == [3, 1, 2]
