"""The agent's page goes in a talk: music, the way back, and the front of the line."""

from datetime import timedelta

import pytest

from cti.domain.commands import HangUpLeg, HoldForAgent, Join, KeepWaiting, RingAgent, SayGoodbye
from cti.domain.events import (
    AgentHungUp,
    AgentRejoins,
    AgentSignedIn,
    CallArrived,
    CallQueued,
    JoinEnded,
    LegAnswered,
    LegBorn,
    LegEnded,
    PhoneChanged,
    RoomJoined,
    RoomLeft,
    RosterChanged,
    ScreenBack,
    ScreenLost,
    SwitchLost,
)
from cti.domain.facts import (
    AgentChanged,
    CallEnded,
    OfferMade,
    TalkEnded,
    TalkInterrupted,
    TalkResumed,
    TalkStarted,
    WaitStarted,
)
from cti.domain.lines import FRONT_PRIORITY
from cti.domain.rejoin import NORMAL_CLEARING, PAGE_WENT, PERSON_ENDED, REJOIN_S
from cti.domain.values import Caller, EndReason, Roster
from cti.domain.views import iso
from cti.domain.wishes import AgentHeld, AgentInvited
from cti.errors import Refused
from tests.cti.domain import conference
from tests.cti.domain.reload import page_is_back, reload_page, talking, together
from tests.cti.domain.stage import BOB, CARE, SALES, Stage, agent_leg, customer

NO_SOUND = 44  # Asterisk's RTP time-out


def test_a_reload_plays_music_and_brings_the_agent_back() -> None:
    stage, leg_id = talking(30)
    stage.tell(RoomLeft(leg_id, "room"), RoomLeft("leg-c1", "room"))
    reload_page(stage, leg_id)
    assert stage.all(HoldForAgent) == [HoldForAgent("c1")]
    assert stage.all(TalkInterrupted) == [TalkInterrupted("c1", 11, leg_id, 30.0)]
    assert stage.all(RingAgent) == stage.all(HangUpLeg) == []
    view = stage.call("c1")
    assert (view["state"], view["agent_id"], view["recording"]) == ("rejoining", 11, True)
    assert view["rejoin_until"] is not None
    assert stage.state(11) == ("talking", "")
    stage.tell(JoinEnded("c1", leg_id, succeeded=True))  # the coroutine is out of the bridge of before
    assert stage.call("c1")["state"] == "rejoining"

    stage.wait(3)
    new_leg = page_is_back(stage)
    ring = stage.ring()
    assert (ring.extension, ring.call_id, ring.rejoins) == ("1001", "c1", True)
    stage.tell(LegAnswered(new_leg), LegAnswered(new_leg))
    assert stage.all(Join) == [Join("c1", new_leg, 11, "id2")], "the recording of before"
    stage.tell(RoomJoined("leg-c1", "room-2"))
    assert stage.call("c1")["state"] == "rejoining"
    stage.tell(RoomJoined(new_leg, "room-2"))
    view = stage.call("c1")
    assert (view["state"], view["rejoin_until"]) == ("talking", None)
    assert stage.all(TalkResumed) == [TalkResumed("c1", 11, new_leg, 3.0)]
    stage.wait(10 + REJOIN_S)
    stage.leave("c1")
    assert stage.last(TalkEnded).talked_s == 10 + REJOIN_S
    ended = stage.last(CallEnded)
    assert (ended.reason, ended.agent_id, ended.talked_s) == (EndReason.CALLER_HUNG_UP, 11, 40 + REJOIN_S)
    assert stage.state(11)[0] == "wrap_up"
    assert stage.all(OfferMade) == stage.all(TalkStarted) == []


@pytest.mark.parametrize("cause", [NO_SOUND, PAGE_WENT])
def test_no_sound_and_a_page_that_says_so_are_nobodys_will(cause: int) -> None:
    stage, leg_id = talking()
    stage.tell(LegEnded(leg_id, cause))
    assert stage.call("c1")["state"] == "rejoining"
    assert stage.all(RingAgent) == [], "a phone that was there is asked by its page"


@pytest.mark.parametrize("cause", [NORMAL_CLEARING, PERSON_ENDED])
def test_the_agents_own_hang_up_is_the_end(cause: int) -> None:
    stage, leg_id = talking()
    stage.tell(LegEnded(leg_id, cause))
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]
    assert stage.state(11)[0] == "wrap_up"


def test_a_person_who_ends_it_without_callroom_is_believed() -> None:
    stage, leg_id = talking()
    stage.tell(ScreenLost(11), PhoneChanged("1001", reachable=False), LegEnded(leg_id, PERSON_ENDED))
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]


