"""Calls that the fallback queue has: the floor takes back who waits, adopts who talks, and rings nobody twice."""

from dataclasses import replace

from cti.domain.commands import HangUpLeg, OfferToFallback, RingAgent, TakeBack
from cti.domain.events import (
    AgentWentNotReady,
    JoinEnded,
    LegAnswered,
    LegEnded,
    LegSnapshot,
    MemberRang,
    PhoneChanged,
    RosterChanged,
    ScreenLost,
    SwitchLost,
)
from cti.domain.facts import CallEnded, CallStarted, OfferEnded, TalkEnded
from cti.domain.memories import CallMemory
from cti.domain.values import AgentState, Caller, EndReason, OfferResult, Roster
from tests.cti.domain.stage import BOB, CARE, SALES, Stage, agent_leg, customer, restarted_stage


def waits(call_id: str) -> LegSnapshot:
    return replace(customer(call_id), fallback="waits")


def speaks(call_id: str) -> LegSnapshot:
    return replace(customer(call_id), fallback="speaks")


def talks(call_id: str, extension: str = "1001") -> tuple[LegSnapshot, LegSnapshot]:
    member = replace(agent_leg("n1-m", extension, call_id, "room"), call_id=None, fallback="member")
    return replace(customer(call_id, "room"), fallback="waits"), member


def test_who_waits_there_is_taken_back_and_keeps_the_place() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c0")
    stage.arrive("c1")
    stage.wait(1)
    stage.arrive("c2")
    stage.tell(SwitchLost("n1"))
    stage.wait(20)
    stage.clear()
    stage.switch_back(waits("c1"), customer("c2"), phones=("1001",))
    assert stage.all(TakeBack) == [TakeBack("n1", "leg-c1")]
    assert stage.floor.view("call:c1") is None
    assert (stage.call("c2")["position"], stage.all(CallEnded)[-1].call_id) == (1, "c0")
    stage.arrive("c1")
    assert stage.call("c1")["position"] == 1, "by the time of arrival"


def test_who_was_held_for_an_agent_when_we_stood_still_is_taken_back_into_the_line() -> None:
    stage = Stage()
    stage.ready(11)
    leg_id = stage.talk("c1")
    stage.wait(10)
    stage.tell(LegEnded(leg_id, 27), PhoneChanged("1001", reachable=False), ScreenLost(11))
    assert stage.call("c1")["state"] == "rejoining"
    stage.wait(15)
    stage.switch_back(waits("c1"))
    assert stage.all(TakeBack) == [TakeBack("n1", "leg-c1")]
    assert stage.state(11)[0] == "wrap_up"
    stage.arrive("c1")
    stage.wait(30)
    assert (stage.call("c1")["state"], stage.call("c1")["position"]) == ("waiting", 1)


def test_who_leaves_a_message_is_left_in_peace_and_ended_by_the_fallback() -> None:
    stage = Stage()
    stage.arrive("c1", queue_id=None)
    stage.wait(20)
    stage.switch_back(speaks("c1"))
    assert stage.all(TakeBack) == []
    assert stage.all(CallEnded) == []
    assert stage.floor.view("call:c1") is None
    stage.tell(LegEnded("leg-c1"))
    assert stage.last(CallEnded).reason is EndReason.FALLBACK


def test_whom_the_fallback_had_after_a_restart_is_ended_by_it() -> None:
    stage = Stage()
    there = CallMemory("c1", "leg-c1", "n1", Caller(None), "4001", stage.now, 1)
    asking = CallMemory("c2", "leg-c2", "n1", Caller(None), "4001", stage.now, 1)
    stage.floor.restore(stage.now, calls=[there, asking])
    stage.switch_back(waits("c1"), customer("c2"))
    stage.tell(LegEnded("leg-c1"), LegEnded("leg-c2"))
    ends = {ended.call_id: ended.reason for ended in stage.all(CallEnded)}
    assert ends == {"c1": EndReason.FALLBACK, "c2": EndReason.ABANDONED_IN_QUEUE}


def test_a_talk_there_is_adopted_until_it_ends() -> None:
    stage = Stage()
    stage.ready(11)
    stage.switch_back(*talks("c1"), phones=("1001",))
    assert stage.state(11) == ("talking", "")
    assert stage.agent(11)["call_id"] == "c1"
    assert stage.last(CallStarted).call_id == "c1"
    stage.arrive("c2")
    assert stage.all(RingAgent) == []
    stage.tell(LegEnded("leg-c1"), LegEnded("n1-m"))
    assert stage.last(CallEnded).reason is EndReason.CALLER_HUNG_UP
    assert stage.last(TalkEnded).agent_id == 11
    assert stage.state(11) == ("wrap_up", "")
    stage.done(11, "c1")
    stage.wait(30)
    assert stage.ring().call_id == "c2"


def test_a_call_of_ours_that_talks_there_now_is_adopted_as_such() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1", 2)
    assert stage.state(11) == ("ringing", "")
    stage.tell(SwitchLost("n1"))
    stage.wait(30)
    stage.switch_back(*talks("c1"), phones=("1001",))
    assert stage.state(11) == ("talking", "")
    assert (stage.call("c1")["state"], stage.call("c1")["queue_id"]) == ("talking", 2)
    assert stage.all(CallEnded) == []
    assert stage.last(OfferEnded).result is OfferResult.WITHDRAWN, "not the agent's fault"


