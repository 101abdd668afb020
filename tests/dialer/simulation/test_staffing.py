from dataclasses import replace
from functools import cache

import pytest

from crm_core.domain.campaign_rules import CampaignRules
from dialer.domain.pace_words import PaceLimits
from dialer.domain.pacing import Pacing
from dialer.plan import retries_of
from dialer.simulation.figures import Day
from dialer.simulation.staffing import (
    ByRatio,
    StaffingLine,
    StaffingWanted,
    line_of,
    mix_of,
    staffing,
    workload_of,
)

WANTED = StaffingWanted(
    people=2000,
    agents=(6, 3),
    hours_per_day=2,
    talk_s=90.2,
    wrap_up_s=15,
    answer_ratio=0.15,
    machine_ratio=0.24,
    dead_ratio=0.145,
    retries=retries_of(CampaignRules()),
)


AGENT_HOURS = 24.0


@cache
def lines_of(wanted: StaffingWanted) -> list[StaffingLine]:
    return [told.line for told in staffing(wanted, AGENT_HOURS) if told.line is not None]


def test_more_agents_need_more_lines_and_less_time() -> None:
    few, many = lines_of(WANTED)
    assert (few.agents, many.agents) == (3, 6)
    assert few.hours > many.hours
    assert few.lines_peak < many.lines_peak
    assert 0.5 < few.occupancy_ratio < many.occupancy_ratio < 1
    assert max(few.abandonment_ratio, many.abandonment_ratio) <= 0.03
    assert many.contacts_per_hour == pytest.approx(many.contacts / many.hours, rel=0.01)
    assert few.agent_hours == pytest.approx(3 * few.hours)


def test_progress_rises_to_the_end_and_each_line_comes_as_it_is_ready() -> None:
    told = list(staffing(replace(WANTED, agents=(3, 1, 3), people=20_000), 6.0))
    ratios = [each.done_ratio for each in told]
    assert ratios == sorted(ratios)
    assert ratios[-1] == 1
    assert [each.line.agents for each in told if each.line] == [1, 3]
    assert told[0].line is None


def test_a_list_that_the_first_day_sees_the_end_of_lives_no_second() -> None:
    (told,) = staffing(replace(WANTED, agents=(3,), people=20))
    assert told.line is not None
    assert told.line.hours < 2
    assert told.line.waits_for_rules
    assert told.line.days > 1


def test_the_plan_of_a_lawful_mode_is_that_mode() -> None:
    progressive, ratio = (
        lines_of(replace(WANTED, agents=(6,), mode=mode, lines_per_agent=2.0))[0] for mode in ("progressive", "ratio")
    )
    assert progressive.abandonment_ratio == 0
    assert (
        progressive.occupancy_ratio < ratio.occupancy_ratio < lines_of(replace(WANTED, agents=(6,)))[0].occupancy_ratio
    )


def test_lines_that_the_campaign_may_not_use_are_not_used() -> None:
    tight = replace(WANTED, agents=(6,), limits=PaceLimits(lines_max=4))
    (few,), (enough,) = lines_of(tight), lines_of(replace(WANTED, agents=(6,)))
    assert (few.lines_full, enough.lines_full) == (True, False)
    assert few.lines_peak <= 4 + 6
    assert few.hours > enough.hours


def test_the_world_has_the_list_s_own_figures() -> None:
    world = workload_of(replace(WANTED, talk_s=180.4, wrap_up_s=30, ring_s=20, hours_per_day=3))
    assert world.day_s == 3 * 3600
    assert sum(part.share * part.law.mean_s for part in world.talk) == pytest.approx(180.4)
    assert world.wrap_up.mean_s == pytest.approx(30)
    assert [outcome.share for outcome in world.outcomes[:2]] == [0.15, 0.24]
    assert sum(outcome.share for outcome in world.outcomes) == pytest.approx(1)
    assert {outcome.after.most_s for outcome in world.outcomes} == {20}
    assert world.outcomes[-1].after.middle_s == 20
    assert mix_of(WANTED).busy == pytest.approx(0.04)


def day(dialed: int, abandoned: int = 0) -> Day:
    return Day(signed_in_s=7200, talk_s=3600, dialed=dialed, humans=100, abandoned=abandoned, lines_peak=dialed // 100)


def test_days_after_the_first_count_as_often_as_they_come() -> None:
    one = line_of(WANTED, 1, [day(1000)])
    two = line_of(WANTED, 1, [day(1000), day(2000, abandoned=4), day(2000, abandoned=6)])
    attempts = two.attempts
    assert two.hours == pytest.approx(2 * (1 + (attempts - 1000) / 2000), rel=0.01)
    assert one.hours == pytest.approx(2 * one.attempts / 1000, rel=0.01)
    days = two.hours / 2
    assert two.abandonment_ratio == pytest.approx(5 * (days - 1) / (100 * days))
    assert (two.lines_peak, two.occupancy_ratio) == (20, pytest.approx(0.5))


def test_without_an_event_the_ratio_is_asked_again_after_a_second() -> None:
    pacer = ByRatio(Pacing(PaceLimits()), 1.0)
    pacer.calls_to_place(100.0)
    assert pacer.next_deadline_s() == 101.0
