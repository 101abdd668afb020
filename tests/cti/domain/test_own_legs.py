from dataclasses import replace

import pytest

from cti.domain.commands import HangUpLeg, Join, Place, RingAgent, SendLeg
from cti.domain.events import (
    AgentHungUp,
    AgentRejoins,
    AgentSignedOut,
    AgentWentNotReady,
    LegAnswered,
    LegEnded,
    LegSnapshot,
    LegStays,
    PhoneChanged,
    RoomJoined,
    RoomLeft,
    RosterChanged,
    SwitchBack,
    SwitchLost,
)
from cti.domain.facts import OfferEnded, OfferMade, TalkEnded
from cti.domain.memories import AgentMemory
from cti.domain.own_leg import OwnLegState
from cti.domain.phones import PHONE_GRACE_S
from cti.domain.values import AgentState, OfferResult, Phone, Roster
from cti.domain.wishes import AgentHeld, AgentInvited, AgentRedialed, AgentRetrieved
from cti.errors import Refused
from tests.cti.domain.persistent import KEPT, MOBILE_KEPT, beeped, kept_stage, kept_up, own_state, sign_in, talk
from tests.cti.domain.stage import ANN, BOB, CARE, EVE, SALES, TALK_MEMORY, Stage, agent_leg, customer
from tests.fakes import START


def test_a_call_comes_with_a_beep_and_without_ringing() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    stage.clear()
    stage.arrive("c1")
    part = stage.last(OfferMade).leg_id
    assert (beeped(stage), stage.all(RingAgent)) == (SendLeg("n1", own, Place.BEEP, part), [])
    stage.tell(LegAnswered(own))
    join = stage.last(Join)
    assert (join.leg_id, join.channel) == (part, own)
    stage.tell(RoomJoined(own, "r"), RoomJoined("leg-c1", "r"))
    assert (stage.call("c1")["state"], stage.state(11)[0]) == ("talking", "talking")


def test_who_wants_it_hears_no_beep() -> None:
    stage = kept_stage(MOBILE_KEPT)
    kept_up(stage)
    stage.arrive("c1")
    assert beeped(stage).place is Place.QUIET


def test_hanging_up_ends_the_talk_and_not_the_leg_and_the_next_caller_comes_to_it() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    talk(stage, "c1")
    stage.clear()
    stage.tell(AgentHungUp(11, "c1"))
    assert stage.commands == [SendLeg("n1", own, Place.STAY)]
    stage.tell(RoomLeft(own, "room"), LegStays(own))
    assert (stage.state(11)[0], stage.call("c1")["state"]) == ("wrap_up", "leaving")
    stage.tell(LegStays(own))
    assert stage.all(HangUpLeg) == []
    stage.done(11, "c1")
    stage.leave("c1")
    first, second = stage.last(TalkEnded).leg_id, talk(stage, "c2", "room2")
    assert (second, stage.call("c2")["state"]) == (own, "talking")
    assert stage.last(OfferMade).leg_id != first, "each call has a leg of its own in the diary"
    assert own_state(stage) is OwnLegState.UP


def test_when_the_customer_leaves_the_leg_rests_before_the_next_offer() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    talk(stage, "c1")
    stage.leave("c1")
    assert stage.last(SendLeg) == SendLeg("n1", own, Place.STAY)
    stage.done(11, "c1")
    stage.arrive("c2")
    assert stage.call("c2")["state"] == "waiting"
    stage.tell(LegStays(own))
    assert stage.call("c2")["state"] == "ringing"


def test_a_way_back_that_nobody_tells_of_keeps_the_agent_from_work_for_a_moment_only() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    talk(stage, "c1")
    stage.leave("c1")
    stage.done(11, "c1")
    stage.wait(5)
    talk(stage, "c2", "room2")
    assert stage.call("c2")["state"] == "talking"
    stage.tell(LegStays(own))
    assert stage.call("c2")["state"] == "talking", "an old word of the switch ends no talk"


