"""An agent calls somebody outside: the way to the talk, and every other end."""

from dataclasses import replace

import pytest

from cti.domain.commands import DialOutside, HangUpLeg, Join, RingAgent, SayGoodbye
from cti.domain.dial_facts import CallDialed, DialEnded
from cti.domain.dialing import FAILED_SOON_S, FETCH_S, REACH_S
from cti.domain.events import (
    AgentDisposed,
    AgentHungUp,
    AgentSignedIn,
    AgentSignedOut,
    AgentWentNotReady,
    CallArrived,
    CallLeft,
    CallReached,
    DialFailed,
    LegAnswered,
    LegBorn,
    LegEnded,
    LegRang,
    PhoneChanged,
    RoomJoined,
    RosterChanged,
    SwitchLost,
)
from cti.domain.facts import AgentChanged, CallEnded, CallStarted, OfferMade, RecordingWithheld, TalkEnded, TalkStarted
from cti.domain.oversight import SupervisorAsked
from cti.domain.supervision import Mode
from cti.domain.values import Caller, Direction, EndReason, NoRecording, OutboundSettings, Roster
from cti.domain.wishes import AgentDialed
from cti.errors import Refused
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
    refusal,
    ringing,
    talking,
)
from tests.cti.domain.stage import BOB, EVE, ROSTER, SALES, Stage
from tests.cti.domain.test_attempts import dialing_stage

# --- the way to the talk ---


def test_the_agents_own_phone_rings_first() -> None:
    stage = outbound_stage()
    order = dial(stage)
    assert order == RingAgent("n1", order.leg_id, "1001", "o1", Caller(NUMBER), order.ring_s, dials=True)
    assert stage.last(CallStarted) == CallStarted("o1", "", "n1", Caller(NUMBER), SHOWN, stage.now, Direction.OUTBOUND)
    assert stage.last(CallDialed) == CallDialed("o1", 11, order.leg_id)
    assert stage.state(11) == ("dialing", "")
    call = stage.call("o1")
    assert (call["direction"], call["state"], call["dial"]["state"]) == ("outbound", "dialing", "fetching")
    assert (call["agent_id"], call["agent_name"], call["caller"]["number"]) == (11, "Ann", NUMBER)
    assert stage.all(DialOutside) == []


def test_then_the_number_with_what_is_shown_of_ours() -> None:
    stage = outbound_stage(OutboundSettings(ring_s=40))
    leg_id = fetch(stage)
    assert stage.all(DialOutside) == [DialOutside("n1", leg_id, NUMBER, 40, SHOWN, leads=True)]
    stage.tell(LegAnswered(leg_id))
    assert len(stage.all(DialOutside)) == 1, "said twice is done once"
    stage.tell(AgentHungUp(11, "o1"), LegEnded(leg_id), AgentDialed(11, "o2", NUMBER, withheld=True, task_id=7))
    stage.tell(LegAnswered(stage.ring().leg_id))
    assert stage.last(DialOutside).withheld
    assert (stage.last(CallDialed).task_id, stage.call("o2")["task_id"]) == (7, 7)


def test_the_far_end_rings_and_answers_and_the_talk_begins() -> None:
    stage = outbound_stage()
    leg_id = ringing(stage)
    assert stage.call("o1")["dial"]["state"] == "ringing"
    stage.tell(LegRang(THEIRS))
    stage.wait(5)
    stage.tell(arrived(stage))
    assert stage.call("o1")["dial"]["state"] == "answered"
    assert stage.last(CallStarted).leg_id == THEIRS
    assert stage.all(Join) == []
    stage.tell(CallReached("o1"))
    recording_id = stage.last(TalkStarted).recording_id
    assert recording_id is not None
    assert stage.last(TalkStarted) == TalkStarted("o1", 11, leg_id, None, 0.0, recording_id)
    assert stage.all(Join) == [Join("o1", leg_id, 11, recording_id)]
    call = stage.call("o1")
    assert (call["state"], call["dial"], call["recording"]) == ("talking", None, True)
    assert stage.state(11) == ("talking", "")
    assert stage.all(OfferMade) == []


