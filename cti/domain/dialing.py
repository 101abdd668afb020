"""An agent calls somebody outside: the agent's own phone first, then the number, which is heard from there.

Until they answer, the call is DIALING and its `dial` says how far it is. Who answers becomes the call's customer and
gets a coroutine like anybody who called; from then on the talk is one like all others.
"""

from datetime import datetime, timedelta

from cti.domain.agent import IN_CALL, Agent, AgentStep
from cti.domain.attempt_phases import begin, tell
from cti.domain.attempt_words import AttemptPhase
from cti.domain.board import Turn
from cti.domain.call import Call, CallStep, Talk
from cti.domain.called_back import greet, wait_in_front
from cti.domain.campaign_dials import line_of, made, note_whose
from cti.domain.commands import DialOutside
from cti.domain.deadlines import Due
from cti.domain.dial import NO_ANSWER, Dial, DialState, DialStep, cause_of, result_of
from cti.domain.dial_facts import CallDialed
from cti.domain.events import CallArrived, CallReached, DialFailed, LegBorn
from cti.domain.facts import CallStarted, TalkStarted
from cti.domain.hearing import listen
from cti.domain.leaving import leave_wrap_up
from cti.domain.lines import withhold_recording
from cti.domain.menu_calls import refuse_unless_served, serve
from cti.domain.parties import NORMAL_CLEARING
from cti.domain.ringing import new_leg, ring
from cti.domain.rooms import rearrange
from cti.domain.take import OF_NO_QUEUE
from cti.domain.talks import end_call
from cti.domain.values import AgentState, Caller, Direction, EndReason
from cti.domain.wishes import AgentDialed
from cti.errors import Refused

FETCH_S = 15.0  # a page answers by itself in less than one
FAILED_SOON_S = 2.0  # between the end of the other leg and the word of what it was
REACH_S = 60.0  # what is said about a recording before the talk
# What a network may take from the dialing to the first ring; only from then on a law counts how long it rang.
UNTIL_IT_RINGS_S = 5.0


def dialed(turn: Turn, event: AgentDialed) -> None:
    """From a pause, ready, or a wrap-up that has its disposition; afterwards the agent goes back to the pause."""
    agent = _free_agent(turn, event.agent_id)
    node = _node(turn)
    if event.call_id in turn.board.calls:
        raise Refused("in_call", call_id=event.call_id)
    queue = line_of(turn, event)
    if agent.state is AgentState.NOT_READY:
        pause: str | None = agent.reason
    else:
        pause = agent.next_reason
    if agent.state is AgentState.WRAP_UP:
        leave_wrap_up(turn, agent)
    board, caller = turn.board, Caller(event.number)
    call = board.calls[event.call_id] = made(turn, event, node, queue)
    call.dial = Dial(
        agent.agent_id,
        new_leg(turn, call),
        node,
        event.number,
        turn.now,
        event.shown_as,
        withheld=event.withheld,
        rings_s=event.ring_s,
    )
    turn.note(CallStarted(call.call_id, "", node, caller, event.shown_as, turn.now, Direction.OUTBOUND))
    note_whose(turn, call)
    turn.note(CallDialed(call.call_id, agent.agent_id, call.dial.leg_id, event.task_id))
    agent.call_id, agent.next_reason = call.call_id, pause
    turn.move(agent, AgentStep.DIALED, pause or "")  # with it, so that a restart knows the pause
    turn.touch_call(call.call_id)
    board.deadlines.put(Due.DIAL, call.call_id, later(turn, FETCH_S))
    ring(turn, call, agent, call.dial.leg_id, FETCH_S, dials=True)


def later(turn: Turn, seconds: float) -> datetime:
    """So many seconds from now."""
    return turn.now + timedelta(seconds=seconds)


