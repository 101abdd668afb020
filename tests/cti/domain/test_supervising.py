"""A supervisor listens, whispers and barges in, and the talk never notices more than it should."""

import pytest

from cti.domain.commands import HangUpLeg, HoldForAgent, Join, Place, RingAgent, SendLeg
from cti.domain.events import (
    AgentSignedIn,
    AgentWentReady,
    JoinEnded,
    LegAnswered,
    LegEnded,
    LegSpies,
    MemberRang,
    PhoneChanged,
    RoomJoined,
    RoomLeft,
    RosterChanged,
    ScreenLost,
    SwitchLost,
)
from cti.domain.facts import HoldStarted, SupervisionChanged, SupervisionEnded, SupervisionStarted
from cti.domain.oversight import SupervisorAsked, SupervisorLeft
from cti.domain.supervision import Mode
from cti.domain.values import Caller, Roster
from cti.domain.wishes import AgentHeld, AgentRetrieved
from cti.errors import Refused
from tests.cti.domain.attendance import HOUSE, ann, ask, attending, eve, talking
from tests.cti.domain.conference import held
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage


def spying(stage: Stage, leg_id: str, place: Place) -> SendLeg:
    return SendLeg("n1", leg_id, place, ann(stage))


def test_the_supervisors_phone_rings_and_then_they_listen() -> None:
    stage = talking()
    leg_id = ask(stage)
    ring = stage.last(RingAgent)
    assert (ring.extension, ring.call_id, ring.supervises, ring.caller) == ("1003", "c1", True, Caller(None))
    assert stage.last(SupervisionStarted) == SupervisionStarted("c1", "id4", 13, 11, "listen")
    assert (eve(stage)["state"], eve(stage)["confirmed"]) == ("ringing", False)
    stage.tell(LegAnswered(leg_id), LegAnswered(leg_id))
    assert stage.all(SendLeg) == [spying(stage, leg_id, Place.LISTEN)]
    assert (eve(stage)["state"], eve(stage)["confirmed"]) == ("listening", False)
    stage.tell(LegSpies(leg_id, ann(stage), whispers=False))
    assert eve(stage)["confirmed"] is True
    assert stage.agent(13)["supervises"] == "c1"
    assert stage.state(11) == ("talking", "")


def test_from_one_to_another_without_a_new_call() -> None:
    stage, leg_id = attending()
    stage.tell(SupervisorAsked(13, "c1", Mode.WHISPER), SupervisorAsked(13, "c1", Mode.WHISPER))
    assert stage.all(SendLeg) == [spying(stage, leg_id, Place.WHISPER)]
    assert len(stage.all(SupervisionChanged)) == 1
    stage.tell(LegSpies(leg_id, ann(stage), whispers=True))
    stage.clear()
    stage.tell(SupervisorAsked(13, "c1", Mode.BARGE))
    assert stage.all(SendLeg) == [SendLeg("n1", leg_id, Place.ADD, "leg-c1")]
    stage.clear()
    stage.tell(RoomJoined(leg_id, "room"))
    assert (eve(stage)["state"], eve(stage)["confirmed"]) == ("barged", True)
    assert "call:c1" in stage.touched, "the page is told"
    stage.clear()
    stage.tell(SupervisorAsked(13, "c1", Mode.LISTEN), RoomLeft(leg_id, "room"))
    assert stage.all(SendLeg) == [spying(stage, leg_id, Place.LISTEN)]
    assert stage.all(RingAgent) == []


def test_what_the_switch_did_late_confirms_nothing_and_what_it_did_not_do_is_ordered_again() -> None:
    stage, leg_id = attending()
    stage.tell(SupervisorAsked(13, "c1", Mode.WHISPER), LegSpies(leg_id, ann(stage), whispers=False))
    assert eve(stage)["confirmed"] is True, "still what it was"
    stage.clear()
    stage.wait(2)
    assert stage.all(SendLeg) == [spying(stage, leg_id, Place.WHISPER)]
    stage.tell(LegSpies(leg_id, ann(stage), whispers=True), LegSpies("x", ann(stage), whispers=True))
    stage.clear()
    stage.wait(10)
    assert stage.all(SendLeg) == []


