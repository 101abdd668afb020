"""Days of a campaign against its policies: what was kept, and each thing that was not."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dialer.domain.attempt_caps import PastAttempt
from dialer.domain.calling_window import Holidays, Place, no_holidays
from dialer.domain.compliance import ComplianceDay, Dialed, Judging
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


def dialed(at: datetime = NOON, number: str = "+1", holidays: Holidays = no_holidays, **more: Any) -> Dialed:
    place = Place(more.pop("zones", (LONDON,)), holidays)
    return Dialed(at, number, place, more.pop("policies", (LAW,)), **more)


def compliance(*attempts: Dialed, before: tuple[tuple[date, int, int], ...] = ()) -> tuple[ComplianceDay, ...]:
    """All of them at somebody, one after the other."""
    judging, past = Judging(LONDON), list[PastAttempt]()
    for counts in before:
        judging.before(*counts)
    for one in attempts:
        judging.take(one, past)
        reached = one.connected_at is not None
        past.append(PastAttempt(one.at, one.number, reached, one.abandoned and not reached))
    return judging.days()


def one_day(*attempts: Dialed) -> ComplianceDay:
    (line,) = compliance(*attempts)
    return line


def test_nothing_dialed_is_no_day() -> None:
    assert compliance(before=((NOON.date(), 3, 0),)) == ()


def test_what_was_rung_for_nobody_has_to_ring_as_long() -> None:
    line = one_day(dialed(verdict="withdrawn", rang_at=NOON, ended_at=NOON + timedelta(seconds=14)))
    assert (line.rang_out, line.rang_too_short, line.broken) == (1, 1, ["rang_too_short"])


def test_a_day_on_which_everything_was_kept() -> None:
    talk = dialed(number="+2", connected_at=NOON)
    rang = dialed(verdict="no_answer", rang_at=NOON, ended_at=NOON + timedelta(seconds=25))
    never_rang = dialed(number="+3", verdict="no_answer")
    line = one_day(talk, rang, never_rang)
    assert (line.attempts, line.people, line.abandoned, line.window_ratio) == (3, 1, 0, 0.0)
    assert (line.rang_out, line.rang_least_s, line.rang_long_enough, line.rang_too_short) == (1, 25.0, 1, 0)
    assert line.broken == []


@pytest.mark.parametrize("verdict", ["machine", "voicemail", "fax"])
def test_a_machine_is_no_person_whoever_was_connected_with_it_or_not(verdict: str) -> None:
    line = one_day(dialed(verdict=verdict, connected_at=NOON), dialed(number="+2", verdict=verdict, abandoned=True))
    assert (line.attempts, line.people, line.abandoned) == (2, 0, 0)


def test_hours_are_those_of_every_zone_and_of_no_zone_none() -> None:
    early = NOON.replace(hour=8)
    assert one_day(dialed(early), dialed(NOON, "+2")).outside_hours == 1
    west = (LONDON, ZoneInfo("America/New_York"))
    assert one_day(dialed(zones=west)).broken == ["outside_hours"]
    assert one_day(dialed(zones=())).broken == ["outside_hours"]


def test_caps_and_rests_are_counted_again_from_what_was_tried_before() -> None:
    line = one_day(*(dialed(NOON + timedelta(minutes=place)) for place in range(4)))
    assert (line.over_caps, line.broken) == (2, ["over_caps"])
    law = Policy("law", "", (), rest_after_abandoned_h=24.0)
    first = dialed(policies=(law,), abandoned=True)
    again = dialed(NOON + timedelta(hours=1), "+2", policies=(law,))
    assert one_day(first, again).over_caps == 1


def test_holidays_are_looked_up_again() -> None:
    law = Policy("law", "", (), hours=CallingHours(HOURS.days, holiday=()))
    feast: Holidays = lambda *_: "Feast"  # noqa: E731
    line = one_day(dialed(policies=(law,), holidays=feast), dialed(number="+2", policies=(law,)))
    assert (line.on_holidays, line.outside_hours, line.broken) == (1, 0, ["on_holidays"])


def test_consent_has_to_be_there_before_the_attempt() -> None:
    law = Policy("law", "", (), asks_consent=True)
    given = dialed(policies=(law,), consent_at=NOON)
    later = dialed(number="+2", policies=(law,), consent_at=NOON + timedelta(seconds=1))
    never = dialed(number="+3", policies=(law,))
    line = one_day(given, later, never)
    assert (line.without_consent, line.broken) == (2, ["without_consent"])


def test_registers_must_not_have_been_too_old() -> None:
    law = Policy("law", "", (), do_not_call_age_max_days=31)
    fresh = dialed(policies=(law,), registers={"law": NOON - timedelta(days=31)})
    old = dialed(number="+2", policies=(law,), registers={"law": NOON - timedelta(days=32)})
    none = dialed(number="+3", policies=(law,), registers={"other": NOON})
    line = one_day(fresh, old, none)
    assert (line.register_old, line.broken) == (2, ["register_old"])


def test_policies_that_nobody_has_any_more_prove_nothing() -> None:
    assert one_day(dialed(policies=(), unknown_policies=True)).broken == ["unknown_policies"]


def test_short_rings_and_a_list_that_was_not_asked() -> None:
    short = dialed(verdict="no_answer", rang_at=NOON, ended_at=NOON + timedelta(seconds=14), list_checked=False)
    longer = dialed(number="+2", verdict="no_answer", rang_at=NOON, ended_at=NOON + timedelta(seconds=15))
    line = one_day(short, longer)
    assert (line.rang_least_s, line.rang_too_short, line.rang_long_enough) == (14.0, 1, 1)
    assert line.broken == ["rang_too_short", "list_unchecked"]


def test_abandonment_counts_over_the_window_of_the_policy() -> None:
    lost, yesterday = dialed(abandoned=True), NOON - timedelta(days=1)
    assert one_day(lost).broken == ["abandonment"]
    (line,) = compliance(lost, before=((yesterday.date(), 5, 0),))
    assert line.broken == ["abandonment"], "each day for itself"
    long = Policy("law", "", (), abandonment_limit_ratio=0.5, abandonment_window=AbandonmentWindow.ROLLING_30_DAYS)
    (line,) = compliance(dialed(abandoned=True, policies=(long,)), before=((yesterday.date(), 5, 0),))
    assert (line.window_people, line.window_abandoned, line.broken) == (6, 1, [])
    two = compliance(dialed(yesterday, connected_at=NOON, policies=(long,)), dialed(policies=(long,), abandoned=True))
    assert [line.window_people for line in two] == [1, 2]


def test_days_are_those_of_the_house_in_their_order() -> None:
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    lines = compliance(dialed(late), dialed(late - timedelta(days=1)))
    assert [line.day for line in lines] == [date(2026, 7, 1), date(2026, 7, 2)]