def test_a_talk_that_we_believed_in_is_over_when_the_fallback_has_the_caller() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.wait(10)
    stage.switch_back(speaks("c1"), phones=("1001",))
    assert stage.state(11) == ("wrap_up", "")
    assert stage.floor.view("call:c1") is None


def test_who_was_ringing_or_is_offered_is_let_go() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.ring().leg_id
    stage.wait(10)
    stage.switch_back(waits("c1"), agent_leg(leg_id, "1001", "c1", is_up=False), phones=("1001",))
    assert stage.all(TakeBack) == [TakeBack("n1", "leg-c1")]
    assert stage.last(HangUpLeg).leg_id == leg_id
    assert stage.state(11) == ("ready", "")


def test_an_agent_whose_phone_the_fallback_rings_is_offered_nothing() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(MemberRang("n1-m", "1001"), MemberRang("n1-x", "1050"))
    stage.arrive("c1")
    assert stage.all(RingAgent) == []
    stage.tell(LegEnded("n1-m"))
    assert stage.ring().call_id == "c1"
    stage.tell(MemberRang("n1-m", "1001"))
    assert stage.state(11) == ("ringing", ""), "word of a leg that is gone"


def test_a_member_that_rings_when_we_come_back_stays_and_blocks_offers() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1", 2)
    stage.tell(SwitchLost("n1"))
    stage.wait(30)
    stage.clear()
    member = replace(agent_leg("n1-m", "1001", "c1", is_up=False), fallback="member")
    stranger = replace(agent_leg("n1-s", "1050", "c9", is_up=False), fallback="member")
    stage.switch_back(waits("c1"), member, stranger, customer("c2"), phones=("1001",))
    assert stage.all(TakeBack) == [TakeBack("n1", "leg-c1")]
    assert "n1-m" not in [order.leg_id for order in stage.all(HangUpLeg)], "the caller comes first, then it stops"
    stage.arrive("c2", 2)
    stage.wait(1)
    assert stage.all(RingAgent) == []
    stage.tell(LegEnded("n1-m"))
    assert stage.ring().call_id == "c2"


def test_nobody_is_offered_two_calls_while_the_fallback_queue_is_emptied() -> None:
    """After a kill: the queue began to ring Ann when the list had been made; its word comes behind the list."""
    stage = restarted_stage(state=AgentState.READY)
    stage.tell(SwitchLost("n1"))
    stage.arrive("c2")
    stage.switch_back(waits("c1"), customer("c2"), phones=("1001",))
    assert stage.all(RingAgent) == []
    stage.tell(MemberRang("n1-m", "1001"))
    stage.wait(1)
    assert stage.all(RingAgent) == [], "her phone rings"
    stage.tell(LegEnded("n1-m"))
    assert stage.ring().call_id == "c2"


def test_where_the_fallback_queue_had_rung_nobody_calls_are_offered_in_a_moment() -> None:
    stage = restarted_stage(state=AgentState.READY)
    stage.tell(SwitchLost("n1"))
    stage.arrive("c2")
    stage.switch_back(waits("c1"), customer("c2"), phones=("1001",))
    stage.wait(0.6)
    assert stage.ring().call_id == "c2"


def test_where_nobody_was_in_the_fallback_queue_calls_are_offered_at_once() -> None:
    stage = restarted_stage(state=AgentState.READY)
    stage.tell(SwitchLost("n1"))
    stage.arrive("c2")
    stage.switch_back(customer("c2"), *talks("c3", "1002"), phones=("1001",))
    assert stage.ring().call_id == "c2"


def test_who_is_removed_while_the_queue_is_emptied_is_not_looked_for() -> None:
    stage = Stage()
    stage.ready(11)
    stage.switch_back(waits("c1"), phones=("1001",))
    stage.tell(RosterChanged(Roster((BOB,), (SALES, CARE))))
    stage.wait(1)
    assert stage.floor.view("agent:11") is None


def test_a_phone_that_is_busy_with_a_call_of_the_fallback_queue_is_no_refusal() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.ring().leg_id
    stage.tell(MemberRang("n1-m", "1001"), LegEnded(leg_id, 17))
    assert stage.last(OfferEnded).result is OfferResult.WITHDRAWN
    assert stage.state(11) == ("ready", "")
    assert len(stage.all(RingAgent)) == 1, "not before that one is gone"


def test_calls_of_another_node_and_ended_ones_are_not_its_business() -> None:
    stage = Stage()
    stage.arrive("c1", queue_id=None)
    stage.leave("c1")
    stage.wait(1)
    stage.switch_back(speaks("c1"), speaks("c7"))
    assert len(stage.all(CallEnded)) == 1
    assert stage.call("c1")["state"] == "ended"


def test_an_answer_that_nobody_heard_in_time_pauses_no_agent() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.ring().leg_id
    stage.tell(SwitchLost("n1"), LegAnswered(leg_id))
    stage.tell(LegEnded(leg_id, 21))
    assert stage.state(11) == ("ready", "")
    stage.tell(JoinEnded("c1", leg_id, succeeded=False), AgentWentNotReady(11, "lunch"))
    assert stage.last(OfferToFallback) == OfferToFallback("1001", available=False)
