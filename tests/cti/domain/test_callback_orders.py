"""Callbacks that are asked for without a call: into line at once, from the opening on, once for each number."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain.callback import CallbackResult
from cti.domain.callback_orders import memory_of, ordered, place, standing
from cti.domain.callback_values import CallbackMemory, CallbackOrder, CallbackRules
from cti.domain.callback_words import CallbackOrdered, CallbackRemoved, CallRequested
from cti.domain.commands import RingAgent
from cti.domain.facts import CallEnded
from cti.domain.values import Roster
from cti.errors import Refused
from tests.cti.domain.callings import (
    DIALED,
    MOBILE,
    RULES,
    agent_first_talk,
    callback_stage,
    come,
    promised,
    state,
    turn,
    want,
    written,
)
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage

__all__ = ("ordered",)  # asked through the floor, which has the table of events
ORDER = CallbackOrder("b1", 1, DIALED, "en", "Li", "offer 7")


def memory(stage: Stage, order: CallbackOrder = ORDER) -> CallbackMemory:
    found = stage.floor.callback_order(order, stage.now)
    assert found is not None
    return found


def order(stage: Stage, wanted: CallbackOrder = ORDER) -> None:
    stage.tell(CallbackOrdered(memory(stage, wanted)))


def refusal(stage: Stage, event: CallbackOrdered) -> str:
    with pytest.raises(Refused) as caught:
        stage.tell(event)
    return caught.value.code


def view(stage: Stage, callback_id: str = "b1") -> dict[str, object]:
    found = stage.floor.view(f"callback:{callback_id}")
    assert found is not None
    return found


def test_it_stands_behind_who_waits_already_and_before_who_comes() -> None:
    stage = callback_stage()
    come(stage, "c1", "13700137000")
    stage.wait(5)
    order(stage)
    stage.wait(5)
    come(stage, "c2", "13700137001")
    assert (stage.call("c1")["position"], view(stage)["position"], stage.call("c2")["position"]) == (1, 2, 3)
    assert stage.floor.callback_position("b1") == (2, None)
    assert (view(stage)["origin"], view(stage)["wish"]) == ("web", "offer 7")
    assert view(stage)["caller"] == {"number": DIALED, "name": "Li"}
    assert written(stage).call_id == ""
    assert stage.queue(1)["callbacks"] == 1
    assert not stage.all(CallEnded)


def test_it_is_called_when_its_turn_comes() -> None:
    stage = callback_stage()
    order(stage)
    call_id = agent_first_talk(stage)
    assert stage.all(RingAgent)
    assert stage.call(call_id)["caller"]["number"] == DIALED
    assert state(stage) == "gone"
    assert written(stage).result is CallbackResult.REACHED


def test_its_call_says_why_it_is_made_while_it_rings_and_after_the_promise_is_kept() -> None:
    stage = callback_stage()
    order(stage)
    call_id = turn(stage)
    said = {"origin": "web", "name": "Li", "wish": "offer 7"}
    assert (stage.call(call_id)["state"], stage.call(call_id)["request"]) == ("ringing", said)
    assert stage.all(CallRequested) == [CallRequested(call_id, "b1", "web", "Li", "offer 7")]
    talking = callback_stage()
    order(talking)
    call_id = agent_first_talk(talking)
    assert (state(talking), talking.call(call_id)["request"]) == ("gone", said)


def test_a_callback_that_was_asked_for_in_a_call_has_nothing_to_say() -> None:
    stage = promised()
    call_id = agent_first_talk(stage)
    assert (stage.call(call_id)["request"], stage.all(CallRequested)) == (None, [])


def test_what_is_asked_for_while_closed_stands_from_the_opening_in_order_of_asking() -> None:
    stage = callback_stage()
    opens_at = stage.now + timedelta(hours=2)
    order(stage, replace(ORDER, opens_at=opens_at))
    stage.wait(60)
    order(stage, replace(ORDER, callback_id="a2", number="+8613700137000", opens_at=opens_at))
    assert (view(stage)["state"], view(stage)["why"], view(stage)["position"]) == ("paused", "closed", None)
    assert stage.floor.callback_position("b1") is None
    assert memory(stage, replace(ORDER, opens_at=opens_at)).expires_at == opens_at + timedelta(seconds=RULES.expires_s)
    stage.wait(7140 - 1)
    come(stage, "c1", "13700137009")
    assert stage.call("c1")["position"] == 1
    stage.wait(1)
    assert (state(stage), state(stage, "a2")) == ("waiting", "waiting")
    assert [stage.call("c1")["position"], view(stage)["position"], view(stage, "a2")["position"]] == [1, 2, 3]


def test_a_place_from_before_the_opening_counts_for_nothing_behind_it() -> None:
    stage = callback_stage()
    order(stage, replace(ORDER, callback_id="a0", number="+8613700137000", opens_at=stage.now + timedelta(hours=1)))
    later = stage.now + timedelta(hours=3)
    assert memory(stage, replace(ORDER, opens_at=later)).stands_since == later


def test_a_number_has_one_in_each_line_wherever_it_was_asked_for() -> None:
    stage = callback_stage()
    first, second = memory(stage), memory(stage, replace(ORDER, callback_id="b2", number=MOBILE))
    stage.tell(CallbackOrdered(first))
    assert refusal(stage, CallbackOrdered(second)) == "asked_already"
    assert (state(stage), state(stage, "b2")) == ("waiting", "gone")
    assert standing(stage.floor._board, 2, DIALED) is None
    found = stage.floor.callback_of(1, MOBILE)
    assert found is not None
    assert found.callback_id == "b1"


def test_a_line_that_promises_none_or_is_gone_promises_none() -> None:
    on = callback_stage()
    kept = memory(on)
    off = callback_stage(CallbackRules())
    assert off.floor.callback_order(ORDER, off.now) is None
    assert refusal(off, CallbackOrdered(kept)) == "callbacks_off"
    gone = Stage(Roster((ANN, BOB), (CARE,)))
    assert memory_of(gone.floor._board, ORDER, gone.now) is None
    assert refusal(gone, CallbackOrdered(kept)) == "callbacks_off"
    assert place(gone.floor._board, "b1") is None


def test_whoever_asked_takes_it_back() -> None:
    stage = callback_stage()
    order(stage)
    stage.tell(CallbackRemoved("b1", None))
    assert (written(stage).result, written(stage).by) == (CallbackResult.REMOVED, None)


def test_after_a_restart_it_stands_where_it_stood() -> None:
    stage = callback_stage()
    come(stage, "c1", "13700137000")
    kept = memory(stage)
    again = Stage(Roster((ANN, BOB), (replace(SALES, callbacks=RULES), CARE)))
    again.floor.restore(again.now, (), (), (), (kept,))
    assert (view(again)["origin"], view(again)["wish"], state(again)) == ("web", "offer 7", "waiting")


def test_the_expected_wait_is_told_when_it_is_known() -> None:
    stage = callback_stage()
    order(stage)
    queue = stage.floor._board.queues[1]
    queue.recent_s.extend([60.0] * 20)
    stage.ready(11)
    assert stage.floor.callback_position("b1") == (1, 60.0)


def test_who_asks_in_a_call_too_is_called_back_with_what_they_wrote_before() -> None:
    stage = callback_stage()
    made = stage.floor.callback_order(CallbackOrder("w1", 1, MOBILE, "en", "Li", "offer 7"), stage.now)
    assert made is not None
    stage.tell(CallbackOrdered(made))
    come(stage, "c1")
    want(stage)
    assert (state(stage, "w1"), state(stage)) == ("gone", "waiting")
    assert (view(stage)["origin"], view(stage)["wish"]) == ("web", "offer 7")
