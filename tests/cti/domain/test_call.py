from datetime import timedelta

import pytest

from cti.domain.attempt_words import AttemptTerms
from cti.domain.call import CALL_TRANSITIONS, Call, CallStep, Seat, Talk
from cti.domain.party import Party, PartyState, PartyStep
from cti.domain.supervision import Mode, Supervision, SupervisionState
from cti.domain.take import Take
from cti.domain.values import Caller, CallState, EndReason, Overflow, OverflowAction, QueueSettings
from cti.errors import UnexpectedEvent
from tests.fakes import START


def a_call(state: CallState = CallState.IN_MENU) -> Call:
    return Call("c1", "leg", "n1", Caller(None), "4001", START, START, state=state)


def test_every_state_has_a_row() -> None:
    assert set(CALL_TRANSITIONS) == set(CallState)


def test_the_usual_visit() -> None:
    call = a_call()
    for step in (CallStep.QUEUED, CallStep.OFFERED, CallStep.ANSWERED, CallStep.JOINED, CallStep.PARTED):
        call.take(step)
    assert call.state.value == "leaving"
    call.take(CallStep.ENDED)
    assert call.state.value == "ended"


@pytest.mark.parametrize("state", [state for state in CallState if state is not CallState.ENDED])
def test_the_caller_may_leave_at_any_time(state: CallState) -> None:
    call = a_call(state)
    assert call.can(CallStep.ENDED)
    call.take(CallStep.ENDED)
    assert call.state is CallState.ENDED


@pytest.mark.parametrize(
    ("state", "step"),
    [(state, step) for state in CallState for step in CallStep if step not in CALL_TRANSITIONS[state]],
)
def test_an_impossible_step_raises_and_changes_nothing(state: CallState, step: CallStep) -> None:
    call = a_call(state)
    with pytest.raises(UnexpectedEvent) as caught:
        call.take(step)
    assert (call.state, caught.value.state, caught.value.event) == (state, state, step)
    assert not call.can(step)


def test_every_state_can_be_reached() -> None:
    reached = {CallState.IN_MENU, CallState.DIALING}  # where calls begin: somebody calls us, or an agent them
    for _ in CallState:
        reached |= {after for state in reached for after in CALL_TRANSITIONS[state].values()}
    assert reached == set(CallState)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (CallState.IN_MENU, EndReason.ABANDONED_IN_MENU),
        (CallState.WAITING, EndReason.ABANDONED_IN_QUEUE),
        (CallState.RINGING, EndReason.ABANDONED_RINGING),
        (CallState.CONNECTING, EndReason.ABANDONED_RINGING),
        (CallState.TALKING, EndReason.CALLER_HUNG_UP),
        (CallState.LEAVING, EndReason.AGENT_HUNG_UP),
    ],
)
def test_what_it_means_that_the_caller_leaves(state: CallState, reason: EndReason) -> None:
    assert a_call(state).reason_when_caller_leaves() is reason


def test_leaving_after_the_wait_was_over_is_giving_up() -> None:
    call = a_call()
    call.queue = QueueSettings(1, "Sales")
    assert call.reason_when_caller_leaves() is EndReason.ABANDONED_IN_QUEUE


def test_the_one_who_pressed_first_ended_the_talk() -> None:
    call = a_call(CallState.TALKING)
    call.talk = Talk(1, "agent-leg", "n1", START)
    assert call.reason_when_caller_leaves() is EndReason.CALLER_HUNG_UP
    call.talk.ended_by_agent = True
    assert call.reason_when_caller_leaves() is EndReason.AGENT_HUNG_UP


def test_what_was_said_before_the_connection_broke_counts() -> None:
    call = a_call()
    call.parting = EndReason.TRANSFERRED_OUT
    assert call.reason_when_caller_leaves() is EndReason.TRANSFERRED_OUT


@pytest.mark.parametrize(
    ("wanted", "is_so", "word"),
    [(False, False, "on"), (True, False, "pausing"), (True, True, "paused"), (False, True, "resuming")],
)
def test_the_recordings_state_is_what_is_wanted_and_what_is(wanted: bool, is_so: bool, word: str) -> None:
    talk = Talk(1, "agent-leg", "n1", START, "rec")
    talk.mute_wanted, talk.muted = wanted, is_so
    assert talk.tape == word
    talk.recording_id = None
    assert talk.tape is None


