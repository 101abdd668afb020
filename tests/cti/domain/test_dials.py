"""How it ends with a call that was dialed in vain."""

from dataclasses import replace

from cti.domain.attempt_words import LegProgressed
from cti.domain.commands import HangUpLeg
from cti.domain.dial_facts import DialEnded
from cti.domain.dialing import FAILED_SOON_S, UNTIL_IT_RINGS_S
from cti.domain.events import AgentDisposed, AgentWentNotReady, DialFailed, LegEnded, LegRang
from cti.domain.facts import CallEnded
from cti.domain.values import EndReason
from cti.domain.wishes import AgentDialed, AgentHeld, AgentTransferred
from tests.cti.domain import callings
from tests.cti.domain.outgoing import NUMBER, THEIRS, dial, fetch, outbound_stage, ringing, talking
from tests.cti.domain.test_attempts import ORDER, dialing_stage, end


def test_both_legs_end_and_the_diary_says_why() -> None:
    stage = outbound_stage()
    leg_id = ringing(stage)
    stage.wait(7)
    stage.tell(DialFailed(leg_id, 17, 486))
    assert stage.all(DialEnded) == [DialEnded("o1", 11, leg_id, EndReason.BUSY, 17, 486, 7.0)]
    assert stage.all(CallEnded) == [CallEnded("o1", EndReason.BUSY, 17, None, 11, 0.0, 0.0)]
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", leg_id), HangUpLeg("n1", THEIRS)]
    assert (stage.call("o1")["end_reason"], stage.call("o1")["end_cause"]) == ("busy", 17)


def test_what_did_not_ring_rang_for_no_time_and_a_leg_that_is_gone_is_not_ended() -> None:
    stage = outbound_stage()
    leg_id = fetch(stage)
    stage.tell(LegEnded(leg_id))
    assert stage.last(DialEnded).rang_s == 0.0
    assert stage.all(HangUpLeg) == []


def test_who_was_ready_is_ready_again_and_idle_from_now() -> None:
    stage = outbound_stage()
    stage.wait(30)
    leg_id = ringing(stage)
    stage.tell(DialFailed(leg_id, 19))
    assert stage.state(11) == ("ready", "")
    assert stage.agent(11)["call_id"] is None
    assert stage.agent(11)["needs_disposition"] is False
    assert stage.floor._board.agents[11].idle_since == stage.now


def test_who_was_in_a_pause_is_in_it_again() -> None:
    stage = outbound_stage()
    stage.tell(AgentWentNotReady(11, "admin"))
    assert stage.state(11) == ("not_ready", "admin")
    leg_id = ringing(stage)
    assert stage.agent(11)["next_state"] == "admin"
    stage.tell(DialFailed(leg_id, 1))
    assert stage.state(11) == ("not_ready", "admin")


def test_a_pause_that_was_asked_for_meanwhile_begins() -> None:
    stage = outbound_stage()
    dial(stage)
    stage.tell(AgentWentNotReady(11, "meal"))
    stage.wait(60)
    assert stage.state(11) == ("not_ready", "meal")


def test_the_next_one_can_be_dialed_when_the_phone_is_free() -> None:
    stage = outbound_stage()
    leg_id = ringing(stage)
    stage.tell(DialFailed(leg_id, 17), LegEnded(leg_id), LegEnded(THEIRS))
    stage.tell(AgentDialed(11, "o2", NUMBER))
    assert stage.agent(11)["call_id"] == "o2"


def test_a_callback_that_calls_the_customer_first_has_no_agent_to_let_go() -> None:
    stage = callings.promised(replace(callings.RULES, agent_first=False))
    call_id, leg_id = callings.customer_dialed(stage)
    stage.wait(45)
    assert stage.all(DialEnded) == []
    assert stage.last(HangUpLeg) == HangUpLeg("n1", leg_id)
    assert stage.call(call_id)["end_reason"] == "no_answer"
    assert stage.state(11) == ("ready", "")


def test_their_leg_that_is_gone_is_not_ended() -> None:
    stage = callings.promised(replace(callings.RULES, agent_first=False))
    _, leg_id = callings.customer_dialed(stage)
    stage.tell(LegEnded(leg_id, 17))
    stage.wait(FAILED_SOON_S)
    assert callings.state(stage) == "paused"
    assert stage.all(HangUpLeg) == []


def test_who_was_not_ready_is_not_ready_after_the_wrap_up() -> None:
    stage = outbound_stage()
    stage.tell(AgentWentNotReady(11, "meal"))
    talking(stage)
    stage.leave("o1")
    assert stage.last(CallEnded).reason is EndReason.CALLER_HUNG_UP
    stage.tell(AgentDisposed(11, "o1"))
    assert stage.state(11) == ("not_ready", "meal")


def test_the_controls_are_those_of_every_call() -> None:
    stage = outbound_stage()
    talking(stage)
    stage.tell(AgentHeld(11, "o1"))
    assert stage.call("o1")["state"] == "held"
    stage.tell(AgentTransferred(11, "o1", queue_id=1))
    assert (stage.call("o1")["state"], stage.call("o1")["direction"]) == ("waiting", "outbound")


def test_what_a_trunk_tells_nothing_of_that_tells_of_others_was_not_answered_by_nobody() -> None:
    stage, leg_id = dialing_stage()
    stage.tell(LegRang(leg_id))
    stage.tell(LegEnded(leg_id, 17, 486))
    stage.clear()
    stage.tell(replace(ORDER, call_id="a2"))
    stage.wait(25 + UNTIL_IT_RINGS_S)
    assert (end(stage).reason, end(stage).cause, end(stage).sip_status) == (EndReason.CONGESTION, 102, 0)


def test_what_was_heard_before_the_answer_counts_as_told() -> None:
    stage, leg_id = dialing_stage()
    stage.tell(LegProgressed(leg_id))
    stage.wait(25 + UNTIL_IT_RINGS_S)
    assert (end(stage).reason, end(stage).cause) == (EndReason.NO_ANSWER, 19)