def test_the_talk_ends_like_any_other() -> None:
    stage = outbound_stage(OutboundSettings(wrap_up_s=20))
    leg_id = talking(stage)
    stage.wait(60)
    stage.tell(AgentHungUp(11, "o1"), LegEnded(leg_id))
    assert stage.last(TalkEnded).talked_s == 60.0
    assert SayGoodbye("o1") in stage.commands
    assert stage.state(11) == ("wrap_up", "")
    assert stage.agent(11)["needs_disposition"]
    stage.leave("o1")
    assert stage.last(CallEnded).reason is EndReason.AGENT_HUNG_UP
    stage.wait(19)
    stage.tell(AgentDisposed(11, "o1"))
    assert stage.state(11) == ("wrap_up", "")
    stage.wait(1)
    assert stage.state(11) == ("ready", "")


@pytest.mark.parametrize(
    ("settings", "said", "is_recorded"),
    [
        (OutboundSettings(), None, True),
        (OutboundSettings(record=False), None, False),
        (OutboundSettings(), NoRecording.REFUSED, False),
    ],
)
def test_what_is_recorded(settings: OutboundSettings, said: NoRecording | None, is_recorded: bool) -> None:
    stage = outbound_stage(settings)
    talking(stage, no_recording=said)
    assert (stage.last(TalkStarted).recording_id is not None) is is_recorded
    assert [fact.why for fact in stage.all(RecordingWithheld)] == ([said] if said else [])


# --- who may dial when ---


def test_an_agent_who_dials_is_offered_nothing() -> None:
    stage = outbound_stage()
    dial(stage)
    stage.arrive("c1")
    assert stage.all(OfferMade) == []
    stage.wait(FETCH_S + 5)
    assert stage.last(OfferMade).agent_id == 11, "nobody took it, and the caller still waits"


def test_in_a_call_nobody_dials() -> None:
    stage = outbound_stage()
    stage.arrive("c1")
    assert refusal(stage) == "in_call"
    stage.join("c1")
    assert refusal(stage) == "in_call"


def test_while_dialing_nobody_dials_again_nor_leaves() -> None:
    stage = outbound_stage()
    stage.tell(AgentWentNotReady(11, "meal"))
    dial(stage)
    assert stage.agent(11)["next_state"] == "meal"
    assert refusal(stage) == "in_call"
    with pytest.raises(Refused) as caught:
        stage.tell(AgentSignedOut(11))
    assert caught.value.code == "in_call"


def test_a_wrap_up_needs_its_disposition_first_and_ends_by_dialing() -> None:
    stage = outbound_stage()
    stage.talk("c1")
    stage.leave("c1")
    assert refusal(stage) == "disposition_missing"
    stage.tell(AgentDisposed(11, "c1"))
    assert stage.state(11)[0] == "wrap_up"
    stage.tell(LegEnded(stage.ring().leg_id))
    leg_id = dial(stage).leg_id
    assert stage.last(AgentChanged).previous == "wrap_up"
    stage.tell(LegEnded(leg_id))
    assert stage.state(11) == ("ready", "")
    stage.wait(60)
    assert stage.floor.view("call:c1") is None, "the call that was wrapped up is forgotten"


def test_a_call_is_dialed_once() -> None:
    stage = outbound_stage()
    stage.tell(LegEnded(dial(stage).leg_id))
    with pytest.raises(Refused) as caught:
        dial(stage)
    assert caught.value.code == "in_call"


def test_a_seat_and_a_phone_are_needed() -> None:
    stage = Stage()
    stage.switch_back()
    assert refusal(stage, 99) == "unknown_agent"
    assert refusal(stage) == "signed_out"
    stage.tell(AgentSignedIn(11))
    assert refusal(stage) == "phone_unreachable"
    stage.ready(11)
    stage.tell(PhoneChanged("1001", reachable=False), SwitchLost("n1"))
    assert refusal(stage) == "phone_unreachable"
    stage.tell(PhoneChanged("1001", reachable=True))
    assert refusal(stage) == "switch_unavailable"


