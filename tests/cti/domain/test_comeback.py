"""Callers whose Callroom went in a talk, and who are there again."""

from datetime import timedelta

from cti.domain.facts import CallEnded, TalkEnded, TalkStarted
from cti.domain.lines import FRONT_PRIORITY
from cti.domain.values import Caller, CallMemory, EndReason
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


def test_who_talked_before_the_restart_and_stood_in_line_again_has_not_waited_while_talking() -> None:
    """In line for 5 s, talking from 5 to 65, in line again; the restart comes at 100."""
    stage = Stage()
    times = {"queued_at": START, "waited_s": 5.0, "parted_at": START + timedelta(seconds=65)}
    memory = CallMemory("c1", "leg-c1", "n1", Caller("10086"), "4001", START, 1, FRONT_PRIORITY, **times)
    stage.wait(100)
    stage.floor.restore(stage.now, calls=[memory])
    stage.ready(11)
    stage.arrive("c1", arrived_at=START)
    assert stage.call("c1")["priority"] == FRONT_PRIORITY
    stage.wait(2)
    stage.join("c1")
    assert stage.last(TalkStarted).waited_s == 5 + 37
    assert stage.queue(1)["today"]["answered"] == 0, "it was counted when it was answered first"
