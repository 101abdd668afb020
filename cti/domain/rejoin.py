"""The agent's page went in a talk: music for the caller, and the agent is rung again as soon as the page is back.

What is the agent's will, and what is a page that goes? Callroom's own hang-up says itself; a page ends its leg with
`PAGE_WENT` when it is left and with `PERSON_ENDED` when the person pressed the button while Callroom could not be
reached. A phone that says only "normal clearing" is believed while screen and phone are there. Everything else (no
sound any more, a network out of order) is nobody's will. A lost heartbeat alone is nothing: the sound may go on.
"""

from datetime import timedelta

from cti.domain import handing
from cti.domain.agent import Agent, AgentStep
from cti.domain.board import Turn
from cti.domain.call import Call, CallStep, Seat, Talk
from cti.domain.commands import HoldForAgent, KeepWaiting
from cti.domain.deadlines import Due
from cti.domain.events import AgentRejoins
from cti.domain.facts import TalkInterrupted, TalkResumed, WaitStarted
from cti.domain.leaving import leave_work
from cti.domain.lines import stand_in_line, wait_anew
from cti.domain.offers import JOIN_TIMEOUT_S
from cti.domain.parties import end_hold, end_party
from cti.domain.party import PartyState, PartyStep
from cti.domain.redialing import condemn
from cti.domain.ringing import new_leg, ring
from cti.domain.rooms import hold, join, keep_supervisors, rearrange
from cti.domain.talks import close_talk, end_talk, part, watch_empty_seat
from cti.domain.values import CallState, SystemPause
from cti.errors import Refused

REJOIN_S = 20.0
PARTED_S = 2.0  # the coroutine may know before the switch's link why the bridge is empty
SETTLED_S = 2.0  # a page that asks to be rung may have asked just before its leg came

NORMAL_CLEARING, PAGE_WENT, PERSON_ENDED = 16, 27, 31  # Q.850
_IN_TALK = (CallState.TALKING, CallState.HELD)


def agent_leg_ended(turn: Turn, call: Call, cause: int) -> None:
    """The agent's channel is gone, in a talk or while they were rung back."""
    talk = call.talk
    assert talk is not None  # noqa: S101 - in TALKING and REJOINING there is one
    if _is_on_purpose(turn, call, talk, cause):
        part(turn, call)
    elif call.state in _IN_TALK:
        interrupt(turn, call, talk)
    else:
        _wait_on(turn, call, talk)


def _is_on_purpose(turn: Turn, call: Call, talk: Talk, cause: int) -> bool:
    if talk.ended_by_agent or cause == PERSON_ENDED:
        return True
    agent = turn.board.agents[talk.agent_id]
    here = agent.screen_connected and agent.phone_reachable
    return cause == NORMAL_CLEARING and here and call.state in _IN_TALK


def interrupt(turn: Turn, call: Call, talk: Talk) -> None:
    """Hold the caller for the agent; the talk is not over. Who was consulted hears music, as the dialplan has it."""
    call.take(CallStep.AGENT_LOST)
    end_hold(turn, call, talk)
    talk.seat, talk.is_there = Seat.IN_ROOM, True  # there they are when they come back
    for party in list(call.parties.values()):
        if party.state is PartyState.CONSULTED:
            party.take(PartyStep.PUT_ASIDE)
        elif party.state is PartyState.RINGING and party.number is not None:
            end_party(turn, call, party, PAGE_WENT)  # it was called from the agent's leg
    talked_s = (turn.now - talk.started_at).total_seconds()
    talk.talked_s += talked_s
    call.talked_s += talked_s
    talk.away_since, talk.rejoin_until = turn.now, turn.now + timedelta(seconds=REJOIN_S)
    turn.board.deadlines.clear(Due.PARTED, call.call_id)
    turn.board.deadlines.put(Due.REJOIN, call.call_id, talk.rejoin_until)
    turn.note(TalkInterrupted(call.call_id, talk.agent_id, talk.leg_id, talked_s))
    _let_go(turn, talk)
    hold(turn, call)
    keep_supervisors(turn, call)
    turn.touch_call(call.call_id)


def rejoins(turn: Turn, event: AgentRejoins) -> None:
    """The page asks for its leg. What Asterisk still has of the old one is ended: nobody hears it any more."""
    call = turn.board.living(event.call_id)
    talk = None if call is None else call.talk
    if call is None or talk is None or talk.agent_id != event.agent_id:
        raise Refused("no_such_talk", call_id=event.call_id)
    if call.state in _IN_TALK:
        if talk.ended_by_agent or turn.now - talk.started_at < timedelta(seconds=SETTLED_S):
            return
        if call.in_conference:
            handing.leave(turn, call)  # as when the leg is gone: the others talk on, and who asks is too late
            return
        interrupt(turn, call, talk)
        condemn(turn, turn.board.agents[event.agent_id])  # if it is kept up: called anew, then the talk goes on there
    _ring(turn, call, talk)


def phone_is_back(turn: Turn, agent: Agent) -> None:
    """It is registered again: ring it if a caller is held for it."""
    call = None if agent.call_id is None else turn.board.living(agent.call_id)
    if call is not None and call.talk is not None and call.state is CallState.REJOINING:
        _ring(turn, call, call.talk)


