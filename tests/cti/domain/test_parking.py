"""A caller is parked, picked up, brought back, or leaves; the recording goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain.commands import HoldForAgent, Join, KeepWaiting, MuteRecording, RingAgent
from cti.domain.events import (
    AgentSignedOut,
    AgentWentNotReady,
    AgentWentReady,
    CallArrived,
    CallQueued,
    Event,
    JoinEnded,
    LegAnswered,
    LegEnded,
    LegRang,
    RecordingMuted,
    RoomJoined,
    RosterChanged,
    ScreenLost,
    SwitchBack,
    SwitchLost,
)
from cti.domain.facts import (
    CallEnded,
    CallParked,
    OfferMade,
    ParkingEnded,
    RecordingResumed,
    TalkEnded,
    TalkStarted,
    WaitStarted,
)
from cti.domain.memories import CallMemory, ParkingMemory
from cti.domain.slots import free_slot
from cti.domain.values import Caller, Direction, EndReason, Roster
from cti.domain.wishes import AgentHeld, AgentInvited, AgentParked, AgentPausedRecording, AgentPickedUp
from cti.errors import Refused
from tests.cti.domain.attendance import HOUSE
from tests.cti.domain.conference import ann, talking
from tests.cti.domain.stage import ANN, BOB, CARE, EVE, SALES, Stage, customer
from tests.fakes import START


def parked(*ready: int, roster: Roster = HOUSE) -> Stage:
    """Ann has parked c1; the switch has ended her leg."""
    stage = talking(*ready, roster=roster)
    stage.tell(AgentParked(11, "c1"), JoinEnded("c1", ann(stage), succeeded=True), LegEnded(ann(stage)))
    return stage


def refusal(stage: Stage, event: Event) -> str:
    with pytest.raises(Refused) as caught:
        stage.tell(event)
    return caught.value.code


def test_music_under_a_short_number_and_the_agent_is_free() -> None:
    stage = parked()
    assert stage.all(CallParked) == [CallParked("c1", 11, 1, 1)]
    assert stage.all(HoldForAgent) == [HoldForAgent("c1")]
    assert len(stage.all(TalkEnded)) == 1
    view = stage.call("c1")
    assert (view["state"], view["agent_id"]) == ("parked", 11)
    assert view["parked"] == {
        "slot": 1,
        "agent_id": 11,
        "since": "2026-03-02T09:00:30.000Z",
        "until": "2026-03-02T09:02:30.000Z",
    }
    assert stage.state(11) == ("wrap_up", "")
    assert stage.agent(11)["needs_disposition"] is False
    stage.tell(AgentWentReady(11))
    assert stage.state(11) == ("ready", "")
    assert stage.queue(1)["waiting"] == []


def test_from_a_hold_it_is_parked_as_well() -> None:
    stage = talking()
    stage.tell(AgentHeld(11, "c1"), JoinEnded("c1", ann(stage), succeeded=True), AgentParked(11, "c1"))
    assert stage.call("c1")["state"] == "parked"
    stage.tell(JoinEnded("c1", ann(stage), succeeded=True))
    assert stage.all(Join) == []


def test_a_colleague_of_the_line_picks_up_and_the_recording_goes_on() -> None:
    stage = parked(12)
    recording_id = stage.floor._board.calls["c1"].tape.recording_id  # type: ignore[union-attr]
    stage.tell(AgentWentNotReady(12, "meal"))
    stage.wait(10)
    stage.clear()
    stage.tell(AgentPickedUp(12, "c1"))
    assert stage.last(ParkingEnded) == ParkingEnded("c1", 1, 12, 10.0)
    assert stage.last(OfferMade).why == "picked up from slot 1"
    assert stage.all(KeepWaiting) == [KeepWaiting("c1", 1)]
    assert stage.state(12) == ("ringing", "")
    leg_id = stage.answer()
    assert (stage.last(Join).leg_id, stage.last(Join).recording_id) == (leg_id, recording_id)
    stage.tell(RoomJoined(leg_id, "r2"), RoomJoined("leg-c1", "r2"))
    started = stage.last(TalkStarted)
    assert (started.agent_id, started.recording_id) == (12, recording_id)
    assert stage.call("c1")["parked"] is None
    stage.wait(5)
    stage.tell(AgentPausedRecording(12, "c1"), RecordingMuted("leg-c1", muted=True))
    call = stage.floor._board.calls["c1"]
    assert call.talk is not None
    assert (call.talk.tape_s, call.tape) == (30.0, None)
    stage.leave("c1")
    assert stage.last(CallEnded).reason is EndReason.CALLER_HUNG_UP
    assert stage.last(CallEnded).waited_s == 0.0, "to be parked is not to stand in line"


def test_who_parked_takes_them_back_out_of_the_wrap_up() -> None:
    stage = parked()
    stage.tell(AgentPickedUp(11, "c1"))
    assert stage.state(11) == ("ringing", "")
    stage.tell(LegRang(stage.ring().leg_id))
    stage.wait(21)
    assert stage.state(11) == ("not_ready", "missed_call")
    assert (stage.call("c1")["state"], stage.call("c1")["position"]) == ("waiting", 1)


def test_it_is_for_the_lines_own_people_and_who_may_everywhere() -> None:
    house = Roster((ANN, replace(BOB, queue_ids=frozenset({2})), EVE), (SALES, CARE))
    stage = parked(12, 13, roster=house)
    assert refusal(stage, AgentPickedUp(12, "c1")) == "not_your_team"
    assert refusal(stage, AgentPickedUp(99, "c1")) == "no_extension"
    assert refusal(stage, AgentPickedUp(12, "c9")) == "not_parked"
    stage.tell(AgentSignedOut(13))
    stage.tell(AgentPickedUp(13, "c1", of_any_team=True))
    assert stage.state(13) == ("ringing", "")


def test_who_is_not_signed_in_picks_up_nothing() -> None:
    stage = parked(12)
    stage.tell(AgentSignedOut(12))
    assert refusal(stage, AgentPickedUp(12, "c1")) == "signed_out"
    stage.tell(SwitchLost("n1"))
    stage.tell(AgentWentReady(11))
    assert refusal(stage, AgentPickedUp(11, "c1")) == "switch_unavailable"
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    assert refusal(stage, AgentPickedUp(11, "c1")) == "unknown_queue"


def test_what_cannot_be_parked() -> None:
    stage = talking(12)
    stage.tell(AgentInvited(11, "c1", to_agent_id=12))
    assert refusal(stage, AgentParked(11, "c1")) == "people_in_call"
    assert refusal(stage, AgentParked(12, "c1")) == "no_such_talk"
    other = talking()
    other.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    assert refusal(other, AgentParked(11, "c1")) == "unknown_queue"


def test_too_long_and_they_come_back_to_who_parked_them_then_to_the_front() -> None:
    stage = parked()
    stage.tell(AgentWentReady(11))
    stage.arrive("c2", 2)
    assert stage.state(11)[0] == "ringing", "free for others meanwhile"
    stage.leave("c2")
    stage.tell(LegEnded(stage.ring().leg_id))
    stage.clear()
    stage.wait(120)
    assert stage.last(ParkingEnded).agent_id is None
    assert stage.last(OfferMade).why == "back from slot 1"
    assert stage.state(11)[0] == "ringing"
    stage.tell(LegRang(stage.ring().leg_id))
    stage.wait(21)
    assert (stage.state(11), stage.call("c1")["position"]) == (("not_ready", "missed_call"), 1)


def test_too_long_and_nobody_is_there_they_are_first_in_line() -> None:
    stage = parked()
    stage.arrive("c2")
    stage.tell(AgentWentReady(11), ScreenLost(11))
    stage.wait(125)
    assert stage.queue(1)["waiting"][0] == "c1"
    assert stage.last(WaitStarted).priority == 1000


def test_while_the_switch_is_away_they_stay_parked() -> None:
    stage = parked()
    stage.floor.set_park_time(120)
    stage.tell(SwitchLost("n1"))
    stage.wait(200)
    assert stage.call("c1")["state"] == "parked"
    stage.tell(SwitchBack("n1", (customer("c1"),), frozenset({"1001"})))
    stage.wait(6)
    assert stage.call("c1")["state"] in ("ringing", "waiting")


def test_whose_line_was_removed_meanwhile_gets_what_it_had_for_the_end_of_waiting() -> None:
    stage = parked()
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    stage.wait(125)
    assert stage.call("c1")["state"] == "in_menu"
    assert stage.all(RingAgent) == []


def test_who_parked_works_here_no_more() -> None:
    stage = talking()
    stage.tell(RosterChanged(Roster((BOB, EVE), (SALES, CARE))), AgentParked(11, "c1"))
    assert stage.call("c1")["parked"]["slot"] == 1
    stage.wait(125)
    assert stage.call("c1")["position"] == 1


def test_a_parked_caller_leaves() -> None:
    stage = parked()
    stage.wait(3)
    stage.leave("c1")
    assert stage.last(ParkingEnded).parked_s == 3.0
    assert stage.last(CallEnded).reason is EndReason.CALLER_HUNG_UP
    assert stage.floor._board.parked == {}


@pytest.mark.parametrize("talked_before", [False, True])
def test_the_dialplan_asks_again(talked_before: bool) -> None:
    stage = parked()
    stage.clear()
    again = CallArrived("c1", "leg-c1", "n1", Caller("10086"), "4001", stage.now, talked_before=talked_before)
    stage.tell(again)
    if talked_before:
        assert stage.all(HoldForAgent) == [HoldForAgent("c1")]
        assert stage.call("c1")["state"] == "parked"
    else:
        assert stage.call("c1")["state"] == "in_menu"
        stage.arrive("c2")
        stage.tell(CallQueued("c1", 1))
        assert stage.queue(1)["waiting"] == ["c1", "c2"]


def test_a_pause_of_the_recording_ends_with_who_asked_for_it() -> None:
    stage = talking()
    stage.tell(AgentPausedRecording(11, "c1"), RecordingMuted("leg-c1", muted=True), AgentParked(11, "c1"))
    assert stage.last(MuteRecording).muted is False
    assert stage.last(RecordingResumed).at_s == 30.0
    asked = talking()
    asked.tell(AgentPausedRecording(11, "c1"), AgentParked(11, "c1"))
    assert asked.last(MuteRecording).muted is False
    assert asked.all(RecordingResumed) == []


def test_what_was_not_recorded_is_not_recorded_afterwards() -> None:
    stage = Stage(HOUSE, recording_allowed=False)
    stage.ready(11)
    leg_id = stage.talk("c1")
    stage.tell(AgentParked(11, "c1"), LegEnded(leg_id), AgentPickedUp(11, "c1"))
    second = stage.ring().leg_id
    stage.tell(LegAnswered(second))
    assert stage.last(Join).recording_id is None


MEMORY = CallMemory(
    "old",
    "leg-old",
    "n1",
    Caller("13800138000"),
    "4001",
    START - timedelta(seconds=200),
    queue_id=1,
    waited_s=5.0,
    parted_at=START - timedelta(seconds=60),
    parked=ParkingMemory(3, 11, START - timedelta(seconds=60), "old-rec", 40.0),
)


def restarted(memory: CallMemory = MEMORY, **arrival: bool) -> Stage:
    """The floor begins anew while somebody is parked, and their dialplan asks again."""
    stage = Stage(HOUSE)
    stage.floor.restore(stage.now, calls=[memory])
    stage.ready(11, 12)
    stage.arrive("old", queue_id=None, arrived_at=memory.arrived_at, **{"held": True, **arrival})
    return stage


def test_who_was_parked_is_still_after_a_restart_until_the_same_moment() -> None:
    stage = restarted()
    view = stage.call("old")
    assert (view["state"], view["parked"]["slot"], view["parked"]["agent_id"]) == ("parked", 3, 11)
    assert (view["parked"]["since"], view["parked"]["until"]) == (
        "2026-03-02T08:59:00.000Z",
        "2026-03-02T09:01:00.000Z",
    )
    assert stage.all(HoldForAgent) == [HoldForAgent("old")]
    stage.tell(AgentPickedUp(12, "old"))
    stage.join("old")
    assert stage.last(TalkStarted).recording_id == "old-rec", "the recording goes on"
    assert stage.last(ParkingEnded).agent_id == 12


@pytest.mark.parametrize("first", [False, True])
def test_the_switch_is_looked_at_before_or_after_they_ask_again(*, first: bool) -> None:
    stage = Stage(HOUSE)
    stage.floor.restore(stage.now, calls=[MEMORY])
    if first:
        stage.switch_back(customer("old"), phones=("1001", "1002"))
    stage.arrive("old", queue_id=None, arrived_at=MEMORY.arrived_at, held=True)
    if not first:
        stage.switch_back(customer("old"), phones=("1001", "1002"))
    assert stage.call("old")["state"] == "parked"
    assert not stage.all(CallEnded)


def test_who_was_parked_without_a_recording_has_none_afterwards() -> None:
    stage = restarted(replace(MEMORY, parked=replace(MEMORY.parked, recording_id=None)))
    stage.tell(AgentPickedUp(12, "old"))
    stage.join("old")
    assert stage.last(TalkStarted).recording_id != "old-rec"


def test_who_was_called_back_and_parked_is_still_after_a_restart() -> None:
    """Their call stood in no line, and is known by whose it was when they were parked."""
    parking = replace(MEMORY.parked, queue_id=1)
    called_back = replace(MEMORY, queue_id=None, direction=Direction.OUTBOUND, parked=parking)
    stage = restarted(called_back, outbound=True)
    view = stage.call("old")
    assert (view["state"], view["parked"]["slot"], view["direction"]) == ("parked", 3, "outbound")
    assert stage.all(HoldForAgent) == [HoldForAgent("old")]
    stage.tell(AgentPickedUp(12, "old"))
    stage.join("old")
    assert stage.last(TalkStarted).recording_id == "old-rec"


def test_whose_time_is_over_comes_back_at_once() -> None:
    stage = restarted(replace(MEMORY, parked=replace(MEMORY.parked, since=START - timedelta(seconds=500))))
    stage.wait(0.1)
    assert stage.call("old")["state"] == "ringing"
    assert stage.last(ParkingEnded) == ParkingEnded("old", 3, None, 500.0)


def test_a_number_that_somebody_will_come_back_to_is_not_given_away() -> None:
    stage = Stage(HOUSE)
    stage.floor.restore(stage.now, calls=[replace(MEMORY, parked=replace(MEMORY.parked, slot=1))])
    assert free_slot(stage.floor._board) == 2


def test_without_its_line_nobody_is_found_parked() -> None:
    stage = restarted(replace(MEMORY, queue_id=99))
    assert stage.call("old")["state"] == "in_menu"


def test_who_stood_in_line_again_by_then_is_not_parked() -> None:
    stage = restarted(held=False)
    assert stage.call("old")["state"] == "in_menu"
