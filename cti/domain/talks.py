"""Talks and the end of calls: who is joined, who parts, and what the agent does afterwards."""

from datetime import timedelta

from cti.domain import measuring
from cti.domain.agent import Agent, AgentStep
from cti.domain.assistance import end_help
from cti.domain.attempt_phases import tell, tell_end
from cti.domain.attempt_words import AttemptPhase
from cti.domain.board import Turn
from cti.domain.call import Call, CallStep, Talk
from cti.domain.commands import SayGoodbye
from cti.domain.deadlines import Due
from cti.domain.dials import end_dial
from cti.domain.facts import CallEnded, TalkEnded, TalkStarted
from cti.domain.leaving import KEEP_ENDED_S, leave_work
from cti.domain.lines import count_wait
from cti.domain.memories import CallMemory
from cti.domain.offers import end_offer, rang_in_vain
from cti.domain.parties import NORMAL_CLEARING, end_hold, end_party
from cti.domain.slots import end_parking
from cti.domain.supervisions import end_supervisions
from cti.domain.values import CallState, EndReason

SCREEN_LIMIT_S = 60.0

_WAITING = (CallState.WAITING, CallState.RINGING, CallState.CONNECTING)
_GAVE_UP = (EndReason.ABANDONED_IN_QUEUE, EndReason.ABANDONED_RINGING)


def join_if_together(turn: Turn, call: Call) -> None:
    """The talk begins when both legs are in one room."""
    offer, rooms = call.offer, turn.board.rooms
    if call.state is not CallState.CONNECTING or offer is None:
        return
    room_id = rooms.get(call.leg_id)
    if room_id is not None and room_id == rooms.get(offer.leg_id):
        start_talk(turn, call)


def start_talk(turn: Turn, call: Call) -> None:
    """Customer and agent are together."""
    offer, board = call.offer, turn.board
    assert offer is not None and call.queue is not None  # noqa: S101, PT018 - in CONNECTING there are both
    call.take(CallStep.JOINED)
    count_wait(turn, call)
    # A callback's call, or a dialer's, is one of ours: it was never offered to the line, nor is it answered there.
    is_ours = (call.callback_id or call.attempt) is not None and call.last_talk_started_at is None
    queue_id = None if is_ours else call.queue.queue_id
    call.offer = None
    tape_s = 0.0 if call.tape is None or call.tape.recording_id != offer.recording_id else call.tape.recorded_s
    call.talk = Talk(offer.agent_id, offer.leg_id, offer.node, turn.now, offer.recording_id, tape_s=tape_s)
    call.tape, call.survey_wanted = None, False
    call.last_agent_id, call.last_talk_started_at = offer.agent_id, turn.now
    board.deadlines.clear(Due.JOIN, call.call_id)
    queue = board.queue_of(call)
    if queue is not None and not call.returned:
        queue.count_from(turn.now.astimezone(board.zone).date()).answered += 1
        turn.touch_queues([queue.settings.queue_id])
    turn.note(TalkStarted(call.call_id, offer.agent_id, offer.leg_id, queue_id, call.waited_s, offer.recording_id))
    tell(turn, call, AttemptPhase.CONNECTED, offer.agent_id)
    turn.touch_call(call.call_id)
    agent = board.agents[offer.agent_id]
    agent.disposed_early = False
    turn.move(agent, AgentStep.JOINED)


def part(turn: Turn, call: Call) -> None:
    """The talk is over and the customer still there: say goodbye."""
    end_talk(turn, call)
    say_goodbye(turn, call)


def say_goodbye(turn: Turn, call: Call) -> None:
    """Nobody is left with the customer."""
    call.take(CallStep.PARTED)
    turn.touch_call(call.call_id)
    turn.order(SayGoodbye(call.call_id, survey=call.survey_wanted))


def end_talk(turn: Turn, call: Call) -> None:
    """The agent's side of an ending talk: hang up and wrap up."""
    talk = close_talk(turn, call)
    wrap_up_s = turn.board.outbound.wrap_up_s if call.queue is None else call.queue.wrap_up_s
    begin_wrap_up(turn, turn.board.agents[talk.agent_id], talk.talked_s, wrap_up_s)


