"""Quarters of local days."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_core.domain.quarters import Quarter, begins_at, local_day, quarter_of, quarters_of, split

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(("day", "count"), [(SPRING, 92), (date(2026, 11, 22), 96), (AUTUMN, 100)])
def test_a_day_has_its_quarters(day: date, count: int) -> None:
    quarters = quarters_of(day, BERLIN)
    assert len(quarters) == count
    assert [quarter.slot for quarter in quarters] == list(range(count))
    assert quarters[-1].clock == 95
    begins = [begins_at(quarter, BERLIN) for quarter in quarters]
    assert {later - sooner for sooner, later in itertools.pairwise(begins)} == {timedelta(minutes=15)}
    assert all(quarter_of(at, BERLIN) == quarter for at, quarter in zip(begins, quarters, strict=True))


def test_on_the_day_on_which_clocks_go_back_an_hour_is_there_twice() -> None:
    clocks = [quarter.clock for quarter in quarters_of(AUTUMN, BERLIN)]
    assert [clocks.count(8), clocks.count(12)] == [2, 1]
    clocks = [quarter.clock for quarter in quarters_of(SPRING, BERLIN)]
    assert [clocks.count(8), clocks.count(12)] == [0, 1]


def test_a_moment_belongs_to_the_day_where_it_is() -> None:
    at = datetime(2026, 11, 22, 16, 20, tzinfo=UTC)
    assert quarter_of(at, SHANGHAI) == Quarter(date(2026, 11, 23), 1, 1)
    assert quarter_of(at, UTC) == Quarter(date(2026, 11, 22), 65, 65)
    assert local_day(date(2026, 11, 23), SHANGHAI).begins_at == datetime(2026, 11, 22, 16, tzinfo=UTC)


def test_pieces_of_a_stretch_add_up() -> None:
    since = datetime(2026, 10, 25, 0, 7, 0, 400_600, tzinfo=BERLIN)
    until = since.astimezone(UTC) + timedelta(hours=27, milliseconds=1)
    pieces = list(split(since.astimezone(UTC), until, BERLIN))
    assert sum(spent for _, spent in pieces) == 27 * 3_600_000 + 1
    assert len(pieces) == len({quarter for quarter, _ in pieces}) == 109
    assert pieces[0][1] + pieces[-1][1] < 2 * 900_000
    assert list(split(until, since, BERLIN)) == []
