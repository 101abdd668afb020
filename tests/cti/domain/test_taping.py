"""A recording that is paused: what the agent may, what the switch says, and how it ends by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain.commands import Join, MuteRecording, TapeIsSilent
from cti.domain.events import (
    AgentHungUp,
    AgentRejoins,
    JoinEnded,
    LegAnswered,
    LegEnded,
    PhoneChanged,
    RecordingMuted,
    RecordingNotMuted,
    RoomJoined,
    RoomLeft,
    ScreenBack,
    ScreenLost,
    SwitchLost,
)
from cti.domain.facts import RecordingPaused, RecordingResumed
from cti.domain.memories import CallMemory
from cti.domain.take import Take
from cti.domain.take_words import TapeRuns
from cti.domain.values import Caller
from cti.domain.views import iso
from cti.domain.wishes import AgentHeld, AgentLeft, AgentPausedRecording, AgentResumedRecording, AgentRetrieved
from cti.errors import Refused
from tests.cti.domain import conference
from tests.cti.domain.stage import Stage, agent_leg, customer
from tests.fakes import START

PAUSE, RESUME = AgentPausedRecording(11, "c1"), AgentResumedRecording(11, "c1")
MUTE, UNMUTE = MuteRecording("n1", "leg-c1", True, "id2"), MuteRecording("n1", "leg-c1", False, "id2")
DONE, UNDONE = RecordingMuted("leg-c1", True), RecordingMuted("leg-c1", False)


def talking(recording_allowed: bool = True) -> tuple[Stage, str]:
    stage = Stage(recording_allowed=recording_allowed)
    stage.ready(11)
    leg_id = stage.talk("c1")
    stage.wait(10)
    stage.clear()
    return stage, leg_id


def tape(stage: Stage) -> str:
    return stage.call("c1")["recording_state"]


def orders(stage: Stage) -> list[MuteRecording]:
    """Without the place in the recording, which `places_s` has."""
    return [replace(order, at_s=0.0) for order in stage.all(MuteRecording)]


def places_s(stage: Stage) -> list[float]:
    return [order.at_s for order in stage.all(MuteRecording)]


def test_a_pause_is_one_when_the_switch_says_so() -> None:
    stage, _ = talking()
    assert tape(stage) == "on"
    stage.tell(PAUSE)
    assert (tape(stage), orders(stage)) == ("pausing", [MUTE])
    stage.wait(0.5)
    stage.tell(DONE, DONE)
    assert tape(stage) == "paused"
    assert stage.call("c1")["recording_paused_until"] == iso(stage.now + timedelta(seconds=60))
    assert stage.all(RecordingPaused) == [RecordingPaused("c1", 11, "id2", 10.5)]
    stage.wait(4.5)
    stage.tell(RESUME)
    assert (tape(stage), orders(stage)) == ("resuming", [MUTE, UNMUTE])
    stage.tell(UNDONE, RESUME)
    assert (tape(stage), stage.call("c1")["recording_paused_until"]) == ("on", None)
    assert stage.all(RecordingResumed) == [RecordingResumed("c1", 11, "id2", 15.0, False)]
    assert orders(stage) == [MUTE, UNMUTE]


def test_it_ends_by_itself() -> None:
    stage, _ = talking()
    stage.tell(PAUSE, DONE)
    stage.wait(59)
    assert (tape(stage), orders(stage)) == ("paused", [MUTE])
    stage.wait(1)
    assert (tape(stage), orders(stage)) == ("resuming", [MUTE, UNMUTE])
    stage.tell(UNDONE)
    assert stage.last(RecordingResumed).by_itself
    stage.tell(PAUSE, DONE, RESUME, UNDONE)
    assert not stage.last(RecordingResumed).by_itself


def test_how_long_it_may_last_is_a_setting_and_asking_again_begins_anew() -> None:
    stage, _ = talking()
    stage.floor.set_longest_pause(20)
    stage.tell(PAUSE, DONE)
    stage.wait(15)
    stage.tell(PAUSE)
    stage.wait(15)
    assert (tape(stage), orders(stage)) == ("paused", [MUTE])
    stage.wait(5)
    assert tape(stage) == "resuming"


def test_only_who_talks_and_is_recorded_may_pause() -> None:
    stage, _ = talking()
    for agent_id, call_id in ((12, "c1"), (11, "none")):
        with pytest.raises(Refused, match="no_such_talk"):
            stage.tell(AgentPausedRecording(agent_id, call_id))
    stage.floor._board.calls["c1"].on_demand = Take("id2", 13, by_supervisor=True)
    with pytest.raises(Refused, match="recording_changes"):
        stage.tell(PAUSE)
    stage.tell(AgentHungUp(11, "c1"))
    with pytest.raises(Refused, match="no_such_talk"):
        stage.tell(PAUSE)
    unrecorded, _ = talking(recording_allowed=False)
    assert tape(unrecorded) is None
    with pytest.raises(Refused, match="not_recorded"):
        unrecorded.tell(PAUSE)
    unrecorded.tell(DONE)
    assert unrecorded.all(RecordingPaused) == []


def test_a_pause_that_cannot_be_had_is_said_so() -> None:
    stage, _ = talking()
    stage.tell(SwitchLost("n1"))
    with pytest.raises(Refused, match="switch_away"):
        stage.tell(PAUSE)
    stage.switch_back(customer("c1", "room"), agent_leg("n1-id1", "1001", "c1", "room"), phones=("1001",))
    stage.tell(PAUSE, RecordingNotMuted("leg-c1", True))
    assert (tape(stage), stage.call("c1")["recording_pause_failed"]) == ("on", True)
    # Perhaps it was done all the same: sound is ordered, and nothing is left of the deadline.
    assert orders(stage) == [MUTE, UNMUTE]
    stage.tell(RecordingNotMuted("leg-c1", False), RecordingNotMuted("leg-c1", True))
    stage.wait(100)
    assert orders(stage) == [MUTE, UNMUTE]
    stage.tell(PAUSE)
    assert (tape(stage), stage.call("c1")["recording_pause_failed"]) == ("pausing", False)


def test_a_resumption_that_failed_is_tried_until_it_works() -> None:
    stage, _ = talking()
    stage.tell(PAUSE, DONE, RESUME, RecordingNotMuted("leg-c1", False))
    assert orders(stage) == [MUTE, UNMUTE]
    stage.wait(2)
    assert orders(stage) == [MUTE, UNMUTE, UNMUTE]
    stage.tell(RecordingNotMuted("leg-c1", False), UNDONE)
    stage.wait(2)
    assert (tape(stage), len(orders(stage))) == ("on", 3)


def test_who_changes_their_mind_gets_what_they_wanted_last() -> None:
    stage, _ = talking()
    stage.tell(PAUSE, RESUME, DONE)
    assert (tape(stage), orders(stage)) == ("resuming", [MUTE, UNMUTE, UNMUTE])
    stage.tell(UNDONE)
    assert tape(stage) == "on"


def test_nothing_resumes_for_an_agent_who_is_gone() -> None:
    stage, leg_id = talking()
    stage.tell(PAUSE, DONE)
    stage.wait(50)
    stage.tell(ScreenLost(11), LegEnded(leg_id))
    assert stage.call("c1")["state"] == "rejoining"
    stage.wait(12)
    assert (tape(stage), orders(stage)) == ("paused", [MUTE])
    # Still without the agent the switch says something: the recording stands where it stood.
    stage.tell(UNDONE)
    assert stage.last(RecordingResumed).at_s == 60.0
    assert orders(stage) == [MUTE, MUTE]
    stage.wait(30)
    assert stage.call("c1")["state"] in {"waiting", "ringing"}
    assert orders(stage) == [MUTE, MUTE]
    assert stage.call("c1")["recording_state"] is None
    stage.tell(DONE, RecordingNotMuted("leg-c1", True), RecordingMuted("of-nobody", True))
    assert orders(stage) == [MUTE, MUTE]


def test_a_talk_that_ends_paused_stays_so() -> None:
    stage, leg_id = talking()
    stage.tell(PAUSE, DONE, AgentHungUp(11, "c1"), LegEnded(leg_id))
    stage.wait(100)
    assert (orders(stage), stage.all(RecordingResumed)) == ([MUTE], [])


def test_after_a_lost_link_what_was_not_done_is_ordered_again() -> None:
    stage, leg_id = talking()
    stage.tell(PAUSE, DONE)
    legs = (customer("c1", "room"), agent_leg(leg_id, "1001", "c1", "room"))
    stage.tell(SwitchLost("n1"))
    stage.switch_back(*legs, phones=("1001",))
    assert orders(stage) == [MUTE]
    stage.tell(RESUME, SwitchLost("n1"))
    stage.switch_back(*legs, phones=("1001",))
    assert orders(stage) == [MUTE, UNMUTE, UNMUTE]


def test_a_restart_of_callroom_in_a_pause_keeps_it() -> None:
    stage = Stage()
    stage.floor.restore(stage.now, calls=[replace(MEMORY, recording_paused=True)])
    stage.wait(5)
    stage.switch_back(customer("c1", "room"), agent_leg("a", "1001", "c1", "room"), phones=("1001",))
    assert tape(stage) == "paused"
    stage.wait(60)
    stage.tell(UNDONE)
    assert stage.last(RecordingResumed) == RecordingResumed("c1", 11, "r1", 65.0, True)


def test_a_leg_that_joins_again_changes_nothing() -> None:
    stage, leg_id = talking()
    stage.tell(PAUSE, DONE, RoomJoined(leg_id, "room"))
    assert tape(stage) == "paused"


def rejoining(*before: AgentPausedRecording | RecordingMuted) -> Stage:
    """The page was reloaded, and the agent's new leg is answered."""
    stage, leg_id = talking()
    stage.tell(*before, LegEnded(leg_id, 27), PhoneChanged("1001", reachable=False), ScreenLost(11))
    stage.tell(ScreenBack(11), PhoneChanged("1001", reachable=True), AgentRejoins(11, "c1"))
    stage.tell(LegAnswered(stage.ring().leg_id))
    return stage


