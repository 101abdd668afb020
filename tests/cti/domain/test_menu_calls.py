"""Who answered a campaign that has no agents: in its flow, with an agent only where they asked for one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain.attempt_words import AttemptAsksAgent, AttemptHeard, AttemptKeyPressed
from cti.domain.commands import BeginAttempt
from cti.domain.events import CallArrived, CallLeft, CallQueued, CallReached
from cti.domain.menu_calls import MOST_KEYS
from cti.domain.values import Caller, EndReason
from cti.errors import Refused
from tests.cti.domain.stage import Stage
from tests.cti.domain.test_attempts import BEFORE, NUMBER, ORDER, TERMS, answer, dialing_stage, end, phases, ringing_leg

IN_FLOW = replace(ORDER, terms=replace(TERMS, flow_id=3))


def listening_stage() -> Stage:
    """They answered, and the flow speaks."""
    stage, leg_id = dialing_stage(IN_FLOW)
    answer(stage, leg_id)
    stage.tell(CallReached("a1"))
    return stage


def test_who_answers_is_in_the_flow_and_in_no_line() -> None:
    stage = listening_stage()
    assert stage.last(BeginAttempt) == BeginAttempt("a1", 1, "zh", 3)
    assert phases(stage) == ["sent", "answered"]
    assert stage.call("a1")["state"] == "in_menu"
    assert stage.queue(1)["waiting"] == []
    stage.wait(120)
    assert stage.call("a1")["state"] == "in_menu", "no deadline of an agent's runs"


def test_keys_are_told_with_how_long_they_listened() -> None:
    stage = listening_stage()
    stage.wait(4)
    stage.tell(AttemptKeyPressed("a1", "2"))
    stage.wait(3)
    stage.tell(AttemptKeyPressed("a1", "9"))
    assert stage.all(AttemptHeard) == [AttemptHeard("a1", 7, "2", 4.0), AttemptHeard("a1", 7, "29", 7.0)]
    for _ in range(MOST_KEYS):
        stage.tell(AttemptKeyPressed("a1", "1"))
    assert stage.last(AttemptHeard).keys == "1" * MOST_KEYS


def test_who_asks_for_an_agent_waits_like_any_caller() -> None:
    stage = listening_stage()
    stage.tell(CallQueued("a1", 1, 0, "zh"))
    assert stage.queue(1)["waiting"] == ["a1"]
    stage.wait(10)
    assert stage.queue(1)["waiting"] == ["a1"], "they asked, and nobody hangs up on them after two seconds"


def test_who_asks_for_an_agent_has_listened_until_then() -> None:
    stage = listening_stage()
    stage.wait(4)
    stage.tell(AttemptAsksAgent("a1"))
    assert stage.last(AttemptHeard) == AttemptHeard("a1", 7, "", 4.0, asks_agent=True)
    stage.wait(1)
    stage.tell(AttemptKeyPressed("a1", "1"), AttemptAsksAgent("a1"))
    assert stage.last(AttemptHeard) == AttemptHeard("a1", 7, "1", 5.0, asks_agent=True)


def test_it_ends_with_the_flow() -> None:
    stage = listening_stage()
    stage.tell(CallLeft("a1", EndReason.FLOW_ENDED))
    assert end(stage).reason is EndReason.FLOW_ENDED


def test_keys_of_others_are_nobodys() -> None:
    stage, leg_id = dialing_stage()
    answer(stage, leg_id)
    stage.tell(CallReached("a1"), AttemptKeyPressed("a1", "1"), AttemptKeyPressed("a9", "1"), AttemptAsksAgent("a1"))
    assert stage.all(AttemptHeard) == []


def test_who_was_in_the_flow_when_we_were_killed_is_in_it_again_with_the_keys_of_before() -> None:
    """What they had asked for is not forgotten by what they press the second time, nor how long they listen."""
    stage = Stage()
    since = stage.now - timedelta(seconds=20)
    stage.floor.restore(
        stage.now, calls=[replace(BEFORE, attempt=IN_FLOW.terms, pressed_keys="9", listens_since=since)]
    )
    stage.switch_back(replace(ringing_leg(), is_up=True))
    answer(stage, "leg-1")
    assert stage.last(BeginAttempt).flow_id == 3
    stage.tell(CallReached("a1"))
    stage.wait(2)
    stage.tell(AttemptKeyPressed("a1", "1"))
    assert stage.last(AttemptHeard) == AttemptHeard("a1", 7, "91", 22.0)


def test_whose_connection_to_the_flow_breaks_is_in_it_again() -> None:
    stage = listening_stage()
    stage.wait(4)
    answer(stage, "leg-a1")
    assert len(stage.all(BeginAttempt)) == 2
    stage.tell(CallReached("a1"))
    stage.wait(1)
    stage.tell(AttemptKeyPressed("a1", "2"))
    assert stage.last(AttemptHeard) == AttemptHeard("a1", 7, "2", 5.0)
    assert phases(stage) == ["sent", "answered"]
    with pytest.raises(Refused, match="unknown_call"):
        stage.tell(CallReached("a9"))


def test_a_caller_whose_connection_breaks_is_told_of_no_campaign() -> None:
    stage = Stage()
    stage.arrive("c1", queue_id=None)
    stage.arrive("c1", queue_id=None)
    assert stage.all(BeginAttempt) == []


def test_who_stood_in_line_for_an_agent_when_we_were_killed_keeps_their_keys() -> None:
    stage = Stage()
    since = stage.now - timedelta(seconds=20)
    memory = replace(BEFORE, attempt=IN_FLOW.terms, pressed_keys="1", listens_since=since)
    stage.floor.restore(stage.now, calls=[memory])
    stage.switch_back(replace(ringing_leg(), is_up=True))
    stage.tell(CallArrived("a1", "leg-1", "n1", Caller(NUMBER), "4001", stage.now), CallQueued("a1", 1, 0, "zh"))
    stage.tell(AttemptKeyPressed("a1", "9"))
    assert stage.last(AttemptHeard) == AttemptHeard("a1", 7, "19", 20.0)
