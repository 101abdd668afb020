"""How a callback is called, agent first or customer first, and what becomes of it by how that call ends."""

from dataclasses import replace

import pytest

from cti.domain.callback import CallbackResult
from cti.domain.callback_words import CallRequested
from cti.domain.commands import DialCustomer, DialOutside, GreetCalledBack, HangUpLeg, Join, KeepWaiting, RingAgent
from cti.domain.dial_facts import CallDialed
from cti.domain.dialing import FAILED_SOON_S
from cti.domain.events import (
    AgentDeclined,
    AgentDisposed,
    AgentHungUp,
    AgentWentNotReady,
    AgentWentReady,
    CallArrived,
    CallReached,
    CallRecognised,
    DialFailed,
    LegAnswered,
    LegBorn,
    LegEnded,
    LegRang,
    LegSnapshot,
    RoomJoined,
    RosterChanged,
)
from cti.domain.facts import CallEnded, CallLinked, CallStarted, OfferEnded, OfferMade, TalkEnded, TalkStarted
from cti.domain.values import Caller, Direction, EndReason, OfferResult, Roster
from cti.domain.wishes import AgentDialed
from cti.errors import Refused
from tests.cti.domain.callings import (
    DIALED,
    MOBILE,
    RULES,
    THEIRS,
    agent_first_talk,
    allow,
    callback_stage,
    come,
    customer_dialed,
    fetched,
    promised,
    remembered,
    restarted,
    state,
    theirs,
    turn,
    want,
    written,
)
from tests.cti.domain.stage import ANN, BOB, CARE, agent_leg

CUSTOMER_FIRST = replace(RULES, agent_first=False)


# --- agent first ---


def test_the_agent_is_rung_like_for_any_caller_and_told_that_it_calls_back() -> None:
    stage = promised()
    call_id = turn(stage)
    ring = stage.ring()
    assert ring == RingAgent("n1", ring.leg_id, "1001", call_id, Caller(DIALED), ring.ring_s, calls_back=True)
    call = stage.call(call_id)
    assert (call["direction"], call["state"], call["callback_id"]) == ("outbound", "ringing", "b1")
    assert stage.last(CallStarted).direction is Direction.OUTBOUND
    assert stage.all(DialOutside) == []
    assert stage.queue(1)["waiting"] == []


def test_the_agent_reads_what_the_customer_wrote_when_they_ordered_it() -> None:
    stage = callback_stage()
    stage.floor.restore(stage.now, callbacks_before=[remembered(origin="web", name="Li", wish="offer 7")])
    call_id = turn(stage)
    assert stage.last(CallRequested) == CallRequested(call_id, "b1", "web", "Li", "offer 7")
    assert stage.call(call_id)["request"] == {"origin": "web", "name": "Li", "wish": "offer 7"}


def test_who_takes_it_hears_the_number_being_dialed() -> None:
    stage = promised()
    call_id, leg_id = fetched(stage)
    assert stage.all(DialOutside) == [DialOutside("n1", leg_id, DIALED, 45.0, "", leads=True)]
    assert stage.all(CallDialed) == [CallDialed(call_id, 11, leg_id)]
    assert stage.last(OfferEnded).result is OfferResult.ANSWERED
    assert stage.state(11) == ("dialing", "")
    assert (written(stage).attempts, written(stage).attempt_call_id) == (1, call_id)


def test_the_talk_ends_the_callback_and_counts_in_no_line() -> None:
    stage = promised()
    before = stage.queue(1)["today"]
    call_id = agent_first_talk(stage)
    assert (state(stage), written(stage).result) == ("gone", CallbackResult.REACHED)
    assert GreetCalledBack(call_id, 1, "zh") in stage.commands
    talk = stage.last(TalkStarted)
    assert (talk.agent_id, talk.queue_id, stage.state(11)) == (11, None, ("talking", ""))
    assert stage.queue(1)["today"] == before
    assert talk.recording_id is not None, "the line's rule for recording holds"
    stage.leave(call_id)
    assert stage.last(CallEnded).reason is EndReason.CALLER_HUNG_UP