def test_a_recording_that_goes_on_in_a_pause_is_silenced_before_they_are_put_together() -> None:
    stage = rejoining(PAUSE, DONE)
    assert [join.silently for join in stage.all(Join)] == [True]
    stage.clear()
    stage.tell(TapeRuns("c1"))
    assert (orders(stage), stage.all(TapeIsSilent)) == ([MUTE], [])
    stage.tell(UNDONE)
    assert stage.all(TapeIsSilent) == [], "an old answer"
    stage.tell(DONE)
    assert stage.all(TapeIsSilent) == [TapeIsSilent("c1", succeeded=True)]
    stage.tell(DONE)
    assert len(stage.all(TapeIsSilent)) == 1


def test_what_cannot_be_silenced_is_said_to_who_waits_with_the_bridge() -> None:
    stage = rejoining(PAUSE, DONE)
    stage.clear()
    stage.tell(TapeRuns("c1"), RecordingNotMuted("leg-c1", True))
    assert stage.all(TapeIsSilent) == [TapeIsSilent("c1", succeeded=False)]
    stage.clear()
    stage.tell(TapeRuns("c9"))
    assert stage.all(TapeIsSilent) == [TapeIsSilent("c9", succeeded=False)]
    stage.leave("c1")
    stage.clear()
    stage.tell(TapeRuns("c1"))
    assert (orders(stage), stage.all(TapeIsSilent)) == ([], [TapeIsSilent("c1", succeeded=False)])