def test_another_mode_while_the_phone_rings() -> None:
    stage = talking()
    leg_id = ask(stage)
    stage.tell(SupervisorAsked(13, "c1", Mode.BARGE), LegAnswered(leg_id))
    assert stage.all(SendLeg) == [SendLeg("n1", leg_id, Place.ADD, "leg-c1")]


def test_a_supervisor_in_the_room_keeps_the_customer_company_while_the_agent_is_away() -> None:
    stage, leg_id = attending(Mode.BARGE)
    stage.tell(AgentHeld(11, "c1"))
    assert stage.all(HoldForAgent) == []
    assert stage.call("c1")["state"] == "talking"
    stage.tell(RoomLeft(ann(stage), "room"))
    stage.clear()
    stage.tell(SupervisorLeft(13, "c1"))
    assert stage.all(HoldStarted)[0].call_id == "c1"
    assert HangUpLeg("n1", leg_id) in stage.commands
    assert stage.call("c1")["state"] == "held"


def test_barging_into_a_held_call_brings_the_customer_back() -> None:
    stage = talking()
    stage.tell(AgentHeld(11, "c1"))
    held(stage)
    leg_id = ask(stage, Mode.BARGE)
    stage.tell(LegAnswered(leg_id))
    assert stage.last(Join).leg_id == leg_id
    assert stage.call("c1")["state"] == "talking"
    stage.tell(RoomJoined(leg_id, "r2"), RoomJoined("leg-c1", "r2"), AgentRetrieved(11, "c1"))
    assert stage.last(SendLeg) == SendLeg("n1", ann(stage), Place.ADD, "leg-c1")


def test_nobody_answers() -> None:
    stage = talking()
    leg_id = ask(stage)
    stage.wait(21)
    assert stage.last(SupervisionEnded).why == "not_answered"
    assert stage.last(HangUpLeg).leg_id == leg_id
    assert eve(stage) == {}
    stage.tell(LegEnded(leg_id, 19))
    leg_id = ask(stage)
    stage.tell(LegEnded(leg_id, 21))
    assert stage.last(SupervisionEnded).why == "not_answered"


def test_the_agents_page_goes_and_comes_back() -> None:
    stage, leg_id = attending()
    stage.tell(LegEnded(ann(stage), 27))
    assert stage.call("c1")["state"] == "rejoining"
    assert stage.all(SendLeg) == [], "silence comes by itself"
    assert eve(stage)["confirmed"] is False
    stage.tell(RoomLeft("leg-c1", "room"), JoinEnded("c1", ann(stage), succeeded=True), PhoneChanged("1001", False))
    stage.tell(PhoneChanged("1001", reachable=True))
    back = stage.last(RingAgent).leg_id
    stage.tell(LegAnswered(back), RoomJoined(back, "r2"), RoomJoined("leg-c1", "r2"))
    assert stage.last(SendLeg) == SendLeg("n1", leg_id, Place.LISTEN, back)


def test_the_agent_does_not_come_back() -> None:
    stage, leg_id = attending(Mode.BARGE)
    stage.tell(LegEnded(ann(stage), 27))
    assert stage.all(SendLeg) == [SendLeg("n1", leg_id, Place.HOLD)], "the customer hears music, and waits alone"
    stage.wait(21)
    assert stage.last(SupervisionEnded).why == "talk_ended"


def test_the_supervisors_page_is_lost() -> None:
    stage, leg_id = attending()
    stage.tell(ScreenLost(13))
    stage.wait(14)
    assert stage.all(SupervisionEnded) == []
    stage.wait(2)
    assert stage.last(SupervisionEnded).why == "page_lost"
    assert HangUpLeg("n1", leg_id) in stage.commands
    stage.tell(RosterChanged(Roster((ANN, BOB), (SALES, CARE))))


