"""What the world does to a pacing: a list's answers, agents' talks, and what goes wrong.

One TOML file each; the ones that ship are in `workloads/`. W0 to W3 are the realistic ones, S1 to S6 the stresses.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dialer.errors import UnknownWorkload
from dialer.simulation.law import Law
from dialer.toml_document import read_document

SHIPPED = Path(__file__).with_name("workloads")


class Fate(StrEnum):
    """What becomes of an attempt."""

    HUMAN = "human"
    SCREENING = "screening"
    """The phone answers by itself and asks who calls: an agent is needed, nobody can be abandoned."""
    MACHINE = "machine"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`share` of the attempts; what all shares leave over is the last outcome's."""

    fate: Fate
    share: float
    after: Law


@dataclass(frozen=True, slots=True)
class TalkPart:
    """`share` of the talks."""

    share: float
    law: Law


@dataclass(frozen=True, slots=True)
class Step:
    """From then on, until the next one; times count from the day's beginning."""

    at_s: float
    answer_factor: float = 1.0
    talk_factor: float = 1.0
    absent_ratio: float = 0.0
    """Of the agents, away after the talk that they have."""
    refused_ratio: float = 0.0
    """Of the attempts, by a trunk that fails."""
    refused_as_dead: bool = False
    """With a cause that looks like a dead number (404), not like a fault (503)."""


@dataclass(frozen=True, slots=True)
class Detector:
    """How often the answering machine detection is wrong."""

    human_as_machine_ratio: float
    machine_as_human_ratio: float
    machine_talk_s: float = 6.0


@dataclass(frozen=True, slots=True)
class Messages:
    """What happens to events on their way to the pacing."""

    delay_max_s: float
    lost_ratio: float
    idle_told_again_s: float = 30.0
    """How often it is said again who is idle: a lost event must not lose an agent for the day."""


@dataclass(frozen=True, slots=True)
class Workload:
    """A world without agents: how many there are is the cell's choice."""

    name: str
    about: str
    outcomes: tuple[Outcome, ...]
    talk: tuple[TalkPart, ...]
    wrap_up: Law
    day_s: float = 28_800.0
    steps: tuple[Step, ...] = (Step(0.0),)
    patience_mean_s: float | None = None
    """Exponential, for the Markov case; without it everybody waits for just the deadline."""
    detector: Detector | None = None
    messages: Messages | None = None
    forgets_overnight: bool = False
    """Each day is a first morning."""

    def step_at(self, at_s: float) -> Step:
        """Return the step of this moment of the day."""
        return next(step for step in reversed(self.steps) if step.at_s <= at_s)


def shipped_names() -> list[str]:
    """Return the names of the workloads that come with Callroom."""
    return sorted(file.stem for file in SHIPPED.glob("*.toml"))


def load_workload(name_or_file: str) -> Workload:
    """Read a shipped workload by name, or anybody's by file."""
    file = SHIPPED / f"{name_or_file}.toml"
    if name_or_file not in shipped_names():
        file = Path(name_or_file)
    try:
        return read_document(file, Workload)
    except FileNotFoundError:
        raise UnknownWorkload(name_or_file, tuple(shipped_names())) from None