@pytest.mark.parametrize("lost", [ScreenLost(11), PhoneChanged("1001", reachable=False)])
def test_normal_clearing_without_screen_or_phone_is_a_page_that_went(lost: ScreenLost | PhoneChanged) -> None:
    stage, leg_id = talking()
    stage.tell(lost, LegEnded(leg_id, NORMAL_CLEARING))
    assert stage.call("c1")["state"] == "rejoining"


def test_a_lost_heartbeat_alone_changes_nothing() -> None:
    stage, _ = talking()
    stage.tell(ScreenLost(11), PhoneChanged("1001", reachable=False))
    stage.wait(600)
    stage.tell(ScreenBack(11), PhoneChanged("1001", reachable=True))
    assert stage.call("c1")["state"] == "talking"
    assert stage.commands == [command for command in stage.commands if type(command).__name__ == "OfferToFallback"]


def test_the_agents_button_ends_it_also_while_the_caller_is_held() -> None:
    stage, leg_id = talking()
    reload_page(stage, leg_id)
    new_leg = page_is_back(stage)
    stage.tell(AgentHungUp(11, "c1"))
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]
    assert stage.last(HangUpLeg).leg_id == new_leg
    assert stage.state(11)[0] == "wrap_up"
    assert stage.all(TalkEnded) == [], "it ended with the interruption"
    stage.leave("c1", EndReason.FLOW_ENDED)
    assert stage.last(CallEnded).talked_s == 30


def test_who_does_not_come_back_loses_the_caller_to_the_front_of_the_line() -> None:
    stage, leg_id = talking(30)
    stage.arrive("early", priority=100)
    stage.wait(5)
    reload_page(stage, leg_id)
    stage.wait(REJOIN_S - 0.1)
    assert stage.call("c1")["state"] == "rejoining"
    stage.wait(0.1)
    view = stage.call("c1")
    assert (view["state"], view["position"], view["priority"]) == ("waiting", 1, FRONT_PRIORITY)
    assert stage.all(KeepWaiting) == [KeepWaiting("c1")]
    assert stage.last(WaitStarted) == WaitStarted("c1", 1, FRONT_PRIORITY)
    assert view["waiting_since"] == iso(stage.now - timedelta(seconds=REJOIN_S)), "the talk is not waited"
    assert stage.queue(1)["longest_wait_since"] == stage.call("early")["waiting_since"]
    assert stage.state(11) == ("not_ready", "screen_lost")
    assert stage.agent(11)["call_id"] is None
    assert stage.queue(1)["today"] == {"offered": 2, "answered": 1, "abandoned": 0}
    stage.ready(12)
    stage.join("c1")
    started = stage.last(TalkStarted)
    assert (started.agent_id, started.waited_s) == (12, REJOIN_S), "what was talked was not waited"
    assert started.recording_id != "id2"
    assert stage.queue(1)["today"]["answered"] == 1
    stage.wait(7)
    stage.leave("c1")
    ended = stage.last(CallEnded)
    assert (ended.agent_id, ended.talked_s, ended.waited_s) == (12, 42.0, REJOIN_S)


def test_who_has_a_screen_and_no_phone_is_told_so() -> None:
    stage, leg_id = talking()
    stage.tell(LegEnded(leg_id, NO_SOUND), PhoneChanged("1001", reachable=False))
    stage.wait(REJOIN_S)
    assert stage.state(11) == ("not_ready", "phone_lost")


def test_a_page_asks_for_its_leg_and_an_old_one_is_ended() -> None:
    stage, leg_id = talking()
    stage.tell(AgentRejoins(11, "c1"))
    assert stage.all(HangUpLeg)[0].leg_id == leg_id
    new_leg = stage.ring().leg_id
    stage.tell(AgentRejoins(11, "c1"))
    assert len(stage.all(RingAgent)) == 1, "it rings already"
    stage.tell(LegEnded(leg_id, 16), JoinEnded("c1", leg_id, succeeded=True))
    assert stage.call("c1")["state"] == "rejoining"
    together(stage, new_leg)
    stage.tell(AgentRejoins(11, "c1"))
    assert stage.call("c1")["state"] == "talking", "asked just before the leg came"
    stage.tell(AgentHungUp(11, "c1"))
    stage.wait(3)
    stage.tell(AgentRejoins(11, "c1"))
    assert stage.call("c1")["state"] == "talking", "the person has ended it"


def test_only_the_agent_of_the_talk_is_rung_back() -> None:
    stage, _ = talking()
    stage.ready(12)
    for event in (AgentRejoins(12, "c1"), AgentRejoins(11, "c2")):
        with pytest.raises(Refused, match="no_such_talk"):
            stage.tell(event)
    stage.arrive("c3")
    with pytest.raises(Refused, match="no_such_talk"):
        stage.tell(AgentRejoins(12, "c3"))