def test_a_phone_has_one_leg_at_a_time() -> None:
    stage = outbound_stage()
    leg_id = ringing(stage)
    stage.tell(AgentHungUp(11, "o1"))
    assert refusal(stage) == "phone_busy"
    stage.tell(LegEnded(leg_id), AgentDialed(11, "o9", NUMBER))
    assert stage.agent(11)["call_id"] == "o9"


def test_who_attends_a_talk_does_not_dial() -> None:
    stage = Stage(replace(ROSTER, agents=(*ROSTER.agents, EVE)))
    stage.switch_back()
    stage.ready(11)
    stage.talk("c1")
    stage.ready(13)
    stage.tell(SupervisorAsked(13, "c1", Mode.LISTEN))
    assert refusal(stage, 13) == "supervises_already"


def test_who_was_removed_does_not_dial_and_leaves_after_a_call_in_vain() -> None:
    stage = outbound_stage()
    leg_id = dial(stage).leg_id
    stage.tell(RosterChanged(Roster((BOB,), (SALES,))))
    assert refusal(stage) == "unknown_agent"
    stage.tell(LegEnded(leg_id))
    assert stage.floor.view("agent:11") is None


# --- every other end ---


def ended(stage: Stage) -> tuple[str, str]:
    last = stage.last(CallEnded)
    assert stage.last(DialEnded).result is last.reason
    assert stage.state(11)[0] == "ready"
    return stage.call("o1")["state"], last.reason.value


def test_the_agents_own_phone_does_not_answer() -> None:
    stage = outbound_stage()
    leg_id = dial(stage).leg_id
    stage.wait(FETCH_S)
    assert ended(stage) == ("ended", "no_phone")
    assert HangUpLeg("n1", leg_id) in stage.commands


def test_the_agents_own_phone_refuses() -> None:
    stage = outbound_stage()
    stage.tell(LegEnded(dial(stage).leg_id, 21))
    assert ended(stage) == ("ended", "no_phone")


@pytest.mark.parametrize("rings", [False, True])
def test_the_agent_hangs_up_before_an_answer(rings: bool) -> None:
    stage = outbound_stage()
    leg_id = ringing(stage) if rings else fetch(stage)
    stage.tell(LegEnded(leg_id, 31))
    assert ended(stage) == ("ended", "cancelled")


def test_the_agent_cancels_by_the_button() -> None:
    stage = outbound_stage()
    leg_id = ringing(stage)
    with pytest.raises(Refused):
        stage.tell(AgentHungUp(12, "o1"))
    stage.tell(AgentHungUp(11, "o1"))
    assert ended(stage) == ("ended", "cancelled")
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", leg_id), HangUpLeg("n1", THEIRS)]


@pytest.mark.parametrize(("cause", "result"), [(17, "busy"), (21, "rejected"), (1, "no_such_number")])
def test_the_other_leg_ends_and_the_switch_says_in_a_moment_what_it_was(cause: int, result: str) -> None:
    stage = outbound_stage()
    leg_id = ringing(stage)
    stage.tell(LegEnded(THEIRS, cause))
    assert stage.call("o1")["state"] == "dialing"
    stage.tell(DialFailed(leg_id, 0, 603))
    assert ended(stage) == ("ended", result)
    assert (stage.last(DialEnded).cause, stage.last(DialEnded).sip_status) == (cause, 603)


def test_the_switch_says_nothing_more() -> None:
    stage = outbound_stage()
    ringing(stage)
    stage.tell(LegEnded(THEIRS, 34))
    stage.wait(FAILED_SOON_S)
    assert ended(stage) == ("ended", "congestion")


def test_nobody_answers() -> None:
    stage = outbound_stage(OutboundSettings(ring_s=25))
    ringing(stage)
    stage.wait(25)
    assert ended(stage) == ("ended", "no_answer")


def test_they_hang_up_before_anybody_spoke() -> None:
    stage = outbound_stage()
    answered(stage)
    stage.tell(LegEnded(THEIRS))
    assert ended(stage) == ("ended", "caller_hung_up")


