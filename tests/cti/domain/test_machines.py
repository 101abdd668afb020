"""A line that nobody will answer, and a machine that did: the agent is told, set free, and the machine dealt with."""

from dataclasses import replace

import pytest

from cti.domain.attempt_words import AttemptChanged, AttemptPhase, LineHopeless, MachineAnswered, MachineStep
from cti.domain.commands import AwaitBeep, BeginAttempt, HangUpLeg, LeaveMessage, SayGoodbye, StopWaiting
from cti.domain.events import CallReached, JoinEnded, LegAnswered, LegEnded, LegRang, RoomJoined
from cti.domain.facts import TalkEnded
from cti.domain.machines import BEEP_WITHIN_S
from cti.domain.values import AgentState, EndReason
from cti.domain.wishes import AgentHeld
from tests.cti.domain.stage import Stage
from tests.cti.domain.test_attempts import ORDER, TERMS, answer, dialing_stage, end, phases


def says(then: MachineStep, what: str = "voicemail") -> MachineAnswered:
    return MachineAnswered("a1", what, then, "please_call")


def in_line() -> tuple[Stage, str]:
    stage, leg_id = dialing_stage()
    answer(stage, leg_id)
    stage.tell(CallReached("a1"))
    return stage, leg_id


def ringing() -> tuple[Stage, str]:
    stage, leg_id = dialing_stage()
    stage.ready(11)
    answer(stage, leg_id)
    stage.tell(CallReached("a1"))
    return stage, leg_id


def talking() -> tuple[Stage, str]:
    stage, leg_id = ringing()
    own = stage.answer()
    stage.tell(RoomJoined(own, "room"), RoomJoined(leg_id, "room"))
    return stage, leg_id


def test_a_hopeless_line_is_given_up_at_once() -> None:
    stage, leg_id = dialing_stage()
    stage.tell(LegRang(leg_id), LineHopeless("a1", EndReason.NO_SUCH_NUMBER))
    assert stage.last(HangUpLeg).leg_id == leg_id
    over = end(stage)
    assert (over.reason, over.cause, over.sip_status) == (EndReason.NO_SUCH_NUMBER, 16, 0)


def test_who_answered_in_the_same_moment_is_not_hung_up_on() -> None:
    stage, leg_id = dialing_stage()
    answer(stage, leg_id)
    stage.tell(LineHopeless("a1", EndReason.UNREACHABLE))
    assert stage.all(HangUpLeg) == []
    stage.tell(CallReached("a1"), LineHopeless("a1", EndReason.UNREACHABLE))
    assert stage.call("a1")["state"] == "waiting"


@pytest.mark.parametrize(
    "event", [LineHopeless("c1", EndReason.BUSY), replace(says(MachineStep.HANG_UP), call_id="c1")]
)
def test_of_a_caller_and_of_what_is_over_nothing_is_heard(event: LineHopeless | MachineAnswered) -> None:
    stage = Stage()
    stage.tell(event)
    stage.arrive("c1")
    stage.tell(event)
    assert (stage.call("c1")["state"], stage.call("c1")["machine"]) == ("waiting", None)


def test_the_agent_is_told_and_stays() -> None:
    stage, _ = talking()
    assert stage.call("a1")["machine"] is None
    stage.tell(says(MachineStep.TELL))
    assert stage.call("a1")["machine"] == "voicemail"
    assert (stage.state(11)[0], stage.agent(11)["forced"]) == (AgentState.TALKING, None)


def test_the_agent_is_set_free_and_ready_again_and_the_machine_hung_up_on() -> None:
    stage, leg_id = talking()
    own = stage.ring().leg_id
    stage.wait(2)
    stage.tell(says(MachineStep.HANG_UP))
    assert {one.leg_id for one in stage.all(HangUpLeg)} == {own, leg_id}
    assert end(stage).reason is EndReason.MACHINE
    assert stage.last(TalkEnded).talked_s == 2.0
    assert stage.state(11) == (AgentState.READY, "")
    assert (stage.agent(11)["call_id"], stage.agent(11)["forced"]["act"]) == (None, "machine")
    stage.tell(LegEnded(own, 16), LegEnded(leg_id, 16))
    assert phases(stage)[-1] == "ended"


@pytest.mark.parametrize("there", [in_line, ringing])
def test_who_has_no_agent_yet_gets_none(there: object) -> None:
    stage, leg_id = there()  # type: ignore[operator]
    stage.tell(says(MachineStep.HANG_UP))
    assert leg_id in {one.leg_id for one in stage.all(HangUpLeg)}
    assert end(stage).reason is EndReason.MACHINE
    stage.wait(10)
    assert stage.all(StopWaiting) == [], "nobody was abandoned"


def test_in_a_flow_it_is_hung_up_on_too() -> None:
    stage, leg_id = dialing_stage(replace(ORDER, terms=replace(TERMS, flow_id=5)))
    answer(stage, leg_id)
    stage.tell(CallReached("a1"), says(MachineStep.AWAIT_BEEP))
    assert stage.all(AwaitBeep) == [], "a flow waits for no beep"
    stage.tell(says(MachineStep.HANG_UP))
    assert stage.last(BeginAttempt).flow_id == 5
    assert (stage.last(HangUpLeg).leg_id, end(stage).reason) == (leg_id, EndReason.MACHINE)