def test_pauses_and_holds_keep_it_up() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    talk(stage, "c1")
    stage.clear()
    stage.tell(AgentHeld(11, "c1"), RoomLeft(own, "room"), RoomLeft("leg-c1", "room"))
    assert all(order.leg_id == own for order in stage.all(SendLeg))
    stage.tell(AgentRetrieved(11, "c1"))
    assert stage.all(HangUpLeg) == stage.all(RingAgent) == []
    assert own_state(stage) is OwnLegState.UP


def test_a_colleague_is_consulted_at_the_leg_that_is_up_and_leaves_it_up() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    stage.tell(AgentWentNotReady(11, "lunch"))
    stage.ready(12)
    bobs = stage.talk("c1")
    stage.clear()
    stage.tell(AgentInvited(12, "c1", to_agent_id=11))
    assert (beeped(stage).leg_id, stage.all(RingAgent)) == (own, [])
    stage.tell(LegAnswered(own))
    assert stage.call("c1")["parties"][0]["state"] == "consulted"
    assert stage.last(SendLeg) == SendLeg("n1", own, Place.PAIR, bobs)
    stage.tell(AgentHungUp(11, "c1"), LegStays(own))
    assert (stage.state(11), stage.all(HangUpLeg)) == (("not_ready", "lunch"), [])


def test_the_legs_loss_in_a_talk_is_the_loss_of_a_page_and_a_new_leg_brings_them_together() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    talk(stage, "c1")
    stage.tell(LegEnded(own, 27))
    assert (stage.call("c1")["state"], own_state(stage)) == ("rejoining", OwnLegState.LOST)
    stage.wait(1)
    again = stage.last(RingAgent)
    assert again.stays
    assert again.leg_id != own
    stage.tell(LegStays(again.leg_id))
    assert beeped(stage).leg_id == again.leg_id
    stage.tell(LegAnswered(again.leg_id))
    stage.tell(RoomJoined(again.leg_id, "r2"), RoomJoined("leg-c1", "r2"))
    assert stage.call("c1")["state"] == "talking"


def test_an_agent_who_hangs_up_the_handset_has_ended_the_talk() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    talk(stage, "c1")
    stage.tell(LegEnded(own, 16))
    assert (stage.call("c1")["state"], stage.state(11)[0]) == ("leaving", "wrap_up")


def test_the_legs_loss_at_rest_is_forgiven_when_it_is_up_again_soon() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    stage.tell(LegEnded(own, 27))
    assert (stage.state(11), stage.agent(11)["phone_reachable"]) == (("ready", ""), False)
    stage.wait(1)
    stage.tell(LegStays(stage.last(RingAgent).leg_id))
    stage.wait(60)
    assert stage.state(11) == ("ready", "")


def test_the_legs_loss_for_longer_is_a_lost_phone() -> None:
    stage = kept_stage()
    stage.tell(LegEnded(kept_up(stage), 27))
    stage.wait(PHONE_GRACE_S + 1)
    assert stage.state(11) == ("not_ready", "phone_lost")


def test_a_leg_that_ends_instead_of_beeping_is_no_missed_call() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    stage.arrive("c1")
    stage.tell(LegEnded(own, 16))
    assert stage.last(OfferEnded).result is OfferResult.UNREACHABLE
    assert (stage.call("c1")["state"], stage.state(11)) == ("waiting", ("not_ready", "phone_lost"))


def test_a_handset_that_is_hung_up_on_the_way_into_the_talk_refuses_it() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    stage.arrive("c1")
    stage.tell(LegAnswered(own), AgentHungUp(11, "c1"), LegStays(own))
    assert stage.state(11) == ("not_ready", "declined_call")
    assert stage.call("c1")["state"] == "waiting"


def test_a_page_that_was_loaded_anew_gets_a_new_leg_and_the_talk_on_it() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    talk(stage, "c1")
    stage.wait(5)
    stage.clear()
    stage.tell(AgentRejoins(11, "c1"))
    assert HangUpLeg("n1", own) in stage.commands, "nobody hears the old one"
    assert (stage.call("c1")["state"], own_state(stage)) == ("rejoining", OwnLegState.CLOSING)
    stage.tell(LegEnded(own))
    stage.wait(1)
    again = stage.last(RingAgent).leg_id
    stage.tell(LegStays(again), LegAnswered(again), RoomJoined(again, "r"), RoomJoined("leg-c1", "r"))
    assert stage.call("c1")["state"] == "talking"


