"""Handing a customer over, announced and unannounced."""

from dataclasses import replace

import pytest

from cti.domain.commands import GoOutside, HangUpLeg, Join, KeepWaiting, MuteRecording, SayGoodbye, StopRecording
from cti.domain.events import (
    AgentDeclined,
    AgentHungUp,
    AgentWentNotReady,
    AgentWentReady,
    JoinEnded,
    LegAnswered,
    LegEnded,
    OutsideEnded,
    RecordingMuted,
    RosterChanged,
)
from cti.domain.facts import (
    CallEnded,
    CallTransferred,
    OfferMade,
    RecordingPaused,
    RecordingResumed,
    RecordingWithheld,
    TalkEnded,
    TalkStarted,
    WaitStarted,
)
from cti.domain.values import EndReason, NoRecording, Roster
from cti.domain.wishes import AgentHeld, AgentLeft, AgentPausedRecording, AgentTransferred
from cti.errors import Refused
from tests.cti.domain.conference import NUMBER, ann, ask_colleague, ask_outside, conference, consulting, held, talking
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage, agent_leg, customer


def test_a_consulted_colleague_takes_the_customer_over() -> None:
    stage, leg_id = consulting()
    stage.wait(10)
    stage.tell(AgentLeft(11, "c1"))
    assert stage.all(CallTransferred) == [CallTransferred("c1", 11, True, 12)]
    assert stage.all(TalkEnded)[0].agent_id == 11
    started = stage.all(TalkStarted)[0]
    assert (started.agent_id, started.leg_id) == (12, leg_id)
    assert stage.last(Join).leg_id == leg_id
    assert HangUpLeg("n1", ann(stage)) in stage.commands
    assert (stage.state(11), stage.state(12)) == (("wrap_up", ""), ("talking", ""))
    view = stage.call("c1")
    assert (view["state"], view["agent_id"], view["parties"]) == ("talking", 12, [])
    stage.wait(5)
    stage.leave("c1")
    assert stage.state(12) == ("wrap_up", "")
    assert stage.last(CallEnded).reason is EndReason.CALLER_HUNG_UP


def test_in_a_conference_the_agent_leaves_and_nobody_notices() -> None:
    stage, _ = conference()
    stage.clear()
    stage.tell(AgentLeft(11, "c1"))
    assert stage.all(Join) == [], "they are together already"
    assert stage.call("c1")["agent_id"] == 12


def test_a_lost_page_in_a_conference_leaves_the_others_talking() -> None:
    stage, _ = conference()
    stage.tell(LegEnded(ann(stage), 27))
    assert (stage.call("c1")["state"], stage.call("c1")["agent_id"]) == ("talking", 12)


def test_left_with_somebody_outside_the_customer_has_no_agent() -> None:
    stage = talking()
    leg_id = ask_outside(stage)
    held(stage)
    stage.tell(LegAnswered(leg_id), AgentLeft(11, "c1"))
    assert stage.last(CallTransferred) == CallTransferred("c1", 11, True, number=NUMBER)
    assert stage.call("c1")["state"] == "handed_over"
    assert stage.last(Join).leg_id == leg_id
    stage.tell(JoinEnded("c1", leg_id, succeeded=True))
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]
    stage.leave("c1", EndReason.TRANSFERRED_OUT)
    assert stage.last(CallEnded).reason is EndReason.TRANSFERRED_OUT


def test_who_is_nearest_inherits_and_those_aside_are_ended() -> None:
    stage, _ = consulting()
    born = ask_outside(stage)
    stage.tell(LegAnswered(born), AgentLeft(11, "c1"))
    assert stage.last(CallTransferred).number == NUMBER, "the consulted, not the one who hears music"
    assert stage.state(12) == ("ready", "")


def test_nobody_is_left_alone() -> None:
    stage = talking(12)
    ask_colleague(stage)
    with pytest.raises(Refused, match="nobody_to_leave_with"):
        stage.tell(AgentLeft(11, "c1"))


