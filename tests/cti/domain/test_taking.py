"""A recording that somebody asks for in a talk: who may, how it begins, and how it ends."""

from dataclasses import replace

import pytest

from cti.domain.commands import HoldForAgent, Join, MuteRecording, Notice, Place, SendLeg, StopRecording
from cti.domain.events import (
    AgentHungUp,
    CallQueued,
    Event,
    JoinEnded,
    LegEnded,
    RecordingMuted,
    RoomJoined,
    RoomLeft,
    SwitchLost,
)
from cti.domain.facts import (
    RecordingPaused,
    RecordingWithheld,
    TalkEnded,
)
from cti.domain.oversight import SupervisorStartedRecording, SupervisorStoppedRecording
from cti.domain.take_words import RecordingCut, RecordingStarted, RecordingStopped, TapeBegan, TapeNotBegun
from cti.domain.values import NoRecording, QueueSettings, Roster
from cti.domain.wishes import (
    AgentHeld,
    AgentPausedRecording,
    AgentResumedRecording,
    AgentRetrieved,
    AgentStartedRecording,
    AgentStoppedRecording,
)
from cti.errors import Refused
from tests.cti.domain import conference
from tests.cti.domain.restarts import after_a_restart, asked_again
from tests.cti.domain.stage import ANN, BOB, CARE, EVE, SALES, Stage, agent_leg, customer

QUIET = replace(SALES, record=False)
OFFERING = replace(QUIET, record_on_demand=True)
START_IT, STOP_IT = AgentStartedRecording(11, "c1"), AgentStoppedRecording(11, "c1")
EVE_STARTS, EVE_STOPS = SupervisorStartedRecording("c1", 13), SupervisorStoppedRecording("c1", 13)
CUT, NOT_CUT = RecordingCut("leg-c1", done=True), RecordingCut("leg-c1", done=False)


def talking(queue: QueueSettings = OFFERING, **more: bool) -> tuple[Stage, str]:
    """Ann has talked with c1 for ten seconds."""
    stage = Stage(Roster((ANN, BOB, EVE), (queue, CARE)), **more)
    stage.ready(11)
    leg_id = stage.talk("c1")
    stage.wait(10)
    stage.clear()
    return stage, leg_id


def out_of_the_room(stage: Stage, leg_id: str) -> None:
    stage.tell(RoomLeft(leg_id, "room"), RoomLeft("leg-c1", "room"), JoinEnded("c1", leg_id, succeeded=True))


def back_in_the_room(stage: Stage, leg_id: str) -> None:
    stage.tell(RoomJoined(leg_id, "room2"), RoomJoined("leg-c1", "room2"))


def recording(queue: QueueSettings = OFFERING, by: Event = START_IT) -> tuple[Stage, str]:
    """Somebody asked after ten seconds."""
    stage, leg_id = talking(queue)
    stage.tell(by)
    out_of_the_room(stage, leg_id)
    stage.tell(TapeBegan("c1"))
    back_in_the_room(stage, leg_id)
    return stage, leg_id


def tape(stage: Stage) -> tuple[str | None, bool, str | None]:
    view = stage.call("c1")
    return view["recording_state"], view["recording"], view["recording_asked_by"]


def refusal(stage: Stage, event: Event) -> str:
    with pytest.raises(Refused) as refused:
        stage.tell(event)
    return refused.value.code


def test_the_customer_comes_out_of_the_room_and_in_again_with_the_recorder() -> None:
    stage, leg_id = talking()
    stage.tell(START_IT)
    assert stage.commands == [SendLeg("n1", leg_id, Place.HOLD)], "and no music for the customer"
    assert tape(stage) == ("starting", False, "agent")
    assert not stage.call("c1")["recording_notice"], "this line has none"
    out_of_the_room(stage, leg_id)
    join = stage.last(Join)
    assert (join.leg_id, join.notice) == (leg_id, Notice(None, refusable=False))
    assert join.recording_id is not None
    assert stage.all(HoldForAgent) == []
    stage.wait(0.5)
    stage.tell(TapeBegan("c1"))
    assert tape(stage) == ("on", True, "agent")
    assert stage.last(RecordingStarted) == RecordingStarted("c1", 11, join.recording_id, 11, False, 10.5)
    back_in_the_room(stage, leg_id)
    assert stage.call("c1")["state"] == "talking"
    assert len(stage.all(Join)) == 1
    stage.tell(TapeBegan("c1"))
    assert len(stage.all(RecordingStarted)) == 1, "told once"


def test_what_is_there_anyway_is_neither_begun_nor_ended_by_hand() -> None:
    stage, _ = talking(SALES)
    assert tape(stage) == ("on", True, None)
    assert refusal(stage, START_IT) == refusal(stage, EVE_STARTS) == "recorded_already"
    assert refusal(stage, STOP_IT) == refusal(stage, EVE_STOPS) == "recorded_by_rule"
    assert stage.commands == []


