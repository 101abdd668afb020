"""Days of a campaign against its policies: what was kept, and each thing that was not."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialer.domain.compliance import ComplianceDay, Dialed, compliance
from dialer.domain.policy import AbandonmentWindow, CallingHours, Cap, CapScope, Policy, Span

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOURS = CallingHours(((Span(time(9), time(20)),),) * 7)
CAP = Cap(2, CapScope.NUMBER, 24.0)
LAW = Policy(
    "law",
    "",
    (),
    abandonment_limit_ratio=0.5,
    rings_at_least_s=15.0,
    hours=HOURS,
    caps=(CAP,),
)


def dialed(at: datetime = NOON, number: str = "+1", people: tuple[str, ...] = (), **more: Any) -> Dialed:
    return Dialed(at, number, people, more.pop("zones", (LONDON,)), more.pop("policies", (LAW,)), **more)


def one_day(*attempts: Dialed) -> ComplianceDay:
    (line,) = compliance(attempts, LONDON, NOON.date())
    return line


def test_nothing_dialed_is_no_day() -> None:
    assert compliance((), LONDON, NOON.date()) == ()


def test_a_day_on_which_everything_was_kept() -> None:
    talk = dialed(number="+2", connected_at=NOON)
    rang = dialed(verdict="no_answer", rang_at=NOON, ended_at=NOON + timedelta(seconds=25))
    never_rang = dialed(number="+3", verdict="no_answer")
    line = one_day(talk, rang, never_rang)
    assert (line.attempts, line.people, line.abandoned, line.window_ratio) == (3, 1, 0, 0.0)
    assert (line.rang_out, line.rang_least_s, line.rang_long_enough, line.rang_too_short) == (1, 25.0, 1, 0)
    assert line.broken == []


def test_hours_are_those_of_every_zone_and_of_no_zone_none() -> None:
    early = NOON.replace(hour=8)
    assert one_day(dialed(early), dialed(NOON, "+2")).outside_hours == 1
    west = (LONDON, ZoneInfo("America/New_York"))
    assert one_day(dialed(zones=west)).broken == ["outside_hours"]
    assert one_day(dialed(zones=())).broken == ["outside_hours"]


def test_caps_are_counted_again_also_over_midnight() -> None:
    line = one_day(*(dialed(NOON + timedelta(minutes=place)) for place in range(4)))
    assert (line.over_caps, line.broken) == (2, ["over_caps"])
    evening = NOON - timedelta(hours=18)
    line = one_day(dialed(evening), dialed(evening), dialed())
    assert (line.attempts, line.over_caps) == (1, 1)
    faults = [dialed(verdict="route_fault") for _ in range(4)]
    assert one_day(*faults).over_caps == 0, "they say nothing to the person"


def test_who_was_abandoned_is_left_alone_under_any_number() -> None:
    law = Policy("law", "", (), rest_after_abandoned_h=24.0)
    first = dialed(people=("lead 1", "customer 1"), policies=(law,), abandoned=True)
    again = dialed(NOON + timedelta(hours=1), "+2", ("customer 1",), policies=(law,))
    assert one_day(first, again).over_caps == 1


def test_short_rings_and_a_list_that_was_not_asked() -> None:
    short = dialed(verdict="no_answer", rang_at=NOON, ended_at=NOON + timedelta(seconds=14), list_checked=False)
    longer = dialed(number="+2", verdict="no_answer", rang_at=NOON, ended_at=NOON + timedelta(seconds=15))
    line = one_day(short, longer)
    assert (line.rang_least_s, line.rang_too_short, line.rang_long_enough) == (14.0, 1, 1)
    assert line.broken == ["rang_too_short", "list_unchecked"]


def test_abandonment_counts_over_the_window_of_the_policy() -> None:
    lost = dialed(abandoned=True)
    assert one_day(lost).broken == ["abandonment"]
    before = [dialed(NOON - timedelta(days=1), f"+{place}", connected_at=NOON) for place in range(5)]
    assert one_day(*before, lost).broken == ["abandonment"], "each day for itself"
    long = Policy(
        "law",
        "",
        (),
        abandonment_limit_ratio=0.5,
        abandonment_window=AbandonmentWindow.ROLLING_30_DAYS,
    )
    before = [dialed(one.at, one.number, policies=(long,), connected_at=NOON) for one in before]
    line = one_day(*before, dialed(abandoned=True, policies=(long,)))
    assert (line.window_people, line.window_abandoned, line.broken) == (6, 1, [])


def test_days_are_those_of_the_house_in_their_order() -> None:
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    lines = compliance([dialed(late - timedelta(days=1)), dialed(late)], LONDON, date(2026, 7, 1))
    assert [line.day for line in lines] == [date(2026, 7, 1), date(2026, 7, 2)]