def test_the_customer_is_known_and_what_is_shown_of_ours_is_the_rule() -> None:
    stage = callback_stage()
    come(stage, "c1")
    stage.tell(CallRecognised("c1", 77, "Li Lei"))
    want(stage)
    stage.ready(11)
    allow(stage, shown_as="4009", withheld=True)
    call = stage.call(written(stage).attempt_call_id or "")
    assert (call["customer_id"], call["dialed"]) == (77, "4009")
    assert stage.last(CallLinked).customer_id == 77
    stage.tell(LegAnswered(stage.ring().leg_id))
    assert (stage.last(DialOutside).shown_as, stage.last(DialOutside).withheld) == ("4009", True)


def test_an_agent_who_does_not_take_it_was_no_attempt_and_the_next_one_is_rung() -> None:
    stage = promised()
    stage.ready(12)
    stage.tell(AgentWentNotReady(12, "meal"))
    call_id = turn(stage)
    stage.tell(AgentDeclined(11, call_id))
    assert stage.last(CallEnded).reason is EndReason.CANCELLED
    assert (state(stage), written(stage).attempts) == ("waiting", 0)
    stage.tell(AgentWentReady(12))
    assert state(stage) == "checking"


def test_nobody_answered_so_it_is_tried_again_after_the_pause_in_the_same_place() -> None:
    stage = promised()
    _, leg_id = fetched(stage)
    stage.tell(LegBorn(THEIRS, "n1", leg_id), LegRang(THEIRS), DialFailed(leg_id, 19))
    assert (state(stage), written(stage).why, written(stage).attempts) == ("paused", "no_answer", 1)
    assert stage.state(11) == ("ready", "")
    come(stage, "c2", "13700137000")
    stage.leave("c2")
    stage.wait(299)
    assert state(stage) == "paused"
    stage.wait(1)
    assert state(stage) == "checking"


def test_after_the_last_attempt_it_is_over() -> None:
    stage = promised(replace(RULES, attempts=1))
    _, leg_id = fetched(stage)
    stage.tell(DialFailed(leg_id, 17))
    assert (written(stage).result, written(stage).why) == (CallbackResult.UNREACHED, "busy")


def test_a_number_that_does_not_exist_is_not_tried_again() -> None:
    stage = promised()
    _, leg_id = fetched(stage)
    stage.tell(DialFailed(leg_id, 1))
    assert (written(stage).result, written(stage).why) == (CallbackResult.UNREACHED, "no_such_number")


def test_an_attempt_that_fails_after_the_expiry_is_the_last() -> None:
    stage = promised(replace(RULES, expires_s=100.0))
    stage.wait(95)
    _, leg_id = fetched(stage)
    stage.wait(10)
    stage.tell(DialFailed(leg_id, 17))
    assert written(stage).result is CallbackResult.EXPIRED


def test_an_agent_who_hangs_up_while_it_rings_used_an_attempt() -> None:
    stage = promised()
    call_id, _ = fetched(stage)
    stage.tell(AgentHungUp(11, call_id))
    assert (state(stage), written(stage).why) == ("paused", "cancelled")


def test_a_talk_of_the_call_goes_on_like_any_other() -> None:
    stage = promised()
    call_id = agent_first_talk(stage)
    stage.wait(30)
    stage.tell(AgentHungUp(11, call_id), LegEnded(stage.ring().leg_id))
    assert stage.last(TalkEnded).talked_s == 30.0
    assert stage.state(11) == ("wrap_up", "")
    stage.leave(call_id)
    stage.tell(AgentDisposed(11, call_id))
    stage.wait(60)
    assert stage.state(11) == ("ready", "")


# --- customer first ---


def test_the_customer_is_dialed_while_an_agent_is_free() -> None:
    stage = promised(CUSTOMER_FIRST)
    call_id, leg_id = customer_dialed(stage)
    assert stage.all(DialCustomer) == [DialCustomer("n1", leg_id, call_id, DIALED, 45.0)]
    assert (stage.state(11), state(stage)) == (("ready", ""), "calling")
    assert stage.all(OfferMade) == []
    assert written(stage).attempts == 1


