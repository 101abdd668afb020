"""Which number of ours is shown: in turn or the nearest, and never beyond its caps."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.showing import (
    HOUR,
    Distance,
    Region,
    ShownCaps,
    ShownUse,
    UsedUp,
    distance,
    first_with_room,
    in_turn,
    nearest_first,
    used_up_until,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)
SHENZHEN = Region("CN", "Guangdong", "Shenzhen, Guangdong")
POOL = ("a", "b", "c", "d")
names = st.sampled_from(["", "x", "y"])
regions = st.builds(Region, names, names, names, names)
uses = st.builds(
    ShownUse,
    st.integers(0, 6),
    st.lists(st.integers(0, 7200).map(lambda ago_s: NOW - timedelta(seconds=ago_s)), max_size=6),
)
caps = st.builds(ShownCaps, st.none() | st.integers(1, 5), st.none() | st.integers(1, 5))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (SHENZHEN, Distance.SAME_PLACE),
        (Region("CN", "Guangdong", "Guangzhou, Guangdong"), Distance.SAME_PROVINCE),
        (Region("CN", "Beijing", "Beijing"), Distance.SAME_COUNTRY),
        (Region("CN"), Distance.SAME_COUNTRY),
        (Region("US", "Guangdong", "Shenzhen, Guangdong"), Distance.ELSEWHERE),
        (Region(), Distance.ELSEWHERE),
    ],
)
def test_how_far_two_numbers_are(other: Region, expected: Distance) -> None:
    assert distance(SHENZHEN, other) is expected


def test_what_is_known_of_neither_is_not_the_same() -> None:
    assert distance(Region(), Region()) is Distance.ELSEWHERE
    assert distance(Region("US", "TX", area="972"), Region("US", "TX", "Plano, TX", "972")) is Distance.SAME_PLACE


@given(regions, regions)
def test_the_way_back_is_as_far(one: Region, other: Region) -> None:
    assert distance(one, other) is distance(other, one)


@given(st.integers(0, 10_000))
def test_each_has_its_turn_and_the_same_person_sees_the_same(turn: int) -> None:
    order = in_turn(POOL, turn)
    assert order[0] == POOL[turn % 4]
    assert sorted(order) == sorted(POOL)


@given(st.dictionaries(st.sampled_from(POOL), regions, min_size=4), regions)
def test_the_nearest_comes_first_and_equals_as_they_stand_in_the_pool(of: dict[str, Region], called: Region) -> None:
    order = nearest_first(POOL, of.__getitem__, called)
    keys = [(distance(of[number], called), POOL.index(number)) for number in order]
    assert keys == sorted(keys)
    assert len(order) == 4


@given(st.dictionaries(st.sampled_from(POOL), uses, min_size=4), caps)
def test_no_cap_is_ever_passed_and_nobody_waits_while_one_has_room(of: dict[str, ShownUse], most: ShownCaps) -> None:
    found = first_with_room(POOL, of.__getitem__, most, NOW, MIDNIGHT)
    free = [number for number in POOL if has_room(of[number], most)]
    if isinstance(found, UsedUp):
        assert free == []
        assert NOW < found.until <= MIDNIGHT
    else:
        assert found == free[0]


def has_room(use: ShownUse, most: ShownCaps) -> bool:
    lately = sum(at > NOW - HOUR for at in use.lately)
    hour_is_free = most.per_hour is None or lately < most.per_hour
    return hour_is_free and (most.per_day is None or use.today < most.per_day)


@given(uses, caps)
def test_it_may_be_shown_again_then_and_not_before(use: ShownUse, most: ShownCaps) -> None:
    until = used_up_until(use, most, NOW, MIDNIGHT)
    assert (until is None) is has_room(use, most)
    if until is None or until == MIDNIGHT:
        return
    for moment, free in ((until, True), (until - timedelta(seconds=1), False)):
        assert (used_up_until(use, most, moment, MIDNIGHT) is None) is free


def test_until_when_is_that_of_the_first_with_room() -> None:
    of = {"a": ShownUse(9), "b": ShownUse(3, (NOW - timedelta(minutes=50), NOW - timedelta(minutes=1)))}
    most = ShownCaps(1, 9)
    assert first_with_room(("a", "b"), of.__getitem__, most, NOW, MIDNIGHT) == UsedUp(NOW + timedelta(minutes=59))
    assert ShownCaps().hold is False
    assert (most.hold, ShownCaps(None, 1).hold) == (True, True)
