from dataclasses import replace
from datetime import timedelta

from cti.domain.board import Turn
from cti.domain.commands import HangUpLeg, SayGoodbye
from cti.domain.events import (
    AgentDisposed,
    AgentHungUp,
    AgentSignedOut,
    AgentWentReady,
    CallQueued,
    CallReached,
    JoinEnded,
    LegAnswered,
    LegEnded,
    RoomJoined,
    RoomLeft,
    RosterChanged,
    ScreenLost,
    SwitchLost,
)
from cti.domain.facts import AgentChanged, CallEnded, TalkEnded, TalkStarted
from cti.domain.memories import CallMemory
from cti.domain.talks import end_talk_away
from cti.domain.values import UNKNOWN_CALLER, AgentState, EndReason, Roster
from cti.domain.wishes import AgentLeft
from tests.cti.domain import conference, outgoing
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage, talking
from tests.cti.domain.test_attempts import answer, dialing_stage
from tests.fakes import START


def test_they_talk_when_both_are_in_one_room() -> None:
    stage = Stage()
    stage.arrive("c1")
    stage.wait(7)
    stage.ready(11)
    leg_id = stage.answer()
    stage.tell(RoomJoined(leg_id, "r1"))
    assert stage.call("c1")["state"] == "connecting"
    stage.tell(RoomJoined("leg-c1", "r2"), RoomJoined("leg-c1", "r1"))
    fact = stage.last(TalkStarted)
    assert (fact.agent_id, fact.leg_id, fact.queue_id, fact.waited_s, fact.recording_id) == (11, leg_id, 1, 7.0, "id2")
    assert stage.state(11) == ("talking", "")
    assert stage.call("c1")["recording"] is True
    assert stage.queue(1)["today"]["answered"] == 1
    assert stage.queue(1)["agents_talking"] == 1


def test_who_lets_it_ring_until_they_hang_up_is_not_rung_for_the_next() -> None:
    stage, leg_id = dialing_stage()
    stage.ready(12)
    answer(stage, leg_id)
    stage.tell(CallReached("a1"))
    stage.wait(1.5)
    stage.tell(LegEnded(leg_id, 16))
    stage.leave("a1")
    assert stage.call("a1")["end_reason"] == "abandoned_ringing"
    assert stage.state(12) == ("not_ready", "missed_call")


def test_the_customer_hangs_up() -> None:
    stage, leg_id = talking()
    stage.wait(60)
    stage.tell(RoomLeft("leg-c1", "room"), RoomLeft(leg_id, "room"), LegEnded("leg-c1"))
    assert stage.last(TalkEnded).talked_s == 60.0
    ended = stage.last(CallEnded)
    assert (ended.reason, ended.agent_id, ended.talked_s) == (EndReason.CALLER_HUNG_UP, 11, 60.0)
    assert stage.last(HangUpLeg).leg_id == leg_id
    assert stage.state(11) == ("wrap_up", "")
    assert stage.agent(11)["needs_disposition"] is True
    stage.leave("c1")
    assert len(stage.all(CallEnded)) == 1


def test_the_agents_leg_ends_and_the_caller_hears_goodbye() -> None:
    stage, leg_id = talking()
    stage.tell(AgentHungUp(11, "c1"))
    assert stage.last(HangUpLeg).leg_id == leg_id
    assert stage.state(11) == ("talking", "")
    stage.tell(LegEnded(leg_id))
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]
    stage.tell(JoinEnded("c1", leg_id, succeeded=True))
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]
    assert stage.call("c1")["state"] == "leaving"
    stage.leave("c1", EndReason.FLOW_ENDED)
    assert stage.last(CallEnded).reason is EndReason.AGENT_HUNG_UP
    assert stage.queue(1)["today"] == {"offered": 1, "answered": 1, "abandoned": 0}


def test_the_coroutine_may_tell_it_first() -> None:
    stage, leg_id = talking()
    stage.tell(JoinEnded("c1", leg_id, succeeded=True))
    assert stage.all(SayGoodbye) == [], "whether the agent's page went is the switch's to say"
    stage.wait(2)
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]
    assert stage.last(HangUpLeg).leg_id == leg_id
    stage.tell(LegEnded(leg_id))
    assert len(stage.all(TalkEnded)) == 1


def test_after_the_talk_the_flow_may_queue_the_caller_again() -> None:
    stage, leg_id = talking()
    stage.wait(30)
    stage.tell(LegEnded(leg_id), CallQueued("c1", 2))
    assert stage.call("c1")["state"] == "waiting"
    stage.wait(4)
    stage.leave("c1")
    ended = stage.last(CallEnded)
    assert (ended.reason, ended.queue_id, ended.waited_s) == (EndReason.ABANDONED_IN_QUEUE, 2, 4.0)


def test_a_disposition_given_in_the_talk_counts() -> None:
    stage, _ = talking()
    stage.tell(AgentDisposed(11, "c1"))
    stage.leave("c1")
    assert stage.agent(11)["needs_disposition"] is False
    stage.tell(AgentWentReady(11))
    assert stage.state(11) == ("ready", "")


def test_a_screen_lost_just_now_does_not_matter() -> None:
    stage, _ = talking()
    stage.leave("c1")
    stage.tell(AgentDisposed(11, "c1"))
    stage.wait(20)
    stage.tell(ScreenLost(11))
    stage.wait(10)
    assert stage.state(11) == ("ready", "")


