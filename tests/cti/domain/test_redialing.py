from dataclasses import replace

import pytest

from cti.domain.board import Turn
from cti.domain.commands import HangUpLeg, RingAgent
from cti.domain.events import (
    AgentHungUp,
    AgentSignedIn,
    AgentSignedOut,
    AgentWentReady,
    LegEnded,
    LegStays,
    MemberRang,
    PhoneChanged,
    RosterChanged,
    ScreenBack,
    SwitchLost,
)
from cti.domain.own_leg import OwnLegState
from cti.domain.plugging import plug
from cti.domain.redialing import LATER_S, MOST_TRIES, OWN_LEG_RING_S, REDIAL_S, condemn, release
from cti.domain.values import Phone, PhoneKind, Roster
from cti.domain.wishes import AgentRedialed
from cti.errors import Refused
from tests.cti.domain.persistent import DESK_KEPT, KEPT, MOBILE_KEPT, kept_stage, kept_up, own_state, sign_in, talk
from tests.cti.domain.stage import ANN, BOB, CARE, EVE, SALES, Stage


def rings(stage: Stage) -> list[RingAgent]:
    return [one for one in stage.all(RingAgent) if one.stays]


@pytest.mark.parametrize("phone", [KEPT, DESK_KEPT, MOBILE_KEPT])
def test_it_is_called_when_the_agent_signs_in(phone: Phone) -> None:
    stage = kept_stage(phone)
    leg_id = sign_in(stage)
    (order,) = rings(stage)
    assert (order.phone, order.node, order.caller.number) == (phone, "n1", None)
    assert order.ring_s == OWN_LEG_RING_S
    assert (own_state(stage), stage.agent(11)["phone_reachable"]) == (OwnLegState.RINGING, False)
    stage.tell(LegStays(leg_id))
    assert (own_state(stage), stage.agent(11)["phone_reachable"]) == (OwnLegState.UP, True)


def test_a_phone_that_is_not_there_is_called_when_it_comes() -> None:
    stage = kept_stage()
    stage.tell(ScreenBack(11), AgentSignedIn(11))
    assert (rings(stage), own_state(stage)) == ([], OwnLegState.DOWN)
    with pytest.raises(Refused, match="phone_unreachable"):
        stage.tell(AgentWentReady(11))
    stage.tell(PhoneChanged("1001", reachable=True))
    assert own_state(stage) is OwnLegState.RINGING


def test_a_desk_phone_is_another_endpoint_than_the_page() -> None:
    stage = kept_stage(Phone(PhoneKind.SIP))
    stage.tell(PhoneChanged("1001", reachable=True))
    assert not stage.agent(11)["phone_reachable"]
    stage.tell(PhoneChanged("desk-1001", reachable=True))
    assert stage.agent(11)["phone_reachable"]


def test_it_is_called_again_by_rule_and_then_no_more() -> None:
    stage = kept_stage()
    leg_id = sign_in(stage)
    for tries in range(1, MOST_TRIES):
        stage.tell(LegEnded(leg_id, 19))
        assert own_state(stage) is OwnLegState.LOST
        stage.wait(REDIAL_S[tries] - 0.1)
        assert len(rings(stage)) == tries
        stage.wait(0.1)
        leg_id = rings(stage)[-1].leg_id
        assert len(rings(stage)) == tries + 1
    stage.tell(LegEnded(leg_id, 19))
    stage.wait(3600)
    assert len(rings(stage)) == MOST_TRIES
    assert own_state(stage) is OwnLegState.LOST
    stage.tell(PhoneChanged("1001", reachable=False), PhoneChanged("1001", reachable=True))
    assert len(rings(stage)) == MOST_TRIES + 1, "the phone is back, or a page was loaded anew"


def test_becoming_ready_calls_it_and_waits_for_it() -> None:
    stage = kept_stage()
    stage.tell(LegEnded(sign_in(stage), 19))
    stage.tell(AgentWentReady(11))
    assert (own_state(stage), stage.state(11)) == (OwnLegState.RINGING, ("ready", ""))
    stage.arrive("c1")
    assert stage.call("c1")["state"] == "waiting", "not before it is up"
    stage.tell(LegStays(rings(stage)[-1].leg_id))
    assert stage.call("c1")["state"] == "ringing"


def test_whoever_does_not_take_it_is_not_ready_after_a_while() -> None:
    stage = kept_stage()
    stage.tell(LegEnded(sign_in(stage), 19))
    stage.tell(AgentWentReady(11))
    stage.wait(60)
    assert stage.state(11) == ("not_ready", "phone_lost")


