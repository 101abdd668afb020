from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialer.domain.attempt_caps import PastAttempt
from dialer.domain.calling_window import Place
from dialer.domain.clearance import PutOff, put_off, put_off_by_both
from dialer.domain.policy import CallingHours, Cap, CapScope, Policy, Span

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LONDON = Place((ZoneInfo("Europe/London"),))
OPEN = CallingHours(((Span(time(9), time(18)),),) * 7)
NEVER = CallingHours(((),) * 7)
NUMBER = "+441632960000"


def test_nothing_stands_before_a_first_attempt_in_the_hours() -> None:
    assert put_off([Policy("a", "", (), hours=OPEN)], LONDON, NUMBER, [], NOON) is None


def test_closed_until_it_opens_and_for_a_day_where_no_opening_is_near() -> None:
    night = NOON + timedelta(hours=9)
    opens = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert put_off([Policy("a", "", (), hours=OPEN)], LONDON, NUMBER, [], night) == PutOff("closed", "a", opens)
    never = put_off([Policy("a", "", (), hours=NEVER)], LONDON, NUMBER, [], NOON)
    assert never == PutOff("closed", "a", NOON + timedelta(days=1))


def test_a_full_cap_and_a_rest_have_their_own_reasons() -> None:
    once = Policy("b", "", (), caps=(Cap(1, CapScope.NUMBER, 24.0),))
    tried = [PastAttempt(NOON - timedelta(hours=1), NUMBER)]
    assert put_off([once], LONDON, NUMBER, tried, NOON) == PutOff("capped", "b", NOON + timedelta(hours=23))
    gentle = Policy("c", "", (), rest_after_abandoned_h=72.0)
    abandoned = [PastAttempt(NOON - timedelta(hours=1), NUMBER, abandoned=True)]
    assert put_off([gentle], LONDON, NUMBER, abandoned, NOON) == PutOff("rests", "c", NOON + timedelta(hours=71))


def test_what_stands_there_longest_is_told() -> None:
    both = Policy("d", "", (), hours=OPEN, caps=(Cap(1, CapScope.NUMBER, 48.0),))
    night = NOON + timedelta(hours=9)
    tried = [PastAttempt(night - timedelta(hours=1), NUMBER)]
    found = put_off([both], LONDON, NUMBER, tried, night)
    assert found is not None
    assert (found.why, found.until) == ("capped", night + timedelta(hours=47))


def test_by_two_clocks_each_may_say_no_and_it_is_told_in_the_first() -> None:
    policy, evening = Policy("a", "", (), hours=OPEN), datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    ahead, behind = timedelta(hours=1), timedelta(hours=-9)
    assert put_off_by_both([policy], LONDON, NUMBER, [], (evening, evening)) is None
    opens = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert put_off_by_both([policy], LONDON, NUMBER, [], (evening, evening + ahead)) == PutOff(
        "closed", "a", opens - ahead
    )
    early = put_off_by_both([policy], LONDON, NUMBER, [], (evening, evening + behind))
    assert early == PutOff("closed", "a", datetime(2026, 11, 23, 18, 0, tzinfo=UTC)), "in half an hour by either"
    late = put_off_by_both([policy], LONDON, NUMBER, [], (evening + ahead, evening))
    assert late == PutOff("closed", "a", opens)
