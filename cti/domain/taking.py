"""Recording on demand: an agent or a supervisor has a talk recorded from now on that no rule records.

AMI begins a recorder only for who may load modules as well, so the customer's coroutine does it: everybody is sent out
of the customer's room for a moment, and the coroutine comes back with the recorder (`cti.domain.rooms`). After our
restart it is a new one, for which the dialplan asks then. Whoever was on hold anyway is recorded from when they are
taken back. What was there before the press is in no file.
"""

from cti.domain.board import Turn
from cti.domain.call import Call, Talk
from cti.domain.commands import StopRecording
from cti.domain.deadlines import Due
from cti.domain.holding import talk_of
from cti.domain.lines import withhold_recording
from cti.domain.oversight import SupervisorStartedRecording, SupervisorStoppedRecording
from cti.domain.rooms import rearrange
from cti.domain.take import OF_NO_QUEUE, Take, TakeState, TakeStep
from cti.domain.take_words import RecordingCut, RecordingStarted, RecordingStopped, TapeBegan, TapeNotBegun
from cti.domain.taping import position_s
from cti.domain.values import CallState, NoRecording
from cti.domain.wishes import AgentStartedRecording, AgentStoppedRecording
from cti.errors import Refused


def agent_starts(turn: Turn, event: AgentStartedRecording) -> None:
    """Only where the line says that its agents may."""
    call, talk = talk_of(turn, event.agent_id, event.call_id)
    if talk.recording_id is None and (call.queue is None or not call.queue.record_on_demand):
        raise Refused("recording_not_allowed", call_id=call.call_id)
    _start(turn, call, talk, event.agent_id, by_supervisor=False)


def supervisor_starts(turn: Turn, event: SupervisorStartedRecording) -> None:
    """Any talk, but for a caller who refused."""
    call, talk = _any_talk(turn, event.call_id)
    _start(turn, call, talk, event.by, by_supervisor=True)


def agent_stops(turn: Turn, event: AgentStoppedRecording) -> None:
    """What an agent asked for; neither a supervisor's nor what the line makes of every talk."""
    call, talk = talk_of(turn, event.agent_id, event.call_id)
    take = _take_of(call, talk)
    if take.by_supervisor:
        raise Refused("recorded_by_supervisor", call_id=call.call_id)
    _stop(turn, call, take)


def supervisor_stops(turn: Turn, event: SupervisorStoppedRecording) -> None:
    """Whoever asked for it."""
    call, talk = _any_talk(turn, event.call_id)
    _stop(turn, call, _take_of(call, talk))


def began(turn: Turn, event: TapeBegan) -> None:
    """The recorder is there, and in a moment the talk goes on."""
    call = turn.board.living(event.call_id)
    take = None if call is None else call.on_demand
    if call is None or take is None or take.state is not TakeState.STARTING:
        return
    take.take(TakeStep.BEGAN)
    withhold_recording(turn, call, None)
    talk = call.talk
    if talk is not None:  # else its beginning is told with the talk's
        talk.tape_s -= position_s(turn, talk)
        told = (talk.agent_id, take.recording_id, take.by, take.by_supervisor, _segment_s(turn, talk))
        turn.note(RecordingStarted(call.call_id, *told))
    turn.touch_call(call.call_id)


def not_begun(turn: Turn, event: TapeNotBegun) -> None:
    """The caller refused, could not be told, or the switch has no recorder for it."""
    call = turn.board.living(event.call_id)
    take = None if call is None else call.on_demand
    if call is None or take is None or take.state is not TakeState.STARTING:
        return
    take.take(TakeStep.NOT_BEGUN)
    if event.why is not None:
        withhold_recording(turn, call, event.why)
    _forget(turn, call)
    call.take_failed = event.why is None
    turn.touch_call(call.call_id)


def cut(turn: Turn, event: RecordingCut) -> None:
    """The switch has ended the recorder, or did not."""
    call = turn.board.living(turn.board.leg_calls.get(event.leg_id, ""))
    take = None if call is None else call.on_demand
    if call is None or take is None or take.state is not TakeState.STOPPING:
        return
    if not (event.done or take.left_out):
        take.take(TakeStep.NOT_STOPPED)
        take.stop_failed = True
    else:
        take.take(TakeStep.STOPPED)
        talk = call.talk
        if talk is not None:
            at_s = position_s(turn, talk)
            told = (talk.agent_id, take.recording_id, at_s, _segment_s(turn, talk))
            turn.note(RecordingStopped(call.call_id, *told))
        _forget(turn, call)
    turn.touch_call(call.call_id)


def make_sure(turn: Turn, node: str) -> None:
    """The switch is back: a stop that was ordered before may not have come to it."""
    for call in turn.board.calls.values():
        take = call.on_demand
        if call.node == node and take is not None and take.state is TakeState.STOPPING:
            turn.order(StopRecording(call.node, call.leg_id))


def _start(turn: Turn, call: Call, talk: Talk, by: int, *, by_supervisor: bool) -> None:
    board = turn.board
    if talk.recording_id is not None:
        raise Refused("recorded_already", call_id=call.call_id)
    if call.no_recording is NoRecording.REFUSED:
        raise Refused("caller_refused_recording", call_id=call.call_id)
    if not board.recording_allowed(OF_NO_QUEUE if call.queue is None else call.queue.queue_id):
        raise Refused("recording_no_room", call_id=call.call_id)
    if talk.leg_id in board.member_legs:  # the plain queue of the dialplan leads them: no coroutine comes back to it
        raise Refused("recording_not_led", call_id=call.call_id)
    talk.recording_id = board.new_id()
    call.on_demand, call.take_failed = Take(talk.recording_id, by, by_supervisor), False
    turn.touch_call(call.call_id)
    rearrange(turn, call)


def _stop(turn: Turn, call: Call, take: Take) -> None:
    if take.state is TakeState.STARTING and call.state is CallState.HELD:
        take.take(TakeStep.NOT_BEGUN)
        _forget(turn, call)
    elif take.state is TakeState.STARTING:
        raise Refused("recording_changes", call_id=call.call_id)
    elif take.state is TakeState.RUNNING:
        take.take(TakeStep.STOP_ASKED)
        take.stop_failed = False
        turn.order(StopRecording(call.node, call.leg_id))
    turn.touch_call(call.call_id)


def _forget(turn: Turn, call: Call) -> None:
    take, talk = call.on_demand, call.talk
    call.on_demand = None
    if talk is None or take is None or talk.recording_id != take.recording_id:
        return
    talk.recording_id = None
    talk.mute_wanted = talk.muted = talk.mute_failed = False
    talk.mute_until = None
    turn.board.deadlines.clear(Due.PAUSE, call.call_id)


def _segment_s(turn: Turn, talk: Talk) -> float:
    """How long the present part of the talk is, as its end would be told: without a hold that goes on."""
    if talk.away_since is not None:
        return 0.0
    return ((talk.held_since or turn.now) - talk.started_at).total_seconds()


def _any_talk(turn: Turn, call_id: str) -> tuple[Call, Talk]:
    call = turn.board.living(call_id)
    if call is None or call.talk is None:
        raise Refused("no_such_talk", call_id=call_id)
    return talk_of(turn, call.talk.agent_id, call_id)


def _take_of(call: Call, talk: Talk) -> Take:
    if talk.recording_id is None:
        raise Refused("not_recorded", call_id=call.call_id)
    take = call.take_now
    if take is None:
        raise Refused("recorded_by_rule", call_id=call.call_id)
    return take
