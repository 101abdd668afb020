from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.domain.queue import LEAST_HANDLED, Counters, Queue, place_of
from cti.domain.values import QueueSettings
from tests.fakes import START

DAY = date(2026, 3, 2)


def a_queue() -> Queue:
    return Queue(QueueSettings(1, "Sales"), Counters(DAY))


def test_priority_first_then_time() -> None:
    queue = a_queue()
    late, early = START + timedelta(seconds=9), START
    for place in (place_of(0, late, "late"), place_of(0, early, "early"), place_of(5, late, "vip")):
        queue.enter(place)
    assert list(queue) == ["vip", "early", "late"]
    assert [queue.position(place) for place in queue.places()] == [1, 2, 3]


def test_those_behind_are_named() -> None:
    queue = a_queue()
    places = [place_of(0, START + timedelta(seconds=n), f"c{n}") for n in range(3)]
    for place in places:
        assert queue.enter(place) == []
    assert queue.enter(place_of(1, START, "vip")) == ["c0", "c1", "c2"]
    assert queue.leave(places[1]) == ["c2"]
    assert len(queue) == 3


def test_counters_begin_anew_at_midnight() -> None:
    queue = a_queue()
    queue.count_from(DAY).offered += 1
    assert queue.count_from(DAY).offered == 1
    assert queue.count_from(DAY + timedelta(days=1)).offered == 0


@pytest.mark.parametrize(
    ("position", "agents", "ready", "expected_s"),
    [(1, 2, 1, 0.0), (1, 0, 0, None), (1, 2, 0, 60.0), (4, 2, 0, 240.0), (4, 2, 1, 180.0)],
)
def test_the_expected_wait_follows_the_flow(position: int, agents: int, ready: int, expected_s: float | None) -> None:
    queue = a_queue()
    queue.recent_s.extend([100.0, 120.0, 140.0])
    assert queue.expected_wait_s(position, agents, ready) == expected_s


def test_without_a_handled_call_nothing_is_promised() -> None:
    queue = a_queue()
    assert queue.expected_wait_s(1, 3, 0) is None
    queue.recent_s.extend([60.0] * (LEAST_HANDLED - 1))
    assert queue.expected_wait_s(1, 3, 0) is None, "one or two are no basis"


def test_the_flow_as_it_was_measured_goes_before_the_length_of_calls() -> None:
    queue = a_queue()
    queue.recent_s.extend([120.0] * 5)
    queue.pace.look(START, 4, 2)
    for minute in range(1, 31):
        queue.pace.took(START + timedelta(minutes=minute))
    assert queue.expected_wait_s(3, 2, 0) == pytest.approx(180, rel=0.05), "one a minute, though two agents could do it"
    assert queue.expected_wait_s(3, 2, 1) == pytest.approx(120, rel=0.05)


def test_old_calls_do_not_count_for_ever() -> None:
    queue = a_queue()
    queue.recent_s.extend([1000.0] * 20 + [60.0] * 20)
    assert queue.expected_wait_s(1, 1, 0) == 60.0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50)), unique=True))
def test_positions_are_one_to_n_in_order(keys: list[tuple[int, int]]) -> None:
    queue = a_queue()
    places = [place_of(priority, START + timedelta(seconds=s), f"{priority}-{s}") for priority, s in keys]
    for place in places:
        queue.enter(place)
    assert [queue.position(place) for place in sorted(places)] == list(range(1, len(places) + 1))
    for place in places:
        queue.leave(place)
    assert len(queue) == 0


def test_who_climbs_is_put_anew_with_all_the_others_at_once() -> None:
    queue, names = a_queue(), "abcd"
    for second, name in enumerate(names):
        queue.enter(place_of(0, START + timedelta(seconds=second), name))
    assert queue.put_anew([place_of(5, START + timedelta(seconds=2), "c")]) == ["c", "a", "b", "d"]
    assert queue.put_anew(
        [place_of(1, START + timedelta(seconds=second), "abd"[second]) for second in range(3)]
    ) == list("abd")
    assert list(queue) == ["c", "a", "b", "d"]
    assert queue.put_anew([]) == []
