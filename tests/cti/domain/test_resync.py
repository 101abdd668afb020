from dataclasses import replace
from datetime import timedelta

from cti.domain.commands import HangUpLeg, Join, OfferToFallback, RingAgent, SayGoodbye, StopWaiting
from cti.domain.events import (
    AgentDisposed,
    AgentSignedIn,
    AgentWentReady,
    CallQueued,
    LegAnswered,
    LegEnded,
    ScreenBack,
    SwitchBack,
    SwitchLost,
)
from cti.domain.facts import CallEnded, CallStarted, OfferEnded, OfferMade, SwitchChanged, TalkEnded, TalkStarted
from cti.domain.resync import FOUND
from cti.domain.values import AgentMemory, AgentState, Caller, CallMemory, EndReason, OfferResult, Roster
from tests.cti.domain.stage import BOB, SALES, Stage, agent_leg, customer
from tests.fakes import START

MEMORY = CallMemory("old", "leg-old", "n1", Caller("10086"), "4001", START - timedelta(seconds=90), 1)
TALK_MEMORY = replace(
    MEMORY,
    customer_id=77,
    waited_s=12.0,
    queued_at=START - timedelta(seconds=85),
    talk_agent_id=11,
    talk_leg_id="n1-a",
    talk_started_at=START - timedelta(seconds=60),
    recording_id="rec",
)


def restarted_stage(*calls: CallMemory, state: AgentState = AgentState.TALKING) -> Stage:
    stage = Stage()
    stage.floor.restore(
        stage.now, [AgentMemory(11, state, "", START - timedelta(seconds=60), "old")], calls=list(calls)
    )
    return stage


def test_a_node_is_lost_and_back() -> None:
    stage = Stage()
    stage.tell(SwitchLost("n1"))
    stage.wait(3)
    stage.tell(SwitchLost("n1"))
    assert stage.floor.view("system") == {"node_up": {"n1": False}, "stale_since": "2026-03-02T09:00:00.000Z"}
    stage.switch_back()
    assert stage.floor.view("system") == {"node_up": {"n1": True}, "stale_since": None}
    stage.switch_back()
    assert stage.all(SwitchChanged) == [SwitchChanged("n1", up=False), SwitchChanged("n1", up=True)]
    stage.tell(SwitchLost("n1"))
    assert len(stage.all(SwitchChanged)) == 3


def test_no_ring_on_a_lost_node() -> None:
    stage = Stage()
    stage.tell(SwitchLost("n1"))
    stage.ready(11)
    stage.arrive("c1")
    assert stage.all(RingAgent) == []
    stage.switch_back(customer("c1"), phones=("1001",))
    assert stage.ring().call_id == "c1"


def test_calls_that_are_gone_end() -> None:
    stage = Stage()
    stage.ready(11)
    leg_id = stage.talk("c1")
    stage.arrive("c2")
    stage.wait(1)
    stage.arrive("c3")
    stage.wait(4)
    stage.switch_back(customer("c2"), agent_leg(leg_id, "1001", "c1"), phones=("1001",))
    ended = stage.all(CallEnded)
    assert [(fact.call_id, fact.reason) for fact in ended] == [("c1", EndReason.LOST_WHILE_AWAY)]
    assert stage.state(11) == ("wrap_up", ""), "with the customer on the screen"
    assert stage.call("c3")["state"] == "waiting", "it came while the listing was on its way"
    assert stage.last(HangUpLeg).leg_id == leg_id
    stage.tell(LegEnded("leg-c1"))
    assert len(stage.all(CallEnded)) == 1


def test_a_restart_of_the_switch_ends_all_of_before() -> None:
    stage = Stage()
    stage.switch_back()
    stage.arrive("c1")
    stage.tell(SwitchLost("n1"))
    stage.wait(2)
    stage.arrive("c2")
    stage.switch_back(restarted=True)
    assert [(fact.call_id, fact.reason) for fact in stage.all(CallEnded)] == [("c1", EndReason.LOST_SWITCH)]


