from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain.commands import HangUpLeg, Join, OfferToFallback, RingAgent, SayGoodbye
from cti.domain.events import AgentDisposed, AgentWentReady, CallQueued, LegAnswered, LegEnded, SwitchBack, SwitchLost
from cti.domain.facts import CallEnded, OfferEnded, SwitchChanged, TalkEnded, TalkStarted
from cti.domain.memories import CallMemory
from cti.domain.supervision import Mode
from cti.domain.values import AgentState, EndReason, OfferResult
from cti.domain.wishes import AgentInvited
from tests.cti.domain import attendance, conference, outgoing
from tests.cti.domain.stage import MEMORY, TALK_MEMORY, Stage, agent_leg, customer, restarted_stage
from tests.fakes import START


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


def test_who_stood_in_line_and_is_gone_has_left_it() -> None:
    stage = restarted_stage(MEMORY, replace(MEMORY, call_id="other", queue_id=9), state=AgentState.READY)
    stage.switch_back(phones=("1001",))
    gone = {fact.call_id: fact for fact in stage.all(CallEnded)}
    assert {fact.reason for fact in gone.values()} == {EndReason.ABANDONED_IN_QUEUE}
    assert gone["old"].waited_s == MEMORY.waited_s, "since when it stood there was not written"
    assert stage.queue(1)["today"]["abandoned"] == 1, "the other's line was removed"


def test_who_stood_in_line_had_waited_until_now() -> None:
    stage = restarted_stage(replace(MEMORY, queued_at=START - timedelta(seconds=85)), state=AgentState.READY)
    stage.switch_back(phones=("1001",))
    assert (stage.last(CallEnded).reason, stage.last(CallEnded).waited_s) == (EndReason.ABANDONED_IN_QUEUE, 85.0)


@pytest.mark.parametrize(
    ("memory", "state"),
    [
        (MEMORY, AgentState.RINGING),
        (replace(MEMORY, queue_id=None), AgentState.READY),
        (replace(MEMORY, parted_at=START), AgentState.READY),
    ],
)
def test_what_nobody_can_know_of_an_end_is_not_said(memory: CallMemory, state: AgentState) -> None:
    """An agent was rung and may have been joined; the menu may have sent them outside; or they had talked."""
    stage = restarted_stage(memory, state=state)
    stage.switch_back(phones=("1001",))
    assert stage.last(CallEnded).reason is EndReason.LOST_WHILE_AWAY


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
        "new": EndReason.ABANDONED_IN_QUEUE,
    }
    assert stage.state(11)[0] == "wrap_up"


def test_who_is_ready_again_gets_no_call_before_the_leg_of_before_is_gone() -> None:
    stage = restarted_stage(state=AgentState.READY)
    stage.arrive("c1")
    stage.switch_back(customer("c1"), agent_leg("n1-a", "1001", "x"), phones=("1001",))
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", "n1-a")]
    assert stage.all(RingAgent) == []
    stage.tell(LegEnded("n1-a"))
    assert len(stage.all(RingAgent)) == 1


def test_a_leg_beside_the_one_that_an_agent_talks_on_changes_nothing() -> None:
    stage = Stage()
    stage.ready(11)
    own = agent_leg(stage.talk("c1"), "1001", "c1", "room")
    second = agent_leg("n1-a", "1001", "c9", "r")
    stage.switch_back(customer("c1", "room"), own, customer("c9", "r"), second, phones=("1001",))
    assert stage.agent(11)["call_id"] == "c1"


def test_what_became_of_the_invited_while_nobody_looked() -> None:
    stage = conference.talking(12)
    leg_id = conference.ask_colleague(stage)
    conference.held(stage)
    legs = (customer("c1"), agent_leg(conference.ann(stage), "1001", "c1"))
    stage.switch_back(*legs, phones=("1001", "1002"))
    assert conference.parties(stage) == [("Bob", "ringing")], "fresh: it may not be listed yet"
    stage.switch_back(*legs, agent_leg(leg_id, "1002", "c1"), phones=("1001", "1002"))
    assert conference.parties(stage) == [("Bob", "consulted")]
    assert stage.state(12) == ("talking", ""), "no wrap-up for a colleague who helps"
    stage.wait(6)
    stage.switch_back(*legs, phones=("1001", "1002"))
    assert conference.parties(stage) == []


def test_one_outside_whose_leg_was_never_told_of() -> None:
    stage = conference.talking()
    stage.tell(AgentInvited(11, "c1", number=conference.NUMBER))
    conference.held(stage)
    stage.wait(6)
    stage.switch_back(customer("c1"), agent_leg(conference.ann(stage), "1001", "c1"), phones=("1001",))
    assert conference.parties(stage) == []


