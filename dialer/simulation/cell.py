"""One cell of the table: a rule in a workload with so many agents."""

from collections.abc import Callable
from dataclasses import dataclass

from dialer.domain.pace_words import PaceLimits
from dialer.domain.pacing import Pacing
from dialer.errors import UnknownRule
from dialer.simulation.figures import Day
from dialer.simulation.oracle import Oracle
from dialer.simulation.pacer import Pacer
from dialer.simulation.replay import Replay
from dialer.simulation.rivals import Issabel, Ratio, Vicidial, VicidialSettings
from dialer.simulation.workload import Workload
from dialer.simulation.world import World

RULES: dict[str, Callable[[PaceLimits, float | None], Pacer]] = {
    "callroom": lambda limits, _: Pacing(limits),
    "oracle": lambda limits, _: Oracle(limits),
    "progressive": lambda _, __: Ratio(1.0),
    "ratio": lambda _, lines: Ratio(2.0 if lines is None else lines),
    "vicidial": lambda limits, level: Vicidial(
        VicidialSettings(drop_limit_ratio=limits.abandonment_limit_ratio)
        if level is None
        else VicidialSettings(level, available_only=True, drop_limit_ratio=1.0)
    ),
    "issabel": lambda _, __: Issabel(),
    "replay": lambda limits, _: Replay(limits.abandonment_limit_ratio),
}
SETTINGS = {
    "ratio": tuple(1 + step / 4 for step in range(37)),
    "vicidial": tuple(1 + step / 4 for step in range(53)),
}
"""What hindsight may choose from, ascending."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is run; `setting` is a rival's own knob, None its default."""

    workload: Workload
    agents: int
    rule: str
    seed: int
    days: int
    limits: PaceLimits
    setting: float | None = None


def run_cell(cell: Cell) -> list[Day]:
    """Live all days; what was learned goes on overnight unless the workload forgets it."""
    try:
        make = RULES[cell.rule]
    except KeyError:
        raise UnknownRule(cell.rule, tuple(RULES)) from None
    deadline_s = cell.limits.connect_deadline_s
    world = World(cell.workload, cell.agents, cell.seed, make(cell.limits, cell.setting), deadline_s=deadline_s)
    days: list[Day] = []
    for number in range(cell.days):
        if number and cell.workload.forgets_overnight:
            world.pacer = make(cell.limits, cell.setting)
        days.append(world.run_day())
    return days
