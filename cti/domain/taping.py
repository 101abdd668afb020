"""The agent pauses the recording while the caller says what must not be kept, as a card number.

Two things make the state: what is wanted, and what the switch said it did. A pause ends by itself; nothing ends it for
an agent whose page is away, so that no number is recorded because nobody was there to look. The switch writes silence
meanwhile, and the recording stays as long as the talk.
"""

from datetime import timedelta

from cti.domain.board import Turn
from cti.domain.call import Call, Talk
from cti.domain.commands import MuteRecording, TapeIsSilent
from cti.domain.deadlines import Due
from cti.domain.events import (
    LegSnapshot,
    RecordingMuted,
    RecordingNotMuted,
)
from cti.domain.facts import RecordingPaused, RecordingResumed
from cti.domain.memories import CallMemory
from cti.domain.take_words import TapeRuns
from cti.domain.values import CallState
from cti.domain.wishes import AgentPausedRecording, AgentResumedRecording
from cti.errors import Refused

RETRY_S = 2.0


def pause(turn: Turn, event: AgentPausedRecording) -> None:
    """Asked once more, it lasts longer."""
    call, talk = _taped_talk(turn, event.agent_id, event.call_id)
    if not turn.board.may_ring(call.call_id):
        raise Refused("switch_away", call_id=call.call_id)
    _end_later(turn, call, talk)
    if not talk.mute_wanted:
        talk.mute_wanted = True
        talk.mute_at_s = position_s(turn, talk)
        _order(turn, call, talk)


def resume(turn: Turn, event: AgentResumedRecording) -> None:
    """The agent is done with it; twice is no error."""
    call, talk = _taped_talk(turn, event.agent_id, event.call_id)
    if talk.mute_wanted:
        _end(turn, call, talk)


def pause_is_due(turn: Turn, call: Call) -> None:
    """Its time is over, or the last order to end it failed."""
    talk = call.talk
    assert talk is not None  # noqa: S101 - a talk that ends takes its deadlines along
    if talk.away_since is not None:
        _end_later(turn, call, talk)
    elif talk.mute_wanted:
        talk.mute_timed_out = True
        _end(turn, call, talk)
    elif talk.muted:
        _order(turn, call, talk)


def runs_again(turn: Turn, event: TapeRuns) -> None:
    """A new recorder at the end of the same file hears everything: it is silenced before anybody is put through."""
    call = turn.board.living(event.call_id)
    talk = None if call is None else call.talk
    if call is None or talk is None:
        turn.order(TapeIsSilent(event.call_id, succeeded=False))
        return
    talk.is_silencing = True
    turn.order(MuteRecording(call.node, call.leg_id, True, talk.recording_id, talk.mute_at_s))


def muted(turn: Turn, event: RecordingMuted) -> None:
    """The switch did it."""
    call, talk = _talk_on(turn, event.leg_id)
    if call is None or talk is None or talk.recording_id is None:
        return
    if talk.is_silencing and event.muted:
        _silenced(turn, call, talk, succeeded=True)
    if talk.muted is event.muted:
        return
    talk.muted = event.muted
    at_s = position_s(turn, talk)
    if talk.muted:
        turn.note(RecordingPaused(call.call_id, talk.agent_id, talk.recording_id, at_s))
        _end_later(turn, call, talk)
    else:
        turn.note(RecordingResumed(call.call_id, talk.agent_id, talk.recording_id, at_s, talk.mute_timed_out))
    if talk.muted is not talk.mute_wanted:
        _order(turn, call, talk)
    turn.touch_call(call.call_id)


def not_muted(turn: Turn, event: RecordingNotMuted) -> None:
    """It did not, or nobody knows: a pause that cannot be had is given up and said so, a resumption is tried again."""
    call, talk = _talk_on(turn, event.leg_id)
    if call is None or talk is None:
        return
    if event.muted and talk.is_silencing:
        _silenced(turn, call, talk, succeeded=False)
    elif event.muted and talk.mute_wanted and not talk.muted:
        talk.mute_wanted, talk.mute_failed = False, True
        talk.mute_until = None
        turn.board.deadlines.clear(Due.PAUSE, call.call_id)
        _order(turn, call, talk)
    elif not event.muted and talk.muted:
        turn.board.deadlines.put(Due.PAUSE, call.call_id, turn.now + timedelta(seconds=RETRY_S))