def test_a_recording_without_a_pause_goes_on_at_once() -> None:
    assert [join.silently for join in rejoining().all(Join)] == [False]


MEMORY = CallMemory(
    "c1",
    "leg-c1",
    "n1",
    Caller("10086"),
    "4001",
    START,
    queue_id=1,
    talk_agent_id=11,
    talk_leg_id="a",
    talk_started_at=START,
    recording_id="r1",
)


def test_a_talk_that_was_interrupted_before_the_restart_is_counted_from_its_beginning() -> None:
    stage = Stage()
    stage.floor.restore(stage.now, calls=[replace(MEMORY, talked_before_s=20.0)])
    stage.wait(5)
    found = replace(customer("c1", "room"), recording_paused=True)
    stage.switch_back(found, agent_leg("a", "1001", "c1", "room"), phones=("1001",))
    stage.wait(2)
    stage.tell(RESUME, RecordingMuted("leg-c1", False))
    assert stage.last(RecordingPaused).at_s == 25.0
    assert stage.last(RecordingResumed).at_s == 27.0


@pytest.mark.parametrize("written", [True, False])
@pytest.mark.parametrize("at_the_switch", [True, False, None])
def test_after_a_restart_the_switch_knows_best_what_is_paused(written: bool, at_the_switch: bool | None) -> None:
    stage = Stage()
    stage.floor.restore(stage.now, calls=[replace(MEMORY, recording_paused=written)])
    stage.wait(5)
    found = replace(customer("c1", "room"), recording_paused=at_the_switch)
    stage.switch_back(found, agent_leg("a", "1001", "c1", "room"), phones=("1001",))
    paused = written if at_the_switch is None else at_the_switch
    assert tape(stage) == ("paused" if paused else "on")
    assert orders(stage) == ([MuteRecording("n1", "leg-c1", True, "r1")] if paused else []), "applied once more"
    corrected: list[object] = [RecordingPaused("c1", 11, "r1", 5.0)] if paused and not written else []
    corrected += [RecordingResumed("c1", 11, "r1", 5.0, False)] if written and not paused else []
    assert [*stage.all(RecordingPaused), *stage.all(RecordingResumed)] == corrected


