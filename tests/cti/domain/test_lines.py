from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.commands import KeepWaiting, StopWaiting
from cti.domain.events import (
    AgentDeclined,
    AgentDisposed,
    AgentSignedOut,
    CallQueued,
    CallRecognised,
    LegEnded,
    LegRang,
    RosterChanged,
)
from cti.domain.facts import CallEnded, CallLinked, RecordingWithheld, WaitRefused, WaitStarted
from cti.domain.lines import FRONT_PRIORITY, back_in_line, priority_of, wait_anew, withhold_untold
from cti.domain.memories import CallMemory
from cti.domain.values import (
    UNKNOWN_CALLER,
    Caller,
    EndReason,
    LineClosed,
    NoRecording,
    Overflow,
    OverflowAction,
    QueueSettings,
    Roster,
    Routing,
    Rung,
    SkillRule,
    SkillStep,
    Strategy,
)
from cti.errors import Refused, UnexpectedEvent
from tests.cti.domain import callings, conference
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage
from tests.fakes import START


def test_a_caller_stands_in_line() -> None:
    stage = Stage()
    stage.arrive("c1", priority=3)
    assert stage.last(WaitStarted) == WaitStarted("c1", 1, 3)
    view = stage.call("c1")
    assert (view["state"], view["queue_name"], view["position"], view["priority"]) == ("waiting", "Sales", 1, 3)
    assert stage.queue(1)["waiting"] == ["c1"]
    assert stage.queue(1)["today"]["offered"] == 1


def test_higher_priority_goes_first_and_the_others_are_told() -> None:
    stage = Stage()
    stage.arrive("c1")
    stage.clear()
    stage.arrive("vip", priority=5)
    assert stage.queue(1)["waiting"] == ["vip", "c1"]
    assert "call:c1" in stage.touched
    assert stage.call("c1")["position"] == 2


def test_a_refusal_to_be_recorded_holds_in_every_later_line_and_is_told_once() -> None:
    stage = Stage()
    stage.arrive("c1", None)
    stage.tell(CallQueued("c1", 1, no_recording=NoRecording.REFUSED), CallQueued("c1", 2))
    assert stage.call("c1")["no_recording"] == "refused"
    assert stage.all(RecordingWithheld) == [RecordingWithheld("c1", NoRecording.REFUSED)]


def test_who_was_not_told_in_one_line_may_be_told_in_the_next() -> None:
    stage = Stage()
    stage.arrive("c1", None)
    stage.tell(CallQueued("c1", 1, no_recording=NoRecording.NOT_TOLD), CallQueued("c1", 2))
    assert stage.call("c1")["no_recording"] is None
    assert stage.all(RecordingWithheld) == [RecordingWithheld("c1", NoRecording.NOT_TOLD)]


def test_who_waits_anew_after_a_talk_is_first_and_has_not_waited_while_talking() -> None:
    call = Call("c1", "leg", "n1", UNKNOWN_CALLER, "4001", arrived_at=START, seen_at=START, waited_s=5.0)
    wait_anew(call, START + timedelta(seconds=65))
    assert (call.returned, call.priority) == (True, FRONT_PRIORITY)
    assert call.waiting_since == START + timedelta(seconds=60), "65 s less the 5 s of before"


def test_an_unknown_queue_is_refused() -> None:
    stage = Stage()
    stage.arrive("c1", queue_id=None)
    with pytest.raises(Refused) as caught:
        stage.tell(CallQueued("c1", 99))
    assert caught.value.code == "unknown_queue"
    assert stage.call("c1")["state"] == "in_menu"


def test_changing_queues_keeps_the_time_waited() -> None:
    stage = Stage()
    stage.arrive("c1", 1)
    stage.wait(50)
    stage.arrive("c2", 2)
    stage.tell(CallQueued("c1", 2))
    assert stage.queue(1)["waiting"] == []
    assert stage.queue(2)["waiting"] == ["c1", "c2"]
    assert stage.queue(2)["today"]["offered"] == 2
    stage.tell(CallQueued("c1", 2, priority=1))
    assert stage.queue(2)["today"]["offered"] == 2


def test_queueing_while_it_rings_is_impossible() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1")
    before = stage.floor.snapshot()
    with pytest.raises(UnexpectedEvent):
        stage.tell(CallQueued("c1", 2))
    assert stage.floor.snapshot() == before


