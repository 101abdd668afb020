"""A supervisor takes a talk over: nobody falls silent, and what was the agent's is the supervisor's."""

import pytest

from cti.domain.commands import HangUpLeg, Join, MuteRecording, Place, RingAgent, SendLeg
from cti.domain.events import (
    AgentDisposed,
    AgentSignedIn,
    AgentWentNotReady,
    AgentWentReady,
    JoinEnded,
    LegAnswered,
    LegEnded,
    RecordingMuted,
    RoomJoined,
    RoomLeft,
)
from cti.domain.facts import (
    CallEnded,
    CallTakenOver,
    OfferMade,
    PartyEnded,
    SupervisionEnded,
    TalkEnded,
    TalkStarted,
)
from cti.domain.oversight import SupervisorAsked
from cti.domain.supervision import Mode
from cti.domain.values import EndReason
from cti.domain.wishes import AgentBroughtIn, AgentInvited, AgentPausedRecording, AgentSwapped
from cti.errors import Refused
from tests.cti.domain.attendance import ann, ask, attending, eve, talking
from tests.cti.domain.conference import party_id
from tests.cti.domain.stage import Stage


def take_over(stage: Stage, leg_id: str) -> None:
    stage.tell(SupervisorAsked(13, "c1", Mode.TAKE_OVER), RoomJoined(leg_id, "room"))


def test_first_into_the_room_then_the_agent_leaves() -> None:
    stage, leg_id = attending()
    stage.wait(10)
    stage.tell(SupervisorAsked(13, "c1", Mode.TAKE_OVER))
    assert stage.all(SendLeg) == [SendLeg("n1", leg_id, Place.ADD, "leg-c1")]
    assert stage.all(HangUpLeg) == []
    assert eve(stage)["state"] == "taking_over"
    with pytest.raises(Refused, match="taking_over"):
        stage.tell(SupervisorAsked(13, "c1", Mode.LISTEN))
    stage.tell(RoomJoined("leg-c1", "room"))
    assert stage.all(CallTakenOver) == []
    stage.tell(RoomJoined(leg_id, "room"))
    assert stage.all(CallTakenOver) == [CallTakenOver("c1", 11, 13)]
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", ann(stage))]
    assert stage.last(SupervisionEnded).why == "took_over"
    assert stage.all(TalkEnded)[0].agent_id == 11
    started = stage.last(TalkStarted)
    assert (started.agent_id, started.leg_id, started.recording_id) == (13, leg_id, "id2")
    assert stage.last(OfferMade).why == "taken over by a supervisor"
    assert stage.all(Join) == [], "customer and supervisor are together already"
    assert (stage.agent(11)["forced"]["act"], stage.agent(11)["forced"]["by"]) == ("take_over", "Eve")
    assert stage.agent(13)["forced"] is None
    assert (stage.state(11), stage.state(13)) == (("wrap_up", ""), ("talking", ""))
    view = stage.call("c1")
    assert (view["agent_id"], view["agent_name"], view["state"], view["supervisions"]) == (13, "Eve", "talking", [])
    assert stage.agent(13)["call_id"] == "c1"


def test_afterwards_the_supervisor_wraps_up_and_is_in_a_pause() -> None:
    stage, leg_id = attending()
    take_over(stage, leg_id)
    stage.tell(RoomLeft(ann(stage), "room"), LegEnded(ann(stage)))
    stage.wait(5)
    stage.leave("c1")
    assert stage.last(CallEnded).reason is EndReason.CALLER_HUNG_UP
    assert stage.state(13) == ("wrap_up", "")
    stage.tell(AgentDisposed(13, "c1"))
    assert stage.state(13) == ("not_ready", "signed_in")


def test_a_ready_supervisor_is_ready_again() -> None:
    stage, leg_id = attending()
    stage.tell(AgentSignedIn(13), AgentWentReady(13))
    take_over(stage, leg_id)
    stage.leave("c1")
    stage.done(13, "c1")
    assert stage.state(13) == ("ready", "")


def test_out_of_a_pause_and_out_of_a_wrap_up() -> None:
    stage, leg_id = attending()
    stage.tell(AgentSignedIn(13), AgentWentNotReady(13, "lunch"))
    take_over(stage, leg_id)
    stage.leave("c1")
    assert stage.state(13) == ("wrap_up", "")
    assert stage.agent(13)["next_state"] == "lunch"

    stage.tell(AgentWentReady(13)) if not stage.agent(13)["needs_disposition"] else stage.tell(AgentDisposed(13, "c1"))
    assert stage.state(13) == ("not_ready", "lunch")