def make_sure(turn: Turn, node: str) -> None:
    """The switch is back: what was ordered before may not have come to it."""
    for call in turn.board.calls.values():
        talk = call.talk
        if call.node == node and talk is not None and talk.mute_wanted is not talk.muted:
            _order(turn, call, talk)


def find(turn: Turn, call: Call, talk: Talk, customer: LegSnapshot, memory: CallMemory | None) -> None:
    """Callroom was restarted in a pause: it is one still, for as long as one lasts.

    The switch knows better than the diary, which may not have had the time to write down the last click.
    """
    written = memory is not None and memory.recording_paused
    paused = written if customer.recording_paused is None else customer.recording_paused
    if talk.recording_id is None:
        return
    at_s = position_s(turn, talk) if customer.recording_turned_s is None else customer.recording_turned_s
    if paused:
        talk.mute_wanted = talk.muted = True
        talk.mute_at_s = at_s
        _order(turn, call, talk)
        _end_later(turn, call, talk)
        if not written:
            turn.note(RecordingPaused(call.call_id, talk.agent_id, talk.recording_id, at_s))
    elif written:
        turn.note(RecordingResumed(call.call_id, talk.agent_id, talk.recording_id, at_s, by_itself=False))


def position_s(turn: Turn, talk: Talk) -> float:
    """How long the recording is by now: nothing is recorded on hold, nor while the agent's page is away."""
    at_s = talk.talked_s + talk.tape_s
    if talk.held_since is not None:
        at_s -= (turn.now - talk.held_since).total_seconds()
    return at_s if talk.away_since is not None else at_s + (turn.now - talk.started_at).total_seconds()


def hand_on(turn: Turn, call: Call, before: Talk, talk: Talk) -> None:
    """A colleague goes on in the same recording; a pause was that of the one who asked for it."""
    talk.muted = before.muted
    if before.muted or before.mute_wanted:
        _order(turn, call, talk)


def _silenced(turn: Turn, call: Call, talk: Talk, *, succeeded: bool) -> None:
    talk.is_silencing = False
    turn.order(TapeIsSilent(call.call_id, succeeded))


def _end(turn: Turn, call: Call, talk: Talk) -> None:
    talk.mute_wanted = False
    talk.mute_until = None
    turn.board.deadlines.clear(Due.PAUSE, call.call_id)
    _order(turn, call, talk)


def _end_later(turn: Turn, call: Call, talk: Talk) -> None:
    talk.mute_until = turn.now + timedelta(seconds=turn.board.longest_pause_s)
    turn.board.deadlines.put(Due.PAUSE, call.call_id, talk.mute_until)
    turn.touch_call(call.call_id)


def _order(turn: Turn, call: Call, talk: Talk) -> None:
    if talk.mute_wanted:
        talk.mute_timed_out = talk.mute_failed = False
    if call.state is CallState.HELD:
        _keep_in_mind(turn, call, talk)
        return
    at_s = talk.mute_at_s if talk.mute_wanted else position_s(turn, talk)
    turn.order(MuteRecording(call.node, call.leg_id, talk.mute_wanted, talk.recording_id, at_s))
    turn.touch_call(call.call_id)


def _keep_in_mind(turn: Turn, call: Call, talk: Talk) -> None:
    """On hold no recorder runs: the next one begins in silence or with sound, as it is wanted then."""
    if talk.muted and not talk.mute_wanted and talk.recording_id is not None:
        talk.muted = False
        at_s = position_s(turn, talk)
        turn.note(RecordingResumed(call.call_id, talk.agent_id, talk.recording_id, at_s, talk.mute_timed_out))
    turn.touch_call(call.call_id)


def _taped_talk(turn: Turn, agent_id: int, call_id: str) -> tuple[Call, Talk]:
    call = turn.board.living(call_id)
    talk = None if call is None else call.talk
    if call is None or talk is None or talk.agent_id != agent_id or talk.ended_by_agent:
        raise Refused("no_such_talk", call_id=call_id)
    if talk.recording_id is None:
        raise Refused("not_recorded", call_id=call_id)
    if call.take_now is not None and call.take_now.is_changing:
        raise Refused("recording_changes", call_id=call_id)
    return call, talk


def _talk_on(turn: Turn, leg_id: str) -> tuple[Call | None, Talk | None]:
    call_id = turn.board.leg_calls.get(leg_id)
    call = None if call_id is None else turn.board.living(call_id)
    return call, None if call is None else call.talk