def test_the_switch_is_told_where_in_the_recording_it_was_paused_and_where_it_went_on() -> None:
    stage, _ = talking()
    stage.tell(PAUSE, DONE)
    stage.wait(4)
    stage.tell(TapeRuns("c1"), DONE)
    stage.wait(2)
    stage.tell(RESUME, UNDONE)
    assert places_s(stage) == [10.0, 10.0, 16.0], "a recorder that runs again goes on in the same pause"


@pytest.mark.parametrize("paused", [True, False])
def test_a_click_that_was_not_written_down_before_the_restart_is_dated_by_the_switch(paused: bool) -> None:
    stage = Stage()
    stage.floor.restore(stage.now, calls=[replace(MEMORY, recording_paused=not paused)])
    stage.wait(5)
    found = replace(customer("c1", "room"), recording_paused=paused, recording_turned_s=2.5)
    stage.switch_back(found, agent_leg("a", "1001", "c1", "room"), phones=("1001",))
    assert stage.last(RecordingPaused if paused else RecordingResumed).at_s == 2.5
    assert places_s(stage) == ([2.5] if paused else []), "and marked like that for the next one"


def test_a_talk_that_is_not_recorded_is_not_found_paused() -> None:
    stage = Stage()
    stage.floor.restore(stage.now, calls=[replace(MEMORY, recording_id=None)])
    found = replace(customer("c1", "room"), recording_paused=False)
    stage.switch_back(found, agent_leg("a", "1001", "c1", "room"), phones=("1001",))
    assert stage.call("c1")["recording_state"] is None


def on_hold(stage: Stage, leg_id: str) -> None:
    stage.tell(AgentHeld(11, "c1"), RoomLeft(leg_id, "room"), RoomLeft("leg-c1", "room"))
    stage.tell(JoinEnded("c1", leg_id, succeeded=True))


def retrieved(stage: Stage, leg_id: str) -> Join:
    stage.tell(AgentRetrieved(11, "c1"))
    join = stage.last(Join)
    stage.tell(RoomJoined(leg_id, "room-2"), RoomJoined("leg-c1", "room-2"))
    return join


def test_what_is_on_hold_is_not_in_the_recording() -> None:
    stage, leg_id = talking()
    stage.tell(PAUSE, DONE)
    stage.wait(5)
    on_hold(stage, leg_id)
    stage.wait(20)
    stage.tell(RESUME)
    assert (tape(stage), orders(stage)) == ("on", [MUTE]), "no recorder runs that could be told"
    assert stage.all(RecordingResumed) == [RecordingResumed("c1", 11, "id2", 15.0, False)]
    stage.wait(10)
    assert not retrieved(stage, leg_id).silently
    stage.wait(2)
    stage.tell(PAUSE, DONE)
    assert stage.last(RecordingPaused).at_s == 17.0


def test_a_pause_that_is_asked_for_on_hold_begins_with_the_talk() -> None:
    stage, leg_id = talking()
    on_hold(stage, leg_id)
    stage.tell(PAUSE)
    assert (tape(stage), orders(stage)) == ("pausing", [])
    assert retrieved(stage, leg_id).silently
    stage.tell(TapeRuns("c1"), DONE)
    assert (tape(stage), orders(stage)) == ("paused", [MUTE])
    assert stage.last(RecordingPaused).at_s == 10.0


def test_a_pause_given_up_on_hold_never_was() -> None:
    stage, leg_id = talking()
    on_hold(stage, leg_id)
    stage.tell(PAUSE, RESUME)
    assert (tape(stage), orders(stage), stage.all(RecordingResumed)) == ("on", [], [])
    assert not retrieved(stage, leg_id).silently


def test_a_colleague_who_goes_on_begins_with_the_recording_as_it_was_wanted() -> None:
    stage, _ = conference.conference()
    stage.tell(AgentLeft(11, "c1"))
    assert (tape(stage), orders(stage)) == ("on", [])
    paused, asked = conference.conference()[0], conference.conference()[0]
    paused.tell(PAUSE, DONE, AgentLeft(11, "c1"))
    assert (tape(paused), orders(paused)) == ("resuming", [MUTE, UNMUTE])
    asked.tell(PAUSE, AgentLeft(11, "c1"))
    assert (tape(asked), orders(asked)) == ("on", [MUTE, UNMUTE]), "the order to mute may have been carried out"
