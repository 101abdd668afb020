from datetime import timedelta

import pytest

from cti.domain.commands import HoldForAgent, Join, KeepWaiting, RingAgent, SayGoodbye
from cti.domain.events import (
    AgentHungUp,
    CallLeft,
    CallQueued,
    CallRated,
    CallRecognised,
    JoinEnded,
    LegAnswered,
    LegEnded,
    RoomJoined,
    RoomLeft,
    SwitchLost,
)
from cti.domain.facts import (
    CallEnded,
    CallLinked,
    CallStarted,
    OfferEnded,
    TalkEnded,
    TalkRated,
    TalkStarted,
    WaitStarted,
)
from cti.domain.memories import CallMemory, ParkingMemory
from cti.domain.rooms import MOST_FAILURES
from cti.domain.values import Caller, EndReason, OfferResult
from cti.domain.wishes import AgentDropped, AgentHeld, AgentLeft, AgentRetrieved, AgentSwapped
from cti.errors import Refused
from tests.cti.domain import callings, conference, outgoing
from tests.cti.domain.stage import TALK_MEMORY, Stage, agent_leg, customer, restarted_stage
from tests.fakes import START


def test_a_call_arrives() -> None:
    stage = Stage()
    stage.arrive("c1", queue_id=None)
    assert stage.all(CallStarted) == [CallStarted("c1", "leg-c1", "n1", Caller("10086", "X"), "4001", START)]
    assert stage.call("c1")["caller"] == {"number": "10086", "name": "X"}
    assert stage.floor.position("c1") is None


def test_an_arrival_in_the_future_is_now() -> None:
    stage = Stage()
    stage.arrive("c1", queue_id=None, arrived_at=START + timedelta(seconds=3))
    assert stage.last(CallStarted).arrived_at == START


def test_who_comes_back_after_an_outage_keeps_the_place() -> None:
    stage = Stage()
    stage.wait(60)
    stage.arrive("new")
    stage.arrive("old", arrived_at=START + timedelta(seconds=10))
    assert stage.queue(1)["waiting"] == ["old", "new"]
    assert [each.since for each in stage.all(WaitStarted)] == [None, START + timedelta(seconds=10)], "for the diary"


def test_the_diary_knows_the_place_even_better() -> None:
    stage = Stage()
    memory = CallMemory(
        "old", "leg-old", "n1", Caller("10086"), "4001", START, 1, 2, START + timedelta(seconds=5), 77, "Zhang"
    )
    parked = CallMemory("c2", "leg-c2", "n1", Caller("10086"), "4001", START, 1, parked=ParkingMemory(1, 11, START))
    stage.floor.restore(stage.now, calls=[memory, parked])
    stage.wait(60)
    stage.arrive("old")
    view = stage.call("old")
    assert (view["queued_at"], view["customer_id"]) == ("2026-03-02T09:00:05.000Z", 77)
    assert stage.queue(1)["today"]["offered"] == 0, "it was counted when it first came"
    stage.arrive("c2", queue_id=None, held=True)
    assert stage.call("c2")["state"] == "parked"


def test_whose_talk_ended_unseen_waits_anew() -> None:
    stage = Stage()
    talk = {"talk_agent_id": 11, "talk_leg_id": "n1-a", "talk_started_at": START + timedelta(seconds=5)}
    memory = CallMemory("c1", "leg-c1", "n1", Caller("10086"), "4001", START, 1, waited_s=5.0, **talk)
    stage.wait(60)
    stage.floor.restore(stage.now, calls=[memory])
    stage.arrive("c1", arrived_at=START)
    stage.wait(3)
    stage.leave("c1")
    assert (stage.last(CallEnded).waited_s, stage.last(CallEnded).talked_s) == (8.0, 55.0)


def test_who_talked_before_the_outage_only_needs_a_goodbye() -> None:
    stage = Stage()
    stage.arrive("c1", queue_id=None, talked_before=True)
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]
    stage.leave("c1")
    assert stage.last(CallEnded).reason is EndReason.AGENT_HUNG_UP