def test_signing_out_ends_it_and_the_phone_is_one_that_rings() -> None:
    stage = kept_stage()
    leg_id = kept_up(stage)
    stage.clear()
    stage.tell(AgentSignedOut(11))
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", leg_id)]
    assert (own_state(stage), stage.agent(11)["phone_reachable"]) == (OwnLegState.DOWN, True)
    stage.tell(LegEnded(leg_id))
    stage.wait(3600)
    assert rings(stage) == []


def test_without_a_switch_it_waits_for_one() -> None:
    stage = kept_stage()
    stage.tell(SwitchLost("n1"))
    stage.tell(PhoneChanged("1001", reachable=True), ScreenBack(11), AgentSignedIn(11))
    assert rings(stage) == []
    stage.switch_back(phones=("1001",))
    assert own_state(stage) is OwnLegState.RINGING
    stage.wait(LATER_S)
    assert len(rings(stage)) == 1


def test_while_the_fallback_queue_has_the_phone_it_is_left_alone() -> None:
    stage = kept_stage()
    stage.tell(PhoneChanged("1001", reachable=True), MemberRang("m", "1001"), ScreenBack(11), AgentSignedIn(11))
    assert rings(stage) == []
    stage.tell(LegEnded("m"))
    stage.wait(LATER_S)
    assert own_state(stage) is OwnLegState.RINGING


def test_a_press_while_it_rings_ends_that_and_a_second_one_changes_nothing() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    stage.tell(AgentRedialed(11))
    assert stage.last(HangUpLeg) == HangUpLeg("n1", own)
    turn = Turn(stage.floor._board, stage.now)
    condemn(turn, stage.floor._board.agents[11])
    assert turn.commands == [], "it is on its way out already"


def test_what_it_plays_is_over_with_it() -> None:
    stage = kept_stage()
    kept_up(stage)
    board = stage.floor._board
    agent = board.agents[11]
    turn = Turn(board, stage.now)
    plug(turn, agent, "part")
    release(turn, agent)
    assert ("part" in board.gone, board.plays, board.own_legs) == (True, {}, {})
    release(turn, agent)
    assert len([one for one in turn.commands if isinstance(one, HangUpLeg)]) == 1


def rules(phone: Phone, refusal: str = "") -> RosterChanged:
    return RosterChanged(Roster((replace(ANN, phone=phone, phone_refusal=refusal), BOB, EVE), (SALES, CARE)))


def test_a_number_that_may_not_be_called_any_more_is_let_go_of_and_comes_back_with_the_rules() -> None:
    stage = kept_stage(MOBILE_KEPT)
    own = kept_up(stage)
    stage.clear()
    stage.tell(rules(MOBILE_KEPT, "number_blocked"), LegEnded(own))
    assert (stage.all(HangUpLeg), stage.all(RingAgent)) == ([HangUpLeg("n1", own)], [])
    view = stage.agent(11)
    assert (view["phone_refusal"], view["phone_reachable"], view["own_leg"]) == ("number_blocked", False, "down")
    stage.arrive("c1")
    stage.wait(30)
    assert (stage.call("c1")["state"], stage.state(11)) == ("waiting", ("not_ready", "phone_lost"))
    for wish in (AgentWentReady(11), AgentRedialed(11)):
        with pytest.raises(Refused, match="own_phone_refused"):
            stage.tell(wish)
    stage.tell(rules(MOBILE_KEPT))
    assert stage.last(RingAgent).phone == MOBILE_KEPT


def test_a_talk_at_such_a_number_is_not_disturbed() -> None:
    stage = kept_stage(MOBILE_KEPT)
    own = kept_up(stage)
    talk(stage, "c1")
    stage.clear()
    stage.tell(rules(MOBILE_KEPT, "number_blocked"))
    assert (stage.call("c1")["state"], stage.all(HangUpLeg)) == ("talking", [])
    stage.tell(AgentHungUp(11, "c1"), LegStays(own))
    assert stage.last(HangUpLeg) == HangUpLeg("n1", own)
    assert (own_state(stage), stage.all(RingAgent)) == (OwnLegState.DOWN, [])


def test_one_that_rings_for_each_call_is_not_rung_either() -> None:
    mobile = Phone(PhoneKind.OUTSIDE, "+8613911112222")
    stage = Stage(Roster((replace(ANN, phone=mobile, phone_refusal="number_blocked"), BOB, EVE), (SALES, CARE)))
    stage.switch_back()
    stage.tell(ScreenBack(11), AgentSignedIn(11))
    with pytest.raises(Refused, match="own_phone_refused"):
        stage.tell(AgentWentReady(11))
    stage.tell(rules(mobile), AgentWentReady(11))
    stage.arrive("c1")
    assert stage.last(RingAgent).phone == mobile