def test_a_press_calls_it_anew() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    stage.tell(AgentRedialed(11))
    assert stage.last(HangUpLeg) == HangUpLeg("n1", own)
    assert (own_state(stage), stage.agent(11)["phone_reachable"]) == (OwnLegState.CLOSING, False)
    stage.tell(AgentRedialed(11), LegEnded(own))
    stage.tell(AgentRedialed(11))
    assert own_state(stage) is OwnLegState.RINGING


@pytest.mark.parametrize(
    ("agent_id", "code"), [(99, "unknown_agent"), (12, "no_persistent_leg"), (11, "phone_unreachable")]
)
def test_what_cannot_be_called_is_refused(agent_id: int, code: str) -> None:
    stage = kept_stage()
    sign_in(stage)
    stage.tell(PhoneChanged("1001", reachable=False))
    with pytest.raises(Refused, match=code):
        stage.tell(AgentRedialed(agent_id))


def roster(phone: Phone, *others: object) -> RosterChanged:
    return RosterChanged(Roster((replace(ANN, phone=phone), BOB, EVE), (SALES, CARE)))


def test_another_phone_is_called_at_once_when_nothing_is_on_the_old_one() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    stage.tell(roster(MOBILE_KEPT))
    assert stage.last(HangUpLeg) == HangUpLeg("n1", own)
    assert stage.last(RingAgent).phone == MOBILE_KEPT
    stage.tell(LegEnded(own))
    assert own_state(stage) is OwnLegState.RINGING


def test_another_phone_waits_for_the_end_of_the_talk() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    talk(stage, "c1")
    stage.clear()
    stage.tell(roster(Phone()))
    assert stage.all(HangUpLeg) == []
    stage.leave("c1")
    stage.tell(LegStays(own))
    assert stage.last(HangUpLeg) == HangUpLeg("n1", own)
    assert (own_state(stage), stage.agent(11)["phone_reachable"]) == (OwnLegState.DOWN, True)


def test_another_phone_that_is_set_up_while_the_old_one_rings_is_called_instead() -> None:
    stage = kept_stage()
    sign_in(stage)
    stage.tell(roster(MOBILE_KEPT))
    assert stage.last(RingAgent).phone == MOBILE_KEPT


def listed(
    leg_id: str, room_id: str | None = None, plays: str = "", extension: str = "1001", *, is_up: bool = True
) -> LegSnapshot:
    return LegSnapshot(leg_id, "n1", None, extension, room_id, is_up, persistent=True, plays=plays)


def test_a_lost_link_ends_no_persistent_leg_that_is_there() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    stage.tell(SwitchLost("n1"))
    stage.clear()
    stage.switch_back(listed(own), phones=("1001",))
    assert (own_state(stage), stage.all(HangUpLeg), stage.all(RingAgent)) == (OwnLegState.UP, [], [])


def test_one_that_was_answered_meanwhile_is_up() -> None:
    stage = kept_stage()
    own = sign_in(stage)
    stage.tell(SwitchLost("n1"))
    stage.switch_back(listed(own, is_up=False), phones=("1001",))
    assert own_state(stage) is OwnLegState.RINGING
    stage.switch_back(listed(own), phones=("1001",))
    assert own_state(stage) is OwnLegState.UP


def test_one_that_is_gone_is_called_again() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    stage.tell(SwitchLost("n1"))
    stage.wait(10)
    stage.switch_back(phones=("1001",))
    assert own_state(stage) is OwnLegState.RINGING
    assert stage.last(RingAgent).leg_id != own


def test_one_that_was_ordered_a_moment_ago_may_be_missing_in_the_list() -> None:
    stage = kept_stage()
    sign_in(stage)
    stage.switch_back(phones=("1001",))
    assert own_state(stage) is OwnLegState.RINGING
    assert len(stage.all(RingAgent)) == 1


def test_a_talk_on_it_goes_on_over_a_lost_link() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    talk(stage, "c1")
    part = stage.last(OfferMade).leg_id
    stage.tell(SwitchLost("n1"))
    stage.switch_back(customer("c1", "room"), listed(own, "room", part), phones=("1001",))
    assert stage.call("c1")["state"] == "talking"


