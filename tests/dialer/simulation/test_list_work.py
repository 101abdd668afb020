from datetime import timedelta
from itertools import pairwise

import pytest

from crm_core.domain.campaign_rules import CampaignRules
from dialer.domain.retry import Plan, RetryRule
from dialer.domain.verdict import Verdict
from dialer.plan import retries_of
from dialer.simulation.list_work import AttemptMix, list_work

DAY_S = 8 * 3600.0
MIX = AttemptMix(people=0.2, machines=0.2, busy=0.1, dead=0.1)


def again(minutes: float, times: int, kills: int | None = None) -> Plan:
    """Everything is tried again alike."""
    verdicts = frozenset(Verdict) - {Verdict.HUMAN}
    return Plan((RetryRule(verdicts, (timedelta(minutes=minutes),), times, kills_number_after=kills),), times)


def test_without_retries_each_person_is_tried_once() -> None:
    work = list_work(MIX, Plan(()), DAY_S, 0)
    assert work.attempts_per_person == 1
    assert work.reached_ratio == pytest.approx(0.2, abs=0.03)
    assert work.lasts_days == 0


def test_retries_reach_more_people_and_keep_the_closed_form() -> None:
    """Of those whose number lives each try reaches p; after n tries 1 - (1 - p) ** n of them are reached."""
    p, live = 0.2 / 0.9, 0.9
    for times in (2, 3, 5):
        work = list_work(MIX, again(10, times), DAY_S, 0)
        assert work.reached_ratio == pytest.approx(live * (1 - (1 - p) ** times), abs=0.03)
        tries = live * (1 - (1 - p) ** times) / p + 0.1 * times
        assert work.attempts_per_person == pytest.approx(tries, rel=0.04)


def test_a_dead_number_is_left_alone_after_two_signs() -> None:
    only_dead = AttemptMix(people=0, machines=0, busy=0, dead=1)
    assert list_work(only_dead, again(10, 8, kills=2), DAY_S, 0).attempts_per_person == 2


def test_who_was_abandoned_is_tried_again_and_not_counted_as_reached() -> None:
    once = Plan((RetryRule(frozenset({Verdict.ABANDONED}), (timedelta(days=3),), 1),))
    all_lost = list_work(MIX, once, DAY_S, 1)
    assert all_lost.reached_ratio == 0
    assert list_work(MIX, again(10, 3), DAY_S, 0.5).reached_ratio < list_work(MIX, again(10, 3), DAY_S, 0).reached_ratio


@pytest.mark.parametrize(("hours", "lasts_days"), [(8, 1.0), (24, 4 / 24), (1, 4.0)])
def test_waiting_times_that_end_after_hours_end_the_next_morning(hours: float, lasts_days: float) -> None:
    nobody = AttemptMix(people=0, machines=0, busy=0, dead=0)
    # tried five times, an hour apart: 0, 1, 2, 3, 4 h; a day of an hour has room for one of them
    work = list_work(nobody, again(60, 5), hours * 3600, 0)
    assert work.attempts_per_person == 5
    assert work.lasts_days == pytest.approx(lasts_days if hours != 8 else 0.5)


def test_the_rules_of_a_new_campaign_last_longer_the_shorter_the_days() -> None:
    retries = retries_of(CampaignRules())
    lasts = [list_work(MIX, retries, hours * 3600.0, 0.03).lasts_days for hours in (12, 8, 4)]
    assert all(one < other for one, other in pairwise(lasts))
    assert list_work(MIX, retries, DAY_S, 0.03) == list_work(MIX, retries, DAY_S, 0.03)
