from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain.attempt_words import AttemptOrdered, AttemptTerms
from cti.domain.commands import DialCustomer, HangUpLeg, Join, KeepWaiting, RingAgent, StopWaiting
from cti.domain.events import (
    AgentHungUp,
    AgentWentNotReady,
    CallArrived,
    CallQueued,
    CallReached,
    JoinEnded,
    LegAnswered,
    LegEnded,
    LegRang,
    RosterChanged,
    SwitchLost,
)
from cti.domain.facts import OfferEnded, OfferMade
from cti.domain.values import (
    Caller,
    CallState,
    NoRecording,
    OfferResult,
    Overflow,
    OverflowAction,
    Phone,
    PhoneKind,
    QueueSettings,
    Roster,
)
from cti.domain.wishes import AgentParked, AgentPickedUp, AgentTransferred
from tests.cti.domain import conference
from tests.cti.domain.stage import ANN, BOB, ROSTER, SALES, Stage, agent_leg, customer


def results(stage: Stage) -> list[OfferResult]:
    return [fact.result for fact in stage.all(OfferEnded)]


def test_a_phone_is_not_told_the_number_of_who_calls_unless_its_agent_may_see_it() -> None:
    stage = Stage()
    stage.ready(12)
    stage.arrive("c1")
    assert stage.ring().caller == Caller(None)


def test_a_waiting_call_rings_at_the_free_agent() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    ring = stage.ring()
    assert (ring.node, ring.extension, ring.call_id, ring.caller.number) == ("n1", "1001", "c1", "10086")
    assert ring.ring_s > 20
    assert stage.last(OfferMade).leg_id == ring.leg_id
    assert stage.call("c1")["state"] == "ringing"
    assert stage.call("c1")["agent_name"] == "Ann"
    assert stage.state(11) == ("ringing", "")
    assert stage.queue(1)["waiting"] == []


def test_the_longest_idle_agent_is_rung() -> None:
    stage = Stage()
    stage.ready(12)
    stage.wait(5)
    stage.ready(11)
    stage.arrive("c1")
    assert stage.ring().extension == "1002"


def test_an_agent_never_has_two_offers() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.arrive("c2")
    assert len(stage.all(RingAgent)) == 1
    assert stage.call("c2")["position"] == 1


def test_the_whole_ring_time_is_the_agents() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.wait(3)
    stage.tell(LegRang(stage.ring().leg_id), LegRang(stage.ring().leg_id))
    stage.wait(19)
    assert stage.state(11) == ("ringing", "")
    stage.wait(1)
    assert stage.state(11) == ("not_ready", "missed_call")
    assert stage.call("c1")["state"] == "waiting"
    assert results(stage) == [OfferResult.MISSED]
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", stage.ring().leg_id)]


def test_a_missed_call_keeps_its_place_and_goes_to_the_next_agent() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.wait(1)
    stage.arrive("c2")
    stage.tell(LegRang(stage.ring().leg_id))
    stage.wait(20)
    assert stage.queue(1)["waiting"] == ["c1", "c2"]
    stage.ready(12)
    assert (stage.ring().call_id, stage.ring().extension) == ("c1", "1002")


def test_a_phone_that_never_rang_is_not_a_missed_call() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.wait(20)
    assert stage.state(11) == ("not_ready", "phone_lost")
    assert results(stage) == [OfferResult.UNREACHABLE]


def test_no_blame_while_the_switch_is_out_of_sight() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.tell(SwitchLost("n1"))
    stage.wait(20)
    assert stage.state(11) == ("ready", "")
    assert results(stage) == [OfferResult.WITHDRAWN]
    assert len(stage.all(RingAgent)) == 1
    assert stage.call("c1")["state"] == "waiting"


@pytest.mark.parametrize(
    ("cause", "result", "reason"),
    [
        (17, OfferResult.DECLINED, "declined_call"),
        (21, OfferResult.DECLINED, "declined_call"),
        (16, OfferResult.MISSED, "missed_call"),
        (19, OfferResult.MISSED, "missed_call"),
        (20, OfferResult.UNREACHABLE, "phone_lost"),
        (38, OfferResult.UNREACHABLE, "phone_lost"),
    ],
)
def test_why_the_agents_leg_ended(cause: int, result: OfferResult, reason: str) -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.tell(LegEnded(stage.ring().leg_id, cause))
    assert results(stage) == [result]
    assert stage.state(11) == ("not_ready", reason)
    assert stage.all(HangUpLeg) == []


def test_an_answer_sends_the_customer_to_the_agent() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.answer()
    assert stage.last(Join) == Join("c1", leg_id, 11, "id2")
    assert stage.call("c1")["state"] == "connecting"
    assert stage.call("c1")["offered_until"] is None
    assert results(stage) == [OfferResult.ANSWERED]
    stage.tell(LegAnswered(leg_id), LegRang(leg_id))
    assert len(stage.all(Join)) == 1


