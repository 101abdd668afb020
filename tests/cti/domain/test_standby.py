from datetime import timedelta
from random import Random

from cti.domain.agent import Agent
from cti.domain.standby import Standby
from cti.domain.values import AgentSettings, AgentState, Strategy
from tests.fakes import START


def who(standby: Standby, queue_id: int) -> int | None:
    idle = standby.of(queue_id).first(lambda _: True)
    return None if idle is None else idle.agent_id


def agent(agent_id: int, idle_s: float | None, *queue_ids: int, state: AgentState = AgentState.READY) -> Agent:
    settings = AgentSettings(agent_id, f"agent {agent_id}", f"10{agent_id}", frozenset(queue_ids))
    idle_since = None if idle_s is None else START - timedelta(seconds=idle_s)
    return Agent(settings, START, state, idle_since=idle_since, phone_reachable=True)


def test_nobody_is_known_at_first() -> None:
    standby = Standby()
    assert (who(standby, 1), standby.of(1).free, standby.of(1).working) == (None, 0, 0)


def test_the_longest_idle_who_is_still_free() -> None:
    standby, first, second = Standby(), agent(1, 50, 1), agent(2, 10, 1)
    for one in (second, first, first):
        standby.look(one)
    assert (who(standby, 1), standby.of(1).free) == (1, 2)
    first.state = AgentState.RINGING
    standby.look(first)
    assert (who(standby, 1), standby.of(1).free, standby.of(1).working) == (2, 1, 2)
    assert standby.of(1).states == {AgentState.RINGING: 1, AgentState.READY: 1}


def test_without_an_idle_time_the_present_state_counts() -> None:
    standby = Standby()
    for one in (agent(1, None, 1), agent(2, 3, 1)):
        standby.look(one)
    assert who(standby, 1) == 2


def test_other_queues_and_leaving() -> None:
    standby, one = Standby(), agent(1, 50, 1, 2)
    standby.look(one)
    one.settings = AgentSettings(1, "agent 1", "101", frozenset({2, 3}))
    standby.look(one)
    assert [who(standby, queue_id) for queue_id in (1, 2, 3)] == [None, 1, 1]
    for _ in range(2):
        standby.look(one, is_gone=True)
    assert [who(standby, queue_id) for queue_id in (1, 2, 3)] == [None, None, None]
    assert standby.of(2).states.total() == standby.of(2).working == standby.of(2).free == 0


def test_the_order_is_the_queues() -> None:
    standby, first, second, third = Standby(), agent(1, 50, 1), agent(2, 10, 1), agent(3, 5, 1)
    first.taken, second.taken, third.taken = 2, 1, 1
    first.offered_at, second.offered_at = START, START + timedelta(seconds=1)
    for one in (third, first, second):
        standby.look(one)
    orders = {Strategy.LONGEST_IDLE: [1, 2, 3], Strategy.FEWEST_CALLS: [2, 3, 1], Strategy.ROUND_ROBIN: [3, 1, 2]}
    for strategy in (*orders, *reversed(orders)):
        standby.of(1).order_by(strategy)
        asked: list[int] = []
        assert standby.of(1).first(lambda agent_id: asked.append(agent_id) is not None) is None  # noqa: B023
        assert asked == orders[strategy]
    second.state = AgentState.RINGING
    standby.look(second)
    assert standby.of(1).free == 2


def test_it_agrees_with_a_look_at_everybody() -> None:
    standby, seed = Standby(), 20260112
    dice, people = Random(seed), [agent(number, number, 1) for number in range(1, 6)]  # noqa: S311
    for step in range(2000):
        one = dice.choice(people)
        one.state = dice.choice([AgentState.READY, AgentState.TALKING])
        one.idle_since = START + timedelta(seconds=step)
        standby.look(one)
    free = [one for one in people if one.can_take_a_call]
    assert standby.of(1).free == len(free), seed
    longest = min(free, key=lambda one: one.idle_since or START, default=None)
    assert who(standby, 1) == (None if longest is None else longest.agent_id), seed