def test_unannounced_to_a_colleague() -> None:
    stage = talking(12)
    stage.tell(AgentTransferred(11, "c1", to_agent_id=12))
    assert stage.all(CallTransferred) == [CallTransferred("c1", 11, False, 12)]
    assert stage.all(KeepWaiting) == [KeepWaiting("c1", 1)]
    assert stage.last(OfferMade).agent_id == 12
    assert stage.state(11) == ("wrap_up", "")
    stage.tell(JoinEnded("c1", ann(stage), succeeded=True))
    assert stage.call("c1")["state"] == "ringing"
    leg_id = stage.answer()
    assert stage.last(Join).leg_id == leg_id


def test_who_gets_it_unannounced_is_told_who_passed_it_on_also_when_the_first_did_not_take_it() -> None:
    stage = talking(12)
    assert stage.call("c1")["passed_on_by"] is None
    stage.tell(AgentTransferred(11, "c1", to_agent_id=12))
    by_ann = {"agent_id": 11, "name": "Ann"}
    assert (stage.call("c1")["state"], stage.call("c1")["passed_on_by"]) == ("ringing", by_ann)
    stage.tell(AgentDeclined(12, "c1"))
    assert (stage.call("c1")["state"], stage.call("c1")["passed_on_by"]) == ("waiting", by_ann)
    stage.tell(LegEnded(stage.ring().leg_id, 16), AgentWentReady(12), JoinEnded("c1", ann(stage), succeeded=True))
    stage.join("c1")
    assert (stage.call("c1")["agent_id"], stage.call("c1")["passed_on_by"]) == (12, by_ann)
    stage.tell(AgentTransferred(12, "c1", queue_id=2))
    assert stage.call("c1")["passed_on_by"] == {"agent_id": 12, "name": "Bob"}
    renamed = replace(BOB, name="Robert")
    stage.tell(RosterChanged(Roster((ANN, renamed), (SALES, CARE))))
    assert stage.call("c1")["passed_on_by"] == {"agent_id": 12, "name": "Robert"}
    assert "call:c1" in stage.touched


def test_unannounced_to_a_colleague_in_a_pause_who_does_not_take_it() -> None:
    stage = talking(12)
    stage.tell(AgentWentNotReady(12, "meal"), AgentHeld(11, "c1"))
    stage.tell(AgentTransferred(11, "c1", to_agent_id=12))
    assert stage.state(12) == ("ringing", "")
    stage.wait(21)
    assert stage.state(12) == ("not_ready", "meal")
    assert (stage.call("c1")["state"], stage.call("c1")["position"]) == ("waiting", 1)


def test_unannounced_to_a_queue_they_are_first_in_line() -> None:
    stage = talking()
    stage.arrive("c2", 2)
    stage.tell(AgentTransferred(11, "c1", queue_id=2))
    assert stage.last(WaitStarted).queue_id == 2
    assert stage.call("c1")["position"] == 1
    assert stage.queue(2)["waiting"] == ["c1", "c2"]


def test_unannounced_to_a_number() -> None:
    stage = talking()
    stage.tell(AgentTransferred(11, "c1", number=NUMBER, shown_as="4001", withheld=True))
    assert stage.last(GoOutside).number == NUMBER
    assert (stage.last(GoOutside).shown_as, stage.last(GoOutside).withheld) == ("4001", True)
    assert stage.call("c1")["state"] == "handed_over"
    stage.tell(OutsideEnded("c1", answered=True), OutsideEnded("c1", answered=True), OutsideEnded("c9", answered=True))
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]


def test_a_number_that_is_not_reached_brings_the_caller_back_into_line() -> None:
    stage = talking()
    stage.tell(AgentTransferred(11, "c1", number=NUMBER), OutsideEnded("c1", answered=False))
    assert (stage.call("c1")["state"], stage.call("c1")["position"]) == ("waiting", 1)


def test_targets_that_cannot_be_had_change_nothing() -> None:
    stage = talking(12)
    for event, code in (
        (AgentTransferred(11, "c1"), "one_target"),
        (AgentTransferred(11, "c1", 12, 1), "one_target"),
        (AgentTransferred(11, "c1", queue_id=9), "unknown_queue"),
        (AgentTransferred(11, "c1", to_agent_id=99), "no_such_colleague"),
    ):
        with pytest.raises(Refused, match=code):
            stage.tell(event)
    assert stage.facts == []