@pytest.mark.parametrize("why", NoRecording)
def test_a_caller_who_refused_or_was_not_told_is_not_recorded(why: NoRecording) -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1", None)
    stage.tell(CallQueued("c1", 1, no_recording=why))
    stage.answer()
    assert stage.last(Join).recording_id is None


def test_a_recording_may_be_forbidden_by_the_disk_or_the_queue() -> None:
    full_disk = Stage(recording_allowed=False)
    silent_queue = Stage(Roster((ANN,), (QueueSettings(1, "Sales", record=False),)))
    for stage in (full_disk, silent_queue):
        stage.ready(11)
        stage.arrive("c1")
        stage.answer()
        assert stage.last(Join).recording_id is None


def test_the_caller_leaves_while_it_rings() -> None:
    stage = Stage()
    stage.ready(11)
    idle_since = stage.agent(11)["since"]
    stage.wait(5)
    stage.ready(12)
    stage.arrive("c1")
    assert stage.ring().extension == "1001"
    stage.leave("c1")
    assert results(stage) == [OfferResult.WITHDRAWN]
    assert stage.state(11) == ("ready", "")
    assert stage.agent(11)["since"] >= idle_since
    stage.tell(LegEnded(stage.ring().leg_id))
    stage.arrive("c2")
    assert stage.ring().extension == "1001", "a withdrawn offer does not cost the place among the idle"


def test_an_answer_that_crosses_the_withdrawal_is_hung_up() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.ring().leg_id
    stage.leave("c1")
    stage.clear()
    stage.tell(LegAnswered(leg_id))
    assert stage.commands == [HangUpLeg("n1", leg_id)]
    assert stage.state(11) == ("ready", "")
    stage.tell(LegEnded(leg_id), LegEnded(leg_id), LegAnswered(leg_id), LegRang(leg_id))
    assert len(stage.commands) == 1


def test_a_pause_asked_for_while_it_rings_begins_afterwards() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.tell(AgentWentNotReady(11, "meal"))
    assert stage.agent(11)["next_state"] == "meal"
    stage.leave("c1")
    assert stage.state(11) == ("not_ready", "meal")
    assert stage.agent(11)["next_state"] is None


def test_a_leg_lost_after_the_answer_sends_the_caller_back_to_the_music() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.answer()
    stage.tell(LegEnded(leg_id))
    assert stage.last(KeepWaiting) == KeepWaiting("c1")
    assert stage.call("c1")["state"] == "waiting"
    assert stage.state(11) == ("not_ready", "phone_lost")
    stage.tell(JoinEnded("c1", leg_id, succeeded=False))
    assert len(stage.all(KeepWaiting)) == 1
    assert results(stage) == [OfferResult.ANSWERED]


def test_a_join_that_never_happens_is_given_up() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.answer()
    stage.wait(10)
    assert stage.call("c1")["state"] == CallState.WAITING
    assert stage.all(KeepWaiting) == [KeepWaiting("c1")]
    assert stage.state(11) == ("not_ready", "phone_lost")


def test_an_agent_may_hang_up_before_the_join() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.answer()
    stage.tell(AgentHungUp(11, "c1"))
    assert stage.last(HangUpLeg).leg_id == leg_id
    stage.tell(LegEnded(leg_id))
    assert stage.state(11) == ("not_ready", "declined_call")
    assert stage.all(KeepWaiting) == [KeepWaiting("c1")]


def test_a_queue_removed_while_its_call_rings_does_not_stop_the_ring() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.tell(RosterChanged(Roster((ANN, BOB), (ROSTER.queues[1],))))
    stage.tell(LegRang(stage.ring().leg_id))
    assert stage.call("c1")["queue_name"] == "Sales"
    assert stage.call("c1")["state"] == "ringing"
    assert stage.floor.next_deadline() == stage.now + timedelta(seconds=SALES.ring_timeout_s)


def test_a_leg_that_ends_while_the_switch_is_out_of_sight_is_nobodys_fault() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    stage.tell(SwitchLost("n1"), LegEnded(stage.ring().leg_id, 21))
    assert results(stage) == [OfferResult.WITHDRAWN]
    assert stage.state(11) == ("ready", "")


def test_nobody_is_offered_a_second_call_before_the_first_has_left_the_phone() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    first = stage.ring().leg_id
    stage.arrive("c2")
    stage.leave("c1")
    assert len(stage.all(RingAgent)) == 1
    stage.tell(LegEnded(first))
    assert stage.ring().call_id == "c2"