def test_their_coroutine_ends_before_the_talk() -> None:
    stage = outbound_stage()
    answered(stage)
    stage.tell(CallLeft("o1", EndReason.FAILED))
    assert ended(stage) == ("ended", "failed")


def test_their_coroutine_never_gets_to_the_talk() -> None:
    stage = outbound_stage()
    answered(stage)
    stage.wait(REACH_S)
    assert ended(stage) == ("ended", "failed")


# --- late, repeated and foreign words ---


def test_a_failure_after_the_answer_is_none() -> None:
    stage = outbound_stage()
    leg_id = answered(stage)
    stage.tell(DialFailed(leg_id, 17))
    assert stage.call("o1")["dial"]["state"] == "answered"


def test_a_leg_that_is_born_for_a_call_that_was_given_up_is_ended() -> None:
    stage = outbound_stage()
    leg_id = fetch(stage)
    stage.tell(LegEnded(THEIRS), LegBorn(THEIRS, "n1", leg_id))
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", THEIRS)]
    assert stage.call("o1")["dial"]["state"] == "dialed"


def test_of_two_legs_the_later_counts() -> None:
    stage = outbound_stage()
    leg_id = ringing(stage)
    stage.tell(LegBorn(THEIRS, "n1", leg_id))
    assert stage.all(HangUpLeg) == []
    stage.tell(LegBorn("n1-other", "n1", leg_id))
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", THEIRS)]


def test_a_coroutine_that_begins_anew_before_the_talk_goes_on() -> None:
    stage = outbound_stage()
    answered(stage)
    stage.tell(CallLeft("o1", EndReason.FAILED, cut_off=True))
    stage.tell(CallArrived("o1", "n1-anew", "n1", Caller(NUMBER), SHOWN, stage.now, outbound=True), CallReached("o1"))
    assert stage.call("o1")["state"] == "talking"
    stage.wait(30)
    assert stage.call("o1")["state"] == "talking"


@pytest.mark.parametrize("call_id", ["o1", "never"])
def test_nobody_is_reached_whom_nobody_dials(call_id: str) -> None:
    stage = outbound_stage()
    ringing(stage)
    with pytest.raises(Refused) as caught:
        stage.tell(CallReached(call_id))
    assert caught.value.code == "unknown_call"


def test_the_dialplan_may_bring_them_together_by_itself() -> None:
    stage = outbound_stage()
    leg_id = ringing(stage)
    stage.tell(RoomJoined(THEIRS, "room"))
    assert stage.call("o1")["state"] == "dialing"
    stage.tell(RoomJoined(leg_id, "room"))
    assert stage.last(TalkStarted) == TalkStarted("o1", 11, leg_id, None, 0.0, None)
    assert (stage.call("o1")["state"], stage.state(11)[0]) == ("talking", "talking")
    assert stage.all(Join) == []
    stage.wait(300)
    assert stage.call("o1")["state"] == "talking"


# --- called back ---


def test_a_callback_is_recorded_as_its_line_is() -> None:
    stage = callings.promised(replace(callings.RULES, agent_first=False))
    call_id, leg_id = callings.customer_dialed(stage)
    stage.tell(callings.theirs(stage, call_id, leg_id), RoomJoined(leg_id, "room"), CallReached(call_id))
    assert stage.all(TalkStarted) == []
    stage = callings.promised()
    callings.agent_first_talk(stage)
    assert stage.last(TalkStarted).recording_id is not None
    line = replace(SALES, callbacks=callings.RULES, record=False)
    stage = callings.promised(roster=replace(ROSTER, queues=(line,)))
    callings.agent_first_talk(stage)
    assert stage.last(TalkStarted).recording_id is None


def test_of_a_number_that_is_dialed_without_an_agent_the_end_is_known_at_once() -> None:
    stage, leg_id = dialing_stage()
    stage.tell(LegRang(leg_id), LegEnded(leg_id, 17, 486))
    assert stage.last(CallEnded).reason is EndReason.BUSY