def test_calls_of_another_node_are_left_alone() -> None:
    stage = Stage()
    stage.arrive("c1")
    stage.wait(60)
    stage.tell(SwitchLost("n2"))
    stage.floor.restore(stage.now, calls=[replace(MEMORY, node="n2")])
    stage.switch_back(customer("c1"))
    assert stage.all(CallEnded) == []


def test_a_talk_whose_agent_is_gone_is_over() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.wait(30)
    stage.switch_back(customer("c1"), phones=("1001",))
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]
    assert stage.state(11) == ("wrap_up", "")


def test_a_talk_that_goes_on_goes_on() -> None:
    stage = Stage()
    stage.ready(11)
    leg_id = stage.talk("c1")
    stage.wait(30)
    before = stage.call("c1")
    stage.switch_back(customer("c1", "room"), agent_leg(leg_id, "1001", "c1", "room"), phones=("1001",))
    stage.switch_back(customer("c1", "room"), agent_leg(leg_id, "1001", "c1", "room"), phones=("1001",))
    assert stage.call("c1") == before
    assert stage.state(11) == ("talking", "")


def test_what_was_missed_is_caught_up_with() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.ring().leg_id
    ringing = agent_leg(leg_id, "1001", "c1", is_up=False)
    stage.switch_back(customer("c1"), ringing, phones=("1001",))
    assert stage.call("c1")["state"] == "ringing"
    stage.switch_back(customer("c1"), agent_leg(leg_id, "1001", "c1"), phones=("1001",))
    assert stage.all(Join) == [Join("c1", leg_id, 11, "id2")]
    stage.switch_back(customer("c1", "r"), agent_leg(leg_id, "1001", "c1", "r"), phones=("1001",))
    assert len(stage.all(TalkStarted)) == 1
    assert stage.call("c1")["state"] == "talking"


def test_an_offer_whose_leg_is_gone_is_nobodys_fault() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.switch_back(customer("c1"), phones=("1001",))
    assert stage.call("c1")["state"] == "ringing", "the ring was ordered a moment ago"
    stage.wait(5)
    first = stage.ring().leg_id
    stage.switch_back(customer("c1"), phones=("1001",))
    assert stage.last(OfferEnded).result is OfferResult.WITHDRAWN
    assert stage.ring().leg_id != first, "and rings again at once"


def test_legs_that_should_be_gone_are_hung_up_again() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.ring().leg_id
    stage.leave("c1")
    stage.clear()
    stage.switch_back(agent_leg(leg_id, "1001", "c1"), phones=("1001",))
    assert HangUpLeg("n1", leg_id) in stage.commands
    stage.clear()
    stage.switch_back(phones=("1001",))
    stage.tell(LegAnswered(leg_id))
    assert not stage.all(HangUpLeg)


def test_legs_closing_on_another_node_are_kept_in_mind() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.ring().leg_id
    stage.leave("c1")
    stage.clear()
    stage.tell(SwitchLost("n2"))
    stage.tell(SwitchBack("n2", (), frozenset({"1001"})))
    stage.tell(LegAnswered(leg_id))
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", leg_id)]


def test_a_talk_is_found_after_a_restart() -> None:
    stage = restarted_stage(TALK_MEMORY)
    stage.switch_back(customer("old", "r"), agent_leg("n1-a", "1001", "old", "r"), phones=("1001",))
    assert stage.state(11) == ("talking", "")
    view = stage.call("old")
    assert (view["state"], view["agent_name"], view["queue_name"]) == ("talking", "Ann", "Sales")
    assert (view["customer_id"], view["recording"]) == (77, True)
    assert (len(stage.all(CallStarted)), len(stage.all(TalkStarted))) == (1, 0)
    stage.wait(10)
    stage.tell(LegEnded("leg-old"))
    ended = stage.last(CallEnded)
    assert (ended.reason, ended.talked_s, ended.waited_s) == (EndReason.CALLER_HUNG_UP, 70.0, 12.0)
    assert stage.last(HangUpLeg).leg_id == "n1-a"