def test_when_the_line_is_gone_the_colleagues_line_serves_or_nobodys() -> None:
    stage = talking(12)
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    with pytest.raises(Refused, match="unknown_queue"):
        stage.tell(AgentTransferred(11, "c1", to_agent_id=12))
    other = Stage(Roster((ANN, BOB), (SALES, CARE)))
    other.ready(11)
    other.talk("c1", 2)
    other.ready(12)
    other.tell(RosterChanged(Roster((ANN, BOB), (SALES,))))
    other.tell(AgentTransferred(11, "c1", to_agent_id=12))
    assert other.last(WaitStarted).queue_id == 1


def test_a_call_without_any_line_is_said_goodbye_and_wraps_up_all_the_same() -> None:
    stage = talking()
    stage.tell(AgentTransferred(11, "c1", number=NUMBER))
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    stage.tell(OutsideEnded("c1", answered=False))
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]
    found = Stage()
    found.ready(11)
    found.switch_back(customer("c5", "r"), agent_leg("old", "1001", "c5", "r"), phones=("1001",))
    found.tell(AgentTransferred(11, "c5", number=NUMBER))
    assert found.state(11) == ("wrap_up", "")


def test_the_recording_ends_with_the_last_of_ours() -> None:
    stage = talking()
    leg_id = ask_outside(stage)
    held(stage)
    stage.tell(LegAnswered(leg_id), AgentLeft(11, "c1"))
    assert stage.all(StopRecording) == [StopRecording("n1", "leg-c1")]
    assert stage.last(Join).recording_id is None
    colleagues, _ = conference()
    colleagues.tell(AgentLeft(11, "c1"))
    assert colleagues.all(StopRecording) == [], "Bob is ours"
    nothing = Stage(recording_allowed=False)
    nothing.ready(11)
    nothing.ann = nothing.talk("c1")  # type: ignore[attr-defined]
    leg_id = ask_outside(nothing)
    held(nothing)
    nothing.tell(LegAnswered(leg_id), AgentLeft(11, "c1"))
    assert nothing.all(StopRecording) == []


def test_a_pause_of_the_recording_ends_with_the_agent_who_asked_for_it() -> None:
    stage, _ = conference()
    stage.tell(AgentPausedRecording(11, "c1"), RecordingMuted("leg-c1", True))
    recorded_s = stage.last(RecordingPaused).at_s
    stage.wait(10)
    stage.tell(AgentLeft(11, "c1"))
    assert not stage.last(MuteRecording).muted
    assert stage.call("c1")["recording_state"] == "resuming"
    stage.wait(1)
    stage.tell(RecordingMuted("leg-c1", False))
    resumed = stage.last(RecordingResumed)
    assert (resumed.agent_id, resumed.at_s) == (12, recorded_s + 11), "seconds of the recording, not of Bob's talk"


@pytest.mark.parametrize(("told_before", "why"), [(None, NoRecording.NOT_TOLD), ("other_notice", None)])
def test_who_was_not_told_of_the_recording_is_not_recorded_in_the_other_line(
    told_before: str | None, why: NoRecording | None
) -> None:
    sales, care = replace(SALES, consent_prompt=told_before), replace(CARE, consent_prompt="notice")
    stage = Stage(Roster((ANN, BOB), (sales, care)))
    stage.ready(11)
    leg_id = stage.talk("c1")
    for _ in range(2):
        stage.tell(AgentTransferred(11, "c1", queue_id=2), JoinEnded("c1", leg_id, succeeded=True), LegEnded(leg_id))
        assert stage.call("c1")["no_recording"] == why
        stage.done(11, "c1")
        leg_id = stage.join("c1")
        assert (stage.last(TalkStarted).recording_id is None) is (why is not None)
    assert len(stage.all(RecordingWithheld)) == int(why is not None), "said once"


@pytest.mark.parametrize(("answered", "reason"), [(True, EndReason.TRANSFERRED_OUT), (False, EndReason.AGENT_HUNG_UP)])
def test_the_log_says_that_the_last_one_was_somebody_outside(answered: bool, reason: EndReason) -> None:
    stage = talking(12)
    stage.tell(AgentTransferred(11, "c1", number=NUMBER), OutsideEnded("c1", answered))
    if not answered:  # back in line, Bob takes it and ends it
        leg_id = stage.join("c1")
        stage.tell(AgentHungUp(12, "c1"), LegEnded(leg_id))
    stage.leave("c1", EndReason.AGENT_HUNG_UP)
    assert stage.last(CallEnded).reason is reason
