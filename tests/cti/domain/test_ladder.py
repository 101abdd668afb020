"""A line's ladder on the floor: who waits comes earlier, and agents of another line are rung."""

from dataclasses import replace

from cti.domain.commands import RingAgent
from cti.domain.events import AgentDeclined, RosterChanged
from cti.domain.facts import OfferMade
from cti.domain.values import AgentSettings, Roster, Routing, Rung
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage

CARLA = AgentSettings(13, "Carla", "1003", frozenset({2}))
CLIMBING = replace(SALES, routing=Routing(ladder=(Rung(60, 5), Rung(120, 0, 2))))


def house() -> Stage:
    return Stage(Roster((BOB, CARLA), (CLIMBING, replace(CARE, max_wait_s=900.0))))


def test_a_step_brings_the_caller_before_one_of_higher_priority() -> None:
    stage = house()
    stage.arrive("early")
    stage.wait(30)
    stage.arrive("better", priority=3)
    assert (stage.call("better")["position"], stage.call("early")["position"]) == (1, 2)
    stage.wait(29)
    assert stage.call("early")["position"] == 2
    stage.wait(1)
    assert (stage.call("early")["position"], stage.call("early")["priority"]) == (1, 5)
    stage.wait(30)
    assert stage.call("better")["priority"] == 8, "steps add to what the flow gave"
    assert stage.call("better")["position"] == 1


def test_when_the_time_is_up_the_other_lines_agent_is_rung_and_the_place_kept() -> None:
    stage = house()
    stage.ready(13)
    stage.arrive("c1")
    stage.wait(119)
    assert not any(isinstance(one, RingAgent) for one in stage.commands), "Carla is not of this line"
    stage.wait(1)
    assert stage.last(OfferMade).agent_id == 13
    assert stage.last(OfferMade).why.startswith("helps out from another queue")
    stage.tell(AgentDeclined(13, "c1"))
    assert stage.call("c1")["state"] == "waiting"
    assert stage.call("c1")["position"] == 1
    stage.ready(12)
    assert stage.last(OfferMade).agent_id == 12, "the line's own, as soon as there is one"
    stage.join("c1")
    assert stage.call("c1")["queue_id"] == 1


def test_the_ladder_is_climbed_while_it_rings() -> None:
    stage = house()
    stage.ready(12)
    stage.wait(1)
    stage.arrive("c1")
    stage.tell(AgentDeclined(12, "c1"))
    stage.wait(50)
    stage.ready(12)
    stage.wait(15)
    assert stage.call("c1")["state"] == "ringing"
    stage.tell(AgentDeclined(12, "c1"))
    assert stage.call("c1")["priority"] == 5


def test_a_ladder_that_is_changed_counts_for_those_who_wait() -> None:
    stage = house()
    stage.arrive("c1")
    stage.wait(90)
    assert stage.call("c1")["priority"] == 5
    stage.tell(RosterChanged(Roster((ANN, BOB, CARLA), (SALES, CARE))))
    assert stage.call("c1")["priority"] == 0