def test_who_answers_is_next_and_told_who_calls() -> None:
    stage = promised(CUSTOMER_FIRST)
    call_id, leg_id = customer_dialed(stage)
    come(stage, "c2", "13700137000")
    assert stage.last(OfferMade).call_id == "c2", "who is free does not wait for a telephone to be answered"
    come(stage, "c3", "13600136000", priority=50)
    stage.tell(theirs(stage, call_id, leg_id))
    assert GreetCalledBack(call_id, 1, "zh") in stage.commands
    stage.tell(CallReached(call_id))
    assert stage.last(KeepWaiting) == KeepWaiting(call_id, 1)
    assert stage.call(call_id)["position"] == 1
    stage.ready(12)
    assert (stage.last(OfferMade).call_id, stage.last(OfferMade).agent_id) == (call_id, 12)
    leg = stage.answer()
    assert stage.last(Join).leg_id == leg
    stage.tell(RoomJoined(leg, "room"), RoomJoined(leg_id, "room"))
    assert written(stage).result is CallbackResult.REACHED
    assert stage.last(TalkStarted).queue_id is None


def test_two_callbacks_do_not_count_on_the_same_agent() -> None:
    stage = promised(CUSTOMER_FIRST)
    come(stage, "c2", "13700137000")
    want(stage, "c2", "b2", "13700137000")
    customer_dialed(stage)
    assert state(stage, "b2") == "waiting"
    stage.ready(12)
    assert state(stage, "b2") == "checking"


def test_a_customer_who_does_not_answer_is_tried_again() -> None:
    stage = promised(CUSTOMER_FIRST)
    _, leg_id = customer_dialed(stage)
    stage.tell(LegRang(leg_id), LegEnded(leg_id, 19))
    stage.wait(FAILED_SOON_S)
    assert (state(stage), written(stage).why) == ("paused", "no_answer")
    stage.wait(300)
    assert state(stage) == "checking"
    assert stage.state(11) == ("ready", "")


def test_one_who_rings_for_ever_is_given_up() -> None:
    stage = promised(CUSTOMER_FIRST)
    _, leg_id = customer_dialed(stage)
    stage.wait(46)
    assert HangUpLeg("n1", leg_id) in stage.commands
    assert state(stage) == "paused"


def test_who_answers_and_hangs_up_is_not_called_again() -> None:
    stage = promised(CUSTOMER_FIRST)
    call_id, leg_id = customer_dialed(stage)
    stage.tell(AgentWentNotReady(11, "meal"), theirs(stage, call_id, leg_id), CallReached(call_id))
    stage.wait(5)
    stage.leave(call_id)
    assert (written(stage).result, written(stage).why) == (CallbackResult.HUNG_UP, "abandoned_in_queue")


def test_who_answered_and_was_lost_by_us_is_not_called_again_and_again() -> None:
    stage = promised(CUSTOMER_FIRST)
    call_id, leg_id = customer_dialed(stage)
    stage.tell(AgentWentNotReady(11, "meal"), theirs(stage, call_id, leg_id), CallReached(call_id))
    stage.leave(call_id, EndReason.FAILED)
    assert (written(stage).result, written(stage).why) == (CallbackResult.UNREACHED, "failed")


# --- somebody talks with them by another way ---


def test_an_agent_who_calls_them_by_hand_makes_it_needless() -> None:
    stage = promised()
    stage.ready(12)
    stage.tell(AgentWentNotReady(12, "meal"))
    allow(stage)
    stage.tell(AgentDialed(12, "o1", DIALED))
    leg_id = stage.ring().leg_id
    stage.tell(LegAnswered(leg_id), LegBorn(THEIRS, "n1", leg_id), theirs(stage, "o1"), CallReached("o1"))
    assert written(stage).result is CallbackResult.REACHED


def test_a_talk_with_somebody_else_or_in_another_line_does_not_end_it() -> None:
    stage = promised()
    come(stage, "c5", "13700137000", priority=9)
    stage.ready(11)
    leg_id = stage.join("c5")
    stage.ready(12)
    stage.tell(AgentWentNotReady(12, "meal"))
    assert state(stage) == "checking"
    stage.leave("c5")
    stage.tell(LegEnded(leg_id))
    stage.wait(3)
    stage.done(11, "c5")
    come(stage, "c6", MOBILE, queue_id=2)
    stage.join("c6")
    assert state(stage) == "paused"