def test_a_call_waits_since_it_arrived_or_stood_in_line_or_is_told() -> None:
    call, later, latest = a_call(), START + timedelta(seconds=1), START + timedelta(seconds=2)
    assert call.waiting_since == START
    call.queued_at = later
    assert call.waiting_since == later
    call.waits_since = latest
    assert call.waiting_since == latest


def test_who_shall_be_with_the_customer_and_who_in_private() -> None:
    call = Call("c1", "leg", "n1", Caller("1"), "4001", START, seen_at=START)
    assert (call.company(), call.private(), call.party_at("b")) == ((), None, None)
    call.talk = Talk(11, "a", "n1", START)
    call.parties = {
        "p1": Party("p1", "n1", 11, START, 12, leg_id="b", state=PartyState.IN_ROOM),
        "p2": Party("p2", "n1", 11, START, number="1", leg_id="c", state=PartyState.ASIDE),
    }
    assert call.company() == ("a", "b")
    assert call.party_at("b") is call.parties["p1"]
    call.talk.seat = Seat.CONSULTING
    assert (call.company(), call.private()) == (("b",), None)
    call.parties["p2"].state = PartyState.CONSULTED
    assert call.private() == ("a", "c")


def test_a_goodbye_after_somebody_outside_is_a_transfer() -> None:
    call = Call("c1", "leg", "n1", Caller("1"), "4001", START, seen_at=START, state=CallState.LEAVING)
    assert call.reason_when_caller_leaves() is EndReason.AGENT_HUNG_UP
    call.handed_over = True
    assert call.reason_when_caller_leaves() is EndReason.TRANSFERRED_OUT


def test_a_conference_has_somebody_who_is_with_the_customer() -> None:
    call = a_call(CallState.TALKING)
    party = call.parties["p"] = Party("p", "n1", 11, START, 12, leg_id="other", state=PartyState.ASIDE)
    assert not call.in_conference
    party.take(PartyStep.BROUGHT_IN)
    assert call.in_conference


def test_a_supervisor_is_company_only_in_the_room() -> None:
    call = a_call(CallState.TALKING)
    call.talk = Talk(11, "agent", "n1", START)
    one = Supervision("s", 13, 11, "ear", "n1", START, Mode.LISTEN, SupervisionState.LISTENING)
    call.supervisions[13] = one
    assert call.company() == ("agent",)
    assert call.supervision_at("ear") is one
    assert call.supervision_at("agent") is None
    one.state = SupervisionState.BARGED
    assert call.company() == ("agent", "ear")


def test_others_talk_on_only_if_somebody_is_in_the_room() -> None:
    call = a_call(CallState.TALKING)
    assert not call.in_conference
    call.parties["p"] = Party("p", "n1", 11, START, agent_id=12, state=PartyState.ASIDE)
    assert not call.in_conference
    call.parties["q"] = Party("q", "n1", 11, START, number="138", state=PartyState.IN_ROOM)
    assert call.in_conference


def test_before_anybody_is_dialed_not_the_call_but_the_callback_stands_in_line() -> None:
    call = a_call(CallState.WAITING)
    assert not call.stands_by_callback
    call.callback_id = "b1"
    assert not call.stands_by_callback
    call.leg_id = ""
    assert call.stands_by_callback


def test_a_recording_on_demand_is_that_of_the_present_talk() -> None:
    call = a_call(CallState.TALKING)
    assert call.take_now is None
    call.on_demand = Take("r1", 11, by_supervisor=False)
    assert call.take_now is None
    call.talk = Talk(11, "agent", "n1", START, recording_id="r0")
    assert call.take_now is None, "that of an earlier talk"
    call.talk.recording_id = "r1"
    assert call.take_now is call.on_demand


def test_a_dialer_s_terms_hold_until_somebody_has_talked_with_them() -> None:
    call = Call("a1", "leg", "n1", Caller("1"), "4001", START, START)
    assert call.dialer_terms is None
    call.attempt = AttemptTerms(7, 1, 2.0, Overflow(OverflowAction.HANG_UP))
    assert call.dialer_terms is call.attempt
    call.last_talk_started_at = START
    assert call.dialer_terms is None
