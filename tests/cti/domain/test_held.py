"""Callroom killed while a customer is on hold: whoever asks first, the agents stay and the customer hears music."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain.commands import HangUpLeg, HoldForAgent, Join, MuteRecording, Place, SayGoodbye, SendLeg
from cti.domain.events import CallArrived, LegEnded, LegSnapshot, RoomJoined, SwitchLost
from cti.domain.facts import CallEnded, CallStarted, HoldEnded, HoldStarted, TalkEnded
from cti.domain.memories import AgentMemory, CallMemory
from cti.domain.values import AgentState, Caller, Direction, EndReason, Roster
from cti.domain.wishes import AgentBroughtIn, AgentHeld, AgentLeft, AgentRetrieved, AgentSwapped
from tests.cti.domain.stage import ANN, BOB, EVE, SALES, TALK_MEMORY, Stage, agent_leg, customer
from tests.fakes import START

HELD = replace(TALK_MEMORY, held_since=START - timedelta(seconds=20))
ANNS, BOBS = agent_leg("n1-a", "1001", "old"), agent_leg("n1-b", "1002", "old")
PHONES = ("1001", "1002", "1003")
Killed = Callable[..., Stage]


def restarted(memory: CallMemory = HELD, *others: AgentMemory) -> Stage:
    stage = Stage(Roster((ANN, BOB, EVE), (SALES,)))
    agents = [AgentMemory(agent_id, AgentState.TALKING, "", START, "old") for agent_id in (11, 12)]
    stage.floor.restore(stage.now, [*agents, *others], calls=[memory])
    return stage


def asks_again(stage: Stage, **more: object) -> None:
    stage.arrive("old", queue_id=None, arrived_at=HELD.arrived_at, **{"held": True, **more})


def looks(stage: Stage, *legs: LegSnapshot) -> None:
    stage.switch_back(customer("old"), *legs, phones=PHONES)


@pytest.fixture(params=["the switch first", "the dialplan first"])
def killed(request: pytest.FixtureRequest) -> Killed:
    def story(*legs: LegSnapshot, memory: CallMemory = HELD) -> Stage:
        stage = restarted(memory)
        steps = [lambda: looks(stage, *legs), lambda: asks_again(stage)]
        for step in steps if request.param == "the switch first" else reversed(steps):
            step()
        return stage

    return story


def test_an_agent_who_holds_goes_on_holding_and_comes_back(killed: Killed) -> None:
    stage = killed(ANNS)
    view = stage.call("old")
    assert (view["state"], view["seat"], view["agent_id"], view["customer_id"]) == ("held", "alone", 11, 77)
    assert view["held_since"] == "2026-03-02T08:59:40.000Z"
    assert stage.state(11) == ("talking", "")
    assert stage.all(HoldForAgent) == [HoldForAgent("old")]
    assert stage.all(HangUpLeg) == stage.all(SayGoodbye) == stage.all(Join) == stage.all(HoldStarted) == []
    stage.wait(10)
    stage.tell(AgentRetrieved(11, "old"))
    (join,) = stage.all(Join)
    assert (join.leg_id, join.recording_id, join.silently) == ("n1-a", "rec", False)
    assert stage.last(HoldEnded).held_s == 30.0
    stage.tell(RoomJoined("n1-a", "r"), RoomJoined("leg-old", "r"), LegEnded("leg-old"))
    assert (stage.last(CallEnded).reason, stage.last(CallEnded).talked_s) == (EndReason.CALLER_HUNG_UP, 70.0)
    assert len(stage.all(TalkEnded)) == 1


def test_two_who_consult_go_on_and_make_a_conference(killed: Killed) -> None:
    stage = killed(replace(BOBS, room_id="private"), replace(ANNS, room_id="private"))
    view = stage.call("old")
    assert (view["state"], view["seat"], view["agent_id"]) == ("held", "consulting", 11)
    (party,) = view["parties"]
    assert (party["agent_id"], party["state"]) == (12, "consulted")
    assert (stage.state(11), stage.state(12)) == (("talking", ""), ("talking", ""))
    stage.wait(5)
    assert stage.all(HangUpLeg) == stage.all(SendLeg) == [], "the pair talks on"
    stage.tell(AgentBroughtIn(11, "old", party["party_id"]))
    assert stage.last(Join).leg_id == "n1-a"
    for leg_id in ("n1-a", "leg-old"):
        stage.tell(RoomJoined(leg_id, "r"))
    assert stage.last(SendLeg) == SendLeg("n1", "n1-b", Place.ADD, "leg-old")
    stage.tell(RoomJoined("n1-b", "r"), AgentLeft(11, "old"))
    assert (stage.call("old")["state"], stage.call("old")["agent_id"]) == ("talking", 12)


def test_who_was_asked_to_wait_waits(killed: Killed) -> None:
    stage = killed(ANNS, BOBS)
    (party,) = stage.call("old")["parties"]
    assert (party["state"], stage.call("old")["seat"]) == ("aside", "alone")
    stage.tell(AgentSwapped(11, "old", party["party_id"]))
    assert stage.last(SendLeg) == SendLeg("n1", "n1-b", Place.PAIR, "n1-a")


def test_a_third_one_in_the_private_room_waits(killed: Killed) -> None:
    legs = [replace(leg, room_id="private") for leg in (ANNS, BOBS, agent_leg("n1-e", "1003", "old"))]
    stage = killed(*legs)
    assert [party["state"] for party in stage.call("old")["parties"]] == ["consulted", "aside"]


def test_a_pause_of_the_recording_goes_on_and_nothing_is_ordered_of_a_recorder_that_does_not_run(
    killed: Killed,
) -> None:
    stage = killed(ANNS, memory=replace(HELD, recording_paused=True))
    assert stage.call("old")["recording_state"] == "paused"
    assert stage.all(MuteRecording) == []
    stage.tell(AgentRetrieved(11, "old"))
    assert stage.last(Join).silently


def test_a_hold_that_the_diary_had_not_written_yet_begins_now(killed: Killed) -> None:
    stage = killed(ANNS, memory=replace(HELD, held_since=None))
    assert stage.all(HoldStarted) == [HoldStarted("old", 11, "n1-a")]


def test_an_agent_who_retrieves_before_the_dialplan_has_asked_gets_the_customer() -> None:
    stage = restarted()
    looks(stage, ANNS)
    stage.tell(AgentRetrieved(11, "old"))
    stage.clear()
    asks_again(stage)
    assert [join.leg_id for join in stage.all(Join)] == ["n1-a"]
    assert stage.all(SayGoodbye) == []


def test_one_who_was_out_of_the_bridge_and_not_yet_told_so_is_held() -> None:
    stage = restarted()
    looks(stage, ANNS)
    asks_again(stage, held=False, talked_before=True)
    assert stage.all(HoldForAgent) == [HoldForAgent("old")]


def test_the_customer_is_gone_meanwhile() -> None:
    stage = restarted()
    stage.switch_back(ANNS, BOBS, phones=PHONES)
    assert {one.leg_id for one in stage.all(HangUpLeg)} == {"n1-a", "n1-b"}
    assert stage.last(CallEnded).reason is EndReason.LOST_WHILE_AWAY
    assert stage.state(11)[0] == "wrap_up"


def test_the_customer_leaves_after_the_dialplan_asked() -> None:
    stage = restarted()
    asks_again(stage)
    looks(stage, replace(ANNS, room_id="private"), replace(BOBS, room_id="private"))
    stage.tell(LegEnded("leg-old"))
    assert {one.leg_id for one in stage.all(HangUpLeg)} == {"n1-a", "n1-b"}
    assert len(stage.all(CallEnded)) == len(stage.all(TalkEnded)) == 1


def test_the_agent_is_gone_meanwhile_and_the_switch_is_seen_first() -> None:
    stage = restarted()
    looks(stage)
    asks_again(stage)
    assert stage.call("old")["state"] == "in_menu", "from there, it is first in line"
    assert stage.all(HoldForAgent) == []


def test_the_agent_is_gone_meanwhile_and_the_dialplan_asked_first() -> None:
    stage = restarted()
    asks_again(stage)
    looks(stage)
    assert stage.call("old")["state"] == "rejoining", "as if the page had gone"


@pytest.mark.parametrize(
    "legs",
    [
        (replace(ANNS, is_up=False),),
        (replace(ANNS, call_id=None),),
        (agent_leg("n1-a", "1009", "old"),),
        (agent_leg("n1-other", "1001", "old"),),
        (agent_leg("n1-a", "1001", "other"),),
    ],
    ids=["rings", "of no call", "nobody's phone", "leads no talk", "of another call"],
)
def test_legs_that_belong_to_no_talk_on_hold_are_ended(legs: tuple[LegSnapshot, ...]) -> None:
    stage = restarted()
    looks(stage, *legs)
    assert [one.leg_id for one in stage.all(HangUpLeg)] == [leg.leg_id for leg in legs]


def test_a_leg_that_is_being_ended_is_not_believed_in_again() -> None:
    stage = restarted()
    looks(stage, replace(ANNS, is_up=False))
    asks_again(stage)
    assert stage.call("old")["state"] == "in_menu"


@pytest.mark.parametrize("where", [{"room_id": "r"}, {"fallback": "waits"}, {"is_up": False}])
def test_a_customer_who_is_with_somebody_else_is_not_on_hold(where: dict[str, object]) -> None:
    stage = restarted()
    stage.switch_back(replace(customer("old"), **where), ANNS, phones=PHONES)  # type: ignore[arg-type]
    assert [one.leg_id for one in stage.all(HangUpLeg)] == ["n1-a"]


def test_a_diary_that_knows_of_no_talk_or_no_such_agent_is_of_no_use() -> None:
    for memory in (replace(HELD, talk_leg_id=None), replace(HELD, talk_agent_id=99)):
        stage = restarted(memory)
        asks_again(stage)
        assert stage.call("old")["state"] == "in_menu"
    stage = Stage()
    asks_again(stage)
    assert stage.call("old")["state"] == "in_menu"


@pytest.mark.parametrize("switch_first", [False, True])
def test_an_agent_who_is_in_another_talk_by_now_is_left_there(switch_first: bool) -> None:
    stage = Stage()
    stage.ready(11)
    other = agent_leg(stage.talk("c1"), "1001", "c1", "room")
    stage.tell(SwitchLost("n1"))
    stage.floor._board.away["old"] = HELD
    if switch_first:
        stage.switch_back(customer("c1", "room"), other, customer("old"), ANNS, phones=PHONES)
        assert [one.leg_id for one in stage.all(HangUpLeg)] == ["n1-a"]
    asks_again(stage)
    assert (stage.call("old")["state"], stage.agent(11)["call_id"]) == ("in_menu", "c1")


def test_whoever_is_there_already_is_not_found_twice() -> None:
    stage = restarted()
    looks(stage, ANNS, BOBS, agent_leg("n1-x", "1002", "old"), agent_leg("n1-y", "1001", "old"))
    assert [one.leg_id for one in stage.all(HangUpLeg)] == ["n1-x", "n1-y"]
    assert [party["agent_id"] for party in stage.call("old")["parties"]] == [12]


def test_a_colleague_of_another_talk_stays_there() -> None:
    stage = Stage()
    stage.ready(12)
    bobs_own = agent_leg(stage.talk("c1"), "1002", "c1", "room")
    stage.floor._board.away["old"] = HELD
    stage.switch_back(customer("c1", "room"), bobs_own, customer("old"), ANNS, BOBS, phones=PHONES)
    assert stage.call("old")["parties"] == []
    assert stage.agent(12)["call_id"] == "c1"


def test_a_leg_of_a_call_without_a_talk_belongs_to_nobody() -> None:
    stage = Stage()
    stage.arrive("c1")
    stage.switch_back(customer("c1"), agent_leg("n1-a", "1001", "c1"), phones=PHONES)
    assert [one.leg_id for one in stage.all(HangUpLeg)] == ["n1-a"]


@pytest.mark.parametrize("switch_first", [False, True])
def test_whom_an_agent_called_is_found_on_hold(switch_first: bool) -> None:
    stage = restarted(replace(HELD, queue_id=None, queued_at=None, direction=Direction.OUTBOUND))
    called = replace(customer("old"), outbound=True)
    steps = [
        lambda: stage.switch_back(called, replace(ANNS, outbound=True), phones=PHONES),
        lambda: stage.tell(
            CallArrived("old", "leg-old", "n1", Caller("1"), "4001", HELD.arrived_at, outbound=True, held=True)
        ),
    ]
    for step in steps if switch_first else reversed(steps):
        step()
    assert (stage.call("old")["state"], stage.call("old")["direction"]) == ("held", "outbound")
    assert stage.all(HangUpLeg) == []
    assert stage.all(HoldForAgent) == [HoldForAgent("old")]


def test_one_visit_is_one_row() -> None:
    stage = restarted()
    asks_again(stage)
    looks(stage, ANNS)
    assert {fact.call_id for fact in stage.all(CallStarted)} == {"old"}
    stage.tell(AgentRetrieved(11, "old"), RoomJoined("n1-a", "r"), RoomJoined("leg-old", "r"), AgentHeld(11, "old"))
    assert stage.call("old")["state"] == "held"
