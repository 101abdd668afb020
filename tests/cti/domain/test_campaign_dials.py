"""A call that an agent dials for a campaign: an attempt like those that its dialer makes."""

from dataclasses import replace

import pytest

from cti.domain.attempt_words import AttemptChanged, AttemptTerms
from cti.domain.commands import BeginAttempt, DialOutside, RingAgent
from cti.domain.dialing import FETCH_S, UNTIL_IT_RINGS_S
from cti.domain.events import CallArrived, CallReached, LegAnswered, LegBorn, LegEnded, LegRang, RoomJoined
from cti.domain.facts import CallLinked
from cti.domain.values import Caller, EndReason, Overflow, OverflowAction
from cti.domain.wishes import AgentDialed
from cti.errors import Refused
from tests.cti.domain.outgoing import NUMBER, SHOWN, THEIRS, outbound_stage
from tests.cti.domain.stage import SALES, Stage

TERMS = AttemptTerms(7, 1, 2.0, Overflow(OverflowAction.MESSAGE, "campaign_sorry"), "en", agent_id=11)
DIALED = AgentDialed(11, "a1", NUMBER, SHOWN, attempt=TERMS, ring_s=20.0, customer_id=5, customer_name="Wang")


def dialed_stage() -> tuple[Stage, str]:
    """Ann's own phone is up, and the number goes out from it: the stage and her leg."""
    stage = outbound_stage()
    stage.tell(DIALED)
    leg_id = stage.last(RingAgent).leg_id
    stage.tell(LegAnswered(leg_id))
    assert stage.last(DialOutside).leg_id == leg_id
    return stage, leg_id


def talking_stage() -> tuple[Stage, str]:
    stage, leg_id = dialed_stage()
    stage.tell(LegBorn(THEIRS, "n1", leg_id), LegRang(THEIRS))
    stage.tell(CallArrived("a1", THEIRS, "n1", Caller(NUMBER), SHOWN, stage.now, outbound=True), CallReached("a1"))
    stage.tell(RoomJoined(THEIRS, "room"), RoomJoined(leg_id, "room"))
    return stage, leg_id


def phases(stage: Stage) -> list[str]:
    return [fact.phase.value for fact in stage.all(AttemptChanged)]


def test_an_attempt_from_an_agents_own_phone_is_told_of_phase_by_phase() -> None:
    stage, leg_id = talking_stage()
    assert phases(stage) == ["sent", "ringing", "answered", "connected"]
    assert stage.last(AttemptChanged).agent_id == 11
    assert stage.last(BeginAttempt) == BeginAttempt("a1", SALES.queue_id, "en")
    assert stage.last(CallLinked) == CallLinked("a1", 5)
    call = stage.call("a1")
    assert (call["customer_name"], call["queue_id"], call["state"]) == ("Wang", SALES.queue_id, "talking")
    stage.tell(LegEnded(THEIRS), LegEnded(leg_id))
    assert phases(stage)[-1] == "ended"
    assert stage.state(11) == ("wrap_up", "")


def test_an_attempt_rings_as_long_as_its_campaign_says_from_the_first_ring_on() -> None:
    stage, leg_id = dialed_stage()
    assert stage.last(DialOutside).ring_s == 20 + UNTIL_IT_RINGS_S
    stage.wait(4)
    stage.tell(LegBorn(THEIRS, "n1", leg_id), LegRang(THEIRS))
    stage.wait(19)
    assert phases(stage) == ["sent", "ringing"]
    stage.wait(1)
    assert (phases(stage)[-1], stage.last(AttemptChanged).cause) == ("ended", 19)


def test_an_attempt_whose_agent_has_no_phone_was_never_sent() -> None:
    stage = outbound_stage()
    stage.tell(DIALED)
    stage.wait(FETCH_S)
    assert phases(stage) == ["ended"]
    assert stage.last(AttemptChanged).reason is EndReason.NO_PHONE


def test_nobody_is_dialed_for_a_line_that_is_not_there() -> None:
    stage = outbound_stage()
    with pytest.raises(Refused, match="unknown_queue"):
        stage.tell(replace(DIALED, attempt=replace(DIALED.attempt, queue_id=99)))
    assert stage.state(11) == ("ready", "")


def test_nobody_may_be_known_who_is_called() -> None:
    stage = outbound_stage()
    stage.tell(replace(DIALED, customer_id=None, customer_name=""))
    assert stage.all(CallLinked) == []


def test_what_an_agent_dials_for_no_campaign_is_of_no_line() -> None:
    stage = outbound_stage()
    stage.tell(AgentDialed(11, "o1", NUMBER, SHOWN))
    assert stage.call("o1")["queue_id"] is None