# --- a restart while they are called ---


def test_who_answers_after_a_restart_is_next_in_line() -> None:
    stage = restarted()
    stage.tell(theirs(stage, "o0"))
    assert stage.call("o0")["callback_id"] == "b1"
    assert GreetCalledBack("o0", 1, "zh") in stage.commands
    stage.tell(CallReached("o0"))
    assert stage.call("o0")["position"] == 1
    stage.ready(11)
    stage.tell(LegAnswered(stage.ring().leg_id))
    assert stage.last(Join).call_id == "o0"


def test_who_was_dialed_before_the_diary_heard_of_it_is_not_dialed_again_and_may_answer() -> None:
    stage = callback_stage()
    stage.floor.restore(stage.now, callbacks_before=[remembered(state="calling", call_id="o0")])
    stage.switch_back()
    stage.ready(11)
    assert (state(stage), written(stage).why) == ("paused", "lost_while_away")
    assert not [order for order in stage.commands if isinstance(order, DialCustomer)]
    stage.tell(theirs(stage, "o0"), CallReached("o0"))
    stage.tell(LegAnswered(stage.ring().leg_id))
    assert stage.last(Join).call_id == "o0"
    stage.wait(600)
    assert not [order for order in stage.commands if isinstance(order, DialCustomer)], "nor when it would be due"


def test_who_was_tried_in_vain_does_not_come_back() -> None:
    stage = callback_stage()
    stage.floor.restore(stage.now, callbacks_before=[remembered(state="paused", why="no_answer", call_id="o0")])
    with pytest.raises(Refused):
        stage.tell(theirs(stage, "o0"))


def test_what_the_switch_knows_nothing_of_is_tried_again() -> None:
    stage = restarted()
    stage.ready(11)
    assert state(stage) == "calling", "not seen again yet, and may be on the way"
    stage.switch_back()
    stage.wait(60)
    assert state(stage) == "paused"


def test_who_answers_and_leaves_before_they_come_to_us_again_is_called_once_more() -> None:
    """The diary had no leg of theirs when we were killed: the switch says which it is."""
    stage = restarted()
    called = LegSnapshot(THEIRS, "n1", "o0", None, None, is_up=True, outbound=True)
    stage.switch_back(called)
    assert state(stage) == "calling"
    stage.tell(LegEnded(THEIRS, 16))
    assert stage.last(CallEnded).reason is EndReason.LOST_WHILE_AWAY
    assert (state(stage), written(stage).why) == ("paused", "lost_while_away")


def test_who_was_not_dialed_yet_is_called_at_once_after_a_restart() -> None:
    """Killed while only the agent's telephone rang: the customer knows nothing of it."""
    stage = restarted()
    stage.switch_back(agent_leg("n1-a", "1001", "o0", is_up=False), phones=("1001",))
    assert (state(stage), written(stage).attempts) == ("waiting", 1)
    assert stage.last(HangUpLeg).leg_id == "n1-a"
    stage.tell(LegEnded("n1-a", 16))
    call_id = turn(stage)
    assert stage.ring().call_id == call_id


@pytest.mark.parametrize("known", [True, False])
def test_a_stranger_who_says_that_we_called_is_not_let_in(known: bool) -> None:
    stage = promised() if known else callback_stage()
    with pytest.raises(Refused):
        stage.tell(CallArrived("o9", THEIRS, "n1", Caller(DIALED), "4001", stage.now, outbound=True))


def test_an_agents_leg_that_is_up_after_a_lost_link_dials_then() -> None:
    stage = promised()
    call_id = turn(stage)
    leg_id = stage.ring().leg_id
    stage.switch_back(agent_leg(leg_id, "1001", call_id), phones=("1001",))
    assert stage.last(DialOutside).leg_id == leg_id


def test_who_calls_in_and_hangs_up_is_called_after_all() -> None:
    stage = promised()
    come(stage, "c3")
    stage.leave("c3")
    stage.ready(11)
    assert state(stage) == "checking"


def test_a_line_that_went_while_an_agent_was_rung() -> None:
    stage = promised()
    turn(stage)
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    stage.wait(60)
    assert written(stage).why == "queue_removed"