def test_a_join_is_not_given_up_while_the_switch_is_out_of_sight() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.answer()
    stage.tell(SwitchLost("n1"))
    stage.wait(35)
    assert stage.all(HangUpLeg) == []
    stage.switch_back(customer("c1", "r"), agent_leg(leg_id, "1001", "c1", "r"), phones=("1001",))
    assert stage.call("c1")["state"] == "talking"
    assert stage.all(HangUpLeg) == []


def test_a_colleague_in_a_pause_goes_back_to_it() -> None:
    stage = conference.talking(12)
    stage.tell(AgentWentNotReady(12, "meal"), AgentTransferred(11, "c1", to_agent_id=12))
    assert (stage.state(12), stage.agent(12)["next_state"]) == (("ringing", ""), "meal")


def test_a_talk_after_a_parking_goes_on_in_the_same_recording() -> None:
    stage = conference.talking(12)
    stage.tell(AgentParked(11, "c1"), JoinEnded("c1", conference.ann(stage), succeeded=True))
    call = stage.floor._board.calls["c1"]
    assert call.tape is not None
    stage.tell(AgentPickedUp(12, "c1"))
    stage.answer()
    assert stage.last(Join).recording_id == call.tape.recording_id


def test_a_number_outside_that_rings_to_the_end_is_missed_when_the_time_for_the_key_is_over() -> None:
    mobile = replace(ANN, phone=Phone(PhoneKind.OUTSIDE, "+8613911112222"))
    stage = Stage(Roster((mobile,), (SALES,)))
    stage.ready(11)
    stage.arrive("c1")
    stage.wait(5)
    stage.tell(LegRang(stage.ring().leg_id))
    stage.wait(31.9)
    assert stage.state(11) == ("ringing", "")
    stage.wait(0.2)
    assert (stage.state(11), results(stage)) == (("not_ready", "missed_call"), [OfferResult.MISSED])


def test_a_mailbox_that_presses_nothing_is_an_agent_who_did_not_answer() -> None:
    mobile = replace(ANN, phone=Phone(PhoneKind.OUTSIDE, "+8613911112222"))
    stage = Stage(Roster((mobile,), (SALES,)))
    stage.ready(11)
    stage.arrive("c1")
    stage.tell(LegRang(stage.ring().leg_id), LegEnded(stage.ring().leg_id, 19))
    assert (stage.state(11), results(stage)) == (("not_ready", "missed_call"), [OfferResult.MISSED])
    assert stage.call("c1")["state"] == "waiting"


def _campaign_call_rings(ring_s: float = 20) -> Stage:
    """Somebody whom a dialer called has answered, and Bob's telephone rings."""
    stage = Stage()
    stage.switch_back()
    stage.ready(12)
    terms = AttemptTerms(7, 1, 2.0, Overflow(OverflowAction.MESSAGE, "campaign_sorry"))
    stage.tell(AttemptOrdered("a1", terms, "+8613900139000", ring_s))
    leg_id = stage.last(DialCustomer).leg_id
    stage.tell(CallArrived("a1", leg_id, "n1", Caller("x"), "4001", stage.now, outbound=True), CallReached("a1"))
    stage.tell(LegRang(stage.ring().leg_id))
    return stage


def test_the_deadline_of_a_campaign_runs_also_while_a_telephone_rings() -> None:
    stage = _campaign_call_rings()
    stage.wait(1.9)
    assert stage.call("a1")["state"] == "ringing"
    stage.wait(0.2)
    assert results(stage) == [OfferResult.MISSED]
    assert stage.last(StopWaiting) == StopWaiting("a1", Overflow(OverflowAction.MESSAGE, "campaign_sorry"))
    assert stage.state(12) == ("not_ready", "missed_call"), "the next person would be abandoned as well"


def test_who_picked_up_within_the_deadline_is_joined_after_it() -> None:
    stage = _campaign_call_rings()
    stage.wait(1.9)
    own = stage.ring().leg_id
    stage.tell(LegAnswered(own))
    stage.wait(5)
    assert stage.call("a1")["state"] == "connecting"
    assert stage.all(StopWaiting) == []


def test_a_telephone_that_refuses_leaves_what_is_left_of_the_deadline() -> None:
    stage = _campaign_call_rings()
    stage.wait(1.0)
    stage.tell(LegEnded(stage.ring().leg_id, 17))
    assert stage.call("a1")["state"] == "waiting"
    stage.wait(0.9)
    assert stage.all(StopWaiting) == []
    stage.wait(0.2)
    assert len(stage.all(StopWaiting)) == 1


def test_a_caller_s_longest_wait_stands_still_while_a_telephone_rings() -> None:
    stage = Stage(replace(ROSTER, queues=(replace(SALES, max_wait_s=10),)))
    stage.ready(12)
    stage.arrive("c1")
    stage.wait(15)
    assert stage.call("c1")["state"] == "ringing"
