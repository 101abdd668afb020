from datetime import UTC, datetime, timedelta

from cti.clock import SystemClock, wall_time
from tests.fakes import START


class Machine:
    def __init__(self) -> None:
        self.wall = START
        self.monotonic_s = 50.0

    def passes(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.monotonic_s += seconds

    def clock(self) -> SystemClock:
        return SystemClock(lambda: self.wall, lambda: self.monotonic_s)


def test_it_follows_the_wall() -> None:
    machine = Machine()
    clock = machine.clock()
    assert clock.now() == START
    machine.passes(5)
    assert clock.now() == START + timedelta(seconds=5)


def test_a_jump_of_the_wall_clock_is_not_a_jump_here() -> None:
    for jump in (timedelta(hours=1), timedelta(hours=-1)):
        machine = Machine()
        clock = machine.clock()
        machine.wall += jump
        assert clock.now() == START
        machine.passes(10)
        assert abs(clock.now() - START - timedelta(seconds=10)) == timedelta(seconds=1)


def test_it_never_goes_back_and_ends_at_the_wall_again() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall -= timedelta(seconds=30)
    before = clock.now()
    for _ in range(400):
        machine.passes(1)
        now = clock.now()
        assert now > before
        before = now
    assert before == machine.wall


def test_the_real_one_is_aware() -> None:
    assert SystemClock().now().tzinfo is UTC
    assert abs(SystemClock().now() - wall_time()) < timedelta(seconds=5)
    assert isinstance(wall_time(), datetime)
