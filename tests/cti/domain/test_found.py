from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain.commands import HangUpLeg, RingAgent, SayGoodbye, StopWaiting
from cti.domain.events import (
    AgentSignedIn,
    LegEnded,
    ScreenBack,
)
from cti.domain.facts import (
    CallEnded,
    CallStarted,
    HoldStarted,
    OfferEnded,
    OfferMade,
    TalkEnded,
    TalkStarted,
)
from cti.domain.found import FOUND
from cti.domain.memories import AgentMemory
from cti.domain.oversight import SupervisorStartedRecording
from cti.domain.take import TakeMemory
from cti.domain.take_words import RecordingCut, RecordingStarted, RecordingStopped
from cti.domain.values import AgentState, EndReason, OfferResult, Roster
from cti.domain.wishes import AgentStoppedRecording
from tests.cti.domain import outgoing
from tests.cti.domain.stage import BOB, MEMORY, SALES, TALK_MEMORY, Stage, agent_leg, customer, restarted_stage
from tests.fakes import START


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


def test_legs_without_a_customer_of_ours_are_in_no_talk() -> None:
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


def test_found_talking_ends_a_remembered_wrap_up() -> None:
    stage = restarted_stage(TALK_MEMORY, state=AgentState.WRAP_UP)
    stage.switch_back(customer("old", "r"), agent_leg("n1-a", "1001", "old", "r"), phones=("1001",))
    stage.wait(5)
    assert stage.state(11) == ("talking", "")


def test_a_talk_of_the_fallback_queue_is_found_with_what_was_known_of_the_call() -> None:
    stage = restarted_stage(TALK_MEMORY, state=AgentState.READY)
    member = replace(agent_leg("n1-m", "1001", "old", "r"), fallback="member")
    stage.switch_back(replace(customer("old", "r"), fallback="waits"), member, phones=("1001",))
    assert stage.state(11) == ("talking", "")
    assert stage.call("old")["talk_started_at"] == "2026-03-02T09:00:00.000Z", "an earlier talk is not this one"
    assert stage.call("old")["recording"] is False


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


def test_a_recording_that_was_paused_is_found_paused() -> None:
    stage = restarted_stage(replace(TALK_MEMORY, recording_paused=True))
    stage.switch_back(customer("old", "r"), agent_leg("n1-a", "1001", "old", "r"), phones=("1001",))
    assert stage.call("old")["recording_state"] in {"paused", "resuming"}


def restarted_conference() -> Stage:
    stage = Stage()
    agents = [AgentMemory(agent_id, AgentState.TALKING, "", START, "old") for agent_id in (11, 12)]
    stage.floor.restore(stage.now, agents, calls=[TALK_MEMORY])
    return stage


@pytest.mark.parametrize("turned", [False, True], ids=["leader first", "colleague first"])
def test_a_conference_is_found_with_the_talk_s_leader_leading(turned: bool) -> None:
    stage = restarted_conference()
    legs = [agent_leg("n1-a", "1001", "old", "r"), agent_leg("n1-b", "1002", "old", "r")]
    stage.switch_back(customer("old", "r"), *(reversed(legs) if turned else legs), phones=("1001", "1002"))
    view = stage.call("old")
    assert (view["agent_id"], [(p["agent_id"], p["state"]) for p in view["parties"]]) == (11, [(12, "in_room")])
    assert (stage.state(11), stage.state(12)) == (("talking", ""), ("talking", ""))
    stage.arrive("c2")
    assert stage.all(RingAgent) == stage.all(HangUpLeg) == [], "nobody of the two is rung or cut off"
    stage.tell(LegEnded("n1-b"))
    assert (stage.state(12), stage.ring().extension) == (("ringing", ""), "1002"), "free again, for who waits"
    assert stage.call("old")["state"] == "talking"


def test_who_was_rung_elsewhere_is_found_in_the_conference() -> None:
    stage = Stage()
    stage.ready(12)
    stage.arrive("c2")
    ring = agent_leg(stage.ring().leg_id, "1002", "c2", is_up=False)
    legs = (agent_leg("n1-a", "1001", "old", "r"), agent_leg("n1-b", "1002", "old", "r"))
    stage.switch_back(customer("c2"), ring, customer("old", "r"), *legs, phones=("1001", "1002"))
    assert [one["agent_id"] for one in stage.call("old")["parties"]] == [12]
    assert stage.call("c2")["state"] == "waiting"


