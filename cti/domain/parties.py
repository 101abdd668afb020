"""How it ends with those who were invited to a call, and with the customer's time on hold."""

from cti.domain.agent import Agent, AgentStep
from cti.domain.board import Turn
from cti.domain.call import Call, Talk
from cti.domain.deadlines import Due
from cti.domain.facts import HoldEnded, PartyEnded
from cti.domain.leaving import leave_work
from cti.domain.party import Party, PartyResult, PartyState, PartyStep

NORMAL_CLEARING = 16  # Q.850
_RESULTS = {
    17: PartyResult.BUSY,
    18: PartyResult.NO_ANSWER,
    19: PartyResult.NO_ANSWER,
    21: PartyResult.DECLINED,
}


def end_hold(turn: Turn, call: Call, talk: Talk) -> None:
    """Count how long the customer was held, if they were."""
    if talk.held_since is not None:
        held_s = (turn.now - talk.held_since).total_seconds()
        turn.note(HoldEnded(call.call_id, talk.agent_id, talk.leg_id, held_s))
        talk.held_since = None
        talk.tape_s -= held_s


def end_party(turn: Turn, call: Call, party: Party, cause: int) -> None:
    """Take them out of the call; their leg, if it is still there, is ended."""
    agent = None if party.agent_id is None else turn.board.agents.get(party.agent_id)
    take_out(turn, call, party, cause)
    if party.leg_id and party.leg_id not in turn.board.gone:
        turn.hang_up(party.leg_id, party.node, agent)
    if agent is not None:
        release(turn, agent)


def take_out(turn: Turn, call: Call, party: Party, cause: int) -> None:
    """They are no party any more, whatever becomes of their leg."""
    if party.state is PartyState.RINGING:
        turn.board.deadlines.clear(Due.PARTY_RING, call.call_id)
    party.take(PartyStep.LEFT)
    del call.parties[party.party_id]
    call.sent.pop(party.leg_id, None)
    result = PartyResult.TALKED if party.answered_at is not None else _why(party, cause)
    talked_s = 0.0 if party.answered_at is None else (turn.now - party.answered_at).total_seconds()
    if result not in (PartyResult.TALKED, PartyResult.CANCELLED):
        call.unreached = (party, result)
    turn.note(PartyEnded(call.call_id, party.party_id, result, cause, talked_s))
    turn.touch_call(call.call_id)


def _why(party: Party, cause: int) -> PartyResult:
    if party.cancelled:
        return PartyResult.CANCELLED
    return _RESULTS.get(cause, PartyResult.UNREACHABLE)


def release(turn: Turn, agent: Agent, step: AgentStep = AgentStep.WITHDRAWN) -> None:
    """Back to what the agent did before by `step`, or to the pause that was asked for meanwhile."""
    agent.call_id = None
    reason = agent.next_reason or agent.hindrance(turn.now)
    agent.next_reason = None
    if reason:
        turn.move(agent, AgentStep.PAUSED, reason)
    else:
        turn.move(agent, step)
    if agent.removed:
        leave_work(turn, agent)
