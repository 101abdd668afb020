from datetime import timedelta

from cti.domain.deadlines import Deadlines, Due
from tests.fakes import START

S = timedelta(seconds=1)


def test_the_earliest_is_next() -> None:
    deadlines = Deadlines()
    assert deadlines.next() is None
    deadlines.put(Due.RING, "a", START + 3 * S)
    deadlines.put(Due.WRAP_UP, 7, START + 2 * S)
    assert deadlines.next() == START + 2 * S


def test_due_ones_come_in_order_and_once() -> None:
    deadlines = Deadlines()
    deadlines.put(Due.RING, "a", START + 3 * S)
    deadlines.put(Due.RING, "b", START + S)
    deadlines.put(Due.RING, "c", START + 9 * S)
    assert list(deadlines.take_due(START + 3 * S)) == [(Due.RING, "b"), (Due.RING, "a")]
    assert list(deadlines.take_due(START + 3 * S)) == []
    assert deadlines.next() == START + 9 * S


def test_a_moved_one_is_due_only_at_its_new_time() -> None:
    deadlines = Deadlines()
    deadlines.put(Due.RING, "a", START + S)
    deadlines.put(Due.RING, "a", START + 5 * S)
    assert list(deadlines.take_due(START + 4 * S)) == []
    deadlines.put(Due.RING, "a", START + 5 * S)
    assert list(deadlines.take_due(START + 5 * S)) == [(Due.RING, "a")]


def test_a_cleared_one_is_never_due() -> None:
    deadlines = Deadlines()
    deadlines.put(Due.RING, "a", START)
    deadlines.clear(Due.RING, "a")
    deadlines.clear(Due.RING, "never put")
    assert deadlines.next() is None


def test_cleared_ones_that_lie_far_ahead_do_not_pile_up() -> None:
    deadlines = Deadlines()
    deadlines.put(Due.MAX_WAIT, "waits", START + 9000 * S)
    for number in range(5000):
        deadlines.put(Due.MAX_WAIT, f"call {number}", START + 9000 * S)
        deadlines.clear(Due.MAX_WAIT, f"call {number}")
    assert len(deadlines._heap) < 300
    assert list(deadlines.take_due(START + 9000 * S)) == [(Due.MAX_WAIT, "waits")]
