"""An agent's page goes in a talk: what becomes of the caller, the line and the seat when it stays away."""

from dataclasses import replace

from cti.domain.commands import HangUpLeg, HoldForAgent, RingAgent
from cti.domain.events import AgentRejoins, LegEnded, RosterChanged
from cti.domain.facts import CallEnded
from cti.domain.rejoin import REJOIN_S
from cti.domain.values import Caller, EndReason, Roster
from tests.cti.domain import conference
from tests.cti.domain.reload import page_is_back, reload_page, talking
from tests.cti.domain.stage import ANN, BOB, CARE, SALES


def test_a_closed_tab_is_signed_out_after_its_minute() -> None:
    stage, leg_id = talking()
    reload_page(stage, leg_id)
    stage.wait(59)
    assert stage.state(11) == ("not_ready", "screen_lost")
    stage.wait(1)
    assert stage.state(11) == ("signed_out", "")


def test_giving_up_in_line_after_a_talk_is_counted_once() -> None:
    stage, leg_id = talking()
    reload_page(stage, leg_id)
    stage.wait(REJOIN_S + 4)
    stage.leave("c1")
    assert stage.last(CallEnded).reason is EndReason.ABANDONED_IN_QUEUE
    assert stage.last(CallEnded).waited_s == REJOIN_S + 4
    assert stage.queue(1)["today"] == {"offered": 1, "answered": 1, "abandoned": 0}


def test_a_caller_who_leaves_while_held() -> None:
    stage, leg_id = talking()
    reload_page(stage, leg_id)
    new_leg = page_is_back(stage)
    stage.tell(LegEnded("leg-c1"))
    assert stage.last(CallEnded).reason is EndReason.CALLER_HUNG_UP
    assert stage.last(HangUpLeg).leg_id == new_leg
    assert stage.state(11)[0] == "wrap_up"
    stage.wait(REJOIN_S)
    assert len(stage.all(CallEnded)) == 1


def test_a_queue_removed_meanwhile_gives_its_overflow() -> None:
    stage, leg_id = talking()
    reload_page(stage, leg_id)
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    stage.wait(REJOIN_S)
    assert stage.call("c1")["state"] == "in_menu"


def test_a_page_that_is_loaded_anew_in_a_conference_leaves_the_others_talking() -> None:
    stage, _ = conference.conference()
    stage.wait(10)
    stage.clear()
    stage.tell(AgentRejoins(11, "c1"))
    assert (stage.call("c1")["state"], stage.call("c1")["agent_id"]) == ("talking", 12)
    assert [order.leg_id for order in stage.all(HangUpLeg)] == [conference.ann(stage)], "what nobody hears any more"
    assert stage.all(HoldForAgent) == stage.all(RingAgent) == []
    stage.tell(LegEnded(conference.ann(stage), 16))
    stage.wait(REJOIN_S * 2)
    assert (stage.call("c1")["state"], stage.state(12), stage.state(11)[0]) == ("talking", ("talking", ""), "wrap_up")


def test_a_masked_agents_phone_is_not_told_who_calls_when_the_page_is_back() -> None:
    stage, leg_id = talking()
    masked = replace(ANN, sees_numbers=False)
    stage.tell(RosterChanged(Roster((masked, BOB), (SALES, CARE))))
    reload_page(stage, leg_id)
    page_is_back(stage)
    assert (stage.ring().rejoins, stage.ring().caller) == (True, Caller(None))
