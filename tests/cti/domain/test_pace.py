"""The estimate beside a simulated line whose truth is known: agents, talks and patience are drawn, waits measured."""

import heapq
import random
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.domain.pace import FORGOTTEN_AFTER, LEAST_TAKEN, Pace
from tests.fakes import START


def at(seconds: float):
    return START + timedelta(seconds=seconds)


@dataclass
class House:
    """A line in which every tenth caller waits for ever; `other_share` of the agents' time goes to another line."""

    agents: int
    handle_s: float
    every_s: float
    patience_s: float
    other_share: float = 0.0
    seed: int = 1
    pace: Pace = field(default_factory=Pace)
    told: list[tuple[float, float]] = field(default_factory=list)

    def run(self, callers: int = 10_000) -> "House":
        """Let callers come; keep what each was told at arrival, and how long those with patience waited then."""
        self.dice, self.free = random.Random(self.seed), self.agents  # noqa: S311 - to be thrown again
        self.line: list[tuple[int, float, float | None]] = []
        self.events: list[tuple[float, int, str]] = []
        self.later(0.0, self.every_s, 0, "comes")
        while (event := heapq.heappop(self.events))[0] <= callers * self.every_s:
            now_s, caller, what = event
            getattr(self, what)(now_s, caller)
            self.serve(now_s)
            self.pace.look(at(now_s), len(self.line), self.agents)
        return self

    def later(self, now_s: float, mean_s: float, caller: int, what: str) -> None:
        heapq.heappush(self.events, (now_s + self.dice.expovariate(1 / mean_s), caller, what))

    def comes(self, now_s: float, before: int) -> None:
        caller = before + 1
        told = self.pace.expected_s(len(self.line) + 1, self.agents) if self.free == 0 else None
        self.line.append((caller, now_s, told))
        if caller % 10:
            self.later(now_s, self.patience_s, caller, "leaves")
        self.later(now_s, self.every_s, caller, "comes")

    def leaves(self, now_s: float, caller: int) -> None:
        left = [one for one in self.line if one[0] != caller]
        if len(left) < len(self.line):
            self.line = left
            self.pace.lost(at(now_s))

    def hangs_up(self, now_s: float, caller: int) -> None:
        if self.dice.random() < self.other_share:  # the other line has somebody for this agent
            self.later(now_s, self.handle_s, caller, "hangs_up")
        else:
            self.free += 1

    def serve(self, now_s: float) -> None:
        while self.free and self.line:
            caller, came_s, told = self.line.pop(0)
            self.free -= 1
            if came_s < now_s:
                self.pace.took(at(now_s))
            if told is not None and caller % 10 == 0:
                self.told.append((told, now_s - came_s))
            self.later(now_s, self.handle_s, caller, "hangs_up")


@pytest.mark.parametrize(
    "house",
    [
        House(agents=5, handle_s=180, every_s=30, patience_s=300),
        House(agents=20, handle_s=120, every_s=5, patience_s=600),
        House(agents=2, handle_s=240, every_s=90, patience_s=400),
        # what a count of agents and the length of talks cannot know: they work in another line, too
        House(agents=6, handle_s=180, every_s=45, patience_s=300, other_share=0.5),
        # nobody gives up, and the line is as good as full
        House(agents=5, handle_s=180, every_s=38, patience_s=1e9),
    ],
    ids=["small", "large", "two agents", "shared agents", "patient"],
)
def test_on_average_callers_wait_as_long_as_they_are_told(house: House) -> None:
    told = house.run().told
    assert len(told) > 300
    estimated = sum(one for one, _ in told) / len(told)
    waited = sum(one for _, one in told) / len(told)
    assert estimated == pytest.approx(waited, rel=0.1)


def test_long_waits_are_told_apart_from_short_ones() -> None:
    told = sorted(House(agents=5, handle_s=180, every_s=30, patience_s=300).run().told)
    quarter = len(told) // 4
    for some in (told[:quarter], told[-quarter:]):
        estimated, waited = (sum(pair[i] for pair in some) / quarter for i in (0, 1))
        assert estimated == pytest.approx(waited, rel=0.25)


def busy(pace: Pace, takes: int, every_s: float, working: int = 2, waiting: int = 3) -> float:
    """Somebody is taken every so often; return when the last was."""
    pace.look(at(0), waiting, working)
    for number in range(takes):
        pace.took(at((number + 1) * every_s))
    return takes * every_s


def test_without_a_basis_nothing_is_said() -> None:
    pace = Pace()
    assert pace.expected_s(1, 2) is None
    busy(pace, int(LEAST_TAKEN) - 1, 60)
    assert pace.expected_s(1, 2) is None
    assert pace.expected_s(1, 0) is None
    pace = Pace()
    busy(pace, 20, 60)
    assert pace.expected_s(1, 0) is None, "nobody works"


def test_a_line_that_moves_once_a_minute() -> None:
    pace = Pace()
    busy(pace, 20, 60)
    # both fade alike, the takes in steps
    assert pace.expected_s(1, 2) == pytest.approx(60, rel=0.03)
    assert pace.expected_s(5, 2) == pytest.approx(300, rel=0.03)
    assert pace.expected_s(5, 4) == pytest.approx(150, rel=0.03), "two agents more"


def test_who_gives_up_moves_the_others_on() -> None:
    pace = Pace()
    end_s = busy(pace, 20, 60)
    before = pace.expected_s(10, 2)
    for _ in range(10):
        pace.lost(at(end_s))
    after = pace.expected_s(10, 2)
    assert after < before
    assert pace.expected_s(1, 2) == pytest.approx(60, rel=0.03), "the first waits for an agent, whoever gives up"


def test_an_empty_line_teaches_nothing_and_another_shift_begins_anew() -> None:
    pace = Pace()
    end_s = busy(pace, 20, 60)
    pace.look(at(end_s), 0, 2)
    before = pace.expected_s(3, 2)
    pace.look(at(end_s + 7200), 0, 9)
    pace.look(at(end_s + 7200), 1, 2)
    assert pace.expected_s(3, 2) == before
    pace.look(at(end_s + 7200), 0, 2)
    pace.look(at(end_s + 7201) + FORGOTTEN_AFTER, 1, 2)
    assert pace.expected_s(3, 2) is None


def test_nobody_ever_worked_while_somebody_waited() -> None:
    pace = Pace()
    busy(pace, 20, 60, working=0)
    assert pace.expected_s(1, 1) is None


@given(st.integers(1, 400), st.integers(1, 30), st.integers(0, 30), st.floats(1, 900))
def test_further_back_waits_longer_and_more_agents_shorten_it(
    position: int, working: int, lost: int, every_s: float
) -> None:
    pace = Pace()
    end_s = busy(pace, 12, every_s)
    for _ in range(lost):
        pace.lost(at(end_s))
    here = pace.expected_s(position, working)
    if here is None:
        assert pace.taken < LEAST_TAKEN
        return
    assert 0 < here < pace.expected_s(position + 1, working)
    assert pace.expected_s(position, working + 1) < here