def _free_agent(turn: Turn, agent_id: int) -> Agent:
    agent = turn.board.agents.get(agent_id)
    if agent is None or agent.removed:
        raise Refused("unknown_agent", agent_id=agent_id)
    if agent.state is AgentState.SIGNED_OUT:
        raise Refused("signed_out")
    if agent.state in IN_CALL:
        raise Refused("in_call", call_id=agent.call_id)
    if agent.needs_disposition:
        raise Refused("disposition_missing", call_id=agent.call_id)
    if agent.supervises is not None:
        raise Refused("supervises_already", call_id=agent.supervises)
    if not agent.phone_reachable:
        raise Refused("phone_unreachable", extension=agent.settings.extension)
    if agent.has_a_leg:
        raise Refused("phone_busy", extension=agent.settings.extension)
    return agent


def _node(turn: Turn) -> str:
    node = next((name for name, node in sorted(turn.board.nodes.items()) if node.up), None)
    if node is None:
        raise Refused("switch_unavailable")
    return node


def fetched(turn: Turn, call: Call, dial: Dial) -> None:
    """The agent's own phone is there: call the number from it."""
    if dial.state is not DialState.FETCHING:
        return
    dial.take(DialStep.FETCHED)
    ring_s = turn.board.outbound.ring_s if dial.rings_s is None else UNTIL_IT_RINGS_S + dial.rings_s
    tell(turn, call, AttemptPhase.SENT)
    turn.order(
        DialOutside(dial.node, dial.leg_id, dial.number, ring_s, dial.shown_as, withheld=dial.withheld, leads=True)
    )
    turn.board.deadlines.put(Due.DIAL, call.call_id, later(turn, ring_s))
    turn.touch_call(call.call_id)


def leg_born(turn: Turn, call: Call, dial: Dial, event: LegBorn) -> None:
    """The switch calls them; from now on their leg is the customer's."""
    if not dial.is_out or event.leg_id in turn.board.gone:
        turn.hang_up(event.leg_id, event.node)
        return
    if call.leg_id and call.leg_id != event.leg_id:
        turn.hang_up(call.leg_id, call.node)
    call.leg_id = event.leg_id
    turn.board.leg_calls[event.leg_id] = call.call_id


def rang(turn: Turn, call: Call, dial: Dial) -> None:
    """The far end rings."""
    progressed(turn, dial)
    if dial.can(DialStep.RANG):
        dial.take(DialStep.RANG)
        dial.rang_at = turn.now
        tell(turn, call, AttemptPhase.RINGING)
        if dial.rings_s is not None:
            turn.board.deadlines.put(Due.DIAL, call.call_id, later(turn, dial.rings_s))
        turn.touch_call(call.call_id)


def progressed(turn: Turn, dial: Dial) -> None:
    """The network behind the trunk knows of it."""
    dial.is_told = True
    turn.board.telling_nodes.add(dial.node)


def answered(turn: Turn, call: Call, event: CallArrived) -> None:
    """They are there, with a coroutine of their own; once more after that one broke is no other thing."""
    dial = call.dial
    assert dial is not None  # noqa: S101 - in DIALING there is one
    if dial.can(DialStep.ANSWERED):
        dial.take(DialStep.ANSWERED)
    call.parting = None
    turn.board.deadlines.clear(Due.LEG_GONE, call.call_id)
    turn.board.leg_calls.pop(call.leg_id, None)
    call.leg_id, call.node, call.seen_at, call.attached = event.leg_id, event.node, turn.now, True
    turn.board.leg_calls[event.leg_id] = call.call_id
    turn.board.deadlines.put(Due.DIAL, call.call_id, later(turn, REACH_S))
    greet(turn, call)
    listen(turn, call)
    begin(turn, call)


def reached(turn: Turn, event: CallReached) -> None:
    """The talk begins. Refused where nobody dialed, or does no more."""
    call = turn.board.living(event.call_id)
    dial = None if call is None else call.dial
    if call is not None and dial is not None and dial.state is DialState.ANSWERED:
        _reached(turn, call, dial, event)
    else:
        refuse_unless_served(call, event)