def close_talk(turn: Turn, call: Call) -> Talk:
    """The call's side of an ending talk; one that was interrupted has been counted already."""
    talk, board = call.talk, turn.board
    assert talk is not None  # noqa: S101 - in TALKING and REJOINING there is one
    call.talk = None
    call.sent.pop(talk.leg_id, None)
    end_hold(turn, call, talk)
    for party in list(call.parties.values()):
        end_party(turn, call, party, NORMAL_CLEARING)
    end_supervisions(turn, call)
    end_help(turn, board.agents[talk.agent_id])
    for due in (Due.PARTED, Due.REJOIN, Due.PAUSE, Due.ARRANGE):
        board.deadlines.clear(due, call.call_id)
    if talk.away_since is None:
        talked_s = (turn.now - talk.started_at).total_seconds()
        talk.talked_s += talked_s
        call.talked_s += talked_s
        turn.note(TalkEnded(call.call_id, talk.agent_id, talk.leg_id, talked_s))
    turn.touch_call(call.call_id)
    if talk.leg_id and talk.leg_id not in board.gone:
        turn.hang_up(talk.leg_id, talk.node, board.agents[talk.agent_id])
    return talk


def end_talk_away(turn: Turn, memory: CallMemory) -> float:
    """A talk of before a restart that ended while nobody looked: at the latest now. Return how long it was."""
    if memory.talk_agent_id is None or memory.talk_leg_id is None or memory.talk_started_at is None:
        return 0.0
    talked_s = (turn.now - memory.talk_started_at).total_seconds()
    turn.note(TalkEnded(memory.call_id, memory.talk_agent_id, memory.talk_leg_id, talked_s))
    return talked_s


def begin_wrap_up(turn: Turn, agent: Agent, talked_s: float, wrap_up_s: float) -> None:
    """The agent writes down what it was; ready again after the timer and the disposition."""
    agent.talked_s = talked_s
    agent.needs_disposition = not agent.disposed_early
    agent.disposed_early = False
    agent.wrap_up_until = turn.now + timedelta(seconds=wrap_up_s)
    turn.move(agent, AgentStep.PARTED)
    turn.board.deadlines.put(Due.WRAP_UP, agent.agent_id, agent.wrap_up_until)
    if agent.removed:
        leave_work(turn, agent)
    else:
        watch_empty_seat(turn, agent)


def watch_empty_seat(turn: Turn, agent: Agent) -> None:
    """After a call that outlasted the screen: the seat is given up when its time is over."""
    if agent.screen_lost_at is not None:
        limit = agent.screen_lost_at + timedelta(seconds=SCREEN_LIMIT_S)
        turn.board.deadlines.put(Due.SCREEN_GONE, agent.agent_id, max(turn.now, limit))


def end_call(turn: Turn, call: Call, reason: EndReason, cause: int) -> None:
    """The visit is over, whatever was going on."""
    board, was, dial = turn.board, call.state, call.dial
    queue = board.queue_of(call)
    if reason in _GAVE_UP and queue is not None and not call.returned:
        queue.count_from(turn.now.astimezone(board.zone).date()).abandoned += 1
        turn.touch_queues([queue.settings.queue_id])
    if was in _WAITING:
        count_wait(turn, call)
    if was is CallState.WAITING and not call.stands_by_callback:
        turn.leave_line(call)
        measuring.gave_up(turn, call)
    if dial is not None:
        end_dial(turn, call, dial, reason, cause)
    if call.offer is not None:
        end_offer(turn, call, rang_in_vain(turn, call))
    if call.talk is not None:
        end_talk(turn, call)
    end_parking(turn, call)
    for party in list(call.parties.values()):
        end_party(turn, call, party, NORMAL_CLEARING)
    call.take(CallStep.ENDED)
    call.ended_at, call.end_reason, call.end_cause = turn.now, reason, cause
    board.leg_calls.pop(call.leg_id, None)
    board.rooms.pop(call.leg_id, None)
    for due in (Due.MAX_WAIT, Due.LEG_GONE):
        board.deadlines.clear(due, call.call_id)
    board.deadlines.put(Due.FORGET, call.call_id, turn.now + timedelta(seconds=KEEP_ENDED_S))
    queue_id = None if call.queue is None else call.queue.queue_id
    turn.note(CallEnded(call.call_id, reason, cause, queue_id, call.last_agent_id, call.waited_s, call.talked_s))
    tell_end(turn, call, reason, cause, 0 if dial is None else dial.sip_status)
    turn.touch_call(call.call_id)


def forget_is_due(turn: Turn, call: Call) -> None:
    """Take an ended call from the screens, unless its agent still wraps it up."""
    agent = None if call.last_agent_id is None else turn.board.agents.get(call.last_agent_id)
    if call.state is CallState.ENDED and (agent is None or agent.call_id != call.call_id):
        del turn.board.calls[call.call_id]
        turn.touch_call(call.call_id)
