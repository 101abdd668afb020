"""What a supervisor forces on an agent."""

import pytest

from cti.domain.commands import HangUpLeg
from cti.domain.events import AgentWentNotReady, Event, LegEnded, PhoneChanged, RosterChanged
from cti.domain.facts import AgentChanged, CallEnded, CallForcedDown, OfferEnded
from cti.domain.oversight import ForcedHangUp, ForcedNotReady, ForcedReady, ForcedSignOut
from cti.domain.values import EndReason, OfferResult, Roster
from cti.domain.wishes import AgentHeld, AgentInvited
from cti.errors import Refused
from tests.cti.domain.attendance import ann, talking
from tests.cti.domain.reload import reload_page
from tests.cti.domain.stage import BOB, CARE, SALES, Stage


def refusal(stage: Stage, event: Event) -> str:
    with pytest.raises(Refused) as caught:
        stage.tell(event)
    return caught.value.code


def test_the_call_is_ended_for_both() -> None:
    stage = talking()
    stage.tell(AgentHeld(11, "c1"), ForcedHangUp(11, "c1", 13, "Eve"))
    assert stage.last(CallForcedDown) == CallForcedDown("c1", 11, 13)
    assert stage.last(HangUpLeg).leg_id == ann(stage)
    assert stage.agent(11)["forced"] == {"act": "hang_up", "by": "Eve", "at": "2026-03-02T09:00:30.000Z"}
    stage.tell(LegEnded(ann(stage)))
    stage.leave("c1")
    assert stage.last(CallEnded).reason is EndReason.AGENT_HUNG_UP
    assert stage.state(11) == ("wrap_up", "")
    assert refusal(stage, ForcedHangUp(11, "c1", 13)) == "no_such_talk"
    assert refusal(stage, ForcedHangUp(99, "c1", 13)) == "unknown_agent"


def test_ready_out_of_a_pause_and_out_of_a_wrap_up_without_a_disposition() -> None:
    stage = talking(12)
    stage.tell(AgentWentNotReady(12, "lunch"), ForcedReady(12, 13, "Eve"))
    assert stage.state(12) == ("ready", "")
    stage.leave("c1")
    stage.tell(LegEnded(ann(stage)))
    stage.tell(AgentWentNotReady(11, "lunch"), ForcedReady(11, 13))
    assert stage.state(11) == ("ready", "")


def test_ready_is_refused_with_the_reason() -> None:
    stage = talking()
    assert refusal(stage, ForcedReady(12, 13)) == "agent_signed_out"
    assert refusal(stage, ForcedReady(99, 13)) == "agent_signed_out"
    assert refusal(stage, ForcedReady(11, 13)) == "agent_in_call"
    stage.tell(AgentWentNotReady(11, "lunch"), ForcedReady(11, 13))
    assert stage.agent(11)["next_state"] is None
    stage.tell(PhoneChanged("1001", reachable=False))
    assert refusal(stage, ForcedReady(11, 13)) == "agent_phone_unreachable"


def test_a_pause_now_or_after_the_call() -> None:
    stage = talking(12)
    stage.tell(ForcedNotReady(12, 13, "meeting", "Eve"), ForcedNotReady(11, 13, "meeting", "Eve"))
    assert stage.state(12) == ("not_ready", "meeting")
    assert (stage.state(11), stage.agent(11)["next_state"]) == (("talking", ""), "meeting")
    assert stage.agent(12)["forced"]["act"] == "pause"
    assert refusal(stage, ForcedNotReady(13, 13, "meeting")) == "agent_signed_out"


def test_out_of_the_seat() -> None:
    stage = talking(12)
    stage.tell(ForcedSignOut(12, 13, "Eve"))
    assert stage.state(12) == ("signed_out", "")
    assert stage.last(AgentChanged).agent_id == 12
    assert refusal(stage, ForcedSignOut(12, 13)) == "agent_signed_out"
    assert refusal(stage, ForcedSignOut(11, 13)) == "agent_in_call"
    stage.leave("c1")
    stage.tell(LegEnded(ann(stage)), ForcedSignOut(11, 13))
    assert stage.state(11) == ("signed_out", ""), "a missing disposition keeps nobody"


def test_whose_phone_rings_loses_the_call_to_somebody_else() -> None:
    stage = talking(12)
    stage.arrive("c2")
    assert stage.state(12) == ("ringing", "")
    stage.tell(ForcedSignOut(12, 13))
    assert stage.last(OfferEnded).result is OfferResult.WITHDRAWN
    assert stage.state(12) == ("signed_out", "")
    assert stage.call("c2")["state"] == "waiting"


def test_who_is_being_asked_by_a_colleague_is_let_be() -> None:
    stage = talking(12)
    stage.tell(AgentInvited(11, "c1", to_agent_id=12))
    assert refusal(stage, ForcedSignOut(12, 13)) == "agent_in_call"


def test_the_call_of_who_works_here_no_more_is_ended_all_the_same() -> None:
    stage = talking()
    reload_page(stage, ann(stage))
    stage.tell(RosterChanged(Roster((BOB,), (SALES, CARE))), ForcedHangUp(11, "c1", 13, "Eve"))
    assert stage.all(CallForcedDown) == [CallForcedDown("c1", 11, 13)]
    assert stage.call("c1")["state"] == "leaving"