def test_nobody_comes_in_time() -> None:
    stage = Stage()
    stage.arrive("c1", 2)
    stage.wait(99)
    assert stage.all(StopWaiting) == []
    stage.wait(1)
    assert stage.all(StopWaiting) == [StopWaiting("c1", Overflow(OverflowAction.QUEUE, queue_id=1))]
    assert stage.call("c1")["state"] == "in_menu"
    assert stage.queue(2)["waiting"] == []
    stage.tell(CallQueued("c1", 1))
    stage.arrive("c2", 1)
    assert stage.queue(1)["waiting"] == ["c1", "c2"]
    stage.wait(299)
    assert len(stage.all(StopWaiting)) == 1, "the second queue's maximum wait begins anew"
    stage.wait(1)
    assert len(stage.all(StopWaiting)) == 3


def test_giving_up_after_the_maximum_wait_is_an_abandoned_call() -> None:
    stage = Stage()
    stage.arrive("c1", 2)
    stage.wait(100)
    stage.leave("c1")
    fact = stage.last(CallEnded)
    assert (fact.reason, fact.queue_id, fact.waited_s) == (EndReason.ABANDONED_IN_QUEUE, 2, 100.0)
    assert stage.queue(2)["today"]["abandoned"] == 1


def test_the_maximum_wait_does_not_interrupt_a_ring() -> None:
    stage = Stage()
    stage.arrive("c1", 2)
    stage.wait(95)
    stage.ready(11)
    stage.tell(LegRang(stage.ring().leg_id))
    stage.wait(10)
    assert stage.call("c1")["state"] == "ringing"
    stage.wait(5)
    assert stage.state(11) == ("not_ready", "missed_call")
    assert stage.all(StopWaiting) != []


def test_a_shorter_maximum_wait_takes_effect_at_once() -> None:
    stage = Stage()
    stage.arrive("c1", 1)
    stage.wait(10)
    stage.tell(RosterChanged(Roster((ANN, BOB), (QueueSettings(1, "Sales", max_wait_s=20), CARE))))
    stage.wait(10)
    assert stage.all(StopWaiting) == [StopWaiting("c1", SALES.overflow)]


def test_a_queue_that_was_removed_while_its_call_rang_overflows_afterwards() -> None:
    stage = Stage()
    stage.ready(11)
    stage.arrive("c1", 1)
    stage.tell(LegRang(stage.ring().leg_id))
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    stage.wait(20)
    assert stage.all(StopWaiting) == [StopWaiting("c1", SALES.overflow)]
    assert stage.call("c1")["state"] == "in_menu"


def test_a_deadline_that_was_overtaken_does_nothing() -> None:
    stage = Stage()
    stage.arrive("c1", 2)
    stage.leave("c1")
    stage.wait(9)
    assert stage.call("c1")["state"] == "ended"
    stage.wait(200)
    assert stage.all(StopWaiting) == []


def routed(**routing: Any) -> Stage:
    return Stage(Roster((ANN, BOB), (replace(SALES, routing=Routing(**routing)), CARE)))


def test_a_valued_customer_moves_up_when_they_are_recognised() -> None:
    stage = routed(level_priorities=(("vip", 5),))
    stage.arrive("c1")
    stage.arrive("c2", priority=1)
    stage.tell(CallRecognised("c2", 7, "Zhang", None, "vip"))
    assert (stage.queue(1)["waiting"], stage.call("c2")["priority"]) == (["c2", "c1"], 6)
    stage.tell(CallRecognised("c1", 8, "Li", None, "vip"), CallRecognised("c2", None))
    assert stage.queue(1)["waiting"] == ["c1", "c2"]
    assert stage.call("c2")["priority"] == 1


def test_who_was_recognised_in_the_menu_comes_into_line_with_their_level() -> None:
    stage = routed(level_priorities=(("vip", 5),))
    stage.arrive("c1", None)
    stage.tell(CallRecognised("c1", 7, "Zhang", None, "vip"), CallQueued("c1", 1, 2))
    assert stage.call("c1")["priority"] == 7