def test_while_wrapping_up_the_call_before() -> None:
    stage, leg_id = attending()
    take_over(stage, leg_id)
    stage.tell(AgentWentReady(13), LegEnded(ann(stage)), AgentDisposed(11, "c1"), AgentWentReady(11))
    stage.leave("c1")
    stage.tell(LegEnded(leg_id), AgentDisposed(13, "c1"))
    assert stage.state(13) == ("wrap_up", ""), "some seconds are left"
    other = stage.talk("c2")
    stage.tell(SupervisorAsked(13, "c2", Mode.TAKE_OVER))
    second = stage.last(RingAgent).leg_id
    stage.tell(LegAnswered(second), RoomJoined(second, "room"))
    assert stage.state(13) == ("talking", "")
    assert stage.agent(13)["call_id"] == "c2"
    assert HangUpLeg("n1", other) in stage.commands


def test_at_once_from_a_phone_that_was_just_rung() -> None:
    stage = talking()
    leg_id = ask(stage, Mode.TAKE_OVER)
    stage.tell(LegAnswered(leg_id), RoomJoined(leg_id, "room"))
    assert stage.state(13) == ("talking", "")


def conference_with_bob(stage: Stage) -> str:
    stage.tell(AgentInvited(11, "c1", to_agent_id=12))
    bob = stage.last(RingAgent).leg_id
    stage.tell(RoomLeft(ann(stage), "room"), RoomLeft("leg-c1", "room"), JoinEnded("c1", ann(stage), succeeded=True))
    stage.tell(LegAnswered(bob), RoomJoined(ann(stage), "p"), RoomJoined(bob, "p"))
    return bob


def test_who_was_in_the_room_stays_and_who_was_consulted_goes() -> None:
    stage, leg_id = attending(Mode.LISTEN, 12)
    bob = conference_with_bob(stage)
    stage.tell(SupervisorAsked(13, "c1", Mode.TAKE_OVER))
    assert stage.last(Join).leg_id == leg_id
    stage.tell(RoomJoined(leg_id, "r2"), RoomJoined("leg-c1", "r2"))
    assert stage.last(PartyEnded).call_id == "c1"
    assert HangUpLeg("n1", bob) in stage.commands
    assert stage.state(13) == ("talking", "")

    stage, leg_id = attending(Mode.LISTEN, 12)
    bob = conference_with_bob(stage)
    stage.tell(AgentBroughtIn(11, "c1", party_id(stage)))
    for leg in (ann(stage), "leg-c1", bob):
        stage.tell(RoomJoined(leg, "r2"))
    stage.clear()
    stage.tell(SupervisorAsked(13, "c1", Mode.TAKE_OVER), RoomJoined(leg_id, "r2"))
    assert stage.all(PartyEnded) == []
    assert [party["agent_id"] for party in stage.call("c1")["parties"]] == [12]
    stage.tell(AgentSwapped(13, "c1", party_id(stage)))


def test_a_pause_of_the_recording_was_the_agents() -> None:
    stage, leg_id = attending()
    stage.tell(AgentPausedRecording(11, "c1"), RecordingMuted("leg-c1", muted=True))
    take_over(stage, leg_id)
    assert stage.last(MuteRecording).muted is False
    stage.tell(RecordingMuted("leg-c1", muted=False))
    assert stage.call("c1")["recording_state"] == "on"


def test_others_in_rooms_take_nothing_over() -> None:
    stage, leg_id = attending(Mode.BARGE)
    stage.tell(RoomLeft("leg-c1", "room"), SupervisorAsked(13, "c1", Mode.TAKE_OVER), RoomJoined(leg_id, "room"))
    assert stage.all(CallTakenOver) == []


def test_who_has_barged_in_needs_no_more_than_the_agent_to_leave() -> None:
    stage, leg_id = attending(Mode.BARGE)
    stage.tell(SupervisorAsked(13, "c1", Mode.TAKE_OVER))
    assert stage.all(SendLeg) == []
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", ann(stage))]
    assert (stage.call("c1")["agent_id"], stage.last(TalkStarted).leg_id) == (13, leg_id)