def test_a_talk_is_found_without_a_diary() -> None:
    stage = Stage()
    stage.tell(AgentSignedIn(11), ScreenBack(11))
    stage.switch_back(customer("old", "r"), agent_leg("n1-a", "1001", "old", "r"), phones=("1001",))
    assert stage.state(11) == ("talking", "")
    assert stage.call("old")["queue_id"] is None
    stage.tell(LegEnded("n1-a"))
    assert stage.last(TalkEnded).agent_id == 11
    assert stage.state(11) == ("wrap_up", "")
    stage.arrive("old", queue_id=None, talked_before=True)
    assert stage.all(SayGoodbye) == [SayGoodbye("old"), SayGoodbye("old")]
    stage.leave("old", EndReason.FLOW_ENDED)
    assert stage.last(CallEnded).reason is EndReason.AGENT_HUNG_UP


def test_a_found_talk_in_a_queue_that_is_no_more() -> None:
    stage = restarted_stage(replace(TALK_MEMORY, queue_id=98, talk_started_at=None))
    stage.switch_back(customer("old", "r"), agent_leg("n1-a", "1001", "old", "r"), phones=("1001",))
    assert stage.call("old")["queue_id"] is None


def test_a_second_look_finds_nothing_new() -> None:
    stage = restarted_stage(replace(TALK_MEMORY, queue_id=None))
    legs = (customer("old", "r"), agent_leg("n1-a", "1001", "old", "r"))
    stage.switch_back(*legs, phones=("1001",))
    stage.clear()
    stage.switch_back(*legs, phones=("1001",))
    assert stage.facts == []
    assert stage.commands == [OfferToFallback("1001", available=True), OfferToFallback("1002", available=False)]


def test_orphans_are_hung_up() -> None:
    stage = Stage()
    lonely = agent_leg("n1-a", "1001", "old")
    with_stranger = agent_leg("n1-b", "1002", "old2", "r2")
    third = replace(customer("x", "r2"), call_id=None)
    stage.switch_back(lonely, with_stranger, third)
    assert [command.leg_id for command in stage.all(HangUpLeg)] == ["n1-a", "n1-b"]


def test_a_talk_of_nobody_here_and_one_of_somebody_who_was_rung() -> None:
    stage = Stage(Roster((BOB,), (SALES,)))
    stage.ready(12)
    stage.arrive("c1")
    ring = agent_leg(stage.ring().leg_id, "1002", "c1", is_up=False)
    stage.switch_back(
        customer("c1"),
        ring,
        customer("a", "r1"),
        agent_leg("n1-a", "1009", "a", "r1"),
        customer("b", "r2"),
        agent_leg("n1-b", "1002", "b", "r2"),
        phones=("1002",),
    )
    assert stage.agent(12)["call_id"] == "b", "the switch is right: they talk"
    assert stage.call("c1")["state"] == "waiting"
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", ring.leg_id)], "and nobody's phone of the other talk is touched"


def test_an_agent_who_talks_is_not_found_in_a_second_talk() -> None:
    stage = Stage()
    stage.ready(11)
    leg_id = stage.talk("c1")
    stage.switch_back(
        customer("c1", "room"),
        agent_leg(leg_id, "1001", "c1", "room"),
        customer("b", "r2"),
        agent_leg("n1-b", "1001", "b", "r2"),
        phones=("1001",),
    )
    assert stage.agent(11)["call_id"] == "c1"
    assert stage.floor.view("call:b") is None


