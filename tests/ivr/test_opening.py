from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cti.domain.values import QueueSettings
from ivr.domain.hours import Calendar, Opening, Span, Switched
from ivr.domain.nodes import OfNumber
from ivr.opening import Hours
from ivr.ports import Entry
from tests.ivr.telephone import NOW, FakeSource, FixedClock

# NOW is a Monday, 02:00 in UTC
EARLY = Calendar("UTC", {0: (Span(60, 180),)})
LATE = Calendar("UTC", {0: (Span(600, 1080),)})


def hours(calendar_id: int | None = None) -> Hours:
    queues = {1: QueueSettings(1, "a"), 2: QueueSettings(2, "b", calendar_id=8)}
    entry = Entry("4001", None, 1, "zh", calendar_id)
    return Hours(entry, FakeSource(entry, queues, {7: EARLY, 8: LATE}), FixedClock())


def test_whose_calendar_counts() -> None:
    assert hours().of(EARLY) is Opening.OPEN
    assert hours().of(LATE) is Opening.CLOSED
    assert hours().of(7) is Opening.OPEN
    assert hours().of(8) is Opening.CLOSED
    assert hours(8).of(OfNumber()) is Opening.CLOSED
    assert hours().of(OfNumber()) is Opening.OPEN, "a number without one is always open"
    assert hours().of_queue(1) is Opening.OPEN
    assert hours().of_queue(2) is Opening.CLOSED
    assert hours().of_queue(3) is Opening.OPEN, "whether it is there is asked elsewhere"


def test_by_hand() -> None:
    assert hours().of(replace(LATE, switched=Switched(Opening.OPEN))) is Opening.OPEN
    over = Switched(Opening.CLOSED, datetime(2026, 11, 23, 1, tzinfo=UTC))
    assert over.until is not None
    assert over.until < NOW
    assert hours().of(replace(EARLY, switched=over)) is Opening.OPEN


def test_callers_are_let_in_where_nobody_can_tell(caplog: pytest.LogCaptureFixture) -> None:
    assert hours().of(99) is Opening.OPEN
    assert hours().of(replace(LATE, time_zone="No/Where")) is Opening.OPEN
    assert caplog.messages == ["Business hours are gone, taken as open", "Time zone unknown, taken as open"]


def test_when_a_line_opens_next() -> None:
    assert hours().queue_opens_at(1) == NOW, "no calendar: always open"
    assert hours().queue_opens_at(2) == datetime(2026, 11, 23, 10, tzinfo=UTC)
    never = Hours(
        Entry("4001", None, 1),
        FakeSource(None, {2: QueueSettings(2, "b", calendar_id=8)}, {8: Calendar("UTC", {})}),
        FixedClock(),
    )
    assert never.queue_opens_at(2) is None


def test_only_the_time_in_which_a_line_is_open_counts() -> None:
    hour = timedelta(hours=1)
    assert hours().queue_open_until(1, NOW, 3600.0) == NOW + hour, "no calendar: always open"
    assert hours().queue_open_between(1, NOW, NOW + hour) == 3600
    assert hours().queue_open_between(1, NOW, NOW - hour) == 0
    assert hours().queue_open_until(2, NOW, 3600.0) == datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert hours().queue_open_between(2, NOW, NOW + 9 * hour) == 3600
    nowhere = replace(LATE, time_zone="No/Where")
    lost = Hours(
        Entry("4001", None, 1),
        FakeSource(None, {2: QueueSettings(2, "b", calendar_id=8)}, {8: nowhere}),
        FixedClock(),
    )
    assert lost.queue_open_until(2, NOW, 3600.0) == NOW + hour


def test_a_line_is_open_or_not_at_the_moment_that_is_asked_about() -> None:
    assert hours().queue_is_open(1, NOW), "no calendar: always open"
    ten = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert [hours().queue_is_open(2, at) for at in (NOW, ten - timedelta(seconds=1), ten)] == [False, False, True]