def test_an_agent_may_where_the_line_says_so_and_a_supervisor_everywhere() -> None:
    stage, _ = talking(QUIET)
    assert not stage.call("c1")["recording_offered"]
    assert refusal(stage, START_IT) == "recording_not_allowed"
    assert refusal(stage, AgentStartedRecording(12, "c1")) == "no_such_talk"
    assert refusal(stage, SupervisorStartedRecording("none", 13)) == "no_such_talk"
    stage.tell(EVE_STARTS)
    assert tape(stage) == ("starting", False, "supervisor")
    offering, _ = talking()
    assert offering.call("c1")["recording_offered"]


def test_not_on_a_full_disk_and_not_while_the_switch_is_away() -> None:
    stage, _ = talking(recording_allowed=False)
    assert refusal(stage, START_IT) == refusal(stage, EVE_STARTS) == "recording_no_room"
    away, _ = talking()
    away.tell(SwitchLost("n1"))
    assert refusal(away, START_IT) == refusal(away, EVE_STARTS) == "switch_unavailable"


def test_a_call_in_no_line_asks_the_disk_of_no_line() -> None:
    stage, _ = talking()
    call = stage.floor._board.calls["c1"]
    call.queue = None
    asked: list[int] = []
    stage.floor.set_recording_gate(lambda queue_id: bool(asked.append(queue_id)))
    assert refusal(stage, START_IT) == "recording_not_allowed"
    assert refusal(stage, EVE_STARTS) == "recording_no_room"
    assert asked == [0]
    stage.floor.set_recording_gate(lambda _: True)
    stage.tell(EVE_STARTS)
    assert not stage.call("c1")["recording_offered"]


@pytest.mark.parametrize("queue", [SALES, OFFERING])
def test_who_refused_is_recorded_by_nobody(queue: QueueSettings) -> None:
    stage = Stage(Roster((ANN, BOB, EVE), (queue, CARE)))
    stage.ready(11)
    stage.arrive("c1", None)
    stage.tell(CallQueued("c1", 1, 0, no_recording=NoRecording.REFUSED))
    stage.join("c1")
    assert refusal(stage, START_IT if queue is OFFERING else EVE_STARTS) == "caller_refused_recording"


def test_who_was_not_told_is_told_then() -> None:
    stage = Stage(Roster((ANN, BOB, EVE), (replace(OFFERING, consent_prompt="notice", consent_refusable=True), CARE)))
    stage.ready(11)
    stage.arrive("c1", None)
    stage.tell(CallQueued("c1", 1, 0, no_recording=NoRecording.NOT_TOLD))
    leg_id = stage.join("c1")
    stage.tell(START_IT)
    out_of_the_room(stage, leg_id)
    assert stage.last(Join).notice == Notice("notice", refusable=True)
    assert stage.call("c1")["recording_notice"]
    stage.tell(TapeBegan("c1"))
    assert not stage.call("c1")["recording_notice"], "it is over"
    assert (tape(stage)[0], stage.call("c1")["no_recording"]) == ("on", None)


def test_who_refuses_then_is_not_recorded_and_not_asked_again() -> None:
    stage, leg_id = talking()
    stage.tell(START_IT)
    out_of_the_room(stage, leg_id)
    stage.tell(TapeNotBegun("c1", NoRecording.REFUSED))
    back_in_the_room(stage, leg_id)
    assert (tape(stage), stage.call("c1")["no_recording"]) == ((None, False, None), "refused")
    assert stage.last(RecordingWithheld).why is NoRecording.REFUSED
    assert stage.all(RecordingStarted) == []
    assert not stage.call("c1")["recording_not_begun"]
    assert refusal(stage, START_IT) == "caller_refused_recording"
    stage.tell(TapeNotBegun("c1"), TapeBegan("c1"))
    assert tape(stage) == (None, False, None)


def test_what_the_switch_refuses_is_said_and_can_be_tried_again() -> None:
    stage, leg_id = talking()
    stage.tell(START_IT)
    out_of_the_room(stage, leg_id)
    stage.tell(TapeNotBegun("c1"))
    back_in_the_room(stage, leg_id)
    assert (tape(stage), stage.call("c1")["recording_not_begun"]) == ((None, False, None), True)
    stage.tell(START_IT)
    assert (tape(stage)[0], stage.call("c1")["recording_not_begun"]) == ("starting", False)


