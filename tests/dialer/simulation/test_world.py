from dataclasses import replace

import pytest

from dialer.domain.pace_words import (
    Abandoned,
    AgentWrapUp,
    AttemptEnded,
    AttemptStarted,
    HumanAnswered,
    PaceEvent,
    PaceLimits,
    RouteFailed,
)
from dialer.domain.pacing import Pacing
from dialer.simulation.cell import Cell, run_cell
from dialer.simulation.figures import Day, score
from dialer.simulation.rivals import Ratio
from dialer.simulation.workload import load_workload
from dialer.simulation.world import World

LIMITS = PaceLimits()
NO_LONGER_RINGING = (HumanAnswered, AttemptEnded, RouteFailed)
OFF_THE_LINE = (AttemptEnded, RouteFailed, Abandoned, AgentWrapUp)


def days(name: str, agents: int, rule: str, count: int = 2, setting: float | None = None, seed: int = 1) -> list[Day]:
    return run_cell(Cell(load_workload(name), agents, rule, seed, count, LIMITS, setting))


@pytest.mark.parametrize("agents", [3, 20])
def test_progressive_dialing_keeps_the_closed_form_whatever_the_size(agents: int) -> None:
    """Of the reference: H / (H + tau / p) = 56.8 %, simulated 56.5."""
    found = score(days("W0", agents, "progressive", 10 if agents == 3 else 3), 0.03)
    assert found.occupancy_ratio == pytest.approx(0.568, abs=0.012)
    assert found.abandonment_ratio == 0


@pytest.mark.parametrize(("name", "occupancy"), [("W1", 0.45), ("W2", 0.50), ("W3", 0.50)])
def test_progressive_dialing_is_as_busy_as_the_reference_found(name: str, occupancy: float) -> None:
    assert score(days(name, 20, "progressive"), 0.03).occupancy_ratio == pytest.approx(occupancy, abs=0.01)


class Recorder(Ratio):
    def __init__(self, lines_per_idle: float) -> None:
        super().__init__(lines_per_idle)
        self.heard: list[tuple[float, PaceEvent]] = []

    def handle(self, event: PaceEvent, now_s: float) -> None:
        self.heard.append((now_s, event))
        super().handle(event, now_s)


def heard(name: str, seed: int = 1, lines_per_idle: float = 2.0) -> list[tuple[float, PaceEvent]]:
    recorder = Recorder(lines_per_idle)
    World(load_workload(name), 3, seed, recorder).run_day()
    return recorder.heard


def test_a_seed_is_a_day_that_can_be_lived_again() -> None:
    assert heard("W1") == heard("W1")
    assert heard("W1") != heard("W1", seed=2)


@pytest.mark.parametrize("name", ["W0", "W1", "W2", "S3", "S4", "S5"])
def test_time_never_goes_back_and_calls_are_placed_within_the_day(name: str) -> None:
    events = heard(name)
    assert [at for at, _ in events] == sorted(at for at, _ in events)
    workload = load_workload(name)
    assert all(at < workload.day_s for at, event in events if isinstance(event, AttemptStarted))


@pytest.mark.parametrize("name", ["W0", "W1", "W2", "W3", "S2", "S3", "S4", "S5", "S6"])
def test_every_person_is_connected_or_abandoned(name: str) -> None:
    day = days(name, 4, "ratio", 1, setting=3.0)[0]
    screened_or_machines = name in ("S4", "S5")
    people = day.humans - day.lost_to_detector
    assert day.connected + day.abandoned >= people
    assert screened_or_machines or day.connected + day.abandoned == people
    assert 0 < day.occupancy_ratio < 1
    assert day.abandoned > 0


def test_absent_agents_are_not_paid_for() -> None:
    day = days("W2", 10, "progressive", 1)[0]
    assert day.signed_in_s == pytest.approx(10 * 28_800 - 4 * 3_600, rel=0.02)


def test_a_detector_costs_people() -> None:
    day = days("S4", 5, "progressive", 1)[0]
    assert day.lost_to_detector / day.humans == pytest.approx(0.03, abs=0.02)


def test_production_pacing_keeps_the_limit_from_its_first_morning_on() -> None:
    found = score(days("W1", 3, "callroom", 2), 0.03)
    assert found.days_over_limit == 0
    assert found.occupancy_ratio > 0.55


@pytest.mark.parametrize("name", ["S2", "S3", "S6"])
def test_under_stress_the_limit_holds(name: str) -> None:
    """Until all of its steps are over: of a shorter day fewer abandoned calls are too many."""
    short = replace(load_workload(name), day_s=19_800.0)
    found = score(run_cell(Cell(short, 3, "callroom", 1, 1, LIMITS)), 0.03)
    assert found.abandonment_ratio <= 0.03
    assert found.occupancy_ratio > 0.5


def test_what_is_forgotten_overnight_is_learned_anew() -> None:
    first = days("S1", 3, "callroom", 2)
    assert len(first) == 2
    assert all(day.signed_in_s == pytest.approx(3 * 7200) for day in first)


def test_the_pacing_is_the_one_that_dials() -> None:
    world = World(load_workload("W1"), 3, 1, Pacing(LIMITS))
    assert type(world.pacer).__module__ == "dialer.domain.pacing"


def test_ten_minutes_after_the_trunk_works_again_agents_are_as_busy_as_before() -> None:
    workload = load_workload("S3")
    morning = replace(workload, day_s=14_400.0, steps=workload.steps[:3])
    found = score(run_cell(Cell(morning, 10, "callroom", 1, 1, LIMITS)), 0.03)
    assert found.settled_occupancy_ratio is not None
    assert found.settled_occupancy_ratio > 0.7
    assert found.abandonment_ratio <= 0.03


def test_what_follows_a_step_at_once_is_not_looked_at() -> None:
    """The trunk of S3 is broken for ten minutes: only the time after them has settled."""
    broken, whole = days("S3", 4, "progressive", 1)[0], days("W1", 4, "progressive", 1)[0]
    assert broken.settled_signed_in_s == pytest.approx(4 * 1200)
    assert 0 < broken.settled_busy_s < 4 * 1200
    assert (whole.settled_signed_in_s, whole.settled_busy_s) == (0, 0)
    assert score([whole], 0.03).settled_occupancy_ratio is None


@pytest.mark.parametrize("name", ["W1", "S1", "S4"])
def test_lines_in_use_are_counted_with_the_talks_on_them(name: str) -> None:
    in_use = ringing = peak = ringing_peak = 0
    for _, event in heard(name, lines_per_idle=1.5):
        in_use += isinstance(event, AttemptStarted) - isinstance(event, OFF_THE_LINE)
        ringing += isinstance(event, AttemptStarted) - isinstance(event, NO_LONGER_RINGING)
        peak, ringing_peak = max(peak, in_use), max(ringing_peak, ringing)
    world = World(load_workload(name), 3, 1, Recorder(1.5))
    day = world.run_day()
    assert (day.lines_peak, day.ringing_peak) == (peak, ringing_peak)
    assert peak > 3