def _ring(turn: Turn, call: Call, talk: Talk) -> None:
    board, agent = turn.board, turn.board.agents[talk.agent_id]
    if talk.leg_id or talk.rejoin_until is None or not agent.phone_reachable or not board.may_ring(call.call_id):
        return
    talk.leg_id, talk.node = new_leg(turn, call), call.node
    left_s = max(0.0, (talk.rejoin_until - turn.now).total_seconds())
    turn.touch_call(call.call_id)
    ring(turn, call, agent, talk.leg_id, left_s, rejoins=True)


def answered(turn: Turn, call: Call, leg_id: str) -> None:
    """The agent's new leg is up: send the customer there."""
    talk = call.talk
    if call.state is not CallState.REJOINING or talk is None or talk.leg_id != leg_id or talk.is_answered:
        return
    talk.is_answered = True
    turn.board.deadlines.put(Due.REJOIN, call.call_id, turn.now + timedelta(seconds=JOIN_TIMEOUT_S))
    join(turn, call, talk.leg_id, talk.agent_id, talk.recording_id, silently=talk.mute_wanted)


def resume_if_together(turn: Turn, call: Call) -> None:
    """The talk goes on when both are in one room again."""
    talk, rooms = call.talk, turn.board.rooms
    room_id = rooms.get(call.leg_id)
    if call.state is not CallState.REJOINING or talk is None or room_id is None:
        return
    if rooms.get(talk.leg_id) == room_id:
        _resume(turn, call, talk)


def _resume(turn: Turn, call: Call, talk: Talk) -> None:
    call.take(CallStep.REJOINED)
    away_s = (turn.now - (talk.away_since or turn.now)).total_seconds()
    talk.started_at, talk.away_since, talk.rejoin_until, talk.is_answered = turn.now, None, None, False
    turn.board.deadlines.clear(Due.REJOIN, call.call_id)
    turn.note(TalkResumed(call.call_id, talk.agent_id, talk.leg_id, away_s))
    turn.touch_call(call.call_id)


def bridge_ended(turn: Turn, call: Call, succeeded: bool) -> None:
    """The coroutine is out of the bridge; the switch says in a moment why the agent's leg is gone."""
    talk = call.talk
    if talk is None:
        return
    if call.state is CallState.REJOINING:
        if not succeeded:
            _wait_on(turn, call, talk)
            return
        _resume(turn, call, talk)  # we did not see them in the room: the link to the switch was down
    if talk.ended_by_agent:
        part(turn, call)
    else:
        turn.board.deadlines.put(Due.PARTED, call.call_id, turn.now + timedelta(seconds=PARTED_S))


def parted_is_due(turn: Turn, call: Call) -> None:
    """The switch did not say why. Among several, legs move: then they are brought together again."""
    if (call.parties or call.supervisions) and call.talk is not None and call.talk.leg_id not in turn.board.gone:
        rearrange(turn, call)
        return
    agent_leg_ended(turn, call, NORMAL_CLEARING)


def _wait_on(turn: Turn, call: Call, talk: Talk) -> None:
    """The leg that rang the agent back came to nothing: the page asks for another one."""
    _let_go(turn, talk)
    if talk.is_answered:  # the caller left the music for it
        talk.is_answered = False
        turn.order(HoldForAgent(call.call_id))
    turn.touch_call(call.call_id)


def _let_go(turn: Turn, talk: Talk) -> None:
    if talk.leg_id and talk.leg_id not in turn.board.gone:
        turn.hang_up(talk.leg_id, talk.node, turn.board.agents[talk.agent_id])
    talk.leg_id = ""


def started_again(turn: Turn, call: Call, waits_for_us: bool) -> None:
    """The dialplan asked again while the caller was held: a new coroutine, which has to be told."""
    talk = call.talk
    assert talk is not None  # noqa: S101 - in REJOINING there is one
    if not waits_for_us:  # it stands in line by itself, at the front
        if call.state is CallState.HELD:
            wait_anew(call, turn.now)
            call.queue_since = turn.now
            end_talk(turn, call)
        else:
            _lose_agent(turn, call, talk)
        call.take(CallStep.STARTED_AGAIN)
    elif talk.is_answered:
        join(turn, call, talk.leg_id, talk.agent_id, talk.recording_id, silently=talk.mute_wanted)
    else:
        turn.order(HoldForAgent(call.call_id))


def rejoin_is_due(turn: Turn, call: Call) -> None:
    """The agent did not come back: the caller is next in line, with the time of arrival."""
    talk = call.talk
    assert talk is not None  # noqa: S101 - in REJOINING there is one
    if talk.is_answered and not turn.board.is_up(call.node):  # they may talk unseen
        turn.board.deadlines.put(Due.REJOIN, call.call_id, turn.now + timedelta(seconds=JOIN_TIMEOUT_S))
        return
    if call.queue is None:  # the line was removed before a restart of Callroom
        part(turn, call)
        return
    _lose_agent(turn, call, talk)
    call.take(CallStep.AGENT_GONE)
    turn.note(WaitStarted(call.call_id, call.queue.queue_id, call.priority))
    turn.order(KeepWaiting(call.call_id))
    stand_in_line(turn, call)


def _lose_agent(turn: Turn, call: Call, talk: Talk) -> None:
    agent = turn.board.agents[talk.agent_id]
    wait_anew(call, talk.away_since or turn.now)
    call.queue_since = turn.now
    close_talk(turn, call)
    agent.call_id = agent.next_reason = None
    agent.disposed_early = False
    turn.move(agent, AgentStep.LOST, SystemPause.PHONE_LOST if agent.screen_connected else SystemPause.SCREEN_LOST)
    if agent.removed:
        leave_work(turn, agent)
    else:
        watch_empty_seat(turn, agent)
