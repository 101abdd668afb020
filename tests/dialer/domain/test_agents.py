from collections.abc import Callable

import pytest

from dialer.domain.agents import Agents
from dialer.domain.handling_law import Handling


def looking(*idle: str) -> Agents:
    agents = Agents()
    for agent_id in idle:
        agents.ready(agent_id, 0.0)
    agents.look_ahead([5.0, 60.0])
    return agents


def free(agents: Agents, now_s: float) -> list[float]:
    return agents.free(now_s).tolist()[:2]


def test_idle_agents_are_certain() -> None:
    assert looking("a", "b").free(0.0).tolist() == [2.0, 2.0, 0.0, 0.0, 0.0, 0.0]


def test_busy_ones_are_as_likely_as_their_age_says() -> None:
    agents = looking("a", "b")
    agents.talk("a", 0.0)
    assert (agents.idle, agents.present) == (1, 2)
    assert 1 < free(agents, 10.0)[0] < free(agents, 10.0)[1] < 2
    agents.wrap_up("a", 20.0)
    wrapping = free(agents, 25.0)
    assert 1 < wrapping[0] < wrapping[1] < 2
    agents.ready("a", 30.0)
    assert free(agents, 30.0) == [2.0, 2.0]


def test_who_leaves_is_not_counted() -> None:
    agents = looking("a", "b")
    agents.talk("b", 0.0)
    agents.leave("a")
    agents.leave("b")
    assert (agents.idle, agents.present, free(agents, 5.0)) == (0, 0, [0.0, 0.0])


def test_it_learns_when_enough_ended() -> None:
    agents = looking("a")
    assert not agents.learn(0.0)
    for turn in range(60):
        agents.talk("a", turn * 100.0)
        agents.wrap_up("a", turn * 100.0 + 80)
        agents.ready("a", turn * 100.0 + 85)
    assert agents.learn(6000.0)
    agents.look_ahead([5.0, 60.0])
    agents.talk("a", 6000.0)
    assert free(agents, 6060.0)[1] > 0.7


@pytest.mark.parametrize("what", list(Handling))
def test_what_was_not_heard_to_begin_teaches_nothing(what: Handling) -> None:
    agents = Agents()
    for number in range(20):
        if what is Handling.TALK:
            agents.wrap_up(f"a{number}", 50.0)
        else:
            agents.talk(f"a{number}", 0.0)
            agents.ready(f"a{number}", 50.0)
    assert not agents.learn(50.0)


def test_who_takes_a_talk_over_is_busy_and_who_talks_already_goes_on() -> None:
    agents = Agents()
    agents.ready("a", 0.0)
    agents.take_over("a", 10.0)
    assert (agents.idle, agents.present) == (0, 1)
    agents.take_over("a", 50.0)
    assert agents._busy[Handling.TALK] == {"a": 10.0}


def test_who_is_there_is_known_busy_or_not() -> None:
    agents = looking("a", "b")
    agents.talk("a", 0.0)
    assert [agents.knows(name) for name in ("a", "b", "c")] == [True, True, False]


def test_who_pauses_after_this_talk_will_not_be_free() -> None:
    agents = looking("a", "b")
    agents.talk("a", 0.0)
    agents.talk("b", 0.0)
    both = free(agents, 50.0)[-1]
    agents.plan_to_leave("a", leaving=True)
    assert free(agents, 50.0)[-1] == pytest.approx(both / 2)
    assert agents.present == 1
    agents.plan_to_leave("a", leaving=False)
    assert free(agents, 50.0)[-1] == pytest.approx(both)
    agents.plan_to_leave("a", leaving=True)
    agents.wrap_up("a", 60.0)
    agents.talk("a", 61.0)
    assert agents.present == 1, "also when they get one more talk"
    agents.ready("a", 70.0)
    assert (agents.idle, agents.present) == (1, 2)


def test_who_is_free_or_gone_plans_nothing() -> None:
    agents = looking("a")
    agents.plan_to_leave("a", leaving=True)
    agents.plan_to_leave("x", leaving=True)
    assert (agents.idle, agents.present) == (1, 1)
    agents.talk("a", 0.0)
    agents.plan_to_leave("a", leaving=True)
    agents.leave("a")
    agents.talk("a", 1.0)
    assert agents.present == 1


def test_who_was_said_to_be_free_while_somebody_waited_in_vain_is_busy() -> None:
    agents = looking("a", "b", "c")
    agents.ready("b", 8.0)
    agents.doubt(5.0, 7.0)
    assert (agents.idle, agents.present, free(agents, 7.0)) == (1, 3, [1.0, 1.0]), "b was free later"
    assert agents.knows("a")
    agents.ready("a", 10.0)
    assert agents.idle == 2, "told again"
    agents.trust_again(66.0)
    assert agents.idle == 2
    agents.trust_again(67.0)
    assert (agents.idle, agents.present) == (3, 3), "nobody says of c again that they are free"


@pytest.mark.parametrize(("end", "present"), [(Agents.wrap_up, 1), (Agents.talk, 1), (lambda a, i, _: a.leave(i), 0)])
def test_what_is_told_of_who_is_doubted_holds(end: Callable[[Agents, str, float], None], present: int) -> None:
    agents = looking("a")
    agents.doubt(5.0, 7.0)
    end(agents, "a", 9.0)
    agents.trust_again(90.0)
    assert (agents.idle, agents.present) == (0, present)


def test_who_was_free_for_longest_has_whom_nothing_is_told_of() -> None:
    agents = looking("a", "b")
    agents.ready("b", 1.0)
    agents.doubt_first(1, 9.0)
    agents.leave("b")
    assert (agents.idle, agents.present) == (0, 1)
    agents.doubt_first(3, 9.0)
    assert agents.present == 1


def test_who_is_doubted_again_without_news_of_them_is_doubted_for_longer() -> None:
    agents, now_s = looking("a"), 0.0
    lasted_s = []
    for _ in range(6):
        agents.doubt_first(1, now_s)
        since_s = now_s
        while not agents.idle:
            now_s += 10.0
            agents.trust_again(now_s)
        lasted_s.append(now_s - since_s)
    assert lasted_s == [60, 120, 240, 480, 960, 960]
    agents.ready("a", now_s)
    agents.doubt_first(1, now_s)
    agents.trust_again(now_s + 60)
    assert agents.idle == 1, "as if it were the first time"