@pytest.mark.parametrize("there", [in_line, ringing])
def test_a_message_is_left_by_the_coroutine_which_waits_in_silence(there: object) -> None:
    stage, _ = there()  # type: ignore[operator]
    stage.tell(says(MachineStep.AWAIT_BEEP))
    assert stage.last(AwaitBeep) == AwaitBeep("a1", BEEP_WITHIN_S)
    assert (stage.call("a1")["state"], stage.queue(1)["waiting"]) == ("in_menu", [])
    stage.wait(5)
    assert stage.all(StopWaiting) == [], "nobody was abandoned"
    stage.tell(says(MachineStep.LEAVE_MESSAGE))
    assert stage.last(LeaveMessage) == LeaveMessage("a1", "please_call")
    assert len(stage.all(AwaitBeep)) == 1
    stage.leave("a1", EndReason.MESSAGE_LEFT)
    assert end(stage).reason is EndReason.MESSAGE_LEFT


def test_an_agent_who_was_with_it_is_set_free_first() -> None:
    stage, leg_id = talking()
    own = stage.ring().leg_id
    stage.tell(says(MachineStep.AWAIT_BEEP))
    assert stage.state(11) == (AgentState.READY, "")
    assert (stage.call("a1")["state"], stage.last(HangUpLeg).leg_id) == ("leaving", own)
    stage.tell(LegEnded(own, 16), JoinEnded("a1", own, succeeded=True), says(MachineStep.LEAVE_MESSAGE))
    assert stage.last(LeaveMessage).prompt == "please_call"
    assert stage.all(SayGoodbye) == []
    stage.leave("a1", None)
    assert end(stage).reason is EndReason.MACHINE, "it hung up before its beep, or into the message"
    assert leg_id not in {one.leg_id for one in stage.all(HangUpLeg)}


def test_a_pause_that_was_asked_for_begins() -> None:
    stage, _ = talking()
    stage.floor._board.agents[11].next_reason = "lunch"
    stage.tell(says(MachineStep.HANG_UP))
    assert stage.state(11) == (AgentState.NOT_READY, "lunch")


def test_on_the_way_to_an_agent_it_is_only_told_and_the_beep_does_the_rest() -> None:
    stage, leg_id = ringing()
    own = stage.ring().leg_id
    stage.tell(LegRang(own), LegAnswered(own))
    assert stage.call("a1")["state"] == "connecting"
    stage.tell(says(MachineStep.AWAIT_BEEP))
    assert (stage.all(AwaitBeep), stage.call("a1")["machine"]) == ([], "voicemail")
    stage.tell(RoomJoined(own, "room"), RoomJoined(leg_id, "room"), says(MachineStep.LEAVE_MESSAGE))
    orders = [one for one in stage.commands if isinstance(one, AwaitBeep | LeaveMessage)]
    assert orders == [AwaitBeep("a1", BEEP_WITHIN_S), LeaveMessage("a1", "please_call")]


def test_what_an_agent_does_with_it_is_theirs() -> None:
    stage, _ = talking()
    stage.tell(AgentHeld(11, "a1"), says(MachineStep.HANG_UP))
    assert stage.call("a1")["state"] == "held"
    assert AttemptPhase.ENDED not in [one.phase for one in stage.all(AttemptChanged)]


def in_time(then: MachineStep) -> MachineAnswered:
    """Told before anything may be done about it."""
    return replace(says(MachineStep.TELL), at_deadline=then)


@pytest.mark.parametrize("there", [in_line, ringing])
def test_a_mailbox_is_hung_up_on_and_not_told_what_people_are_told(there: object) -> None:
    stage, leg_id = there()  # type: ignore[operator]
    stage.wait(1)
    stage.tell(in_time(MachineStep.HANG_UP))
    assert stage.call("a1")["machine"] == "voicemail"
    stage.wait(0.9)
    assert leg_id not in {one.leg_id for one in stage.all(HangUpLeg)}, "an agent may still come"
    stage.wait(0.2)
    assert leg_id in {one.leg_id for one in stage.all(HangUpLeg)}
    assert end(stage).reason is EndReason.MACHINE
    assert stage.all(StopWaiting) == []
    stage.tell(says(MachineStep.HANG_UP))
    assert len([one for one in stage.all(HangUpLeg) if one.leg_id == leg_id]) == 1


@pytest.mark.parametrize("there", [in_line, ringing])
def test_a_mailbox_that_gets_a_message_is_waited_with_for_its_beep(there: object) -> None:
    stage, _ = there()  # type: ignore[operator]
    stage.tell(in_time(MachineStep.AWAIT_BEEP))
    stage.wait(2.5)
    assert (stage.all(StopWaiting), stage.last(AwaitBeep)) == ([], AwaitBeep("a1", BEEP_WITHIN_S))
    stage.tell(says(MachineStep.LEAVE_MESSAGE))
    assert stage.last(LeaveMessage).prompt == "please_call"
    assert len(stage.all(AwaitBeep)) == 1


def test_a_beep_that_was_heard_before_the_deadline_has_the_message_left_at_it() -> None:
    stage, _ = in_line()
    stage.tell(in_time(MachineStep.LEAVE_MESSAGE))
    stage.wait(2.5)
    orders = [one for one in stage.commands if isinstance(one, AwaitBeep | LeaveMessage)]
    assert orders == [AwaitBeep("a1", BEEP_WITHIN_S), LeaveMessage("a1", "please_call")]


def test_whom_the_rule_only_tells_of_hears_what_people_hear() -> None:
    stage, _ = in_line()
    stage.tell(in_time(MachineStep.HANG_UP), says(MachineStep.TELL))
    stage.wait(2.5)
    assert len(stage.all(StopWaiting)) == 1


def test_an_agent_who_came_in_time_has_it() -> None:
    stage, leg_id = ringing()
    stage.tell(in_time(MachineStep.HANG_UP))
    own = stage.answer()
    stage.tell(RoomJoined(own, "room"), RoomJoined(leg_id, "room"))
    stage.wait(5)
    assert stage.state(11)[0] == AgentState.TALKING