def test_a_customer_is_recognised() -> None:
    stage = Stage()
    stage.arrive("c1")
    stage.tell(CallRecognised("c1", 77, "Zhang"))
    assert stage.all(CallLinked) == [CallLinked("c1", 77)]
    assert stage.call("c1")["customer_id"] == 77
    stage.clear()
    stage.tell(CallRecognised("c1", 77, "Zhang"))
    assert stage.facts == []
    stage.leave("c1")
    stage.tell(CallRecognised("c1", None))
    assert stage.last(CallLinked) == CallLinked("c1", None)


def test_unknown_calls_are_refused_or_harmless() -> None:
    stage = Stage()
    for event in (CallQueued("nope", 1), CallRecognised("nope", 1)):
        with pytest.raises(Refused) as caught:
            stage.tell(event)
        assert caught.value.code == "unknown_call"
    stage.tell(CallLeft("nope"), JoinEnded("nope", "leg", succeeded=True))
    assert stage.facts == []
    assert outgoing.stranger_refused() == "unknown_call"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, EndReason.ABANDONED_IN_MENU),
        (EndReason.VOICEMAIL, EndReason.VOICEMAIL),
        (EndReason.FLOW_ENDED, EndReason.FLOW_ENDED),
    ],
)
def test_how_a_visit_ends_in_the_menu(given: EndReason | None, kept: EndReason) -> None:
    stage = Stage()
    stage.arrive("c1", queue_id=None)
    stage.tell(CallLeft("c1", given, 16), CallLeft("c1", None, 16))
    assert [fact.reason for fact in stage.all(CallEnded)] == [kept]


def test_a_channel_that_was_gone_before_its_coroutine_came() -> None:
    stage = Stage()
    stage.tell(LegEnded("leg-c1"))
    stage.arrive("c1", queue_id=None)
    stage.wait(5)
    assert stage.last(CallEnded).reason is EndReason.ABANDONED_IN_MENU


def test_the_coroutine_still_says_that_a_voicemail_was_left() -> None:
    stage = Stage()
    stage.arrive("c1", queue_id=None)
    stage.tell(LegEnded("leg-c1"))
    stage.wait(2)
    stage.leave("c1", EndReason.VOICEMAIL)
    stage.wait(20)
    assert [fact.reason for fact in stage.all(CallEnded)] == [EndReason.VOICEMAIL]


def test_a_new_coroutine_of_a_waiting_call_starts_the_flow_again() -> None:
    stage = Stage()
    stage.arrive("c1")
    stage.wait(3)
    stage.arrive("c2")
    stage.arrive("c1", queue_id=None)
    assert stage.call("c1")["state"] == "in_menu"
    assert stage.queue(1)["waiting"] == ["c2"]
    stage.tell(CallQueued("c1", 1))
    assert stage.queue(1)["waiting"] == ["c1", "c2"]
    stage.arrive("c1", queue_id=None)
    stage.arrive("c1", queue_id=None)
    assert stage.call("c1")["state"] == "in_menu"
    assert stage.all(CallEnded) == []


def test_a_new_coroutine_of_a_ringing_call_withdraws_the_offer() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.arrive("c1", queue_id=None)
    assert stage.last(OfferEnded).result is OfferResult.WITHDRAWN
    assert stage.call("c1")["state"] == "in_menu"
    assert stage.state(11) == ("ready", "")


def test_a_new_coroutine_of_a_talking_call_means_that_the_talk_is_over() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.arrive("c1", queue_id=None, talked_before=True)
    stage.wait(2)  # the switch has so long to say that the agent's page went
    assert stage.state(11)[0] == "wrap_up"
    assert len(stage.all(TalkEnded)) == 1
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]
    stage.arrive("c1", queue_id=None, talked_before=True)
    assert len(stage.all(SayGoodbye)) == 2, "the newest coroutine has to hear it"


def test_a_join_that_succeeded_unseen_was_a_talk() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.answer()
    stage.tell(JoinEnded("c1", leg_id, succeeded=True))
    stage.wait(2)
    assert len(stage.all(TalkStarted)) == len(stage.all(TalkEnded)) == 1
    assert stage.call("c1")["state"] == "leaving"