def test_a_supervisor_is_still_there_after_the_link_was_lost() -> None:
    stage = attendance.talking()
    leg_id = attendance.ask(stage)
    there = (customer("c1", "room"), agent_leg(attendance.ann(stage), "1001", "c1", "room"))
    stage.tell(SwitchLost("n1"))
    stage.switch_back(*there, phones=("1001", "1003"))
    assert attendance.eve(stage)["state"] == "ringing", "it may have been on its way"
    stage.switch_back(*there, agent_leg(leg_id, "1003", "c1"), phones=("1001", "1003"))
    assert attendance.eve(stage)["state"] == "listening"
    stage.wait(10)
    stage.switch_back(*there, phones=("1001", "1003"))
    assert attendance.eve(stage) == {}
    assert stage.call("c1")["state"] == "talking"


def test_who_supervised_before_a_restart_is_sent_home_and_the_talk_goes_on() -> None:
    stage = restarted_stage(TALK_MEMORY)
    supervisor = replace(agent_leg("n1-s", "1002", "old", "room"), supervises=True)
    stage.switch_back(supervisor, customer("old", "room"), agent_leg("n1-a", "1001", "old", "room"), phones=("1001",))
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", "n1-s")]
    assert stage.call("old")["agent_id"] == 11


def test_who_had_taken_the_talk_over_before_a_restart_still_has_it() -> None:
    stage = restarted_stage(TALK_MEMORY)
    taken = replace(agent_leg("n1-a", "1001", "old", "room"), supervises=True)
    stage.switch_back(taken, customer("old", "room"), phones=("1001",))
    assert stage.all(HangUpLeg) == []
    assert stage.call("old")["agent_id"] == 11


def test_a_take_over_whose_last_step_was_not_seen_is_done_when_the_link_is_back() -> None:
    stage = attendance.talking()
    leg_id, ann = attendance.ask(stage, Mode.TAKE_OVER), attendance.ann(stage)
    stage.tell(LegAnswered(leg_id), SwitchLost("n1"))
    eve = agent_leg(leg_id, "1003", "c1", "room")
    stage.switch_back(customer("c1", "room"), agent_leg(ann, "1001", "c1", "room"), eve, phones=("1001", "1003"))
    assert stage.call("c1")["agent_id"] == 13


def test_of_a_conference_nobody_is_rung_or_hung_up_after_a_restart() -> None:
    stage = restarted_stage(TALK_MEMORY)
    stage.ready(12)
    invited, led = agent_leg("n1-b", "1002", "old", "r"), agent_leg("n1-a", "1001", "old", "r")
    stage.switch_back(customer("old", "r"), invited, led, phones=("1001", "1002"))
    stage.arrive("c2")
    assert stage.all(HangUpLeg) == stage.all(RingAgent) == []
    assert [one["agent_id"] for one in stage.call("old")["parties"]] == [12]


def test_in_a_conference_a_leg_of_nobody_here_and_one_of_somebody_who_talks_elsewhere_are_left_alone() -> None:
    stage = restarted_stage(TALK_MEMORY)
    stage.ready(12)
    other = agent_leg(stage.talk("c2"), "1002", "c2", "room")
    legs = [agent_leg(*leg, "old", "r") for leg in (("n1-a", "1001"), ("n1-b", "1002"), ("n1-c", "1009"))]
    stage.switch_back(customer("c2", "room"), other, customer("old", "r"), *legs, phones=("1001", "1002"))
    assert stage.call("old")["parties"] == []
    assert stage.all(HangUpLeg) == []


def test_who_dials_is_compared_with_the_switch_as_well() -> None:
    stage = outgoing.outbound_stage()
    leg_id = outgoing.ringing(stage)
    stage.switch_back(outgoing.own_leg(leg_id), outgoing.their_leg(), phones=("1001",))
    assert stage.state(11)[0] == "dialing"
    stage = restarted_stage(state=AgentState.DIALING)
    stage.switch_back(phones=("1001",))
    assert stage.state(11)[0] == "ready"


def test_whoever_led_the_talk_leads_it_also_at_a_leg_that_is_kept_up() -> None:
    stage = restarted_stage(TALK_MEMORY)
    own = replace(agent_leg("own", "1001", "old", "room"), call_id=None, persistent=True, plays="n1-a")
    stage.switch_back(agent_leg("b", "1002", "old", "room"), customer("old", "room"), own)
    assert stage.call("old")["agent_id"] == 11
