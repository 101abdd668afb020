"""What the diary knew of a call that comes back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.domain.call import Call
from cti.domain.callback_values import CallbackRequest
from cti.domain.facts import TalkStarted
from cti.domain.lines import FRONT_PRIORITY
from cti.domain.memories import CallMemory
from cti.domain.recalling import recall
from cti.domain.values import Caller, NoRecording
from tests.cti.domain.stage import TALK_MEMORY, Stage
from tests.fakes import START


@pytest.mark.parametrize("parted", [False, True])
def test_who_has_talked_already_comes_back_to_the_front(parted: bool) -> None:
    memory = replace(TALK_MEMORY, parted_at=START - timedelta(seconds=5) if parted else None)
    call = Call("old", "leg-old", "n1", memory.caller, "4001", memory.arrived_at, START)
    recall(call, memory)
    assert (call.customer_id, call.waited_s, call.last_agent_id) == (77, 12.0, 11)
    assert call.returned is parted


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


def test_a_refusal_to_be_recorded_outlives_a_restart() -> None:
    stage = Stage()
    memory = CallMemory("c1", "leg-c1", "n1", Caller("10086"), "4001", START, no_recording=NoRecording.REFUSED)
    stage.floor.restore(stage.now, calls=[memory])
    stage.arrive("c1")
    assert stage.call("c1")["no_recording"] == "refused"


def test_what_somebody_asked_for_on_a_page_outlives_a_restart() -> None:
    said = CallbackRequest("web", "Li", "offer 7")
    stage = Stage()
    memory = CallMemory("c1", "leg-c1", "n1", Caller("10086"), "4001", START, request=said)
    stage.floor.restore(stage.now, calls=[memory])
    stage.arrive("c1")
    assert stage.call("c1")["request"] == {"origin": "web", "name": "Li", "wish": "offer 7"}