def test_a_join_that_failed_keeps_the_caller_waiting() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.answer()
    stage.tell(JoinEnded("c1", "another", succeeded=False))
    assert stage.call("c1")["state"] == "connecting"
    stage.tell(JoinEnded("c1", leg_id, succeeded=False))
    assert stage.all(KeepWaiting) == [KeepWaiting("c1")]
    stage.ready(12)
    assert stage.ring().extension == "1002"
    assert stage.last(Join).leg_id == leg_id


def test_an_old_join_says_nothing_about_a_new_ring() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.tell(JoinEnded("c1", stage.ring().leg_id, succeeded=False))
    assert stage.call("c1")["state"] == "ringing"


def test_a_new_coroutine_that_was_told_of_no_talk_ends_it_at_once() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.arrive("c1", queue_id=None)
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]
    assert stage.state(11)[0] == "wrap_up"


def test_a_new_coroutine_of_a_held_call_is_told_to_hold_on() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(LegEnded(stage.talk("c1"), 27))
    stage.arrive("c1", queue_id=None, talked_before=True)
    assert stage.all(HoldForAgent) == [HoldForAgent("c1"), HoldForAgent("c1")]


@pytest.mark.parametrize("is_known", [False, True])
def test_whom_an_agent_held_when_we_were_killed_is_held_on_and_put_through_again(is_known: bool) -> None:
    stage = restarted_stage(TALK_MEMORY)
    if is_known:
        stage.switch_back(customer("old"), agent_leg("n1-a", "1001", "old"), phones=("1001",))
        stage.tell(AgentRetrieved(11, "old"))
        stage.clear()
    stage.arrive("old", queue_id=None, held=True)
    assert [type(order) for order in stage.commands if isinstance(order, HoldForAgent | Join)] == [
        Join if is_known else HoldForAgent
    ]
    assert stage.call("old")["state"] == ("talking" if is_known else "held")


def test_a_coroutine_that_is_cut_off_says_nothing_about_the_caller() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.tell(CallLeft("c1", cut_off=True))
    assert stage.state(11)[0] == "talking"
    stage.wait(20)
    assert stage.all(CallEnded) == [], "the switch is in sight and did not say that the channel is gone"
    stage.tell(LegEnded("leg-c1"))
    assert stage.last(CallEnded).reason is EndReason.CALLER_HUNG_UP


def test_a_switch_that_stays_away_after_it_cut_a_call_off_has_lost_it() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.tell(CallLeft("c1", cut_off=True), SwitchLost("n1"))
    stage.wait(14)
    assert stage.all(CallEnded) == []
    stage.wait(2)
    assert stage.last(CallEnded).reason is EndReason.LOST_SWITCH
    assert stage.state(11)[0] == "wrap_up"


def test_a_caller_whose_coroutine_was_cut_off_is_not_offered_until_there_is_a_new_one() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.tell(CallLeft("c1", cut_off=True))
    assert stage.last(OfferEnded).result is OfferResult.WITHDRAWN
    stage.tell(LegEnded(stage.ring().leg_id))
    assert len(stage.all(RingAgent)) == 1
    assert stage.queue(1)["waiting"] == ["c1"], "it keeps its place"
    stage.arrive("c1")
    assert len(stage.all(RingAgent)) == 2
    stage.wait(16)
    assert stage.all(CallEnded) == []


def test_a_coroutine_that_is_cut_off_after_the_channel_has_gone_ends_the_call() -> None:
    stage = Stage()
    stage.arrive("c1", queue_id=None)
    stage.tell(LegEnded("leg-c1"), CallLeft("c1", cut_off=True))
    assert stage.last(CallEnded).reason is EndReason.ABANDONED_IN_MENU


def test_what_a_coroutine_said_before_it_was_cut_off_counts() -> None:
    stage = Stage()
    stage.arrive("c1", queue_id=None)
    stage.tell(CallLeft("c1", EndReason.TRANSFERRED_OUT, cut_off=True), LegEnded("leg-c1"))
    assert stage.last(CallEnded).reason is EndReason.TRANSFERRED_OUT


