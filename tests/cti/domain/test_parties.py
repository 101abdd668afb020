"""How it ends with those who were invited."""

import pytest

from cti.domain.commands import HangUpLeg
from cti.domain.events import AgentWentNotReady, DialFailed, LegEnded, PhoneChanged, RosterChanged
from cti.domain.facts import AgentChanged, HoldEnded, PartyEnded
from cti.domain.party import PartyResult
from cti.domain.values import AgentState, Roster
from cti.domain.wishes import AgentDropped
from tests.cti.domain.conference import ann, ask_colleague, ask_outside, consulting, held, party_id, talking
from tests.cti.domain.stage import ROSTER


@pytest.mark.parametrize(
    ("cause", "result"),
    [
        (17, PartyResult.BUSY),
        (18, PartyResult.NO_ANSWER),
        (19, PartyResult.NO_ANSWER),
        (21, PartyResult.DECLINED),
        (1, PartyResult.UNREACHABLE),
    ],
)
def test_why_nobody_came(cause: int, result: PartyResult) -> None:
    stage = talking()
    ask_outside(stage)
    wanted = party_id(stage)
    stage.wait(3)
    stage.tell(DialFailed(ann(stage), cause))
    assert stage.all(PartyEnded) == [PartyEnded("c1", wanted, result, cause, 0.0)]
    assert stage.call("c1")["state"] == "held", "the agent says when to go back"


def test_one_who_talked_is_counted_by_the_time_since_the_answer() -> None:
    stage, leg_id = consulting()
    stage.wait(12)
    stage.tell(LegEnded(leg_id))
    (ended,) = stage.all(PartyEnded)
    assert (ended.result, ended.talked_s) == (PartyResult.TALKED, 12.0)
    assert stage.call("c1")["seat"] == "alone"


def test_a_colleague_goes_back_to_what_they_did() -> None:
    stage, leg_id = consulting()
    assert stage.state(12) == ("talking", "")
    stage.tell(LegEnded(leg_id))
    assert stage.state(12) == ("ready", "")
    assert stage.agent(12)["needs_disposition"] is False


def test_a_colleague_who_was_removed_meanwhile_is_gone_when_they_are_done() -> None:
    stage, leg_id = consulting()
    stage.tell(RosterChanged(Roster((ROSTER.agents[0],), ROSTER.queues)))
    assert stage.state(12) == ("talking", "")
    stage.tell(LegEnded(leg_id))
    assert stage.floor.view("agent:12") is None
    assert stage.last(AgentChanged).state is AgentState.SIGNED_OUT


def test_a_colleague_in_a_pause_returns_to_it() -> None:
    stage = talking(12)
    stage.tell(AgentWentNotReady(12, "meal"))
    leg_id = ask_colleague(stage)
    assert stage.state(12) == ("ringing", "")
    stage.tell(LegEnded(leg_id, 21))
    assert stage.state(12) == ("not_ready", "meal")


def test_a_colleague_whose_phone_went_is_not_ready() -> None:
    stage, leg_id = consulting()
    stage.tell(PhoneChanged("1002", reachable=False), LegEnded(leg_id, 27))
    assert stage.state(12) == ("not_ready", "phone_lost")


def test_a_dropped_one_is_hung_up_and_a_gone_one_is_not() -> None:
    stage = talking(12)
    leg_id = ask_colleague(stage)
    held(stage)
    stage.tell(AgentDropped(11, "c1", party_id(stage)))
    assert HangUpLeg("n1", leg_id) in stage.commands
    assert stage.all(PartyEnded)[-1].result is PartyResult.CANCELLED
    assert stage.call("c1")["state"] == "talking", "back to the customer by itself"
    assert stage.call("c1")["unreached"] is None, "who cancels knows why"


def test_the_end_of_the_call_ends_the_hold_and_everybody() -> None:
    stage, leg_id = consulting()
    stage.wait(5)
    stage.leave("c1")
    assert [fact.held_s for fact in stage.all(HoldEnded)] == [5.0]
    assert HangUpLeg("n1", leg_id) in stage.commands
    assert stage.state(12) == ("ready", "")
    assert stage.state(11) == ("wrap_up", "")


def test_a_talk_without_a_hold_ends_without_one() -> None:
    stage = talking()
    stage.leave("c1")
    assert stage.all(HoldEnded) == []
