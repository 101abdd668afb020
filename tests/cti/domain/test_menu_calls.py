"""Who answered a campaign that has no agents: in its flow, with an agent only where they asked for one."""

from dataclasses import replace

from cti.domain.attempt_words import AttemptHeard, AttemptKeyPressed
from cti.domain.commands import BeginAttempt
from cti.domain.events import CallLeft, CallQueued, CallReached
from cti.domain.menu_calls import MOST_KEYS
from cti.domain.values import EndReason
from tests.cti.domain.stage import Stage
from tests.cti.domain.test_attempts import ORDER, TERMS, answer, dialing_stage, end, phases

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


def test_it_ends_with_the_flow() -> None:
    stage = listening_stage()
    stage.tell(CallLeft("a1", EndReason.FLOW_ENDED))
    assert end(stage).reason is EndReason.FLOW_ENDED


def test_keys_of_others_are_nobodys() -> None:
    stage, leg_id = dialing_stage()
    answer(stage, leg_id)
    stage.tell(CallReached("a1"), AttemptKeyPressed("a1", "1"), AttemptKeyPressed("a9", "1"))
    assert stage.all(AttemptHeard) == []
