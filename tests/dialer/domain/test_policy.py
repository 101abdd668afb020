from dataclasses import replace
from datetime import time

import pytest

from dialer.domain.policy import AbandonmentWindow, Policy, Span, strictest, uncovered

US = Policy(
    "us",
    "",
    (),
    abandonment_limit_ratio=0.03,
    abandonment_window=AbandonmentWindow.ROLLING_30_DAYS,
    rings_at_least_s=15.0,
    do_not_call_age_max_days=31,
)
UK = Policy("uk", "", (), abandonment_limit_ratio=0.05, rest_after_abandoned_h=72.0, connect_deadline_s=1.5)
CN = Policy("cn", "", (), asks_consent=True)


def test_each_part_is_the_strictest_of_all() -> None:
    both = strictest([US, UK, CN])
    assert (both.abandonment_limit_ratio, both.abandonment_window) == (0.03, AbandonmentWindow.CALENDAR_DAY)
    assert (both.connect_deadline_s, both.rings_at_least_s, both.rest_after_abandoned_h) == (1.5, 15.0, 72.0)
    assert (both.asks_consent, both.do_not_call_age_max_days) == (True, 31)


def test_a_policy_without_a_limit_does_not_shorten_the_window() -> None:
    assert strictest([US, CN]).abandonment_window is AbandonmentWindow.ROLLING_30_DAYS


def test_a_country_is_covered_by_a_policy_for_it_or_for_any() -> None:
    de, us = replace(CN, countries=("DE",)), replace(US, countries=("US", "PR"))
    assert uncovered([de, us], ["US", "DE", "PR"]) == []
    assert uncovered([de], ["US", "DE", "AT"]) == ["AT", "US"]
    assert uncovered([de, CN], ["US"]) == [], "that one is for any country"
    assert uncovered([], ["US"]) == ["US"]


def test_no_policy_leaves_the_deadline() -> None:
    none = strictest([])
    assert (none.abandonment_limit_ratio, none.connect_deadline_s, none.asks_consent) == (None, 2.0, False)


@pytest.mark.parametrize(
    ("moment", "holds"), [(time(7, 59), False), (time(8), True), (time(20, 59, 59), True), (time(21), False)]
)
def test_a_span_ends_before_its_end(moment: time, holds: bool) -> None:
    assert Span(time(8), time(21)).holds(moment) is holds


def test_the_end_of_the_day_belongs_to_it() -> None:
    assert Span(time(8), time.max).holds(time.max)
    assert not Span(time(8), time(21)).holds(time.max)