def test_the_customers_room_empties_while_the_agent_is_elsewhere() -> None:
    stage, leg_id = conference.conference()
    born = conference.ask_outside(stage)
    stage.tell(LegAnswered(born))
    stage.clear()
    stage.tell(JoinEnded("c1", conference.ann(stage), succeeded=True))
    assert stage.all(HoldForAgent) == [HoldForAgent("c1")]
    stage.wait(0.2)
    assert [join.leg_id for join in stage.all(Join)] == [leg_id], "Bob is not known to be gone"
    stage.tell(LegEnded(leg_id), JoinEnded("c1", leg_id, succeeded=False))
    assert stage.call("c1")["state"] == "held"
    stage.tell(AgentSwapped(11, "c1", conference.party_id(stage)))


def test_the_customers_room_empties_after_a_transfer() -> None:
    stage = conference.talking()
    leg_id = conference.ask_outside(stage)
    conference.held(stage)
    stage.tell(LegAnswered(leg_id), AgentLeft(11, "c1"), JoinEnded("c1", leg_id, succeeded=True))
    assert stage.call("c1")["state"] == "leaving"


def test_a_leg_that_could_not_be_had_just_then_is_tried_again_and_at_last_given_up() -> None:
    stage = conference.talking()
    stage.tell(AgentHeld(11, "c1"))
    conference.held(stage)
    stage.tell(AgentRetrieved(11, "c1"))
    for _ in range(5):
        stage.clear()
        stage.tell(JoinEnded("c1", conference.ann(stage), succeeded=False))
        assert stage.all(HoldForAgent) == [HoldForAgent("c1")]
        stage.wait(0.3)
        assert stage.last(Join).leg_id == conference.ann(stage)
    stage.tell(JoinEnded("c1", conference.ann(stage), succeeded=False))
    stage.wait(3)
    assert stage.call("c1")["state"] == "leaving"


def test_a_rating_is_about_whoever_talked_last_and_of_nobody_it_is_none() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.arrive("c2")
    stage.tell(AgentHungUp(11, "c1"), CallRated("c1", 4), CallRated("c2", 1), CallRated("c9", 1))
    assert stage.all(TalkRated) == [TalkRated("c1", 11, 4)]


def test_who_steps_aside_and_drops_the_other_is_with_the_customer_again() -> None:
    stage, leg_id = conference.conference()
    ann = conference.ann(stage)
    stage.tell(AgentHeld(11, "c1"), RoomLeft(ann, "room-2"))
    stage.tell(AgentDropped(11, "c1", conference.party_id(stage)), RoomLeft(leg_id, "room-2"))
    stage.clear()
    stage.tell(RoomLeft("leg-c1", "room-2"), JoinEnded("c1", ann, succeeded=True))
    assert [join.leg_id for join in stage.all(Join)] == [ann]
    stage.tell(RoomJoined(ann, "room-3"), RoomJoined("leg-c1", "room-3"))
    stage.wait(10)
    assert stage.call("c1")["state"] == "talking"
    stage.tell(JoinEnded("c1", ann, succeeded=True))
    stage.wait(3)
    assert stage.call("c1")["state"] == "leaving", "this time it was the agent who went"


def test_more_that_is_known_of_the_same_customer_is_no_second_link() -> None:
    stage = Stage()
    stage.arrive("c1")
    stage.tell(CallRecognised("c1", 7, "Zhang"), CallRecognised("c1", 7, "Zhang", 11, "vip"))
    assert len(stage.all(CallLinked)) == 1


def test_a_room_that_empties_again_and_again_is_given_up_for_music() -> None:
    stage, leg_id = conference.conference()
    stage.tell(AgentHeld(11, "c1"), RoomLeft(conference.ann(stage), "room-2"))
    stage.tell(JoinEnded("c1", conference.ann(stage), succeeded=True))
    for _ in range(MOST_FAILURES):
        stage.wait(0.2)
        assert stage.last(Join).leg_id == leg_id
        stage.tell(JoinEnded("c1", leg_id, succeeded=True))
    stage.clear()
    stage.wait(5)
    assert stage.all(Join) == []
    assert stage.call("c1")["state"] == "talking", "until somebody does something"


def test_who_was_called_back_before_a_restart_is_let_in() -> None:
    stage = callings.callback_stage()
    stage.floor.restore(stage.now, callbacks_before=[callings.remembered(state="calling", call_id="o0")])
    stage.tell(callings.theirs(stage, "o0"))
    assert (stage.call("o0")["state"], stage.call("o0")["callback_id"]) == ("dialing", "b1")
