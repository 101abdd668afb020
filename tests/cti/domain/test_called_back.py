"""Somebody whom we called back answers."""

from dataclasses import replace

from cti.domain.commands import GreetCalledBack, KeepWaiting
from cti.domain.events import AgentWentNotReady, CallReached, RoomJoined
from tests.cti.domain import callings, outgoing


def test_a_callback_that_reaches_the_customer_first_waits_in_front() -> None:
    stage = callings.promised(replace(callings.RULES, agent_first=False))
    call_id, leg_id = callings.customer_dialed(stage)
    stage.tell(AgentWentNotReady(11, "meal"), callings.theirs(stage, call_id, leg_id), RoomJoined(leg_id, "room"))
    assert GreetCalledBack(call_id, 1, "zh") in stage.commands
    stage.tell(CallReached(call_id))
    assert (stage.call(call_id)["state"], stage.call(call_id)["dial"]) == ("waiting", None)
    assert stage.last(KeepWaiting) == KeepWaiting(call_id, 1)


def test_one_that_nobody_counts_on_any_more_is_served_all_the_same() -> None:
    stage = callings.promised(replace(callings.RULES, agent_first=False))
    call_id, leg_id = callings.customer_dialed(stage)
    stage.tell(AgentWentNotReady(11, "meal"), callings.theirs(stage, call_id, leg_id))
    del stage.floor._board.callbacks["b1"], stage.floor._board.callbacks_at_work["b1"]
    stage.tell(CallReached(call_id))
    assert stage.call(call_id)["state"] == "waiting"


def test_whom_an_agent_dials_by_hand_is_told_nothing_of_a_callback() -> None:
    stage = outgoing.outbound_stage()
    outgoing.talking(stage)
    assert stage.all(GreetCalledBack) == []
