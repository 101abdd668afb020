"""Hold and retrieve: where the agent is, and since when the customer hears music."""

import pytest

from cti.domain.commands import HoldForAgent, Join, Place, SendLeg
from cti.domain.events import AgentHungUp, LegAnswered, LegEnded, PhoneChanged, SwitchLost
from cti.domain.facts import HoldEnded, HoldStarted
from cti.domain.wishes import AgentHeld, AgentRetrieved, AgentSwapped
from cti.errors import Refused
from tests.cti.domain.conference import (
    NUMBER,
    ann,
    ask_outside,
    conference,
    consulting,
    held,
    parties,
    party_id,
    talking,
)


def test_the_customer_hears_music_and_the_agent_nothing() -> None:
    stage = talking()
    stage.tell(AgentHeld(11, "c1"), AgentHeld(11, "c1"))
    assert stage.all(HoldStarted) == [HoldStarted("c1", 11, ann(stage))]
    assert stage.commands == [HoldForAgent("c1"), SendLeg("n1", ann(stage), Place.HOLD)]
    view = stage.call("c1")
    assert (view["state"], view["seat"], view["held_since"]) == ("held", "alone", "2026-03-02T09:00:30.000Z")
    assert stage.state(11) == ("talking", "")

    held(stage)
    stage.clear()
    stage.wait(7)
    stage.tell(AgentRetrieved(11, "c1"), AgentRetrieved(11, "c1"))
    assert stage.all(HoldEnded) == [HoldEnded("c1", 11, ann(stage), 7.0)]
    (join,) = stage.all(Join)
    assert join.leg_id == ann(stage)
    assert (stage.call("c1")["state"], stage.call("c1")["held_since"]) == ("talking", None)


def test_in_a_conference_the_others_talk_on() -> None:
    stage, leg_id = conference()
    stage.clear()
    stage.tell(AgentHeld(11, "c1"))
    assert stage.commands == [SendLeg("n1", ann(stage), Place.HOLD)]
    assert stage.call("c1")["state"] == "talking"
    stage.tell(LegEnded(leg_id))
    assert stage.call("c1")["state"] == "held"


def test_only_the_one_who_leads_a_call_that_goes_on_may() -> None:
    stage = talking(12)
    for event in (AgentHeld(12, "c1"), AgentHeld(11, "c9")):
        with pytest.raises(Refused, match="no_such_talk"):
            stage.tell(event)
    stage.tell(SwitchLost("n1"))
    with pytest.raises(Refused, match="switch_unavailable"):
        stage.tell(AgentHeld(11, "c1"))
    stage.switch_back(phones=("1001",))


def test_not_after_the_end_was_asked_for_nor_while_the_page_is_away() -> None:
    stage = talking()
    stage.tell(PhoneChanged("1001", reachable=False), LegEnded(ann(stage), 27))
    with pytest.raises(Refused, match="talk_interrupted"):
        stage.tell(AgentHeld(11, "c1"))
    other = talking()
    other.tell(AgentHungUp(11, "c1"))
    with pytest.raises(Refused, match="no_such_talk"):
        other.tell(AgentHeld(11, "c1"))


def test_one_who_rings_outside_is_given_up_for_the_customer() -> None:
    stage = talking()
    leg_id = ask_outside(stage)
    held(stage)
    stage.tell(AgentRetrieved(11, "c1"))
    assert stage.call("c1")["parties"] == []
    assert leg_id in {command.leg_id for command in stage.commands if type(command).__name__ == "HangUpLeg"}


def test_going_back_puts_the_consulted_aside_and_a_second_one_takes_the_place_of_the_first() -> None:
    stage, _ = consulting()
    stage.tell(AgentRetrieved(11, "c1"))
    assert parties(stage) == [("Bob", "aside")]
    stage.tell(AgentSwapped(11, "c1", party_id(stage)))
    born = ask_outside(stage)
    stage.tell(AgentSwapped(11, "c1", party_id(stage)), LegAnswered(born))
    assert parties(stage) == [("Bob", "consulted"), (NUMBER, "aside")]
    stage.tell(AgentSwapped(11, "c1", party_id(stage, 1)))
    assert parties(stage) == [("Bob", "aside"), (NUMBER, "consulted")]
