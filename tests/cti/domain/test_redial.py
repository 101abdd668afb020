"""Calls that were being dialed while the switch was out of sight, or Callroom away."""

from dataclasses import replace

import pytest

from cti.domain.commands import DialOutside, HangUpLeg
from cti.domain.events import AgentWentReady, CallReached, LegAnswered, LegEnded, LegSnapshot, SwitchLost
from cti.domain.facts import CallEnded, CallStarted, TalkStarted
from cti.domain.memories import AgentMemory, CallMemory
from cti.domain.values import AgentState, Caller, Direction, EndReason
from tests.cti.domain import callings
from tests.cti.domain.outgoing import (
    NUMBER,
    SHOWN,
    THEIRS,
    answered,
    arrived,
    dial,
    fetch,
    outbound_stage,
    own_leg,
    ringing,
    talking,
    their_leg,
)
from tests.cti.domain.stage import START, Stage

PHONES = ("1001",)


def lost(stage: Stage, seconds: float = 10) -> None:
    stage.tell(SwitchLost("n1"))
    stage.wait(seconds)


# --- the link was lost ---


def test_what_goes_on_there_goes_on_here() -> None:
    stage = outbound_stage()
    leg_id = ringing(stage)
    lost(stage)
    stage.switch_back(own_leg(leg_id), their_leg(), phones=PHONES)
    assert stage.call("o1")["dial"]["state"] == "ringing"
    assert stage.all(HangUpLeg) == []


def test_a_phone_that_was_answered_meanwhile_dials() -> None:
    stage = outbound_stage()
    leg_id = dial(stage).leg_id
    lost(stage)
    stage.switch_back(own_leg(leg_id, is_up=False), phones=PHONES)
    assert stage.all(DialOutside) == []
    stage.switch_back(own_leg(leg_id), phones=PHONES)
    assert stage.last(DialOutside).leg_id == leg_id


def test_a_leg_that_was_born_meanwhile_is_theirs() -> None:
    stage = outbound_stage()
    leg_id = fetch(stage)
    lost(stage)
    stage.switch_back(own_leg(leg_id), their_leg(), phones=PHONES)
    stage.tell(arrived(stage), CallReached("o1"))
    assert stage.call("o1")["state"] == "talking"


def test_an_own_leg_that_is_gone_ends_it() -> None:
    stage = outbound_stage()
    leg_id = ringing(stage)
    lost(stage)
    stage.switch_back(their_leg(), phones=PHONES)
    assert stage.last(CallEnded).reason is EndReason.LOST_WHILE_AWAY
    assert stage.state(11) == ("ready", "")
    assert set(stage.all(HangUpLeg)) == {HangUpLeg("n1", THEIRS)}
    assert leg_id not in stage.floor._board.leg_calls


def test_their_leg_that_is_gone_ends_it() -> None:
    stage = outbound_stage()
    leg_id = ringing(stage)
    lost(stage)
    stage.switch_back(own_leg(leg_id), phones=PHONES)
    assert stage.last(CallEnded).reason is EndReason.LOST_WHILE_AWAY


def test_what_is_younger_than_the_list_is_awaited() -> None:
    stage = outbound_stage()
    leg_id = ringing(stage)
    stage.switch_back(phones=PHONES)
    assert stage.call("o1")["dial"]["state"] == "ringing"
    stage.switch_back(own_leg(leg_id), phones=PHONES)
    assert stage.call("o1")["dial"]["state"] == "ringing"


def test_a_switch_that_was_restarted_has_nothing_of_before() -> None:
    stage = outbound_stage()
    answered(stage)
    lost(stage)
    stage.switch_back(phones=PHONES, restarted=True)
    assert stage.last(CallEnded).reason is EndReason.LOST_SWITCH
    assert stage.state(11)[0] == "ready"


def test_two_who_were_brought_together_unseen_talk() -> None:
    stage = outbound_stage()
    leg_id = answered(stage)
    lost(stage)
    stage.switch_back(own_leg(leg_id, room_id="r"), their_leg(room_id="r", is_up=True), phones=PHONES)
    assert stage.call("o1")["state"] == "talking"


# --- Callroom was restarted ---

MEMORY = CallMemory("o1", "", "n1", Caller(NUMBER), SHOWN, START, customer_id=77, direction=Direction.OUTBOUND)


def restarted(state: AgentState = AgentState.DIALING, memory: CallMemory | None = MEMORY, reason: str = "") -> Stage:
    stage = Stage()
    calls = [] if memory is None else [memory]
    call_id = "o1" if state is AgentState.DIALING else None
    stage.floor.restore(stage.now, [AgentMemory(11, state, reason, START, call_id)], calls)
    return stage


def test_a_call_that_is_being_dialed_goes_on_after_a_restart() -> None:
    stage = restarted()
    stage.switch_back(own_leg("n1-own"), their_leg(), phones=PHONES)
    call = stage.call("o1")
    assert (call["state"], call["direction"], call["customer_id"]) == ("dialing", "outbound", 77)
    assert (call["agent_id"], stage.agent(11)["call_id"], stage.state(11)[0]) == (11, "o1", "dialing")
    assert stage.all(HangUpLeg) == []
    assert stage.last(CallStarted).direction is Direction.OUTBOUND
    stage.tell(arrived(stage), CallReached("o1"))
    assert stage.last(TalkStarted).leg_id == "n1-own"