def restarted(state: AgentState = AgentState.TALKING, phone: Phone = KEPT) -> Stage:
    stage = Stage(Roster((replace(ANN, phone=phone), BOB, EVE), (SALES, CARE)))
    calls = [replace(TALK_MEMORY, talk_leg_id="part")] if state is AgentState.TALKING else []
    stage.floor.restore(stage.now, [AgentMemory(11, state, "", START, "old")], calls=calls)
    return stage


def test_a_restart_adopts_the_talk_and_the_leg() -> None:
    stage = restarted()
    stage.switch_back(customer("old", "room"), listed("own", "room", "part"), phones=("1001",))
    assert (stage.call("old")["state"], stage.state(11)[0]) == ("talking", "talking")
    assert (own_state(stage), stage.all(RingAgent), stage.all(HangUpLeg)) == (OwnLegState.UP, [], [])
    stage.tell(AgentHungUp(11, "old"), LegStays("own"))
    assert stage.state(11)[0] == "wrap_up"


def test_a_restart_adopts_a_leg_at_rest() -> None:
    stage = restarted(AgentState.READY)
    stage.switch_back(listed("own"), phones=("1001",))
    assert (own_state(stage), stage.state(11)) == (OwnLegState.UP, ("ready", ""))
    assert stage.last(SendLeg) == SendLeg("n1", "own", Place.STAY)
    stage.tell(LegStays("own"))
    stage.arrive("c1")
    assert beeped(stage).leg_id == "own"


@pytest.mark.parametrize(
    "leg", [listed("own", extension="1009"), listed("own", is_up=False), listed("own", extension="1003")]
)
def test_a_restart_ends_what_nobody_wants(leg: LegSnapshot) -> None:
    stage = restarted(AgentState.READY)
    stage.switch_back(leg, phones=("1001", "1003"))
    assert stage.last(HangUpLeg) == HangUpLeg("n1", "own")


def test_a_second_one_of_the_same_agent_is_ended() -> None:
    stage = restarted(AgentState.READY)
    stage.switch_back(listed("own"), listed("own2"), phones=("1001",))
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", "own2")]


def test_words_about_legs_of_nobody_change_nothing() -> None:
    stage = kept_stage()
    own = kept_up(stage)
    stage.clear()
    stage.tell(LegStays("foreign"), RoomLeft(own, "r"), LegStays(own))
    assert (stage.commands, stage.facts) == ([], [])
    stage.tell(AgentSignedOut(11))
    stage.tell(LegEnded(own), LegStays(own))
    assert own_state(stage) is OwnLegState.DOWN


def test_another_switchs_list_says_nothing_of_it() -> None:
    stage = kept_stage()
    kept_up(stage)
    stage.wait(10)
    stage.tell(SwitchBack("n2", (), frozenset({"1001"})))
    assert own_state(stage) is OwnLegState.UP


def test_one_whose_agent_talks_elsewhere_plays_nothing_that_is_known() -> None:
    stage = Stage(Roster((replace(ANN, phone=KEPT), BOB, EVE), (SALES, CARE)))
    memory = [AgentMemory(11, AgentState.TALKING, "", START, "old")]
    stage.floor.restore(stage.now, memory, calls=[replace(TALK_MEMORY, talk_leg_id="a")])
    legs = (customer("old", "room"), agent_leg("a", "1001", "old", "room"), customer("c2", "room2"))
    stage.switch_back(*legs, listed("own", "room2", "part"), phones=("1001",))
    assert (stage.call("old")["state"], own_state(stage)) == ("talking", OwnLegState.UP)
    assert stage.floor._board.plays == {}


def test_a_talk_found_at_a_phone_that_shall_not_be_kept_up_ends_its_leg() -> None:
    stage = restarted(phone=Phone())
    stage.switch_back(customer("old", "room"), listed("own", "room", "part"), phones=("1001",))
    assert (stage.call("old")["state"], own_state(stage)) == ("talking", OwnLegState.UP)
    stage.tell(LegEnded("own", 31))
    assert (stage.state(11)[0], own_state(stage)) == ("wrap_up", OwnLegState.DOWN)
