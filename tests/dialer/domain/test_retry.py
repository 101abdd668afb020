from datetime import UTC, datetime, timedelta

import pytest

from dialer.domain.retry import Ended, Next, Plan, RetryRule, Tried, Which, dead_numbers, next_try
from dialer.domain.verdict import Verdict

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BUSY = RetryRule(frozenset({Verdict.BUSY}), (timedelta(minutes=5), HOUR), 3, Which.SAME)
ABSENT = RetryRule(frozenset({Verdict.NO_ANSWER, Verdict.VOICEMAIL}), (HOUR, DAY), 5)
DEAD = RetryRule(frozenset({Verdict.UNALLOCATED}), (DAY,), 2, kills_number_after=2)
PLAN = Plan((BUSY, ABSENT, DEAD), attempts_max=6)
NUMBERS = ["+1", "+2", "+3"]


def tried(*verdicts: Verdict, number: str = "+1", certain: bool = False) -> list[Tried]:
    return [Tried(NOW, number, verdict, certain) for verdict in verdicts]


def test_a_busy_number_is_tried_again_itself_and_later_the_second_time() -> None:
    assert next_try(PLAN, NUMBERS, tried(Verdict.BUSY)) == Next(NOW + timedelta(minutes=5), "+1")
    assert next_try(PLAN, NUMBERS, tried(Verdict.BUSY, Verdict.BUSY)) == Next(NOW + HOUR, "+1")


def test_where_nobody_is_the_next_number_is_tried_and_after_the_last_the_first() -> None:
    assert next_try(PLAN, NUMBERS, tried(Verdict.NO_ANSWER)) == Next(NOW + HOUR, "+2")
    assert next_try(PLAN, NUMBERS, tried(Verdict.NO_ANSWER, number="+3")) == Next(NOW + HOUR, "+1")


def test_verdicts_of_one_rule_count_together_and_the_last_delay_stays() -> None:
    past = tried(Verdict.NO_ANSWER, Verdict.VOICEMAIL, Verdict.NO_ANSWER)
    assert next_try(PLAN, NUMBERS, past) == Next(NOW + DAY, "+2")


@pytest.mark.parametrize("verdict", [Verdict.HUMAN, Verdict.FAX])
def test_what_no_rule_names_ends_the_lead(verdict: Verdict) -> None:
    assert next_try(PLAN, NUMBERS, tried(verdict)) is Ended.DONE


def test_a_rule_has_an_end_and_so_has_a_lead() -> None:
    assert next_try(PLAN, NUMBERS, tried(*[Verdict.BUSY] * 3)) is Ended.ATTEMPTS_USED_UP
    mixed = tried(Verdict.BUSY, *[Verdict.NO_ANSWER] * 4, Verdict.BUSY)
    assert next_try(PLAN, NUMBERS, mixed) is Ended.ATTEMPTS_USED_UP


def test_one_hearing_marks_no_number_dead_and_two_do() -> None:
    assert dead_numbers(PLAN, tried(Verdict.UNALLOCATED)) == frozenset()
    assert next_try(PLAN, ["+1"], tried(Verdict.UNALLOCATED)) == Next(NOW + DAY, "+1")
    assert dead_numbers(PLAN, tried(Verdict.UNALLOCATED, Verdict.UNALLOCATED)) == {"+1"}
    assert next_try(PLAN, ["+1"], tried(Verdict.UNALLOCATED, Verdict.UNALLOCATED)) is Ended.NO_NUMBER_LEFT


def test_a_certain_sign_needs_no_second_and_other_numbers_go_on() -> None:
    past = tried(Verdict.UNALLOCATED, certain=True)
    assert next_try(PLAN, NUMBERS, past) == Next(NOW + DAY, "+2")
    same_first = [*tried(Verdict.UNALLOCATED, certain=True), Tried(NOW, "+2", Verdict.NO_ANSWER)]
    assert next_try(PLAN, ["+1", "+2"], same_first) == Next(NOW + HOUR, "+2")


def test_a_dead_number_that_was_busy_before_gives_way() -> None:
    past = [*tried(Verdict.UNALLOCATED, certain=True), *tried(Verdict.BUSY)]
    assert next_try(PLAN, NUMBERS, past) == Next(NOW + timedelta(minutes=5), "+2")


def test_a_number_that_the_lead_lost_since_leads_to_its_first() -> None:
    assert next_try(PLAN, ["+8", "+9"], tried(Verdict.NO_ANSWER)) == Next(NOW + HOUR, "+8")


def test_what_was_rung_for_nobody_is_no_try() -> None:
    past = tried(*[Verdict.WITHDRAWN] * 9, Verdict.BUSY, Verdict.WITHDRAWN)
    assert next_try(PLAN, NUMBERS, past) == next_try(PLAN, NUMBERS, tried(Verdict.BUSY))