def test_nobody_answers_it_after_the_restart() -> None:
    stage = restarted(reason="meal")
    stage.switch_back(own_leg("n1-own"), their_leg(), phones=PHONES)
    stage.wait(45)
    assert stage.last(CallEnded).reason is EndReason.NO_ANSWER
    assert stage.state(11) == ("not_ready", "meal"), "the pause from which it was dialed"


@pytest.mark.parametrize(("state", "after"), [(AgentState.READY, "ready"), (AgentState.NOT_READY, "not_ready")])
def test_the_diary_may_not_have_heard_of_it(state: AgentState, after: str) -> None:
    stage = restarted(state, memory=None, reason="" if state is AgentState.READY else "meal")
    stage.switch_back(own_leg("n1-own"), their_leg(), phones=PHONES)
    assert stage.state(11)[0] == "dialing"
    stage.tell(LegEnded("n1-own"))
    assert stage.state(11)[0] == after


@pytest.mark.parametrize(
    "legs",
    [
        (own_leg("n1-own"),),
        (replace(own_leg("n1-own"), outbound=False), their_leg()),
        (replace(own_leg("n1-own"), agent_extension="1009"), their_leg()),
    ],
)
def test_a_leg_with_nobody_at_the_other_end_is_ended(legs: tuple[LegSnapshot, ...]) -> None:
    stage = restarted()
    stage.switch_back(*legs, phones=PHONES)
    assert HangUpLeg("n1", "n1-own") in stage.commands
    assert stage.state(11)[0] == "ready"


@pytest.mark.parametrize("state", [AgentState.SIGNED_OUT, AgentState.WRAP_UP])
def test_a_leg_of_somebody_who_does_something_else_is_ended(state: AgentState) -> None:
    stage = restarted(state)
    stage.switch_back(own_leg("n1-own"), their_leg(), phones=PHONES)
    assert HangUpLeg("n1", "n1-own") in stage.commands


def test_who_has_another_call_by_now_does_not_dial() -> None:
    stage = restarted()
    other = replace(their_leg("o2"), leg_id="n1-other")
    stage.switch_back(own_leg("n1-own"), their_leg(), own_leg("n1-two", "o2"), other, phones=PHONES)
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", "n1-two")]


def test_a_call_that_lives_is_not_found_again() -> None:
    stage = outbound_stage()
    leg_id = ringing(stage)
    stage.switch_back(own_leg(leg_id), own_leg("n1-foreign"), their_leg(), phones=PHONES)
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", "n1-foreign")]


def test_who_was_answered_and_waits_for_a_coroutine_is_not_given_up() -> None:
    stage = restarted()
    stage.switch_back(their_leg(is_up=True), phones=PHONES)
    assert stage.all(CallEnded) == []
    assert stage.floor._board.away.keys() == {"o1"}
    stage.tell(LegEnded(THEIRS, 16))
    assert stage.last(CallEnded).reason is EndReason.LOST_WHILE_AWAY
    again = restarted()
    again.switch_back(their_leg(is_up=True), phones=PHONES)
    again.switch_back(phones=PHONES)
    assert again.last(CallEnded).reason is EndReason.LOST_WHILE_AWAY


def test_a_talk_is_found_like_any_other() -> None:
    stage = restarted()
    stage.switch_back(own_leg("n1-own", room_id="r"), their_leg(room_id="r", is_up=True), phones=PHONES)
    call = stage.call("o1")
    assert (call["state"], call["direction"], call["customer_id"], call["caller"]["number"]) == (
        "talking",
        "outbound",
        77,
        NUMBER,
    )
    assert stage.state(11)[0] == "talking"
    assert len(stage.all(CallStarted)) == 1


def test_a_link_that_comes_back_in_a_talk_changes_nothing() -> None:
    stage = outbound_stage()
    leg_id = talking(stage)
    lost(stage)
    stage.switch_back(own_leg(leg_id, room_id="r"), their_leg(room_id="r", is_up=True), phones=PHONES)
    assert stage.call("o1")["state"] == "talking"
    assert len(stage.all(TalkStarted)) == 1


def test_the_seat_is_taken_again_when_nothing_is_left_of_it() -> None:
    stage = restarted(reason="meal")
    stage.switch_back(phones=PHONES)
    assert stage.state(11) == ("not_ready", "meal")
    stage.tell(AgentWentReady(11), LegAnswered("n1-own"))
    assert stage.state(11)[0] == "ready"


# --- a callback that calls the customer first ---


def customer_first() -> tuple[Stage, str, str]:
    stage = callings.promised(replace(callings.RULES, agent_first=False))
    call_id, leg_id = callings.customer_dialed(stage)
    stage.wait(5)
    stage.tell(SwitchLost("n1"))
    return stage, call_id, leg_id


def test_their_leg_that_is_still_there_goes_on() -> None:
    stage, call_id, leg_id = customer_first()
    leg = LegSnapshot(leg_id, "n1", call_id, None, None, False, None, Caller(callings.DIALED), SHOWN, outbound=True)
    stage.switch_back(leg, phones=PHONES)
    assert callings.state(stage) == "calling"
    stage.tell(callings.theirs(stage, call_id, leg_id), CallReached(call_id))
    assert stage.call(call_id)["state"] in ("waiting", "ringing")


def test_their_leg_that_is_gone_ends_the_attempt() -> None:
    stage, call_id, _ = customer_first()
    stage.switch_back(phones=PHONES)
    assert stage.call(call_id)["end_reason"] == "lost_while_away"
    assert callings.state(stage) == "paused"
