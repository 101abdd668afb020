"""The end of each step: who is free is brought together with who is first, in person or by callback."""

from dataclasses import replace

from cti.domain.events import AgentDisposed, AgentSignedOut, AgentWentNotReady, SwitchLost
from cti.domain.facts import OfferMade
from cti.domain.oversight import WaitingPlaced
from cti.domain.values import Roster, Routing, SkillRule, SkillStep
from tests.cti.domain.callings import RULES, allow, callback_stage, come, promised, state, want
from tests.cti.domain.stage import ANN, BOB, CARE, SALES

LINE = replace(SALES, callbacks=RULES)


def test_one_in_person_and_one_by_callback_each_get_an_agent() -> None:
    stage = promised()
    come(stage, "c2", "13700137000")
    stage.ready(11)
    stage.ready(12)
    allow(stage)
    offers = stage.all(OfferMade)
    assert offers[0].call_id == "c2"
    assert {offer.agent_id for offer in offers} == {11, 12}


def test_nobody_free_or_nobody_waiting_changes_nothing() -> None:
    stage = callback_stage()
    stage.ready(11)
    assert stage.all(OfferMade) == []
    stage = callback_stage()
    come(stage, "c1")
    want(stage)
    assert (stage.all(OfferMade), state(stage)) == ([], "waiting")


def test_in_a_line_that_needs_staff_callbacks_wait_for_some() -> None:
    strict = replace(SALES, callbacks=RULES, routing=Routing(needs_staff=True))
    stage = callback_stage(roster=Roster((ANN, BOB), (strict, CARE)))
    stage.ready(11)
    stage.talk("c0")
    come(stage, "c1")
    want(stage)
    stage.leave("c0")
    stage.tell(AgentWentNotReady(11, "meal"), AgentDisposed(11, "c0"), AgentSignedOut(11))
    assert state(stage) == "waiting"


def test_who_stands_before_it_goes_first_and_a_second_agent_serves_who_is_behind() -> None:
    stage = callback_stage()
    come(stage, "c0", "13600136000")
    stage.wait(1)
    come(stage, "c1")
    want(stage)
    stage.wait(1)
    come(stage, "c2", "13700137000")
    stage.ready(11)
    assert stage.last(OfferMade).call_id == "c0"
    assert state(stage) == "waiting"
    stage.ready(12)
    assert state(stage) == "checking"
    assert [offer.call_id for offer in stage.all(OfferMade)] == ["c0"]


def test_without_a_switch_in_sight_its_turn_does_not_come() -> None:
    stage = promised()
    stage.tell(SwitchLost("n1"))
    stage.ready(11)
    assert state(stage) == "waiting"
    stage.switch_back(phones=("1001",))
    assert state(stage) == "checking"


def test_skills_are_asked_for_as_if_the_caller_stood_there() -> None:
    strict = Routing(skills=(SkillRule("en", (SkillStep(3, 200.0), SkillStep(0))),))
    stage = promised(roster=Roster((ANN, BOB), (replace(LINE, routing=strict), CARE)))
    stage.ready(11)
    assert state(stage) == "waiting"
    stage.wait(109)
    assert state(stage) == "waiting"
    stage.wait(1)
    assert state(stage) == "checking"


def test_a_caller_can_be_placed_before_it() -> None:
    stage = promised()
    come(stage, "c2", "13700137000")
    stage.tell(WaitingPlaced("c2", 13, "b1"))
    assert (stage.call("c2")["position"], stage.floor.snapshot()["callback:b1"]["position"]) == (1, 2)
