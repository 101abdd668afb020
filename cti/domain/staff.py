"""Agents and queues as administrators set them up: changed while calls are going on, and remembered over a restart."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from cti.domain import callbacks, own_legs, supervising
from cti.domain.agent import IN_CALL, SCREEN_GRACE_S, Agent, endpoint_of
from cti.domain.board import Board, Turn
from cti.domain.call import Call
from cti.domain.commands import OfferToFallback
from cti.domain.deadlines import Due
from cti.domain.leaving import leave_work
from cti.domain.lines import place_anew, stop_waiting, waits_until
from cti.domain.memories import AgentMemory, CallMemory, QueueMemory
from cti.domain.offers import give_back
from cti.domain.phones import look_at_phone
from cti.domain.queue import Counters, Queue
from cti.domain.talks import SCREEN_LIMIT_S
from cti.domain.values import AgentSettings, AgentState, CallState, OfferResult, QueueSettings, Roster

PHONE_RETURN_S = 20.0  # how long after a restart a ready agent's phone may take to register again


def change_roster(turn: Turn, roster: Roster) -> None:
    """Take the new list over; nobody who talks is disturbed."""
    turn.board.outbound = roster.outbound
    queues = {settings.queue_id: settings for settings in roster.queues}
    agents = {settings.agent_id: settings for settings in roster.agents}
    for queue_id in turn.board.queues.keys() - queues.keys():
        _remove_queue(turn, turn.board.queues[queue_id])
    for queue_settings in queues.values():
        _put_queue(turn, queue_settings)
    for agent_id in turn.board.agents.keys() - agents.keys():
        _remove_agent(turn, turn.board.agents[agent_id])
    for agent_settings in agents.values():
        _put_agent(turn, agent_settings)


def _put_queue(turn: Turn, settings: QueueSettings) -> None:
    board = turn.board
    queue = board.queues.get(settings.queue_id)
    if queue is None:
        board.queues[settings.queue_id] = Queue(settings, Counters(turn.now.astimezone(board.zone).date()))
    elif queue.settings == settings:
        return
    else:
        queue.settings = settings
    board.standby.of(settings.queue_id).order_by(settings.routing.strategy)
    turn.touch_queues([settings.queue_id])
    for call in board.calls.values():
        if call.queue is not None and call.queue.queue_id == settings.queue_id and call.state is not CallState.ENDED:
            _resettle(turn, call, settings)
    callbacks.resettle(turn, settings)


def _resettle(turn: Turn, call: Call, settings: QueueSettings) -> None:
    call.queue = settings
    turn.touch_call(call.call_id)
    if call.state is CallState.WAITING and call.queue_since is not None:
        turn.board.deadlines.put(Due.MAX_WAIT, call.call_id, waits_until(call, settings, call.queue_since))
    place_anew(turn, call)


def _remove_queue(turn: Turn, queue: Queue) -> None:
    # Who waits there is not lost: they get what the queue had for the end of waiting.
    for call_id in [one for one in queue if one not in turn.board.callbacks]:
        call = turn.board.calls[call_id]
        turn.leave_line(call)
        stop_waiting(turn, call)
    callbacks.queue_removed(turn, queue.settings.queue_id)
    del turn.board.queues[queue.settings.queue_id]
    turn.touch_queues([queue.settings.queue_id])


def _put_agent(turn: Turn, settings: AgentSettings) -> None:
    board = turn.board
    agent = board.agents.get(settings.agent_id)
    if agent is None:
        agent = board.agents[settings.agent_id] = Agent(settings, turn.now)
        turn.touch_calls_of(agent)
    elif agent.settings == settings and not agent.removed:
        return
    else:
        old, agent.settings, agent.removed = agent.settings, settings, False
        turn.touch_queues(sorted(old.queue_ids & board.queues.keys()))
        turn.touch_calls_of(agent)
        if endpoint_of(old) != endpoint_of(settings) and agent.in_fallback:
            agent.in_fallback = False
            turn.order(OfferToFallback(endpoint_of(old), available=False))
        if _phone_of(old) != _phone_of(settings):
            own_legs.change_phone(turn, agent)
    turn.touch_agent(agent)
    turn.touch_queues(sorted(settings.queue_ids & board.queues.keys()))
    look_at_phone(turn, agent)
    turn.keep_fallback(agent)


def _phone_of(settings: AgentSettings) -> tuple[object, ...]:
    return settings.extension, settings.phone, settings.phone_refusal


def _remove_agent(turn: Turn, agent: Agent) -> None:
    if agent.removed:
        return
    agent.removed = True
    turn.touch_queues(sorted(agent.settings.queue_ids & turn.board.queues.keys()))  # one less is at work there
    supervising.seat_lost(turn, agent)
    turn.touch_agent(agent)
    turn.keep_fallback(agent)
    call = None if agent.call_id is None else turn.board.living(agent.call_id)
    if call is not None and call.state is CallState.RINGING:
        give_back(turn, call, OfferResult.WITHDRAWN)
    if agent.state not in IN_CALL:
        leave_work(turn, agent)
    else:
        own_legs.change_phone(turn, agent)


def restore(
    board: Board,
    now: datetime,
    agents: Iterable[AgentMemory],
    calls: Iterable[CallMemory],
    queues: Iterable[QueueMemory],
) -> None:
    """What the diary knows, before the first event: nobody has to sign in again because Callroom was restarted."""
    rung = set()
    for memory in agents:
        agent = board.agents.get(memory.agent_id)
        if memory.state is AgentState.RINGING:
            rung.add(memory.call_id)
        if agent is not None and memory.state is not AgentState.SIGNED_OUT:
            _restore_agent(board, agent, memory, now)
    for call in calls:
        board.away[call.call_id] = replace(call, offered=call.call_id in rung)
    day = now.astimezone(board.zone).date()
    for one in queues:
        queue = board.queues.get(one.queue_id)
        if queue is not None:
            queue.counters = Counters(day, one.offered, one.answered, one.abandoned)


def _restore_agent(board: Board, agent: Agent, memory: AgentMemory, now: datetime) -> None:
    agent.state, agent.reason, agent.since = memory.state, memory.reason, memory.since
    agent.screen_lost_at = now
    board.deadlines.put(Due.SCREEN_LOST, agent.agent_id, now + timedelta(seconds=SCREEN_GRACE_S))
    board.deadlines.put(Due.SCREEN_GONE, agent.agent_id, now + timedelta(seconds=SCREEN_LIMIT_S))
    agent.phone_expected_until = now + timedelta(seconds=PHONE_RETURN_S)
    board.deadlines.put(Due.PHONE_EXPECTED, agent.agent_id, agent.phone_expected_until)
    if memory.state in (AgentState.READY, AgentState.RINGING):
        agent.state, agent.reason, agent.idle_since = AgentState.READY, "", memory.since
    elif memory.state is AgentState.TALKING:
        agent.call_id = memory.call_id
    elif memory.state is AgentState.DIALING:
        agent.call_id, agent.next_reason = memory.call_id, memory.reason or None
    elif memory.state is AgentState.WRAP_UP:
        agent.call_id, agent.needs_disposition = memory.call_id, memory.needs_disposition
        agent.wraps_up = memory.call_id
        agent.wrap_up_until = now
        board.deadlines.put(Due.WRAP_UP, agent.agent_id, now)