def test_a_talk_that_ended_while_nobody_looked() -> None:
    stage = restarted_stage(TALK_MEMORY)
    stage.switch_back(phones=("1001",))
    ended = stage.last(CallEnded)
    assert (ended.call_id, ended.reason, ended.talked_s) == ("old", EndReason.LOST_WHILE_AWAY, 60.0)
    assert stage.last(TalkEnded).talked_s == 60.0
    assert stage.state(11) == ("wrap_up", "")
    assert (stage.agent(11)["call_id"], stage.agent(11)["needs_disposition"]) == ("old", True)
    stage.tell(AgentDisposed(11, "old"), AgentWentReady(11))
    assert stage.state(11) == ("ready", "")
    stage.clear()
    stage.switch_back(phones=("1001",))
    assert stage.facts == []


def test_a_caller_who_still_waits_is_expected() -> None:
    stage = restarted_stage(MEMORY, state=AgentState.READY)
    stage.switch_back(customer("old"), phones=("1001",))
    assert stage.all(CallEnded) == []
    stage.arrive("old", arrived_at=MEMORY.arrived_at)
    assert stage.ring().call_id == "old"


def test_a_switch_that_restarted_with_us_lost_its_calls() -> None:
    stage = restarted_stage(MEMORY, state=AgentState.READY)
    stage.switch_back(phones=("1001",), restarted=True)
    assert stage.last(CallEnded).reason is EndReason.LOST_SWITCH


def test_found_talking_ends_a_remembered_wrap_up() -> None:
    stage = restarted_stage(TALK_MEMORY, state=AgentState.WRAP_UP)
    stage.switch_back(customer("old", "r"), agent_leg("n1-a", "1001", "old", "r"), phones=("1001",))
    stage.wait(5)
    assert stage.state(11) == ("talking", "")


def test_a_call_left_before_the_switch_is_back() -> None:
    stage = Stage()
    stage.arrive("c1")
    stage.leave("c1")
    stage.switch_back(customer("c1"))
    assert len(stage.all(CallEnded)) == 1
    stage.tell(SwitchLost("n1"))
    stage.arrive("c2", queue_id=None)
    stage.tell(CallQueued("c2", 1))
    assert stage.call("c2")["position"] == 1


def test_a_held_call_has_no_leg_to_miss() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(LegEnded(stage.talk("c1"), 27), SwitchLost("n1"))
    stage.switch_back(customer("c1"), phones=("1001",))
    assert stage.call("c1")["state"] == "rejoining"


def test_a_talk_of_the_fallback_queue_is_found_with_what_was_known_of_the_call() -> None:
    stage = restarted_stage(TALK_MEMORY, state=AgentState.READY)
    member = replace(agent_leg("n1-m", "1001", "old", "r"), fallback="member")
    stage.switch_back(replace(customer("old", "r"), fallback="waits"), member, phones=("1001",))
    assert stage.state(11) == ("talking", "")
    assert stage.call("old")["talk_started_at"] == "2026-03-02T09:00:00.000Z", "an earlier talk is not this one"
    assert stage.call("old")["recording"] is False


def test_a_member_that_rings_is_no_orphan() -> None:
    stage = Stage()
    stage.ready(11)
    stage.switch_back(replace(agent_leg("n1-m", "1001", "old"), fallback="member"), phones=("1001",))
    assert stage.all(HangUpLeg) == []
    stage.arrive("c1")
    assert stage.all(RingAgent) == []


def test_a_switch_that_is_younger_than_a_call_has_lost_it() -> None:
    stage = restarted_stage(TALK_MEMORY, replace(MEMORY, call_id="new", arrived_at=START - timedelta(seconds=3)))
    stage.tell(SwitchBack("n1", (), frozenset(), up_for_s=5.0))
    assert {fact.call_id: fact.reason for fact in stage.all(CallEnded)} == {
        "old": EndReason.LOST_SWITCH,
        "new": EndReason.LOST_WHILE_AWAY,
    }
    assert stage.state(11)[0] == "wrap_up"