def test_a_stop_is_one_when_the_switch_says_so() -> None:
    stage, _ = recording()
    began = stage.last(RecordingStarted)
    stage.wait(20)
    stage.tell(STOP_IT, STOP_IT)
    assert tape(stage) == ("stopping", True, "agent")
    assert stage.all(StopRecording) == [StopRecording("n1", "leg-c1")]
    assert refusal(stage, AgentPausedRecording(11, "c1")) == "recording_changes"
    stage.tell(CUT, CUT)
    assert tape(stage) == (None, False, None)
    assert stage.all(RecordingStopped) == [RecordingStopped("c1", 11, began.recording_id, 20.0, 30.0)]
    assert refusal(stage, STOP_IT) == "not_recorded"
    stage.tell(START_IT)
    assert stage.last(SendLeg).place is Place.HOLD
    stage.tell(JoinEnded("c1", stage.last(SendLeg).leg_id, succeeded=True))
    assert stage.last(Join).recording_id != began.recording_id, "a file of its own"


def test_a_stop_that_was_not_done_is_said_and_asked_for_again() -> None:
    stage, _ = recording()
    stage.tell(NOT_CUT)
    assert tape(stage)[0] == "on", "nobody asked for it"
    stage.tell(STOP_IT, NOT_CUT)
    assert (tape(stage)[0], stage.call("c1")["recording_stop_failed"]) == ("on", True)
    stage.tell(STOP_IT)
    assert (tape(stage)[0], stage.call("c1")["recording_stop_failed"]) == ("stopping", False)
    stage.clear()
    stage.tell(SwitchLost("n1"))
    stage.switch_back(customer("c1", "room2"), agent_leg("id1", "1001", "c1", "room2"), phones=("1001",))
    assert stage.all(StopRecording) == [StopRecording("n1", "leg-c1")]


def test_who_comes_back_from_hold_while_it_ends_comes_back_without_it() -> None:
    stage, leg_id = recording()
    stage.tell(STOP_IT, AgentHeld(11, "c1"), RoomLeft(leg_id, "room2"), RoomLeft("leg-c1", "room2"))
    stage.tell(JoinEnded("c1", leg_id, succeeded=True), AgentRetrieved(11, "c1"))
    assert stage.last(Join).recording_id is None
    stage.tell(NOT_CUT)
    assert (tape(stage)[0], stage.call("c1")["recording_stop_failed"]) == (None, False)
    assert len(stage.all(RecordingStopped)) == 1


def test_only_supervisors_end_what_a_supervisor_asked_for() -> None:
    stage, _ = recording(QUIET, EVE_STARTS)
    assert tape(stage) == ("on", True, "supervisor")
    assert refusal(stage, STOP_IT) == "recorded_by_supervisor"
    assert (stage.last(RecordingStarted).by, stage.last(RecordingStarted).by_supervisor) == (13, True)
    stage.tell(EVE_STOPS, CUT)
    assert tape(stage) == (None, False, None)
    agents, _ = recording()
    agents.tell(EVE_STOPS, CUT)
    assert tape(agents) == (None, False, None)


def test_while_it_begins_it_can_be_neither_ended_nor_paused() -> None:
    stage, _ = talking()
    stage.tell(START_IT)
    assert refusal(stage, STOP_IT) == "recording_changes"
    assert refusal(stage, AgentPausedRecording(11, "c1")) == "recording_changes"
    assert refusal(stage, START_IT) == "recorded_already"


def test_on_hold_it_waits_for_the_customer_and_may_be_taken_back() -> None:
    stage, leg_id = talking()
    stage.tell(AgentHeld(11, "c1"))
    out_of_the_room(stage, leg_id)
    stage.wait(5)
    stage.tell(START_IT)
    assert (tape(stage)[0], stage.all(Join)) == ("starting", [])
    stage.tell(STOP_IT)
    assert tape(stage) == (None, False, None)
    stage.tell(START_IT, AgentRetrieved(11, "c1"))
    assert stage.last(Join).notice == Notice()
    stage.tell(TapeBegan("c1"))
    back_in_the_room(stage, leg_id)
    stage.wait(4)
    stage.tell(AgentPausedRecording(11, "c1"), RecordingMuted("leg-c1", muted=True))
    assert stage.last(RecordingPaused).at_s == 4.0, "counted from the beginning of the file"


def test_who_is_put_on_hold_in_that_moment_hears_music() -> None:
    stage, leg_id = talking()
    stage.tell(START_IT, AgentHeld(11, "c1"))
    assert stage.all(HoldForAgent) == [HoldForAgent("c1")]
    out_of_the_room(stage, leg_id)
    assert stage.all(Join) == []
    stage.tell(AgentRetrieved(11, "c1"))
    assert stage.last(Join).notice is not None


def test_whoever_was_on_the_way_into_music_already_comes_back_with_the_recorder() -> None:
    stage, leg_id = talking()
    stage.tell(AgentHeld(11, "c1"), AgentRetrieved(11, "c1"), START_IT)
    out_of_the_room(stage, leg_id)
    assert stage.last(Join).notice is not None


