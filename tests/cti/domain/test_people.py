import pytest

from cti.domain.commands import HangUpLeg, SayGoodbye
from cti.domain.deadlines import Due
from cti.domain.events import (
    AgentDeclined,
    AgentDisposed,
    AgentEvent,
    AgentHungUp,
    AgentSignedIn,
    AgentSignedOut,
    AgentWentNotReady,
    AgentWentReady,
    LegEnded,
    LegRang,
    PhoneChanged,
    RoomJoined,
    ScreenBack,
    ScreenLost,
)
from cti.domain.facts import AgentChanged, OfferEnded
from cti.domain.values import OfferResult
from cti.domain.wishes import AgentInvited, AgentSentToSurvey
from cti.errors import Refused
from tests.cti.domain import conference, outgoing
from tests.cti.domain.stage import Stage


def refusal(stage: Stage, event: AgentEvent) -> str:
    before = stage.floor.snapshot()
    with pytest.raises(Refused) as caught:
        stage.tell(event)
    assert stage.floor.snapshot() == before
    return caught.value.code


def test_signing_in_is_not_yet_being_ready() -> None:
    stage = Stage()
    stage.tell(AgentSignedIn(11), AgentSignedIn(11))
    assert stage.state(11) == ("not_ready", "signed_in")
    assert len(stage.all(AgentChanged)) == 1


def test_a_stranger_is_refused() -> None:
    assert refusal(Stage(), AgentSignedIn(99)) == "unknown_agent"


def test_ready_needs_a_shift_and_a_phone() -> None:
    stage = Stage()
    assert refusal(stage, AgentWentReady(11)) == "signed_out"
    assert refusal(stage, AgentWentNotReady(11, "meal")) == "signed_out"
    stage.tell(AgentSignedIn(11))
    assert refusal(stage, AgentWentReady(11)) == "phone_unreachable"
    stage.tell(PhoneChanged("1001", reachable=True), AgentWentReady(11))
    assert stage.state(11) == ("ready", "")
    stage.clear()
    stage.tell(AgentWentReady(11))
    assert stage.facts == []


def test_pauses_and_their_reasons() -> None:
    stage = Stage()
    stage.ready(11)
    stage.wait(10)
    stage.tell(AgentWentNotReady(11, "meal"))
    assert stage.state(11) == ("not_ready", "meal")
    assert stage.last(AgentChanged).lasted_s == 10.0
    stage.tell(AgentWentNotReady(11, "meeting"))
    assert stage.state(11) == ("not_ready", "meeting")
    stage.clear()
    stage.tell(AgentWentNotReady(11, "meeting"))
    assert stage.facts == []


def test_signing_out() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(AgentSignedOut(11), AgentSignedOut(11))
    assert stage.state(11) == ("signed_out", "")


def test_what_is_refused_in_a_call() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    assert refusal(stage, AgentSignedOut(11)) == "in_call"
    stage.join("c1")
    stage.tell(AgentWentReady(11))  # they are, after it
    assert refusal(stage, AgentSignedOut(11)) == "in_call"
    assert refusal(stage, AgentDeclined(11, "c1")) == "offer_gone"
    stage.leave("c1")
    assert refusal(stage, AgentSignedOut(11)) == "disposition_missing"
    assert refusal(stage, AgentWentReady(11)) == "disposition_missing"
    assert refusal(stage, AgentHungUp(11, "c1")) == "no_such_talk"


def test_a_pause_asked_for_in_the_call_can_be_taken_back() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.tell(AgentWentNotReady(11, "meal"), AgentWentReady(11))
    assert stage.agent(11)["next_state"] is None


def test_a_pause_can_be_taken_back_while_the_disposition_is_missing() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.leave("c1")
    stage.tell(AgentWentNotReady(11, "meal"), AgentWentReady(11))
    assert stage.state(11) == ("wrap_up", "")
    assert stage.agent(11)["next_state"] is None
    assert refusal(stage, AgentWentReady(11)) == "disposition_missing"


