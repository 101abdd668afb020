from datetime import date, timedelta

from cti.domain.acd import Choice, choose
from cti.domain.agent import Agent
from cti.domain.queue import Counters, Queue, place_of
from cti.domain.standby import Standby
from cti.domain.values import AgentSettings, AgentState, QueueSettings
from tests.fakes import START

NOW = START + timedelta(seconds=100)


def agent(agent_id: int, idle_s: float, *queue_ids: int, state: AgentState = AgentState.READY) -> Agent:
    settings = AgentSettings(agent_id, f"agent {agent_id}", f"10{agent_id}", frozenset(queue_ids))
    return Agent(settings, NOW, state, idle_since=NOW - timedelta(seconds=idle_s), phone_reachable=True)


def queue(queue_id: int, *calls: tuple[str, int, float]) -> Queue:
    made = Queue(QueueSettings(queue_id, f"queue {queue_id}"), Counters(date(2026, 3, 2)))
    for call_id, priority, waited_s in calls:
        made.enter(place_of(priority, NOW - timedelta(seconds=waited_s), call_id))
    return made


def known(agents: list[Agent]) -> tuple[dict[int, Agent], Standby]:
    standby = Standby()
    for one in agents:
        standby.look(one)
    return {one.agent_id: one for one in agents}, standby


def pick(queues: list[Queue], agents: list[Agent], unseen: tuple[str, ...] = ()) -> tuple[str, int] | None:
    choice = choose(queues, *known(agents), lambda call_id: call_id not in unseen, NOW)
    return None if choice is None else (choice.call_id, choice.agent_id)


def test_nobody_free_or_nobody_waiting() -> None:
    assert pick([queue(1, ("a", 0, 5))], []) is None
    assert pick([queue(1, ("a", 0, 5))], [agent(1, 9, 1, state=AgentState.TALKING)]) is None
    assert pick([queue(1)], [agent(1, 9, 1)]) is None
    assert pick([], [agent(1, 9, 1)]) is None


def test_the_longest_idle_agent_gets_it() -> None:
    assert pick([queue(1, ("a", 0, 5))], [agent(1, 10, 1), agent(2, 50, 1), agent(3, 99, 2)]) == ("a", 2)


def test_equal_idleness_is_decided_the_same_way_each_time() -> None:
    assert pick([queue(1, ("a", 0, 5))], [agent(9, 10, 1), agent(4, 10, 1)]) == ("a", 4)


def test_an_agent_of_two_queues_gets_the_best_call_of_both() -> None:
    queues = [queue(1, ("young", 0, 5)), queue(2, ("old", 0, 50))]
    assert pick(queues, [agent(1, 10, 1, 2)]) == ("old", 1)
    assert pick(queues[::-1], [agent(1, 10, 1, 2)]) == ("old", 1)
    assert pick([queue(1, ("vip", 3, 1)), queue(2, ("old", 0, 50))], [agent(1, 10, 1, 2)]) == ("vip", 1)


def test_a_queue_that_nobody_free_serves_does_not_block_another() -> None:
    assert pick([queue(1, ("vip", 9, 90)), queue(2, ("b", 0, 1))], [agent(1, 10, 2)]) == ("b", 1)


def test_a_call_on_a_lost_switch_is_passed_over() -> None:
    queues = [queue(1, ("far", 5, 50), ("near", 0, 5))]
    assert pick(queues, [agent(1, 10, 1)], unseen=("far",)) == ("near", 1)
    assert pick(queues, [agent(1, 10, 1)], unseen=("far", "near")) is None


def test_the_reason_is_told() -> None:
    idle_never_known = agent(1, 0, 1)
    idle_never_known.idle_since = None
    people = known([idle_never_known, agent(2, 3, 1)])
    choice = choose([queue(1, ("a", 2, 7), ("b", 0, 9))], *people, lambda _: True, NOW)
    why = "longest idle of 2: 3 s; call is number 1 of 2: came 7 s ago, priority 2"
    assert choice == Choice("a", 1, 2, why)
