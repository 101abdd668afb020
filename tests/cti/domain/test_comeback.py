"""Callers whose Callroom went in a talk and who are there again, and bridges that end for another reason."""

from datetime import timedelta

from cti.domain.events import (
    JoinEnded,
)
from cti.domain.facts import CallEnded, TalkEnded
from cti.domain.memories import CallMemory
from cti.domain.values import Caller, EndReason
from cti.domain.wishes import AgentHeld
from tests.cti.domain import conference
from tests.cti.domain.stage import Stage
from tests.fakes import START


def test_a_caller_who_is_back_after_a_talk_of_before_the_restart() -> None:
    stage = Stage()
    talk = {"talk_agent_id": 11, "talk_leg_id": "n1-a", "talk_started_at": START - timedelta(seconds=60)}
    memory = CallMemory("c1", "leg-c1", "n1", Caller("10086"), "4001", START - timedelta(seconds=90), 1, **talk)
    stage.floor.restore(stage.now, calls=[memory])
    stage.arrive("c1", queue_id=None, talked_before=True)
    assert stage.last(TalkEnded) == TalkEnded("c1", 11, "n1-a", 60.0)
    stage.leave("c1", EndReason.FLOW_ENDED)
    assert stage.last(CallEnded).talked_s == 60.0


def test_the_end_of_another_bridge_than_the_last_is_nothing() -> None:
    stage = conference.talking()
    stage.tell(JoinEnded("c1", "another", succeeded=True))
    assert stage.commands == []


def test_a_bridge_that_we_ended_is_no_parting() -> None:
    stage = conference.talking()
    stage.tell(AgentHeld(11, "c1"))
    conference.held(stage)
    stage.wait(5)
    assert stage.call("c1")["state"] == "held"