def test_a_pause_chosen_in_wrap_up() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.leave("c1")
    stage.tell(AgentWentNotReady(11, "meal"))
    assert stage.state(11) == ("wrap_up", "")
    stage.tell(AgentDisposed(11, "c1"))
    assert stage.state(11) == ("not_ready", "meal")
    stage.tell(LegEnded(stage.ring().leg_id), AgentWentReady(11))
    stage.talk("c2")
    stage.leave("c2")
    stage.tell(AgentDisposed(11, "c2"), AgentWentNotReady(11, "training"))
    assert stage.state(11) == ("not_ready", "training")


def test_declining() -> None:
    stage = Stage()
    stage.ready(11)
    assert refusal(stage, AgentDeclined(11, "c1")) == "offer_gone"
    stage.arrive("c1")
    leg_id = stage.ring().leg_id
    stage.tell(AgentDeclined(11, "c1"))
    assert stage.last(OfferEnded).result is OfferResult.DECLINED
    assert stage.last(HangUpLeg).leg_id == leg_id
    assert stage.state(11) == ("not_ready", "declined_call")
    assert stage.call("c1")["state"] == "waiting"


def test_hanging_up_needs_ones_own_talk() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    assert refusal(stage, AgentHungUp(11, "c1")) == "no_such_talk"
    leg_id = stage.join("c1")
    stage.ready(12)
    assert refusal(stage, AgentHungUp(12, "c1")) == "no_such_talk"
    stage.tell(AgentHungUp(11, "c1"))
    assert stage.last(HangUpLeg).leg_id == leg_id


def test_a_disposition_for_another_call_is_the_diarys_affair() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.clear()
    stage.tell(AgentDisposed(11, "other"), AgentDisposed(11, "c1"))
    assert stage.touched == set()


def test_a_lost_screen_has_fifteen_seconds() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(ScreenLost(11), ScreenLost(11))
    stage.wait(14)
    assert stage.state(11) == ("ready", "")
    stage.tell(ScreenBack(11), ScreenBack(11))
    stage.wait(60)
    assert stage.state(11) == ("ready", "")
    stage.tell(ScreenLost(11))
    stage.wait(15)
    assert stage.state(11) == ("not_ready", "screen_lost")
    stage.wait(45)
    assert stage.state(11) == ("signed_out", "")


def test_a_sign_in_without_a_screen_does_not_last() -> None:
    stage = Stage()
    stage.tell(AgentSignedIn(11))
    stage.wait(60)
    assert stage.state(11) == ("signed_out", "")


def test_a_screen_lost_while_it_rings() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(ScreenLost(11))
    stage.wait(10)
    stage.arrive("c1")
    stage.wait(5)
    assert stage.state(11) == ("not_ready", "screen_lost")
    assert stage.last(OfferEnded).result is OfferResult.UNREACHABLE
    assert stage.call("c1")["state"] == "waiting"


def test_a_screen_that_went_with_the_answer() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(ScreenLost(11))
    stage.wait(14.5)
    stage.arrive("c1")
    leg_id = stage.answer()
    stage.wait(1)
    assert stage.state(11) == ("ringing", "")
    stage.tell(RoomJoined(leg_id, "r"), RoomJoined("leg-c1", "r"))
    stage.wait(60)
    assert stage.state(11) == ("talking", "")
    stage.leave("c1")
    stage.wait(0)
    assert stage.state(11) == ("signed_out", "")


def test_a_screen_gone_between_answer_and_join_is_looked_at_again() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c0")
    stage.tell(ScreenLost(11))
    stage.wait(45)
    stage.leave("c0")
    stage.tell(AgentDisposed(11, "c0"), ScreenBack(11))
    stage.wait(30)
    assert stage.state(11) == ("ready", "")
    stage.tell(ScreenLost(11))
    stage.wait(14)
    stage.arrive("c1")
    stage.tell(LegRang(stage.ring().leg_id))
    stage.answer()
    stage.wait(9)
    assert stage.state(11) == ("ringing", "")
    stage.tell(LegEnded(stage.ring().leg_id))
    stage.wait(60)
    assert stage.state(11) == ("signed_out", "")


