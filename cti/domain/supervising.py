"""A supervisor attends a talk: listens, whispers to the agent, barges in, takes over, and goes from one to another.

Their phone is rung like any leg, and stays for all of these; only where it is sent is different. Told by `legs` what
becomes of the leg, and by `talks` (through `supervisions`) that the talk is over.
"""

from datetime import timedelta

from cti.domain import intercepting
from cti.domain.agent import Agent
from cti.domain.assistance import help_comes
from cti.domain.board import Turn
from cti.domain.call import Call, Talk
from cti.domain.deadlines import Due
from cti.domain.facts import SupervisionChanged, SupervisionStarted
from cti.domain.holding import seats_changed
from cti.domain.oversight import SupervisorAsked, SupervisorLeft
from cti.domain.ringing import new_leg, ring
from cti.domain.seats import own_phone
from cti.domain.supervision import Mode, Supervision, SupervisionEnd, SupervisionState, SupervisionStep
from cti.domain.supervisions import end_supervision
from cti.domain.values import CallState
from cti.errors import Refused

SUPERVISOR_RING_S = 20.0
_IN_TALK = (CallState.TALKING, CallState.HELD)


def asked(turn: Turn, event: SupervisorAsked) -> None:
    """Begin, or change how it is done; the same once more is no error."""
    call = turn.board.living(event.call_id)
    talk = None if call is None else call.talk
    if call is None or talk is None:
        raise Refused("no_such_talk", call_id=event.call_id)
    if not turn.board.is_up(call.node):
        raise Refused("switch_away", call_id=event.call_id)
    supervision = call.supervisions.get(event.supervisor_id)
    if supervision is None:
        _begin(turn, call, talk, event)
    elif supervision.mode is not event.mode:
        _change(turn, call, supervision, event.mode)


def _begin(turn: Turn, call: Call, talk: Talk, event: SupervisorAsked) -> None:
    board = turn.board
    agent = own_phone(turn, event.supervisor_id)
    if call.state not in _IN_TALK:
        raise Refused("talk_interrupted", call_id=call.call_id)
    leg_id = new_leg(turn, call)
    supervision = Supervision(board.new_id(), agent.agent_id, talk.agent_id, leg_id, call.node, turn.now, event.mode)
    call.supervisions[agent.agent_id] = supervision
    agent.supervises = call.call_id
    help_comes(turn, board.agents[talk.agent_id], agent.agent_id)
    turn.note(
        SupervisionStarted(
            call.call_id, supervision.supervision_id, agent.agent_id, talk.agent_id, supervision.mode.value
        )
    )
    until = turn.now + timedelta(seconds=SUPERVISOR_RING_S)
    board.deadlines.put(Due.SUPERVISOR_RING, agent.agent_id, until)
    ring(turn, call, agent, leg_id, SUPERVISOR_RING_S, supervises=True)
    turn.touch_agent(agent)
    turn.touch_call(call.call_id)


def _change(turn: Turn, call: Call, supervision: Supervision, mode: Mode) -> None:
    if not supervision.can(SupervisionStep(mode.value)):
        raise Refused("taking_over", call_id=call.call_id)
    supervision.mode = mode
    turn.note(SupervisionChanged(call.call_id, supervision.supervision_id, supervision.supervisor_id, mode.value))
    turn.touch_call(call.call_id)
    if supervision.is_up:
        _attend(turn, call, supervision)


def _attend(turn: Turn, call: Call, supervision: Supervision) -> None:
    supervision.take(SupervisionStep(supervision.mode.value))
    seats_changed(turn, call)
    intercepting.complete_if_together(turn, call)


def answered(turn: Turn, call: Call, supervision: Supervision) -> None:
    """The supervisor's phone is there: bring them where they want to be."""
    if supervision.state is not SupervisionState.RINGING:
        return
    turn.board.deadlines.clear(Due.SUPERVISOR_RING, supervision.supervisor_id)
    supervision.answered_at = turn.now
    _attend(turn, call, supervision)


def left(turn: Turn, event: SupervisorLeft) -> None:
    """Enough heard; when it is over already, that is what was wanted."""
    call = turn.board.living(event.call_id)
    supervision = None if call is None else call.supervisions.get(event.supervisor_id)
    if call is not None and supervision is not None:
        leave(turn, call, supervision, SupervisionEnd.LEFT)


def leave(turn: Turn, call: Call, supervision: Supervision, why: SupervisionEnd) -> None:
    """The talk goes on without them."""
    end_supervision(turn, call, supervision, why)
    seats_changed(turn, call)


def leg_ended(turn: Turn, call: Call, supervision: Supervision) -> None:
    """They hung up, did not take it, or their page is gone."""
    is_new = supervision.state is SupervisionState.RINGING
    leave(turn, call, supervision, SupervisionEnd.NOT_ANSWERED if is_new else SupervisionEnd.LEFT)


def ring_is_due(turn: Turn, agent: Agent) -> None:
    """Nobody took it."""
    _end_of(turn, agent, SupervisionEnd.NOT_ANSWERED)


def seat_lost(turn: Turn, agent: Agent) -> None:
    """No page of the supervisor is left from which it could be ended, or they work here no more."""
    if agent.supervises is not None:
        _end_of(turn, agent, SupervisionEnd.PAGE_LOST)


def _end_of(turn: Turn, agent: Agent, why: SupervisionEnd) -> None:
    call = turn.board.calls[agent.supervises or ""]
    leave(turn, call, call.supervisions[agent.agent_id], why)
