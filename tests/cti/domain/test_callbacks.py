"""Callers who hung up to be called: into line, out of it, and every end that has nothing to do with a call."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cti.domain.callback import CallbackResult
from cti.domain.callback_words import (
    CallbackAsked,
    CallbackChanged,
    CallbackPutOff,
    CallbackRefused,
    CallbackRemoved,
    CallbackWanted,
)
from cti.domain.callbacks import CHECK_S, CLEARED_S, UNCHECKED_S
from cti.domain.events import AgentSignedIn, AgentSignedOut, CallRecognised, RosterChanged
from cti.domain.facts import CallEnded, OfferMade
from cti.domain.values import EndReason, Roster, Routing, Rung, Strategy
from cti.errors import Refused
from tests.cti.domain.callings import (
    MOBILE,
    RULES,
    agent_first_talk,
    allow,
    callback_stage,
    come,
    fetched,
    promised,
    remembered,
    state,
    turn,
    want,
    written,
)
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage

LINE = replace(SALES, callbacks=RULES)


def refusal(stage: Stage, event: CallbackWanted | CallbackRemoved) -> str:
    with pytest.raises(Refused) as caught:
        stage.tell(event)
    return caught.value.code


def view(stage: Stage, callback_id: str = "b1") -> dict[str, object]:
    found = stage.floor.view(f"callback:{callback_id}")
    assert found is not None
    return found


# --- the place ---


def test_who_asks_keeps_the_place_and_the_call_is_no_abandoned_one() -> None:
    stage = callback_stage()
    come(stage, "c1")
    stage.wait(10)
    come(stage, "c2", "13700137000")
    stage.wait(80)
    assert stage.call("c2")["position"] == 2
    want(stage)
    assert stage.last(CallEnded).reason is EndReason.CALLBACK
    assert stage.last(CallEnded).waited_s == 90.0
    assert stage.all(CallbackAsked) == [CallbackAsked("c1", "b1", 1)]
    assert view(stage)["position"] == 1
    assert stage.call("c2")["position"] == 2, "nobody moves up by it"
    queue = stage.queue(1)
    assert (queue["waiting"], queue["callbacks"]) == (["c2"], 1)
    assert queue["today"]["abandoned"] == 0


def test_the_longest_wait_ends_with_the_call_not_with_the_place() -> None:
    stage = promised(replace(RULES, expires_s=7200.0))
    stage.wait(SALES.max_wait_s * 2)
    assert state(stage) == "waiting"


def test_who_asks_again_for_the_same_number_has_one_callback_with_the_better_place() -> None:
    stage = callback_stage()
    stage.floor.restore(stage.now, callbacks_before=[remembered(origin="web", name="Li", wish="offer 7")])
    come(stage, "c2", "13700137000")
    stage.wait(5)
    come(stage, "c3", "01066668888")
    want(stage, "c3", "b3", number=f"+86{MOBILE}")
    assert (state(stage), state(stage, "b3")) == ("gone", "waiting")
    assert view(stage, "b3")["position"] == 1
    assert stage.call("c2")["position"] == 2
    told = next(fact for fact in stage.all(CallbackChanged) if fact.callback_id == "b1" and fact.result)
    assert (told.result, told.why) == (CallbackResult.REPLACED, "b3"), "nobody has talked with them yet"
    assert (kept := stage.floor.callback_of(1, MOBILE)) is not None
    assert (kept.callback_id, kept.wish) == ("b3", "offer 7")


def test_a_worse_place_of_before_is_not_taken_over() -> None:
    stage = callback_stage()
    come(stage, "c0", "01066668888")
    stage.wait(5)
    come(stage, "c1")
    want(stage)
    want(stage, "c0", "b0", number=MOBILE)
    assert (state(stage), state(stage, "b0"), view(stage, "b0")["position"]) == ("gone", "waiting", 1)


def test_nothing_is_promised_to_who_is_not_in_line_or_rings_already() -> None:
    stage = callback_stage()
    assert refusal(stage, CallbackWanted("c1", "b1", MOBILE)) == "not_waiting"
    come(stage, "c1")
    assert stage.floor.callback_place("c1", "b1", MOBILE, stage.now) is not None
    stage.ready(11)
    assert refusal(stage, CallbackWanted("c1", "b1", MOBILE)) == "rings_already"
    assert stage.floor.callback_place("c1", "b1", MOBILE, stage.now) is None


def test_an_id_is_used_once() -> None:
    stage = promised()
    come(stage, "c2", "13700137000")
    assert refusal(stage, CallbackWanted("c2", "b1", "13700137000")) == "not_waiting"


def test_who_is_being_called_right_now_gets_no_second_one() -> None:
    stage = promised()
    fetched(stage)
    come(stage, "c2", "13700137000")
    assert refusal(stage, CallbackWanted("c2", "b2", MOBILE)) == "callback_under_way"
    assert stage.call("c2")["state"] == "waiting"


def test_what_is_written_down_is_the_place_as_it_was() -> None:
    stage = callback_stage()
    come(stage, "c1", priority=3)
    since = stage.now
    stage.tell(CallRecognised("c1", 5, "Li", 12, "vip"))
    stage.wait(60)
    memory = stage.floor.callback_place("c1", "b1", MOBILE, stage.now)
    assert memory is not None
    assert (memory.queued_at, memory.flow_priority, memory.customer_id) == (since, 3, 5)
    assert (memory.preferred_agent_id, memory.customer_level, memory.from_call_id) == (12, "vip", "c1")
    assert memory.expires_at == stage.now + timedelta(seconds=3600)


# --- the turn ---


def test_its_turn_comes_in_the_order_of_the_line_and_the_agent_is_kept_for_the_answer() -> None:
    stage = promised()
    come(stage, "c2", "13700137000")
    stage.ready(11)
    assert state(stage) == "checking"
    assert stage.all(OfferMade) == [], "the agent is not given to who stands behind"
    allow(stage)
    assert state(stage) == "calling"
    assert stage.last(OfferMade).agent_id == 11
    assert stage.last(OfferMade).why.startswith("callback: longest idle")


def test_without_an_answer_the_agent_is_not_kept_for_long() -> None:
    stage = promised()
    come(stage, "c2", "13700137000")
    stage.ready(11)
    stage.wait(CHECK_S)
    assert stage.last(OfferMade).call_id == "c2"
    assert (state(stage), view(stage)["why"]) == ("paused", "unchecked")
    stage.wait(UNCHECKED_S)
    assert state(stage) == "waiting"


def test_an_answer_holds_for_a_minute_not_for_ever() -> None:
    stage = promised()
    stage.ready(11)
    stage.tell(AgentSignedOut(11))
    allow(stage)
    assert state(stage) == "waiting", "allowed, and nobody is there any more"
    stage.wait(CLEARED_S + 1)
    stage.tell(AgentSignedIn(11))
    stage.ready(11)
    assert state(stage) == "checking"


def test_a_refusal_is_the_end() -> None:
    stage = promised()
    stage.ready(11)
    stage.tell(CallbackRefused("b1", "do_not_call"))
    assert (written(stage).result, written(stage).why) == (CallbackResult.REFUSED, "do_not_call")
    assert state(stage) == "gone"


def test_when_it_is_closed_the_place_is_kept_and_others_are_served() -> None:
    stage = promised()
    come(stage, "c2", "13700137000")
    stage.ready(11)
    stage.tell(CallbackPutOff("b1", "closed", 900.0))
    assert (state(stage), view(stage)["why"], view(stage)["position"]) == ("paused", "closed", None)
    assert stage.last(OfferMade).call_id == "c2"
    stage.wait(900)
    assert (state(stage), view(stage)["position"], view(stage)["attempts"]) == ("waiting", 1, 0)


def test_answers_that_nobody_waits_for_change_nothing() -> None:
    stage = promised()
    changes = stage.changes
    allow(stage)
    stage.tell(CallbackRefused("b9", "do_not_call"), CallbackPutOff("b1", "closed", 9.0))
    assert (state(stage), stage.changes) == ("waiting", changes)


def test_the_ladder_raises_it() -> None:
    steep = Routing(ladder=(Rung(120.0, 5),))
    stage = promised(roster=Roster((ANN, BOB), (replace(LINE, routing=steep), CARE)))
    come(stage, "c2", "13700137000", priority=2)
    assert view(stage)["position"] == 2
    stage.wait(30)
    assert view(stage)["position"] == 1


# --- the person calls in ---


def test_who_calls_in_meanwhile_gets_the_place_and_is_not_called() -> None:
    stage = promised()
    come(stage, "c2", "13700137000")
    stage.wait(5)
    come(stage, "c3")
    assert view(stage)["in_person"] is True
    assert stage.call("c3")["position"] < stage.call("c2")["position"]
    stage.ready(11)
    assert stage.last(OfferMade).call_id == "c3"
    stage.join("c3")
    assert (state(stage), written(stage).result) == ("gone", CallbackResult.CALLED_IN)


def test_who_calls_in_and_hangs_up_is_called_after_all() -> None:
    stage = promised()
    come(stage, "c3")
    stage.leave("c3")
    assert view(stage)["in_person"] is False
    stage.ready(11)
    assert state(stage) == "checking"


def test_a_better_place_of_their_own_is_kept() -> None:
    stage = promised()
    come(stage, "c3", priority=4)
    assert (stage.call("c3")["position"], view(stage)["position"]) == (1, 2)


def test_strangers_and_other_lines_are_not_mixed_up_with_it() -> None:
    stage = promised()
    come(stage, "c2", None)
    come(stage, "c3", "13700137000")
    come(stage, "c4", queue_id=2)
    assert view(stage)["in_person"] is False


# --- other ends ---


def expires_at(stage: Stage) -> datetime:
    return datetime.fromisoformat(str(view(stage)["expires_at"]))


def test_it_expires() -> None:
    stage = promised()
    stage.wait(3600)
    assert (state(stage), written(stage).result) == ("gone", CallbackResult.EXPIRED)
    assert stage.queue(1)["callbacks"] == 0


def test_one_that_is_under_way_does_not_expire() -> None:
    stage = promised(replace(RULES, expires_s=100.0))
    stage.wait(95)
    fetched(stage)
    stage.wait(10)
    assert state(stage) == "calling"


def test_a_supervisor_takes_it_out_of_line() -> None:
    stage = promised()
    stage.tell(CallbackRemoved("b1", 13))
    assert (written(stage).result, written(stage).by) == (CallbackResult.REMOVED, 13)
    assert refusal(stage, CallbackRemoved("b1", 13)) == "unknown_callback"


def test_not_while_they_are_being_called_but_in_the_pause_between() -> None:
    stage = promised()
    fetched(stage)
    assert refusal(stage, CallbackRemoved("b1", 13)) == "callback_under_way"
    stage = promised()
    stage.ready(11)
    stage.tell(CallbackPutOff("b1", "closed", 900.0), CallbackRemoved("b1", 13))
    assert state(stage) == "gone"


def test_a_line_that_is_removed_takes_them_along_but_for_one_under_way() -> None:
    stage = promised()
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    assert (written(stage).result, written(stage).why) == (CallbackResult.REMOVED, "queue_removed")
    stage = promised()
    turn(stage)
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    assert state(stage) == "calling"
    stage.wait(SALES.ring_timeout_s)
    assert (state(stage), written(stage).why) == ("gone", "queue_removed")


def test_new_settings_hold_for_who_stands_there() -> None:
    stage = promised()
    stage.tell(RosterChanged(Roster((ANN, BOB), (replace(LINE, callbacks=replace(RULES, attempts=9)), CARE))))
    assert view(stage)["most_attempts"] == 9


# --- a restart ---


def restarted(*memories: object) -> Stage:
    stage = callback_stage()
    stage.floor.restore(stage.now, callbacks_before=memories)  # type: ignore[arg-type]
    return stage


def test_the_place_outlives_a_restart() -> None:
    stage = restarted(remembered())
    come(stage, "c2", "13700137000")
    assert view(stage)["position"] == 1
    agent_first_talk(stage)
    assert written(stage).result is CallbackResult.REACHED


def test_a_pause_goes_on_and_a_question_is_asked_anew() -> None:
    due_at = callback_stage().now + timedelta(seconds=30)
    stage = restarted(remembered(state="paused", attempts=1, due_at=due_at), remembered("b2", state="checking"))
    assert (state(stage), state(stage, "b2")) == ("paused", "waiting")
    stage.wait(30)
    assert (state(stage), view(stage)["attempts"]) == ("waiting", 1)
    assert state(restarted(remembered(state="paused"))) == "paused"


def test_one_under_way_was_an_attempt() -> None:
    stage = restarted(remembered(state="calling", attempts=1, call_id="o0"))
    stage.ready(11)
    assert (state(stage), view(stage)["why"]) == ("paused", "lost_while_away")


def test_one_of_a_line_that_is_gone_ends() -> None:
    stage = restarted(remembered(queue_id=9), remembered("b2", queue_id=9, state="calling", call_id="o0"))
    stage.wait(1)
    assert (state(stage), state(stage, "b2")) == ("gone", "gone")


def test_a_pause_that_ends_in_a_line_that_is_gone() -> None:
    stage = promised()
    fetched(stage)
    stage.tell(RosterChanged(Roster((ANN, BOB), (CARE,))))
    stage.wait(200)
    assert state(stage) == "paused"
    stage.wait(400)
    assert written(stage).why == "queue_removed"


def test_new_settings_while_it_is_out_of_line() -> None:
    stage = promised()
    stage.ready(11)
    stage.tell(CallbackPutOff("b1", "closed", 900.0))
    stage.tell(RosterChanged(Roster((ANN, BOB), (replace(LINE, routing=Routing(strategy=Strategy.ROUND_ROBIN)), CARE))))
    assert (state(stage), view(stage)["position"]) == ("paused", None)


@pytest.mark.parametrize("later_s", [3000, None])
def test_one_that_we_may_not_call_yet_expires_when_we_are_told(later_s: float | None) -> None:
    stage = promised()
    before = expires_at(stage)
    stage.ready(11)
    later = None if later_s is None else before + timedelta(seconds=later_s)
    stage.tell(CallbackPutOff("b1", "dial_cap_number", 3700.0, later))
    assert (view(stage)["state"], view(stage)["why"], expires_at(stage)) == (
        "paused",
        "dial_cap_number",
        later or before,
    )
    stage.wait(3601)
    assert (state(stage) == "gone") is (later is None), "its time was over, were it not for the cap"
    if later is None:
        assert (written(stage).result, written(stage).why) == (CallbackResult.EXPIRED, "dial_cap_number")


def test_a_caller_is_promised_the_time_in_which_the_line_is_open() -> None:
    stage = callback_stage()
    come(stage, "c1")
    morning = stage.now + timedelta(hours=15)
    stage.tell(CallbackWanted("c1", "b1", MOBILE, morning))
    assert (expires_at(stage), written(stage).expires_at) == (morning, morning)
    stage.wait(15 * 3600 - 1)
    assert state(stage) == "waiting"
    stage.wait(1)
    assert state(stage) == "gone"