def _reached(turn: Turn, call: Call, dial: Dial, event: CallReached) -> None:
    board = turn.board
    withhold_recording(turn, call, event.no_recording)
    tell(turn, call, AttemptPhase.ANSWERED)  # what they heard first, if anything, was not silence
    if dial.agent_id is None:
        has_flow = call.attempt is not None and call.attempt.flow_id is not None
        (serve if has_flow else wait_in_front)(turn, call, dial)
        return
    records, of_queue = board.outbound.record, OF_NO_QUEUE
    if call.queue is not None:
        records, of_queue = call.queue.record, call.queue.queue_id
    is_recorded = records and call.no_recording is None and board.recording_allowed(of_queue)
    _begin_talk(turn, call, dial, dial.agent_id, board.new_id() if is_recorded else None)
    rearrange(turn, call)


def talk_if_together(turn: Turn, call: Call) -> None:
    """The dialplan asked for a coroutine in vain, and brought the two together itself."""
    dial, rooms = call.dial, turn.board.rooms
    room_id = rooms.get(call.leg_id)
    if dial is None or dial.agent_id is None:
        return
    if room_id is not None and rooms.get(dial.leg_id) == room_id:
        call.join_leg = dial.leg_id
        _begin_talk(turn, call, dial, dial.agent_id, None)


def _begin_talk(turn: Turn, call: Call, dial: Dial, agent_id: int, recording_id: str | None) -> None:
    dial.take(DialStep.ENDED)
    call.dial = None
    turn.board.deadlines.clear(Due.DIAL, call.call_id)
    call.take(CallStep.REACHED)
    call.talk = Talk(agent_id, dial.leg_id, dial.node, turn.now, recording_id)
    call.last_talk_started_at = turn.now
    turn.note(TalkStarted(call.call_id, agent_id, dial.leg_id, None, 0.0, recording_id))
    tell(turn, call, AttemptPhase.CONNECTED, agent_id)
    turn.touch_call(call.call_id)
    agent = turn.board.agents[agent_id]
    agent.disposed_early = False
    turn.move(agent, AgentStep.REACHED)


def failed(turn: Turn, call: Call, dial: Dial, event: DialFailed) -> None:
    """Nobody took it; the other leg's own end tells why better than the caller's side does."""
    if dial.is_out:
        dial.sip_status = event.sip_status or dial.sip_status
        _nobody_took_it(turn, call, dial, dial.cause or event.cause)


def own_leg_ended(turn: Turn, call: Call, dial: Dial, cause: int) -> None:
    """The agent hung up, or never had a phone for it."""
    is_new = dial.state is DialState.FETCHING
    end_call(turn, call, EndReason.NO_PHONE if is_new else EndReason.CANCELLED, cause)


def other_leg_ended(turn: Turn, call: Call, dial: Dial, cause: int, sip_status: int) -> None:
    """Before an answer the agent's leg says in a moment what it was; after it, they left before anybody spoke."""
    call.leg_id = ""
    dial.sip_status = sip_status
    if dial.is_out and dial.agent_id is None:
        _nobody_took_it(turn, call, dial, cause)
    elif dial.is_out:
        dial.cause = cause
        turn.board.deadlines.put(Due.DIAL, call.call_id, later(turn, FAILED_SOON_S))
    else:
        end_call(turn, call, EndReason.CALLER_HUNG_UP, cause)


def cancel(turn: Turn, call: Call) -> None:
    """The agent does not want it any more."""
    end_call(turn, call, EndReason.CANCELLED, NORMAL_CLEARING)


def dial_is_due(turn: Turn, call: Call) -> None:
    """It took too long, wherever it is."""
    dial = call.dial
    assert dial is not None  # noqa: S101 - a dial that ends takes its deadline along
    if dial.state is DialState.FETCHING:
        end_call(turn, call, EndReason.NO_PHONE, NO_ANSWER)
    elif dial.state is DialState.ANSWERED:
        end_call(turn, call, EndReason.FAILED, NORMAL_CLEARING)
    else:
        _nobody_took_it(turn, call, dial, dial.cause or NO_ANSWER)


def _nobody_took_it(turn: Turn, call: Call, dial: Dial, cause: int) -> None:
    cause = cause_of(dial, cause, tells_ringing=dial.node in turn.board.telling_nodes)
    end_call(turn, call, result_of(cause, dial.sip_status), cause)