def test_the_seat_check_waits_for_the_join() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c0")
    stage.tell(ScreenLost(11))
    stage.wait(55)
    stage.leave("c0")
    stage.tell(AgentDisposed(11, "c0"), AgentWentReady(11))
    assert stage.state(11) == ("ready", "")
    stage.wait(14)
    stage.arrive("c1")
    stage.answer()
    stage.wait(8)
    assert stage.state(11) == ("ringing", "")


def test_hanging_up_between_answer_and_join() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.answer()
    stage.tell(AgentHungUp(11, "c1"))
    assert stage.last(HangUpLeg).leg_id == leg_id


def test_a_disposition_in_the_talk() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.tell(AgentDisposed(11, "c1"))
    stage.leave("c1")
    assert stage.agent(11)["needs_disposition"] is False


def test_an_overdue_wrap_up_ends_with_the_disposition() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.leave("c1")
    stage.wait(31)
    assert stage.state(11) == ("wrap_up", "")
    stage.tell(AgentDisposed(11, "c1"))
    assert stage.state(11) == ("ready", "")


def test_a_seat_empty_for_a_minute_while_the_join_is_awaited() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(ScreenLost(11))
    stage.wait(14)
    stage.arrive("c1")
    stage.tell(LegRang(stage.ring().leg_id))
    leg_id = stage.answer()
    stage.clock.advance(46)  # the join is due as well, but nobody has looked yet
    stage.tell(RoomJoined("leg-c1", "r"))
    deadlines = stage.floor._board.deadlines
    deadlines.clear(Due.JOIN, "c1")
    deadlines.clear(Due.SCREEN_LOST, 11)
    stage.wait(0)
    assert stage.state(11) == ("ringing", "")
    stage.tell(LegEnded(leg_id))
    stage.wait(15)
    assert stage.state(11) == ("signed_out", "")


def test_the_button_ends_a_talk_whose_caller_is_held() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(LegEnded(stage.talk("c1"), 27), AgentHungUp(11, "c1"))
    assert stage.all(SayGoodbye) == [SayGoodbye("c1")]
    assert stage.state(11)[0] == "wrap_up"
    assert outgoing.given_up() == "cancelled"


def test_the_invited_decline_while_it_rings_and_leave_when_they_are_there() -> None:
    stage = conference.talking(12)
    conference.ask_colleague(stage)
    stage.tell(AgentDeclined(12, "c1"))
    assert conference.parties(stage) == []
    assert stage.state(12) == ("ready", "")
    other, _ = conference.conference()
    other.tell(AgentHungUp(12, "c1"))
    assert (conference.parties(other), other.call("c1")["state"]) == ([], "talking")


def test_the_customer_is_asked_how_it_was_because_the_agent_wants_to_know() -> None:
    stage = conference.talking(12)
    stage.tell(AgentSentToSurvey(11, "c1"))
    assert stage.last(HangUpLeg).leg_id == conference.ann(stage)
    stage.tell(LegEnded(conference.ann(stage)))
    assert stage.all(SayGoodbye) == [SayGoodbye("c1", survey=True)]
    stage = conference.talking(12)
    assert refusal(stage, AgentSentToSurvey(12, "c1")) == "no_such_talk"
    stage.tell(AgentInvited(11, "c1", to_agent_id=12))
    assert refusal(stage, AgentSentToSurvey(11, "c1")) == "people_in_call"
    waiting = Stage()
    waiting.ready(11)
    waiting.arrive("c2")
    assert refusal(waiting, AgentSentToSurvey(11, "c2")) == "no_such_talk"
