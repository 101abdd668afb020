"""What the floor does with numbers that a dialer orders: who answers is first in line, and every attempt ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain.attempt_words import (
    AttemptChanged,
    AttemptOrdered,
    AttemptPhase,
    AttemptTerms,
    AttemptWithdrawn,
    AttendedLine,
    Attending,
    LegProgressed,
)
from cti.domain.commands import BeginAttempt, DialCustomer, HangUpLeg, Join, KeepWaiting, ListenToLine, StopWaiting
from cti.domain.dialing import UNTIL_IT_RINGS_S
from cti.domain.events import (
    AgentWentNotReady,
    CallArrived,
    CallQueued,
    CallReached,
    LegEnded,
    LegRang,
    LegSnapshot,
    PhoneChanged,
    RoomJoined,
    RosterChanged,
    SwitchLost,
)
from cti.domain.facts import CallEnded, CallLinked, CallStarted, OfferEnded, TalkStarted, WaitStarted
from cti.domain.memories import CallMemory
from cti.domain.values import AgentState, Caller, Direction, EndReason, OfferResult, Overflow, OverflowAction, Roster
from cti.domain.wishes import AgentTransferred
from cti.errors import Refused
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage

NUMBER = "+8613900139000"
SORRY = Overflow(OverflowAction.MESSAGE, "campaign_sorry")
TERMS = AttemptTerms(7, 1, 2.0, SORRY)
ORDER = AttemptOrdered("a1", TERMS, NUMBER, 25.0, "4001")


def dialing_stage(order: AttemptOrdered = ORDER) -> tuple[Stage, str]:
    """The number is dialed: the stage and the leg to it."""
    stage = Stage()
    stage.switch_back()
    stage.tell(order)
    return stage, stage.last(DialCustomer).leg_id


def answer(stage: Stage, leg_id: str, call_id: str = "a1") -> None:
    stage.tell(CallArrived(call_id, leg_id, "n1", Caller(NUMBER), "4001", stage.now, outbound=True))


def phases(stage: Stage) -> list[str]:
    return [fact.phase.value for fact in stage.all(AttemptChanged)]


def end(stage: Stage) -> AttemptChanged:
    (found,) = [fact for fact in stage.all(AttemptChanged) if fact.phase is AttemptPhase.ENDED]
    return found


def test_the_number_is_dialed_without_an_agent() -> None:
    stage, leg_id = dialing_stage(replace(ORDER, withheld=True, shown_as=""))
    assert stage.all(DialCustomer) == [DialCustomer("n1", leg_id, "a1", NUMBER, 25.0, "", withheld=True)]
    assert stage.last(CallStarted).direction is Direction.OUTBOUND
    view = stage.call("a1")
    assert (view["state"], view["direction"], view["campaign_id"]) == ("dialing", "outbound", 7)
    assert phases(stage) == ["sent"]
    assert stage.all(CallLinked) == []


def test_the_customer_is_known_before_they_answer() -> None:
    stage, _ = dialing_stage(replace(ORDER, customer_id=77, customer_name="Li"))
    assert stage.last(CallLinked) == CallLinked("a1", 77)
    assert stage.call("a1")["customer_name"] == "Li"


def test_whom_the_list_says_one_calls_is_told_to_the_agent() -> None:
    stage, _ = dialing_stage(replace(ORDER, called_name="Li Lei"))
    assert stage.call("a1")["caller"]["name"] == "Li Lei"
    assert stage.last(CallStarted).caller.name == "Li Lei"


def test_who_answers_is_first_in_line_and_joined_with_whoever_is_free() -> None:
    stage, leg_id = dialing_stage()
    stage.ready(12)
    stage.tell(LegRang(leg_id))
    answer(stage, leg_id)
    assert stage.last(BeginAttempt) == BeginAttempt("a1", 1, "zh")
    stage.tell(CallReached("a1"))
    assert stage.last(KeepWaiting).queue_id == 1
    assert stage.ring().connects, "the telephone takes them by itself"
    own = stage.answer()
    assert stage.last(Join).leg_id == own
    stage.tell(RoomJoined(own, "room"), RoomJoined(leg_id, "room"))
    assert phases(stage) == ["sent", "ringing", "answered", "connected"]
    assert stage.last(AttemptChanged).agent_id == 12
    assert stage.last(TalkStarted).queue_id is None, "the line was not offered it"
    assert stage.all(WaitStarted) == []
    stage.tell(LegEnded(leg_id, 16))
    assert end(stage) == AttemptChanged("a1", 7, AttemptPhase.ENDED, reason=EndReason.CALLER_HUNG_UP, cause=16)


def test_what_is_withdrawn_rings_no_longer() -> None:
    stage, leg_id = dialing_stage()
    stage.tell(LegRang(leg_id))
    stage.tell(AttemptWithdrawn("a1"))
    assert stage.last(HangUpLeg).leg_id == leg_id
    assert end(stage).reason is EndReason.WITHDRAWN
    stage.tell(AttemptWithdrawn("a1"), AttemptWithdrawn("nobody's"))
    assert phases(stage) == ["sent", "ringing", "ended"]


def test_who_has_answered_is_not_hung_up_on() -> None:
    stage, leg_id = dialing_stage()
    answer(stage, leg_id)
    stage.tell(AttemptWithdrawn("a1"))
    assert stage.all(HangUpLeg) == []
    stage.tell(CallReached("a1"), AttemptWithdrawn("a1"))
    assert phases(stage) == ["sent", "answered"]


def test_before_all_callers_who_wait() -> None:
    stage, leg_id = dialing_stage()
    stage.arrive("c1", priority=9)
    answer(stage, leg_id)
    stage.tell(CallReached("a1"))
    assert stage.queue(1)["waiting"] == ["a1", "c1"]


def test_for_whom_nobody_is_free_in_time_is_told_so() -> None:
    stage, leg_id = dialing_stage()
    answer(stage, leg_id)
    stage.tell(CallReached("a1"))
    stage.wait(1.9)
    assert stage.all(StopWaiting) == []
    stage.wait(0.2)
    assert stage.last(StopWaiting) == StopWaiting("a1", SORRY)
    assert stage.queue(1)["today"]["abandoned"] == 0, "no caller of the line's"
    stage.leave("a1", EndReason.FLOW_ENDED)
    assert end(stage).reason is EndReason.FLOW_ENDED


@pytest.mark.parametrize(
    ("cause", "status", "reason"),
    [(17, 486, EndReason.BUSY), (1, 404, EndReason.NO_SUCH_NUMBER), (34, 503, EndReason.CONGESTION)],
)
def test_what_the_network_said_is_told_at_once(cause: int, status: int, reason: EndReason) -> None:
    stage, leg_id = dialing_stage()
    stage.tell(LegEnded(leg_id, cause, status))
    assert end(stage) == AttemptChanged("a1", 7, AttemptPhase.ENDED, reason=reason, cause=cause, sip_status=status)
    assert stage.last(CallEnded).reason is reason


def test_it_rings_for_so_long_whatever_the_network_took_until_then() -> None:
    stage, leg_id = dialing_stage()
    stage.wait(8)
    stage.tell(LegRang(leg_id))
    stage.wait(24.9)
    assert phases(stage) == ["sent", "ringing"]
    stage.wait(0.1)
    assert end(stage).reason is EndReason.NO_ANSWER
    assert stage.all(HangUpLeg) == [HangUpLeg("n1", leg_id)]


def test_what_never_rings_ends_as_well() -> None:
    stage, _ = dialing_stage()
    stage.wait(25 + UNTIL_IT_RINGS_S)
    assert end(stage).reason is EndReason.NO_ANSWER


def test_refused_orders_leave_nothing() -> None:
    stage = Stage()
    with pytest.raises(Refused, match="switch_unavailable"):
        stage.tell(ORDER)
    stage.switch_back()
    with pytest.raises(Refused, match="unknown_queue"):
        stage.tell(replace(ORDER, terms=replace(TERMS, queue_id=99)))
    assert stage.facts == [fact for fact in stage.facts if not isinstance(fact, AttemptChanged)]
    stage.tell(ORDER)
    with pytest.raises(Refused, match="in_call"):
        stage.tell(ORDER)
    assert phases(stage) == ["sent"]


def test_what_is_heard_before_the_answer_goes_to_the_dialer_s_listener() -> None:
    stage, leg_id = dialing_stage(replace(ORDER, terms=replace(TERMS, listen_port=4711)))
    stage.tell(LegProgressed(leg_id))
    (order,) = stage.all(ListenToLine)
    assert (order.node, order.peer, order.stream_id, order.port) == ("n1", leg_id, "a1", 4711)
    assert order.leg_id not in ("", leg_id)
    answer(stage, leg_id)
    stage.tell(LegProgressed(leg_id))
    assert stage.all(ListenToLine) == [order], "not after it"


def test_without_a_listener_nobody_listens() -> None:
    stage, leg_id = dialing_stage()
    stage.tell(LegProgressed(leg_id), LegProgressed("unknown"))
    assert stage.all(ListenToLine) == []


# --- over a restart ---

BEFORE = CallMemory(
    "a1", "", "", Caller(NUMBER), "4001", Stage().now, direction=Direction.OUTBOUND, attempt=TERMS, customer_id=77,
    customer_name="Li",
)  # fmt: skip


def ringing_leg() -> LegSnapshot:
    return LegSnapshot("leg-1", "n1", "a1", None, None, is_up=False, outbound=True)


def restarted(*legs: LegSnapshot) -> Stage:
    stage = Stage()
    stage.floor.restore(stage.now, calls=[BEFORE])
    stage.switch_back(*legs)
    return stage


def test_one_that_was_written_down_and_never_seen_again_ends() -> None:
    stage = restarted()
    assert end(stage) == AttemptChanged("a1", 7, AttemptPhase.ENDED, reason=EndReason.LOST_WHILE_AWAY)
    assert [type(fact) for fact in stage.facts if getattr(fact, "call_id", "") == "a1"] == [
        CallStarted,
        CallEnded,
        AttemptChanged,
    ], "the log had nothing of it"
    with pytest.raises(Refused, match="unknown_call"):
        answer(stage, "leg-1")


def test_who_still_rings_and_answers_is_first_in_line() -> None:
    stage = restarted(ringing_leg())
    assert phases(stage) == []
    with pytest.raises(Refused, match="in_call"):
        stage.tell(ORDER)
    answer(stage, "leg-1")
    assert stage.last(BeginAttempt) == BeginAttempt("a1", 1, "zh")
    stage.tell(CallReached("a1"))
    assert stage.queue(1)["waiting"] == ["a1"]
    assert stage.call("a1")["customer_name"] == "Li"
    assert phases(stage) == ["answered"]


def test_who_still_rings_and_does_not_answer_ends() -> None:
    stage = restarted(ringing_leg())
    stage.tell(LegEnded("leg-1", 19))
    assert (end(stage).reason, end(stage).cause) == (EndReason.LOST_WHILE_AWAY, 19)


def test_one_that_the_log_knows_is_not_begun_there_again() -> None:
    stage = Stage()
    stage.floor.restore(stage.now, calls=[replace(BEFORE, leg_id="leg-1", node="n1")])
    stage.switch_back()
    assert end(stage).reason is EndReason.LOST_WHILE_AWAY
    assert stage.all(CallStarted) == []


def test_whom_an_agent_dialed_themselves_the_dialplan_brings_together_with_them() -> None:
    stage = Stage()
    stage.floor.restore(stage.now, calls=[replace(BEFORE, attempt=replace(TERMS, agent_id=11))])
    stage.switch_back(ringing_leg())
    with pytest.raises(Refused, match="unknown_call"):
        answer(stage, "leg-1")


def test_whose_line_is_gone_is_left_to_the_dialplan() -> None:
    stage = restarted(ringing_leg())
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    with pytest.raises(Refused, match="unknown_call"):
        answer(stage, "leg-1")


# --- who is there ---


def test_agents_as_a_dialer_sees_them() -> None:
    stage, leg_id = dialing_stage()
    stage.ready(12)
    assert stage.floor.attending(12) == Attending(12, AgentState.READY, frozenset({1}), None)
    answer(stage, leg_id)
    stage.tell(CallReached("a1"))
    assert stage.floor.attending(12) == Attending(12, AgentState.RINGING, frozenset({1}), 7)
    stage.tell(AgentWentNotReady(12, "lunch"))
    assert stage.floor.attending(12) == Attending(12, AgentState.RINGING, frozenset({1}), 7, leaves=True)
    assert [one.agent_id for one in stage.floor.all_attending()] == [11, 12]
    assert stage.floor.attending(99) is None
    assert stage.floor.can_dial
    stage.tell(RosterChanged(Roster((ANN,), (SALES, CARE))))
    assert [one.agent_id for one in stage.floor.all_attending()] == [11]


def test_an_attempt_in_line_over_a_restart_keeps_its_terms() -> None:
    stage = Stage()
    stage.floor.restore(stage.now, calls=[replace(BEFORE, leg_id="leg-1", node="n1", queue_id=1)])
    stage.switch_back(ringing_leg())
    arrived_at = stage.now - timedelta(seconds=5)
    stage.tell(CallArrived("a1", "leg-1", "n1", Caller(NUMBER), "4001", arrived_at))
    assert stage.call("a1")["campaign_id"] == 7


def test_who_has_talked_with_one_of_us_waits_like_any_caller_also_over_a_restart() -> None:
    talked = replace(BEFORE, leg_id="leg-1", node="n1", queue_id=1, parted_at=BEFORE.arrived_at)
    stage = Stage()
    stage.floor.restore(stage.now, calls=[replace(talked, last_talk_started_at=BEFORE.arrived_at)])
    stage.switch_back(ringing_leg())
    arrived_at = stage.now - timedelta(seconds=60)
    stage.tell(CallArrived("a1", "leg-1", "n1", Caller(NUMBER), "4001", arrived_at), CallQueued("a1", 2))
    stage.wait(30)
    assert stage.call("a1")["state"] == "waiting"
    assert stage.all(StopWaiting) == []
    assert stage.floor.attempt_phase("a1") is AttemptPhase.CONNECTED


def test_who_only_helps_out_in_a_line_or_cannot_be_rung_is_not_counted_on() -> None:
    stage = Stage(Roster((ANN, replace(BOB, queue_ids=frozenset({1, 2}), reserve_ids=frozenset({1}))), (SALES, CARE)))
    stage.switch_back()
    stage.ready(12)
    assert stage.floor.attending(12) == Attending(12, AgentState.READY, frozenset({2}), None)
    stage.tell(PhoneChanged("1002", reachable=False))
    found = stage.floor.attending(12)
    assert found is not None
    assert not found.can_take


def test_who_has_talked_with_one_of_us_waits_like_any_caller() -> None:
    stage, leg_id = dialing_stage()
    stage.ready(12)
    answer(stage, leg_id)
    stage.tell(CallReached("a1"))
    own = stage.answer()
    stage.tell(RoomJoined(own, "room"), RoomJoined(leg_id, "room"))
    stage.tell(AgentTransferred(12, "a1", queue_id=2))
    assert stage.call("a1")["state"] == "waiting"
    stage.wait(30)
    assert stage.call("a1")["state"] == "waiting", "and not for two seconds alone"
    assert stage.all(StopWaiting) == []


@pytest.mark.parametrize(("free_after_s", "events"), [(1.1, []), (0.0, [SwitchLost("n1")])])
def test_a_telephone_that_could_not_take_them_in_time_is_rung_for_the_next(
    free_after_s: float, events: list[SwitchLost]
) -> None:
    stage, leg_id = dialing_stage()
    answer(stage, leg_id)
    stage.tell(CallReached("a1"))
    stage.wait(free_after_s)
    stage.ready(12)
    stage.tell(LegRang(stage.ring().leg_id), *events)
    stage.wait(2.1)
    assert stage.last(OfferEnded).result is OfferResult.WITHDRAWN
    assert stage.state(12) == ("ready", "")


def test_a_changed_line_leaves_a_dialer_s_deadline_as_it_is() -> None:
    stage, leg_id = dialing_stage()
    answer(stage, leg_id)
    stage.tell(CallReached("a1"))
    stage.tell(RosterChanged(Roster((ANN, BOB), (replace(SALES, max_wait_s=600), CARE))))
    stage.wait(2.1)
    assert stage.last(StopWaiting) == StopWaiting("a1", SORRY)


def test_callers_in_a_line_and_no_people_whom_a_dialer_called() -> None:
    stage, leg_id = dialing_stage()
    stage.arrive("c1", 1)
    answer(stage, leg_id)
    stage.tell(CallReached("a1"))
    assert stage.queue(1)["waiting"] == ["a1", "c1"]
    assert stage.floor.attended_lines(stage.now) == (AttendedLine(1, 1, 1), AttendedLine(2, 0, 0))


def test_how_far_a_dialing_is_can_be_asked() -> None:
    stage, leg_id = dialing_stage()
    stage.ready(12)
    told = [stage.floor.attempt_phase("a1")]
    stage.tell(LegRang(leg_id))
    told.append(stage.floor.attempt_phase("a1"))
    answer(stage, leg_id)
    stage.tell(CallReached("a1"))
    told.append(stage.floor.attempt_phase("a1"))
    own = stage.answer()
    stage.tell(RoomJoined(own, "room"), RoomJoined(leg_id, "room"))
    told.append(stage.floor.attempt_phase("a1"))
    stage.tell(LegEnded(leg_id, 16, 0))
    told.append(stage.floor.attempt_phase("a1"))
    assert told == list(AttemptPhase)
    assert stage.floor.attempt_phase("never dialed") is AttemptPhase.ENDED
    restarted = Stage()
    restarted.floor.restore(restarted.now, calls=[BEFORE])
    assert restarted.floor.attempt_phase("a1") is None, "not seen since"