def test_a_phone_that_is_not_there_or_not_in_sight_is_not_rung() -> None:
    stage, leg_id = talking()
    reload_page(stage, leg_id)
    stage.tell(ScreenBack(11), AgentRejoins(11, "c1"))
    assert stage.all(RingAgent) == []
    stage.switch_back(customer("c1"), phones=("1001",))
    assert len(stage.all(RingAgent)) == 1
    stage.tell(LegEnded(stage.ring().leg_id, 20), SwitchLost("n1"), AgentRejoins(11, "c1"))
    assert len(stage.all(RingAgent)) == 1
    stage.tell(PhoneChanged("1002", reachable=True))


def test_a_ring_that_comes_to_nothing_is_tried_again() -> None:
    stage, leg_id = talking()
    reload_page(stage, leg_id)
    first = page_is_back(stage)
    stage.tell(LegEnded(first, 17))
    assert stage.call("c1")["state"] == "rejoining"
    stage.tell(AgentRejoins(11, "c1"))
    second = stage.ring().leg_id
    assert second != first
    stage.tell(LegAnswered(second), JoinEnded("c1", second, succeeded=False))
    assert stage.last(HangUpLeg).leg_id == second
    assert len(stage.all(HoldForAgent)) == 2, "the coroutine left the music for it"
    stage.tell(LegEnded(second), AgentRejoins(11, "c1"))
    together(stage, stage.ring().leg_id)
    assert stage.call("c1")["state"] == "talking"


def test_a_person_who_refuses_to_be_back_ends_it() -> None:
    stage, leg_id = talking()
    reload_page(stage, leg_id)
    stage.tell(LegEnded(page_is_back(stage), PERSON_ENDED))
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]


def test_a_leg_that_is_answered_late_has_the_time_of_a_join() -> None:
    stage, leg_id = talking()
    reload_page(stage, leg_id)
    new_leg = page_is_back(stage)
    stage.wait(REJOIN_S - 1)
    stage.tell(LegAnswered(new_leg))
    stage.wait(5)
    assert stage.call("c1")["state"] == "rejoining"
    stage.wait(5)
    assert stage.call("c1")["state"] == "waiting"
    assert stage.last(HangUpLeg).leg_id == new_leg


def test_a_talk_that_went_on_unseen_is_one_all_the_same() -> None:
    stage, leg_id = talking()
    reload_page(stage, leg_id)
    new_leg = page_is_back(stage)
    stage.tell(LegAnswered(new_leg))
    stage.wait(1)
    stage.tell(JoinEnded("c1", new_leg, succeeded=True))
    assert stage.last(TalkResumed).leg_id == new_leg
    stage.tell(LegEnded(new_leg, PAGE_WENT))
    assert stage.call("c1")["state"] == "rejoining", "and the page went once more"


def test_the_button_is_told_before_the_bridge_is_empty() -> None:
    stage, leg_id = talking()
    stage.tell(AgentHungUp(11, "c1"), JoinEnded("c1", leg_id, succeeded=True))
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]


def test_a_bridge_that_ends_unexplained_is_believed_only_with_screen_and_phone() -> None:
    stage, leg_id = talking()
    stage.tell(ScreenLost(11), JoinEnded("c1", leg_id, succeeded=True))
    stage.wait(2)
    assert stage.call("c1")["state"] == "rejoining"
    assert stage.last(HangUpLeg).leg_id == leg_id, "whatever it does, nobody hears it"


def test_the_switch_says_after_a_lost_link_that_the_legs_are_gone() -> None:
    stage, _ = talking()
    stage.tell(SwitchLost("n1"), ScreenLost(11))
    stage.wait(10)
    stage.switch_back(customer("c1"), phones=("1001",))
    assert stage.call("c1")["state"] == "rejoining"
    stage.tell(AgentRejoins(11, "c1"))
    new_leg = stage.ring().leg_id
    stage.tell(SwitchLost("n1"))
    stage.switch_back(customer("c1"), agent_leg(new_leg, "1001", "c1", is_up=False), phones=("1001",))
    assert stage.all(Join) == []
    stage.switch_back(customer("c1"), agent_leg(new_leg, "1001", "c1"), phones=("1001",))
    assert [order.leg_id for order in stage.all(Join)] == [new_leg]
    stage.switch_back(customer("c1", "r"), agent_leg(new_leg, "1001", "c1", "r"), phones=("1001",))
    assert stage.call("c1")["state"] == "talking"


def test_the_coroutine_is_replaced_while_the_caller_is_held() -> None:
    stage, leg_id = talking()
    reload_page(stage, leg_id)
    stage.arrive("c1", queue_id=None, talked_before=True)
    assert len(stage.all(HoldForAgent)) == 2
    new_leg = page_is_back(stage)
    stage.tell(LegAnswered(new_leg))
    stage.arrive("c1", queue_id=None, talked_before=True)
    assert [order.leg_id for order in stage.all(Join)] == [new_leg, new_leg]