def test_a_talk_that_the_diary_had_not_written_yet() -> None:
    stage = restarted_stage(MEMORY, state=AgentState.RINGING)
    caller = replace(customer("old", "r1", MEMORY.arrived_at), recording_id="rec")
    stage.switch_back(caller, agent_leg("n1-a", "1001", "old", "r1"), phones=("1001",))
    assert stage.last(OfferMade) == OfferMade("old", 11, "n1-a", FOUND)
    assert stage.last(OfferEnded).result is OfferResult.ANSWERED
    assert stage.last(TalkStarted) == TalkStarted("old", 11, "n1-a", 1, 90.0, "rec")


def test_a_talk_of_which_the_diary_knows_nothing_at_all() -> None:
    stage = Stage()
    caller = replace(customer("old", "r1", START - timedelta(seconds=9)), recording_id="rec")
    stage.switch_back(caller, agent_leg("n1-a", "1001", "old", "r1"), phones=("1001",))
    assert stage.last(TalkStarted) == TalkStarted("old", 11, "n1-a", None, 9.0, "rec")
    assert stage.state(11)[0] == "talking"


def test_a_talk_that_the_diary_knows_is_not_written_again() -> None:
    stage = restarted_stage(TALK_MEMORY)
    stage.switch_back(customer("old", "r1"), agent_leg("n1-a", "1001", "old", "r1"), phones=("1001",))
    assert stage.all(OfferMade) == stage.all(TalkStarted) == []


def test_who_is_ready_again_gets_no_call_before_the_leg_of_before_is_gone() -> None:
    stage = restarted_stage(state=AgentState.READY)
    stage.arrive("c1")
    stage.switch_back(customer("c1"), agent_leg("n1-a", "1001", "x"), phones=("1001",))
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", "n1-a")]
    assert stage.all(RingAgent) == []
    stage.tell(LegEnded("n1-a"))
    assert len(stage.all(RingAgent)) == 1


def test_a_talk_of_somebody_who_waits_for_us() -> None:
    stage = Stage()
    stage.arrive("c1")
    stage.switch_back(customer("c1", "r"), agent_leg("n1-a", "1001", "c1", "r"), phones=("1001",))
    assert (stage.call("c1")["state"], stage.call("c1")["agent_id"]) == ("talking", 11)
    assert stage.queue(1)["waiting"] == []
    stage.wait(400)
    assert stage.all(StopWaiting) == []


def test_a_talk_of_two_who_were_meant_for_others() -> None:
    stage = Stage()
    stage.ready(11, 12)
    stage.arrive("c1")
    stage.arrive("c2")
    legs = {ring.extension: ring.leg_id for ring in stage.all(RingAgent)}
    found = agent_leg("n1-a", "1002", "c1", "r")
    ringing = [agent_leg(legs[ext], ext, "x", is_up=False) for ext in legs]
    stage.switch_back(customer("c1", "r"), customer("c2"), found, *ringing, phones=("1001", "1002"))
    assert stage.call("c1")["agent_id"] == 12
    assert stage.state(12)[0] == "talking"
    assert stage.call("c2")["state"] == "waiting", "its ring was 1002's"
    assert {command.leg_id for command in stage.all(HangUpLeg)} == set(legs.values())


def test_who_is_being_said_goodbye_is_not_found_talking() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1", queue_id=None, talked_before=True)
    stage.switch_back(customer("c1", "r"), agent_leg("n1-a", "1001", "c1", "r"), phones=("1001",))
    assert stage.call("c1")["state"] == "leaving"


def test_an_agent_in_a_talk_is_not_found_in_another() -> None:
    stage = Stage()
    stage.ready(11)
    leg_id = stage.talk("c1")
    own = agent_leg(leg_id, "1001", "c1", "room")
    stage.switch_back(
        customer("c1", "room"), own, customer("c9", "r"), agent_leg("n1-a", "1001", "c9", "r"), phones=("1001",)
    )
    assert stage.agent(11)["call_id"] == "c1"