def test_an_agent_without_a_screen_is_signed_out_after_the_talk() -> None:
    stage, _ = talking()
    stage.tell(ScreenLost(11))
    stage.wait(200)
    assert stage.state(11) == ("talking", "")
    stage.tell(LegEnded("leg-c1"))
    stage.wait(0)
    assert stage.state(11) == ("signed_out", "")


def test_a_screen_lost_shortly_before_the_end_has_its_minute() -> None:
    stage, _ = talking()
    stage.tell(ScreenLost(11))
    stage.wait(50)
    stage.tell(LegEnded("leg-c1"))
    stage.wait(9)
    assert stage.state(11) == ("wrap_up", "")
    stage.wait(1)
    assert stage.state(11) == ("signed_out", "")


def test_a_removed_queues_talk_goes_on() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.answer()
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    stage.tell(RoomJoined(leg_id, "r"), RoomJoined("leg-c1", "r"))
    assert stage.call("c1")["queue_name"] == "Sales"
    stage.leave("c1")
    assert stage.last(CallEnded).queue_id == 1
    stage.done(11, "c1")
    assert stage.state(11) == ("ready", "")


def test_handle_times_make_the_expected_wait() -> None:
    stage = Stage()
    stage.ready(11)
    for call_id in ("c1", "c2", "c3"):
        leg_id = stage.talk(call_id)
        stage.wait(70)
        stage.tell(LegEnded(leg_id))
        stage.wait(20)
        stage.done(11, call_id)
    stage.talk("c4")
    stage.arrive("c5")
    stage.arrive("c6")
    assert stage.floor.position("c5") == (1, 90.0)
    assert stage.floor.position("c6") == (2, 180.0)
    assert stage.call("c6")["expected_wait_s"] == 180.0


def test_a_call_that_came_back_in_time_is_not_forgotten() -> None:
    stage, leg_id = talking()
    stage.leave("c1")
    stage.tell(LegEnded(leg_id))
    stage.wait(5)
    stage.arrive("c1", queue_id=None)
    stage.wait(30)
    assert stage.call("c1")["state"] == "in_menu"


def test_an_abandoned_call_is_counted_where_it_waited() -> None:
    stage = Stage()
    stage.arrive("c1", 2)
    stage.tell(SwitchLost("n1"))
    stage.ready(11)
    stage.wait(12)
    stage.leave("c1")
    assert stage.queue(2)["today"] == {"offered": 1, "answered": 0, "abandoned": 1}
    assert stage.last(CallEnded).waited_s == 12.0


def test_abandoned_while_ringing_for_a_removed_queue() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    stage.leave("c1")
    assert stage.last(CallEnded).reason is EndReason.ABANDONED_RINGING


def test_a_second_room_changes_nothing() -> None:
    stage, leg_id = talking()
    stage.clear()
    stage.tell(RoomJoined(leg_id, "r2"), RoomJoined("leg-c1", "r2"))
    assert stage.facts == []


def test_an_idle_agent_signs_out() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(AgentSignedOut(11))
    assert stage.state(11) == ("signed_out", "")


def test_an_interrupted_talk_is_over_when_the_caller_leaves() -> None:
    stage, leg_id = talking()
    stage.wait(5)
    stage.tell(LegEnded(leg_id, 27))
    stage.wait(3)
    stage.leave("c1")
    assert stage.all(TalkEnded) == []
    assert stage.last(CallEnded).talked_s == 5


def test_a_talk_of_before_a_restart_is_as_long_as_the_diary_and_the_clock_say() -> None:
    stage = Stage()
    turn = Turn(stage.floor._board, stage.now)
    memory = CallMemory("old", "leg", "n1", UNKNOWN_CALLER, "4001", START, 1)
    assert end_talk_away(turn, memory) == 0.0
    began = START - timedelta(seconds=60)
    assert end_talk_away(turn, replace(memory, talk_agent_id=11, talk_leg_id="a", talk_started_at=began)) == 60.0
    assert turn.facts == [TalkEnded("old", 11, "a", 60.0)]


def test_the_end_of_a_talk_and_of_a_call_is_the_end_for_the_invited() -> None:
    stage, _ = conference.conference()
    stage.leave("c1")
    assert stage.state(12) == ("ready", "")
    other = conference.talking()
    leg_id = conference.ask_outside(other)
    other.tell(LegAnswered(leg_id), AgentLeft(11, "c1"))
    other.leave("c1")
    assert HangUpLeg("n1", leg_id) in other.commands


def test_a_removed_agent_finishes_the_talk() -> None:
    stage, leg_id = talking()
    stage.tell(RosterChanged(Roster((BOB,), (SALES, CARE))))
    assert stage.state(11) == ("talking", "")
    stage.wait(10)
    stage.tell(LegEnded(leg_id))
    assert stage.last(AgentChanged).state is AgentState.SIGNED_OUT
    assert stage.floor.view("agent:11") is None
    stage.leave("c1", EndReason.FLOW_ENDED)
    assert stage.last(CallEnded).agent_id == 11
    stage.wait(10)
    assert stage.floor.view("call:c1") is None


def test_the_end_of_a_call_that_is_dialed_ends_the_dialing() -> None:
    stage = outgoing.outbound_stage()
    outgoing.answered(stage)
    stage.leave("o1")
    assert stage.state(11) == ("ready", "")
    assert stage.last(CallEnded).reason is EndReason.CALLER_HUNG_UP