def test_a_new_coroutine_that_goes_by_itself_stands_in_line_at_the_front() -> None:
    stage, leg_id = talking()
    stage.arrive("other", priority=100)
    reload_page(stage, leg_id)
    stage.arrive("c1", queue_id=None)
    assert stage.state(11) == ("not_ready", "screen_lost")
    assert stage.call("c1")["state"] == "in_menu"
    stage.tell(CallQueued("c1", 1, 0))
    assert stage.queue(1)["waiting"] == ["c1", "other"]


def test_a_line_that_is_no_more_ends_it_politely() -> None:
    stage = Stage()
    stage.tell(AgentSignedIn(11), ScreenBack(11))
    stage.switch_back(customer("old", "r"), agent_leg("n1-a", "1001", "old", "r"), phones=("1001",))
    stage.tell(LegEnded("n1-a", PAGE_WENT))
    stage.wait(REJOIN_S)
    assert stage.all(SayGoodbye) == [SayGoodbye("old")]


def test_a_removed_agent_is_gone_when_given_up() -> None:
    stage, leg_id = talking()
    stage.tell(RosterChanged(Roster((BOB,), (SALES, CARE))))
    reload_page(stage, leg_id)
    stage.wait(REJOIN_S)
    assert stage.floor.view("agent:11") is None
    assert [fact.state for fact in stage.all(AgentChanged)] == ["not_ready", "signed_out"]


def test_a_way_back_is_not_given_up_while_the_switch_is_out_of_sight() -> None:
    stage, leg_id = talking()
    reload_page(stage, leg_id)
    new_leg = page_is_back(stage)
    stage.tell(LegAnswered(new_leg), SwitchLost("n1"))
    stage.wait(35)
    assert stage.call("c1")["state"] == "rejoining"
    stage.switch_back(customer("c1", "r"), agent_leg(new_leg, "1001", "c1", "r"), phones=("1001",))
    assert stage.call("c1")["state"] == "talking"


def test_a_page_that_goes_in_a_consultation_leaves_the_other_with_music() -> None:
    stage, _ = conference.consulting()
    stage.tell(PhoneChanged("1001", reachable=False), LegEnded(conference.ann(stage), PAGE_WENT))
    assert (stage.call("c1")["state"], conference.parties(stage)) == ("rejoining", [("Bob", "aside")])


def test_a_page_that_goes_while_it_rings_outside_gives_that_up() -> None:
    stage = conference.talking()
    stage.tell(AgentInvited(11, "c1", number=conference.NUMBER), LegBorn("o1", "n1", conference.ann(stage)))
    stage.tell(PhoneChanged("1001", reachable=False), LegEnded(conference.ann(stage), PAGE_WENT))
    assert (stage.call("c1")["state"], conference.parties(stage)) == ("rejoining", [])


def test_among_several_a_bridge_that_ended_by_itself_is_made_again() -> None:
    stage, leg_id = conference.conference()
    stage.tell(RoomLeft(leg_id, "room-2"), RoomLeft("leg-c1", "room-2"), RoomLeft(conference.ann(stage), "room-2"))
    stage.tell(JoinEnded("c1", conference.ann(stage), succeeded=True))
    stage.clear()
    stage.wait(2)
    assert stage.last(Join).leg_id == conference.ann(stage)
    assert stage.call("c1")["state"] == "talking"


def test_a_held_customer_whose_coroutine_was_lost_is_first_in_line() -> None:
    stage = conference.talking()
    stage.tell(AgentHeld(11, "c1"))
    conference.held(stage)
    stage.tell(CallArrived("c1", "leg-c1", "n1", Caller("10086"), "4001", stage.now))
    assert stage.state(11) == ("wrap_up", "")
    stage.tell(CallQueued("c1", 1))
    assert stage.call("c1")["priority"] == FRONT_PRIORITY


def test_a_page_that_goes_with_a_colleague_on_the_way_keeps_them_ringing() -> None:
    stage = conference.talking(12)
    conference.ask_colleague(stage)
    stage.tell(PhoneChanged("1001", reachable=False), LegEnded(conference.ann(stage), PAGE_WENT))
    assert (stage.call("c1")["state"], conference.parties(stage)) == ("rejoining", [("Bob", "ringing")])


def test_a_bridge_that_never_was_ends_no_talk() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.answer()
    stage.tell(JoinEnded("c1", leg_id, succeeded=False))
    assert stage.call("c1")["state"] == "waiting"
    assert stage.all(SayGoodbye) == []


def test_who_asks_for_a_leg_in_a_conference_leaves_it() -> None:
    stage, _ = conference.conference()
    stage.wait(10)
    stage.tell(AgentRejoins(11, "c1"))
    assert stage.call("c1")["agent_id"] == 12