def test_the_same_name_told_again_is_no_second_fact() -> None:
    stage = routed(preferred_s=10.0)
    stage.arrive("c1")
    owned = CallRecognised("c1", 7, "Zhang", 11)
    stage.tell(CallRecognised("c1", 7, "Zhang"), owned, owned)
    assert len(stage.all(CallLinked)) == 1


def test_a_call_waits_for_the_customers_own_agent_and_then_for_anybody() -> None:
    stage = routed(preferred_s=10.0)
    stage.ready(11)
    stage.talk("other")
    stage.arrive("c1", None)
    stage.tell(CallRecognised("c1", 7, "Zhang", 11), CallQueued("c1", 1))
    stage.ready(12)
    assert stage.call("c1")["state"] == "waiting", "Ann is at work"
    stage.wait(9.9)
    assert stage.call("c1")["state"] == "waiting"
    stage.wait(0.2)
    assert stage.ring().extension == "1002"


def test_the_own_agent_who_becomes_free_is_rung_before_others() -> None:
    stage = routed(preferred_s=60.0)
    stage.ready(11)
    stage.talk("other")
    stage.ready(12)
    stage.arrive("c1", None)
    stage.tell(CallRecognised("c1", 7, "Zhang", 11), CallQueued("c1", 1))
    stage.leave("other")
    stage.done(11, "other")
    assert stage.ring().extension == "1001"


def test_the_reserve_is_rung_later() -> None:
    helper = replace(BOB, reserve_ids=frozenset({1}))
    stage = Stage(Roster((ANN, helper), (replace(SALES, routing=Routing(reserve_after_s=30.0)), CARE)))
    stage.ready(12)
    stage.arrive("c1")
    stage.wait(29)
    assert stage.call("c1")["state"] == "waiting"
    stage.wait(2)
    assert stage.ring().extension == "1002"


def test_a_line_that_asks_for_less_from_now_on_finds_somebody() -> None:
    strict = replace(SALES, routing=Routing(skills=(SkillRule("english", (SkillStep(3, 60.0), SkillStep(1))),)))
    able = replace(ANN, skills={"english": 1})
    stage = Stage(Roster((able, BOB), (strict, CARE)))
    stage.ready(11, 12)
    stage.arrive("c1")
    stage.wait(59)
    assert stage.call("c1")["state"] == "waiting"
    stage.wait(2)
    assert stage.ring().extension == "1001"
    stage.arrive("c2")
    assert stage.call("c2")["state"] == "waiting"
    stage.tell(RosterChanged(Roster((able, BOB), (SALES, CARE))))
    assert stage.ring().extension == "1002"


def test_an_order_of_agents_that_is_changed_holds_at_once() -> None:
    stage = Stage()
    stage.ready(11, 12)
    stage.talk("c1")
    stage.leave("c1")
    stage.done(11, "c1")
    stage.tell(RosterChanged(Roster((ANN, BOB), (replace(SALES, routing=Routing(Strategy.FEWEST_CALLS)), CARE))))
    stage.arrive("c2")
    assert stage.ring().extension == "1002"


def test_who_finds_the_line_full_gets_its_overflow_at_once_and_who_came_back_does_not() -> None:
    stage = routed(most_waiting=1)
    stage.arrive("c1")
    stage.arrive("c2")
    assert stage.last(WaitRefused) == WaitRefused("c2", 1, LineClosed.FULL)
    assert stage.last(StopWaiting) == StopWaiting("c2", SALES.overflow)
    assert (stage.call("c2")["state"], stage.queue(1)["waiting"]) == ("in_menu", ["c1"])
    stage.tell(CallQueued("c1", 1))
    assert stage.queue(1)["waiting"] == ["c1"], "was in this line already"
    assert stage.queue(1)["today"]["offered"] == 2


def test_when_the_last_agent_goes_nobody_is_left_standing() -> None:
    stage = routed(needs_staff=True)
    stage.arrive("early")
    assert stage.last(WaitRefused) == WaitRefused("early", 1, LineClosed.NO_STAFF)
    stage.ready(11)
    stage.talk("talking")
    stage.arrive("c1")
    stage.arrive("c2")
    assert stage.queue(1)["waiting"] == ["c1", "c2"]
    stage.leave("talking")
    stage.tell(AgentDisposed(11, "talking"), AgentSignedOut(11))
    assert stage.queue(1)["waiting"] == []
    assert [order.call_id for order in stage.commands if isinstance(order, StopWaiting)] == ["early", "c1", "c2"]
    stage.leave("c2")
    assert stage.last(CallEnded).reason is EndReason.ABANDONED_IN_QUEUE


