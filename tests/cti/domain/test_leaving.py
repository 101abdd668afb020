"""How an agent leaves a wrap-up, or work."""

from cti.domain.events import (
    AgentDisposed,
    AgentSignedOut,
    AgentWentNotReady,
    AgentWentReady,
    LegEnded,
    PhoneChanged,
    RosterChanged,
    ScreenLost,
)
from cti.domain.facts import AgentChanged
from cti.domain.values import Roster
from tests.cti.domain import conference
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage, talking


def test_wrap_up_ends_with_timer_and_disposition() -> None:
    stage, _ = talking()
    stage.leave("c1")
    stage.tell(AgentDisposed(11, "c1"))
    stage.wait(29)
    assert stage.state(11) == ("wrap_up", "")
    stage.wait(1)
    assert stage.state(11) == ("ready", "")
    assert stage.agent(11)["call_id"] is None
    assert stage.last(AgentChanged).lasted_s == 30.0


def test_without_disposition_wrap_up_goes_on_overdue() -> None:
    stage, _ = talking()
    stage.leave("c1")
    stage.wait(100)
    assert stage.state(11) == ("wrap_up", "")
    assert stage.call("c1")["state"] == "ended", "its call stays on the screen"
    stage.tell(AgentDisposed(11, "c1"))
    assert stage.state(11) == ("ready", "")
    stage.wait(10)
    assert stage.floor.view("call:c1") is None


def test_a_pause_asked_for_in_the_talk_follows_the_wrap_up() -> None:
    stage, _ = talking()
    stage.tell(AgentWentNotReady(11, "meal"))
    stage.leave("c1")
    assert stage.agent(11)["next_state"] == "meal"
    stage.tell(AgentDisposed(11, "c1"))
    assert stage.state(11) == ("not_ready", "meal")


def test_wrap_up_without_a_phone_does_not_end_ready() -> None:
    stage, _ = talking()
    stage.tell(PhoneChanged("1001", reachable=False))
    assert stage.state(11) == ("talking", "")
    stage.leave("c1")
    stage.tell(AgentDisposed(11, "c1"))
    stage.wait(30)
    assert stage.state(11) == ("not_ready", "phone_lost")


def test_wrap_up_without_a_screen_does_not_end_ready() -> None:
    stage, _ = talking()
    stage.leave("c1")
    stage.tell(AgentDisposed(11, "c1"))
    stage.wait(14)
    stage.tell(ScreenLost(11))
    stage.wait(16)
    assert stage.state(11) == ("not_ready", "screen_lost")


def test_signing_out_in_wrap_up_after_the_disposition() -> None:
    stage, _ = talking()
    stage.leave("c1")
    stage.tell(AgentDisposed(11, "c1"), AgentSignedOut(11))
    assert stage.state(11) == ("signed_out", "")
    stage.wait(60)
    assert stage.floor.view("call:c1") is None


def test_the_caller_of_a_live_call_is_not_forgotten_when_wrap_up_ends() -> None:
    stage, leg_id = talking()
    stage.tell(LegEnded(leg_id))
    stage.done(11, "c1")
    stage.wait(30)
    assert stage.call("c1")["state"] == "leaving"


def test_a_queue_removed_before_wrap_up_ends_counts_nothing() -> None:
    stage, _ = talking()
    stage.leave("c1")
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    stage.done(11, "c1")
    assert stage.state(11) == ("ready", "")


def test_an_agent_who_was_not_there_is_removed() -> None:
    stage = Stage()
    stage.tell(RosterChanged(Roster((BOB,), (SALES, CARE))))
    assert stage.floor.view("agent:11") is None
    assert stage.all(AgentChanged) == []


def test_who_is_in_no_call_leaves_at_once() -> None:
    stage = Stage()
    stage.ready(11)
    stage.tell(AgentSignedOut(11))
    assert stage.state(11) == ("signed_out", "")


def test_a_removed_colleague_disappears_after_the_call_they_helped_in() -> None:
    stage, leg_id = conference.consulting()
    stage.tell(RosterChanged(Roster((ANN,), (SALES, CARE))))
    stage.tell(LegEnded(leg_id))
    assert stage.floor.view("agent:12") is None


def test_who_is_ready_after_a_call_anyway_may_say_so_again() -> None:
    stage = Stage()
    stage.ready(11)
    stage.talk("c1")
    stage.leave("c1")
    stage.wait(60)
    stage.arrive("c2")
    # overdue, so the disposition makes them ready, and who waits is quicker than their next word
    stage.done(11, "c1")
    assert stage.state(11)[0] == "ringing"
    stage.join("c2")
    stage.tell(AgentWentReady(11))
    assert stage.state(11)[0] == "talking"
    assert stage.agent(11)["next_state"] is None
