from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from cti.domain.acd import Choice, choose
from cti.domain.agent import Agent
from cti.domain.demand import ANYBODY, Demand, fits
from cti.domain.queue import Counters, Queue, place_of
from cti.domain.standby import Standby
from cti.domain.values import AgentSettings, AgentState, QueueSettings, Routing, Rung, Strategy
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


def pick(
    queues: list[Queue], agents: list[Agent], unseen: tuple[str, ...] = (), **asks: Demand
) -> tuple[str, int] | None:
    demands: dict[str, Demand | None] = {**asks, **dict.fromkeys(unseen)}
    choice = choose(queues, *known(agents), lambda call_id: demands.get(call_id, ANYBODY), NOW)
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
    choice = choose([queue(1, ("a", 2, 7), ("b", 0, 9))], *people, lambda _: ANYBODY, NOW)
    why = "longest idle of 2: 3 s; call is number 1 of 2: came 7 s ago, priority 2"
    assert choice == Choice("a", 1, 2, why)


def test_what_nobody_free_can_do_blocks_nobody_behind() -> None:
    agents = [agent(1, 10, 1)]
    line = queue(1, ("hard", 5, 50), ("harder", 4, 40), ("easy", 0, 5))
    hard = Demand((("english", 3),))
    assert pick([line], agents, hard=hard, harder=hard) == ("easy", 1)
    assert pick([line], agents, hard=hard, harder=hard, easy=hard) is None


def test_the_first_who_fits_and_not_the_longest_idle() -> None:
    able, idler = agent(1, 10, 1), agent(2, 90, 1)
    able.settings = replace(able.settings, skills={"english": 4})
    assert pick([queue(1, ("a", 0, 5))], [able, idler], a=Demand((("english", 3),))) == ("a", 1)
    assert pick([queue(1, ("a", 0, 5))], [able, idler]) == ("a", 2)


def test_the_heavier_line_goes_first_whatever_waits_in_the_other() -> None:
    heavy, light = queue(1, ("young", 0, 1)), queue(2, ("vip", 9, 90))
    heavy.settings = replace(heavy.settings, routing=Routing(weight=1))
    assert pick([light, heavy], [agent(1, 10, 1, 2)]) == ("young", 1)
    assert pick([light, heavy], [agent(1, 10, 2)]) == ("vip", 1)


@pytest.mark.parametrize(("strategy", "said"), [
    (Strategy.FEWEST_CALLS, "fewest calls of 2: 3, idle 9 s"),
    (Strategy.ROUND_ROBIN, "next in turn of 2: idle 9 s"),
])  # fmt: skip
def test_each_order_gives_its_reason(strategy: Strategy, said: str) -> None:
    first, second = agent(1, 9, 1), agent(2, 99, 1)
    first.taken, second.taken, second.offered_at = 3, 4, NOW
    people, standby = known([first, second])
    standby.of(1).order_by(strategy)
    line = queue(1, ("a", 0, 7))
    line.settings = replace(line.settings, routing=Routing(strategy))
    choice = choose([line], people, standby, lambda _: Demand((("en", 1),), only_agent_id=1), NOW)
    assert choice is not None
    assert choice.why == (
        f"{said}; call is number 1 of 1: came 7 s ago, priority 0; needs en 1, waits for the customer's own agent"
    )


def test_it_is_what_a_look_at_everybody_finds() -> None:
    """Of all pairs that fit: heaviest line, best place, the line's own before helpers, first agent in their order."""
    for seed in range(300):
        dice = Random(seed)  # noqa: S311
        lines = [dice.sample([1, 2, 3], dice.randint(1, 3)) for _ in range(5)]
        agents = [agent(number, dice.randrange(60), *lines[number - 1]) for number in range(1, 6)]
        for one in agents:
            one.state = dice.choice([AgentState.READY, AgentState.READY, AgentState.TALKING])
            reserve_ids = frozenset(dice.sample([1, 2], 1))
            one.settings = replace(one.settings, skills={"x": dice.randrange(4)}, reserve_ids=reserve_ids)
        queues = []
        asks: dict[str, Demand | None] = {}
        for queue_id in (1, 2, 3):
            numbers = range(dice.randrange(5))
            calls = [(f"{queue_id}{number}", dice.randrange(3), float(dice.randrange(90))) for number in numbers]
            line = queue(queue_id, *calls)
            ladder = tuple(Rung(1, also_queue_id=other) for other in (1, 2, 3) if other != queue_id)
            line.settings = replace(line.settings, routing=Routing(weight=dice.randrange(2), ladder=ladder))
            queues.append(line)
            for call_id, _, _ in calls:
                only = dice.choice([None, None, dice.randint(1, 5)])
                also = tuple(dice.sample([n for n in (1, 2, 3) if n != queue_id], dice.randrange(3)))
                demand = Demand((("x", dice.randrange(4)),), dice.random() < 0.5, only, () if only else also)
                asks[call_id] = dice.choice([demand, ANYBODY, None])
        pairs = [
            (-line.settings.routing.weight, place, order, one.idle_since, one.agent_id)
            for line in queues
            for place in line.places()
            if (demand := asks[place[2]]) is not None
            for order, asked in enumerate((line.settings.queue_id, *demand.also))
            for one in agents
            if one.can_take_a_call and asked in one.settings.queue_ids and fits(one, asked, demand)
        ]
        choice = choose(queues, *known(agents), asks.__getitem__, NOW)
        found = None if choice is None else (choice.call_id, choice.agent_id)
        best = min(pairs, default=None)
        assert found == (None if best is None else (best[1][2], best[4])), seed


def test_others_help_out_where_nobody_of_the_line_is_free_and_fits() -> None:
    line = queue(1, ("a", 0, 90))
    line.settings = replace(line.settings, routing=Routing(ladder=(Rung(60, 0, 2),)))
    own, helper = agent(1, 5, 1), agent(2, 99, 2)
    asks = {"a": Demand(also=(2,))}
    assert pick([line], [helper]) is None, "not yet"
    assert pick([line], [helper], **asks) == ("a", 2)
    assert pick([line], [own, helper], **asks) == ("a", 1), "the line's own go first, however short they are idle"
    assert pick([line], [own, helper], a=Demand((("english", 1),), also=(2,))) is None
    helper.settings = replace(helper.settings, skills={"english": 1})
    assert pick([line], [own, helper], a=Demand((("english", 1),), also=(2,))) == ("a", 2)
    choice = choose([line], *known([own, helper]), lambda _: Demand((("english", 1),), also=(2,)), NOW)
    assert choice is not None
    assert choice.why.startswith("helps out from another queue: idle 99 s; call is number 1 of 1")


def test_a_helper_takes_the_best_call_of_both_lines() -> None:
    line, home = queue(1, ("long", 0, 90)), queue(2, ("short", 0, 5))
    line.settings = replace(line.settings, routing=Routing(ladder=(Rung(60, 0, 2),)))
    assert pick([line, home], [agent(2, 9, 2)], long=Demand(also=(2,))) == ("long", 2)
    home.settings = replace(home.settings, routing=Routing(weight=1))
    assert pick([line, home], [agent(2, 9, 2)], long=Demand(also=(2,))) == ("short", 2)