def test_in_a_conference_everybody_goes_out_and_comes_back() -> None:
    stage, leg_id = conference.conference()
    call = stage.floor._board.calls["c1"]
    assert call.talk is not None
    call.talk.recording_id = None
    stage.clear()
    stage.tell(EVE_STARTS)
    others = {order.leg_id for order in stage.all(SendLeg) if order.place is Place.HOLD}
    assert others == {conference.ann(stage), leg_id}
    room_id = stage.floor._board.rooms["leg-c1"]
    stage.tell(*(RoomLeft(one, room_id) for one in (conference.ann(stage), leg_id, "leg-c1")))
    stage.tell(JoinEnded("c1", call.join_leg or "", succeeded=True), TapeBegan("c1"))
    stage.tell(RoomJoined(conference.ann(stage), "new"), RoomJoined("leg-c1", "new"))
    assert stage.last(SendLeg) == SendLeg("n1", leg_id, Place.ADD, "leg-c1")


def test_a_pause_ends_with_the_recording() -> None:
    stage, _ = recording()
    stage.tell(AgentPausedRecording(11, "c1"), RecordingMuted("leg-c1", muted=True), STOP_IT, CUT)
    assert stage.call("c1")["recording_paused_until"] is None
    stage.clear()
    stage.wait(120)
    assert stage.all(MuteRecording) == []
    resumed, _ = recording()
    resumed.tell(AgentPausedRecording(11, "c1"), RecordingMuted("leg-c1", muted=True), AgentResumedRecording(11, "c1"))
    assert tape(resumed)[0] == "resuming"


def test_a_talk_that_ends_takes_it_along() -> None:
    stage, leg_id = recording()
    stage.tell(STOP_IT, AgentHungUp(11, "c1"), LegEnded(leg_id, 16), CUT)
    assert stage.all(RecordingStopped) == []
    assert tape(stage) == (None, False, None)
    early, leg_id = talking()
    early.tell(START_IT, AgentHungUp(11, "c1"), LegEnded(leg_id, 16), TapeBegan("c1"))
    assert early.all(RecordingStarted) == []
    over, _ = talking()
    over.leave("c1")
    over.tell(TapeBegan("c1"), TapeNotBegun("c1"), CUT)
    assert over.all(RecordingStarted) == []


def test_what_ends_while_the_page_is_away_was_counted_with_it() -> None:
    stage, leg_id = recording()
    stage.wait(5)
    stage.tell(STOP_IT, LegEnded(leg_id, 27), CUT)
    assert stage.call("c1")["state"] == "rejoining"
    assert stage.last(RecordingStopped).talked_s == 0.0


@pytest.mark.parametrize("by", [AgentStartedRecording(11, "old"), SupervisorStartedRecording("old", 13)])
def test_after_a_restart_it_begins_with_the_coroutine_that_the_dialplan_asks_for(by: Event) -> None:
    stage = after_a_restart(OFFERING)
    stage.tell(by)
    assert stage.commands == [SendLeg("n1", "n1-a", Place.HOLD)]
    assert stage.call("old")["recording_state"] == "starting"
    asked_again(stage)
    join = stage.last(Join)
    assert (join.leg_id, join.notice) == ("n1-a", Notice(None, refusable=False))
    stage.tell(TapeBegan("old"), RoomJoined("n1-a", "r2"), RoomJoined("leg-old", "r2"))
    stage.wait(10)
    view = stage.call("old")
    assert (view["state"], view["recording_state"], stage.state(11)) == ("talking", "on", ("talking", ""))
    assert stage.last(RecordingStarted).recording_id == join.recording_id
    assert stage.all(TalkEnded) == []
    stage.tell(AgentHungUp(11, "old"), RoomLeft("n1-a", "r2"), JoinEnded("old", "n1-a", succeeded=True))
    assert stage.call("old")["state"] == "leaving", "and its end is an end"


def test_after_a_restart_who_is_parted_without_a_press_is_not_brought_together() -> None:
    stage = after_a_restart(OFFERING)
    asked_again(stage)
    stage.wait(10)
    assert (stage.call("old")["state"], stage.all(Join)) == ("leaving", [])


def test_whom_the_dialplan_s_own_queue_leads_is_not_fetched_from_it() -> None:
    stage = after_a_restart(OFFERING)
    stage.floor._board.member_legs["n1-a"] = 11
    for event in (AgentStartedRecording(11, "old"), SupervisorStartedRecording("old", 13)):
        assert refusal(stage, event) == "recording_not_led"


def test_a_lost_link_ends_nothing_that_was_not_to_end() -> None:
    stage, leg_id = recording()
    stage.tell(SwitchLost("n1"))
    stage.clear()
    stage.switch_back(customer("c1", "room2"), agent_leg(leg_id, "1001", "c1", "room2"), phones=("1001",))
    assert (stage.all(StopRecording), tape(stage)[0]) == ([], "on")
