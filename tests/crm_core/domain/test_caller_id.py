"""Which number of ours is shown, by whose rule."""

import pytest

from crm_core.domain.caller_id import CallerId, CallerIdRule, Calling, caller_id, is_own

PERSON, CALLS_QUEUE, FIRST_TEAM, SECOND_TEAM, ROLE = (CallerId(f"075588886{place}00") for place in range(5))
OWN = [one.shown_as for one in (PERSON, CALLS_QUEUE, FIRST_TEAM, SECOND_TEAM, ROLE)]
RULES = (
    CallerIdRule(FIRST_TEAM, queue_id=2),
    CallerIdRule(SECOND_TEAM, queue_id=1),
    CallerIdRule(CALLS_QUEUE, queue_id=3),
    CallerIdRule(PERSON, user_id=7),
)


@pytest.mark.parametrize(
    ("calling", "expected"),
    [
        (Calling(7, (1, 2), 3), PERSON),
        (Calling(8, (1, 2), 3), CALLS_QUEUE),
        (Calling(8, (1, 2), 4), FIRST_TEAM),
        (Calling(8, (1,)), SECOND_TEAM),
        (Calling(8, (4,)), ROLE),
        (Calling(None), ROLE),
    ],
)
def test_the_nearest_rule_counts(calling: Calling, expected: CallerId) -> None:
    assert caller_id(RULES, calling, ROLE, OWN) == expected


def test_a_number_that_is_not_ours_any_more_is_passed_over() -> None:
    calling = Calling(7, (1, 2), 3)
    assert caller_id(RULES, calling, ROLE, OWN[1:]) == CALLS_QUEUE
    assert caller_id(RULES, calling, ROLE, OWN[4:]) == ROLE
    assert caller_id(RULES, calling, ROLE, []) == CallerId()


def test_a_team_may_show_none_or_the_trunks_own_where_the_role_shows_one() -> None:
    withheld, plain = CallerId("", withheld=True), CallerId()
    for shown in (withheld, plain):
        assert caller_id([CallerIdRule(shown, queue_id=1)], Calling(7, (1,)), ROLE, OWN) == shown


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (CallerId("+86 755 8888 6000"), True),
        (CallerId("4001"), True),
        (CallerId("4002"), False),
        (CallerId("13800138000"), False),
        (CallerId(), True),
        (CallerId("13800138000", withheld=True), True),
    ],
)
def test_only_numbers_of_ours_are_shown_however_they_are_spelled(shown: CallerId, expected: bool) -> None:
    assert is_own(shown, ["0755-88886000", "4001"]) is expected