def test_who_talks_elsewhere_is_in_no_conference() -> None:
    stage = Stage()
    stage.ready(12)
    talk = agent_leg(stage.talk("c2"), "1002", "c2", "room")
    legs = (agent_leg("n1-a", "1001", "old", "r"), agent_leg("n1-b", "1002", "old", "r"))
    stage.switch_back(customer("c2", "room"), talk, customer("old", "r"), *legs, phones=("1001", "1002"))
    assert stage.call("old")["parties"] == []
    assert stage.agent(12)["call_id"] == "c2"


def test_who_is_being_dialed_is_not_found_by_somebody_else() -> None:
    stage = outgoing.outbound_stage()
    leg_id = outgoing.ringing(stage)
    other = agent_leg("n1-b", "1002", "o1", "r")
    stage.switch_back(outgoing.own_leg(leg_id), outgoing.their_leg(room_id="r"), other, phones=("1001", "1002"))
    assert stage.call("o1")["state"] == "dialing"


@pytest.mark.parametrize("written", [False, True])
def test_an_agent_who_is_not_with_the_customer_holds_them(written: bool) -> None:
    since = START - timedelta(seconds=20)
    stage = restarted_stage(replace(TALK_MEMORY, held_since=since if written else None))
    stage.switch_back(customer("old"), agent_leg("n1-a", "1001", "old"), phones=("1001",))
    view = stage.call("old")
    assert (view["state"], view["seat"], stage.all(HangUpLeg)) == ("held", "alone", [])
    assert view["held_since"] == ("2026-03-02T08:59:40.000Z" if written else "2026-03-02T09:00:00.000Z")
    assert len(stage.all(HoldStarted)) == (0 if written else 1)


def test_without_a_diary_nobody_can_say_whose_customer_it_is_who_hears_music() -> None:
    stage = Stage()
    stage.switch_back(customer("old"), agent_leg("n1-a", "1001", "old"), phones=("1001",))
    assert stage.last(HangUpLeg).leg_id == "n1-a"


def test_nobody_is_twice_in_a_conference() -> None:
    stage = restarted_stage(TALK_MEMORY)
    legs = (agent_leg("n1-a", "1001", "old", "room"), agent_leg("b", "1002", "old", "room"))
    stage.switch_back(customer("old", "room"), *legs, agent_leg("b2", "1002", "old", "room"))
    assert [party["agent_id"] for party in stage.call("old")["parties"]] == [12]


ON_TAPE = "11111111-1111-1111-1111-111111111111"


def talk_of_before(**known: object) -> Stage:
    """Killed 30 s into a talk whose leg names a recording; `known` is what the diary knows of it."""
    memory = replace(TALK_MEMORY, talk_leg_id="n1-a", **{"recording_id": None, **known})
    stage = restarted_stage(memory)
    found = replace(customer("old", "r"), recording_id=ON_TAPE)
    stage.switch_back(found, agent_leg("n1-a", "1001", "old", "r"), phones=("1001",))
    return stage


def test_a_recording_on_demand_outlives_callroom() -> None:
    began_at = START - timedelta(seconds=20)
    take = TakeMemory(11, by_supervisor=False, began_at=began_at)
    stage = talk_of_before(recording_id=ON_TAPE, take=take, recordings=frozenset({ON_TAPE}))
    view = stage.call("old")
    assert (view["recording_state"], view["recording_asked_by"]) == ("on", "agent")
    stage.tell(AgentStoppedRecording(11, "old"), RecordingCut("leg-old", done=True))
    stopped = stage.last(RecordingStopped)
    assert (stopped.recording_id, stopped.at_s) == (ON_TAPE, (stage.now - began_at).total_seconds())
    stage.tell(SupervisorStartedRecording("old", 13))
    assert stage.call("old")["recording_state"] == "starting", "another one may follow"


def test_one_that_began_before_the_diary_heard_of_it_is_written_down() -> None:
    stage = talk_of_before()
    started = stage.last(RecordingStarted)
    assert (started.recording_id, started.by, started.by_supervisor) == (ON_TAPE, 11, False)
    assert TALK_MEMORY.talk_started_at is not None
    assert started.talked_s == (stage.now - TALK_MEMORY.talk_started_at).total_seconds()
    assert stage.call("old")["recording_asked_by"] == "agent"


def test_one_that_is_over_is_not_taken_for_running() -> None:
    stage = talk_of_before(recordings=frozenset({ON_TAPE}))
    assert stage.all(RecordingStarted) == []
    assert not stage.call("old")["recording"]