def test_a_supervisor_who_leaves_the_house() -> None:
    stage, _ = attending()
    stage.tell(RosterChanged(Roster((ANN, BOB), (SALES, CARE))))
    assert stage.last(SupervisionEnded).why == "page_lost"
    assert stage.call("c1")["state"] == "talking"


def test_leaving_what_is_over_is_no_error() -> None:
    stage = talking()
    stage.tell(SupervisorLeft(13, "c1"), SupervisorLeft(13, "x"))
    assert stage.facts == []


def refusal(stage: Stage, call_id: str = "c1", supervisor_id: int = 13) -> str:
    with pytest.raises(Refused) as caught:
        stage.tell(SupervisorAsked(supervisor_id, call_id, Mode.LISTEN))
    return caught.value.code


def test_what_cannot_be_attended() -> None:
    stage = talking(12)
    assert refusal(stage, "x") == "no_such_talk"
    stage.arrive("c2", queue_id=None)
    assert refusal(stage, "c2") == "no_such_talk"
    assert refusal(stage, supervisor_id=99) == "no_extension"
    assert refusal(stage, supervisor_id=11) == "in_call"
    stage.tell(LegEnded(ann(stage), 27))
    assert refusal(stage) == "talk_interrupted"
    stage.tell(SwitchLost("n1"))
    assert refusal(stage) == "switch_away"


def test_who_cannot_attend_now() -> None:
    stage = talking()
    stage.tell(MemberRang("m1", "1003"))
    assert refusal(stage) == "phone_unreachable"
    stage.tell(LegEnded("m1"), PhoneChanged("1003", reachable=False))
    assert refusal(stage) == "phone_unreachable"
    stage.tell(PhoneChanged("1003", reachable=True))
    leg_id = ask(stage)
    stage.tell(SupervisorLeft(13, "c1"))
    assert refusal(stage) == "phone_unreachable", "the leg before is not gone yet"
    stage.tell(LegEnded(leg_id))
    ask(stage)


def test_one_ear_at_a_time() -> None:
    stage = talking(12)
    stage.arrive("c2")
    stage.tell(LegAnswered(stage.ring().leg_id))
    stage.tell(RoomJoined(stage.ring().leg_id, "r2"), RoomJoined("leg-c2", "r2"))
    ask(stage)
    assert refusal(stage, "c2") == "supervises_already"


def test_a_supervisor_with_calls_of_their_own() -> None:
    stage = talking()
    eve_in_sales = Roster((ANN, BOB, HOUSE.agents[2].__class__(13, "Eve", "1003", frozenset({1}))), (SALES, CARE))
    stage.tell(RosterChanged(eve_in_sales), AgentSignedIn(13), AgentWentReady(13))
    leg_id = ask(stage)
    stage.tell(LegAnswered(leg_id))
    stage.clear()
    stage.arrive("c2")
    assert stage.all(RingAgent) == [], "their phone is taken"
    stage.tell(SupervisorLeft(13, "c1"), LegEnded(leg_id))
    own = stage.last(RingAgent)
    assert own.extension == "1003"
    stage.tell(LegAnswered(own.leg_id), RoomJoined(own.leg_id, "r2"), RoomJoined("leg-c2", "r2"))
    assert refusal(stage) == "in_call"
    stage.leave("c2")
    assert refusal(stage) == "disposition_missing"


def test_a_take_over_is_not_taken_back() -> None:
    stage, _ = attending()
    stage.tell(SupervisorAsked(13, "c1", Mode.TAKE_OVER))
    with pytest.raises(Refused, match="taking_over"):
        stage.tell(SupervisorAsked(13, "c1", Mode.BARGE))
    assert eve(stage)["state"] == "taking_over"