def test_a_level_that_is_learnt_while_it_rings_counts_when_the_offer_comes_to_nothing() -> None:
    stage = routed(level_priorities=(("vip", 5),))
    stage.ready(11)
    stage.arrive("c1")
    leg_id = stage.ring().leg_id
    stage.arrive("c2", priority=1)
    stage.tell(CallRecognised("c1", 7, "Zhang", None, "vip"), LegRang(leg_id), LegEnded(leg_id, 21))
    assert stage.queue(1)["waiting"] == ["c1", "c2"]


def test_who_talks_is_not_placed_anew() -> None:
    stage = routed(level_priorities=(("vip", 5),))
    stage.ready(11)
    stage.talk("c1")
    stage.tell(CallRecognised("c1", 7, "Zhang", None, "vip"))
    assert stage.call("c1")["priority"] == 0


def test_a_level_in_no_line_moves_nobody() -> None:
    stage = routed(level_priorities=(("vip", 5),))
    stage.arrive("c1", None)
    stage.tell(CallRecognised("c1", 7, "Zhang", None, "vip"))
    assert stage.call("c1")["priority"] == 0


def test_who_has_talked_goes_before_every_level() -> None:
    call = Call("c1", "leg", "n1", UNKNOWN_CALLER, "4001", arrived_at=START, seen_at=START, flow_priority=3)
    line = replace(SALES, routing=Routing(level_priorities=(("vip", 100),)))
    call.customer_level = "vip"
    assert priority_of(call, line, START) == 103
    call.returned = True
    assert priority_of(call, line, START) == FRONT_PRIORITY


def test_who_came_while_we_started_stands_where_they_came() -> None:
    stage = Stage()
    stage.wait(60)
    stage.arrive("second", arrived_at=stage.now - timedelta(seconds=2))
    stage.arrive("first", arrived_at=stage.now - timedelta(seconds=4))
    assert stage.queue(1)["waiting"] == ["first", "second"]


def test_whose_line_the_diary_did_not_hear_of_keeps_the_place_too() -> None:
    stage = Stage()
    first, second = (START - timedelta(seconds=seconds) for seconds in (20, 10))
    stage.floor.restore(stage.now, calls=[CallMemory("c1", "leg-c1", "n1", Caller("10086"), "4001", first)])
    stage.arrive("c2", arrived_at=second)
    stage.arrive("c1", arrived_at=first)
    assert (stage.call("c1")["position"], stage.call("c2")["position"]) == (1, 2)


@pytest.mark.parametrize(("told_before", "why"), [(None, NoRecording.NOT_TOLD), ("notice", None)])
def test_back_in_line_they_are_first_and_only_recorded_if_they_were_told(
    told_before: str | None, why: str | None
) -> None:
    stage = conference.talking(roster=Roster((ANN, BOB), (replace(SALES, consent_prompt=told_before), CARE)))
    stage.arrive("c2", 2)
    turn, call = Turn(stage.floor._board, stage.now), stage.floor._board.calls["c1"]
    back_in_line(turn, call, replace(CARE, consent_prompt="notice"))
    assert (stage.queue(2)["waiting"], call.no_recording) == (["c1", "c2"], why)
    assert KeepWaiting("c1", 2) in turn.commands
    withhold_untold(turn, call, None)


def test_the_place_that_a_supervisor_gave_stays() -> None:
    call = Call("c1", "leg", "n1", UNKNOWN_CALLER, "4001", START, START, priority=7, stands_since=START)
    assert priority_of(call, Routing(), START) == 7


def test_a_step_of_the_ladder_moves_the_caller() -> None:
    stage = Stage(Roster((ANN,), (replace(SALES, routing=Routing(ladder=(Rung(40, 2),))),)))
    stage.arrive("c1")
    stage.wait(40)
    assert stage.call("c1")["priority"] == 2


def test_a_callback_whose_agent_does_not_take_it_stands_there_once() -> None:
    stage = callings.promised()
    call_id = callings.turn(stage)
    stage.tell(AgentDeclined(11, call_id))
    assert list(stage.floor._board.queues[1]) == ["b1"]
