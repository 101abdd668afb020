from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialer.domain.attempt_caps import PastAttempt
from dialer.domain.calling_window import Place, no_holidays
from dialer.domain.clearance import (
    Law,
    PutOff,
    Whom,
    all_by_both,
    all_put_off,
    next_chance,
    put_off,
    put_off_by_both,
    stale_registers,
)
from dialer.domain.policy import CallingHours, Cap, CapScope, Policy, Span

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONDON = Place((ZoneInfo("Europe/London"),), no_holidays)
OPEN = CallingHours(((Span(time(9), time(18)),),) * 7)
NEVER = CallingHours(((),) * 7)
NUMBER = "+441632960000"
SOMEBODY = Whom(LONDON, NUMBER)
HOURS = Policy("a", "", (), hours=OPEN)
ASKS = Policy("asks", "", (), asks_consent=True)
REGISTER = Policy("register", "", (), do_not_call_age_max_days=31)


def tried(*at: datetime, abandoned: bool = False) -> Whom:
    return Whom(LONDON, NUMBER, [PastAttempt(one, NUMBER, abandoned=abandoned) for one in at])


def test_nothing_stands_before_a_first_attempt_in_the_hours() -> None:
    assert put_off(Law([HOURS]), SOMEBODY, NOON) is None
    assert next_chance(Law([HOURS]), SOMEBODY, NOON) == NOON


def test_closed_until_it_opens_and_for_a_day_where_no_opening_is_near() -> None:
    night, opens = NOON + 9 * HOUR, datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    wait = put_off(Law([HOURS]), SOMEBODY, night)
    assert wait == PutOff("closed", "a", opens, NOON + 6 * HOUR)
    assert wait.is_hour
    never = put_off(Law([Policy("a", "", (), hours=NEVER)]), SOMEBODY, NOON)
    assert never == PutOff("closed", "a", NOON + DAY)
    assert next_chance(Law([Policy("a", "", (), hours=NEVER)]), SOMEBODY, NOON) is None


def test_a_holiday_is_told_by_its_name() -> None:
    feast = Place(LONDON.zones, lambda day, _: "St Andrew" if day == date(2026, 11, 23) else "")
    law = Law([Policy("a", "", (), hours=replace(OPEN, holiday=()))])
    wait = put_off(law, Whom(feast, NUMBER), NOON)
    assert wait == PutOff("holiday", "a", NOON + 21 * HOUR, NOON - 18 * HOUR, "St Andrew")
    assert wait.is_hour


def test_a_full_cap_and_a_rest_have_their_own_reasons() -> None:
    once = Policy("b", "", (), caps=(Cap(1, CapScope.NUMBER, 24.0),))
    wait = put_off(Law([once]), tried(NOON - HOUR), NOON)
    assert wait == PutOff("capped", "b", NOON + 23 * HOUR, NOON - HOUR)
    assert not wait.is_hour
    gentle = Policy("c", "", (), rest_after_abandoned_h=72.0)
    wait = put_off(Law([gentle]), tried(NOON - HOUR, abandoned=True), NOON)
    assert wait == PutOff("rests", "c", NOON + 71 * HOUR, NOON - HOUR)


def test_what_stands_there_longest_is_told_and_all_of_it_by_policy() -> None:
    both = Policy("d", "", (), hours=OPEN, caps=(Cap(1, CapScope.NUMBER, 48.0),))
    night = NOON + 9 * HOUR
    whom, law = tried(night - HOUR), Law([HOURS, both])
    found = put_off(law, whom, night)
    assert found is not None
    assert (found.why, found.until) == ("capped", night + 47 * HOUR)
    told = [(one.why, one.policy) for one in all_put_off(law, whom, night)]
    assert told == [("closed", "a"), ("closed", "d"), ("capped", "d")]


def test_the_next_chance_is_when_all_of_it_is_over() -> None:
    both = Policy("d", "", (), hours=OPEN, caps=(Cap(1, CapScope.NUMBER, 12.0),))
    assert next_chance(Law([both]), tried(NOON), NOON + HOUR) == NOON + 21 * HOUR, "the cap ends at midnight"


def test_without_consent_nobody_is_called_until_somebody_has_it() -> None:
    law = Law([HOURS, ASKS])
    assert put_off(law, SOMEBODY, NOON) == PutOff("no_consent", "asks", None)
    assert next_chance(law, SOMEBODY, NOON) is None
    assert put_off(law, replace(SOMEBODY, consent_at=NOON), NOON) is None
    later = replace(SOMEBODY, consent_at=NOON + HOUR)
    assert put_off(law, later, NOON) == PutOff("no_consent", "asks", NOON + HOUR)


def test_a_register_that_is_too_old_or_was_never_looked_at_stops_everybody() -> None:
    fresh = Law([HOURS, REGISTER], {"register": NOON - 31 * DAY})
    assert put_off(fresh, SOMEBODY, NOON) is None
    late = NOON + HOUR
    assert put_off(fresh, SOMEBODY, late) == PutOff("register_old", "register", None, NOON)
    assert list(stale_registers(Law([HOURS, REGISTER]), NOON)) == [PutOff("register_old", "register", None)]
    assert list(stale_registers(Law([HOURS]), NOON)) == []


def test_by_two_clocks_each_may_say_no_and_it_is_told_in_the_first() -> None:
    law, evening = Law([HOURS]), datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    ahead, behind = HOUR, -9 * HOUR
    assert put_off_by_both(law, SOMEBODY, (evening, evening)) is None
    opens, closes = datetime(2026, 11, 24, 9, 0, tzinfo=UTC), datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    by_the_machine = put_off_by_both(law, SOMEBODY, (evening, evening + ahead))
    assert by_the_machine == PutOff("closed", "a", opens - ahead, closes)
    early = put_off_by_both(law, SOMEBODY, (evening, evening + behind))
    assert early is not None
    assert (early.why, early.until) == ("closed", closes), "in half an hour by either"
    late = put_off_by_both(law, SOMEBODY, (evening + ahead, evening))
    assert late == PutOff("closed", "a", opens, closes)
    night = (evening + 5 * HOUR, evening + 6 * HOUR)
    assert all_by_both(law, SOMEBODY, night) == [PutOff("closed", "a", opens, closes)], "the longer of both"
    assert all_by_both(Law([ASKS]), SOMEBODY, night) == [PutOff("no_consent", "asks", None)]
