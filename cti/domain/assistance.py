"""An agent asks for help in a talk: supervisors see it until one takes it, somebody closes it, or the talk is over.

Rule: every transition is in HELP_TRANSITIONS; nothing else assigns `Help.state`.

    ASKED ──► TAKEN ──► gone
      └────────────────► gone
"""

from datetime import timedelta

from cti.domain.agent import Agent, Help, HelpState
from cti.domain.board import Turn
from cti.domain.holding import talk_of
from cti.domain.oversight import HelpAccepted, HelpClosed
from cti.domain.steering import HelpAsked, HelpEnded, HelpTaken
from cti.domain.wishes import AgentAskedForHelp, AgentNeedsNoHelp
from cti.errors import Refused

ASK_AGAIN_S = 10.0
HELP_TRANSITIONS: dict[HelpState, frozenset[HelpState]] = {
    HelpState.ASKED: frozenset({HelpState.TAKEN}),
    HelpState.TAKEN: frozenset(),
}


def asked(turn: Turn, event: AgentAskedForHelp) -> None:
    """Once more while it lasts is no error; once more right after it is refused."""
    call, _ = talk_of(turn, event.agent_id, event.call_id)
    agent = turn.board.agents[event.agent_id]
    if agent.help is not None:
        return
    if agent.helped_at is not None and turn.now - agent.helped_at < timedelta(seconds=ASK_AGAIN_S):
        raise Refused("asked_just_now", agent_id=agent.agent_id)
    agent.help, agent.helped_at = Help(call.call_id, turn.now), turn.now
    turn.note(HelpAsked(call.call_id, agent.agent_id))
    turn.touch_agent(agent)


def not_needed(turn: Turn, event: AgentNeedsNoHelp) -> None:
    """The agent manages alone after all; when it is over already, that is what was wanted."""
    agent = turn.board.agents.get(event.agent_id)
    if agent is not None and agent.help is not None and agent.help.call_id == event.call_id:
        end_help(turn, agent, event.agent_id)


def accepted(turn: Turn, event: HelpAccepted) -> None:
    """A supervisor sees to it."""
    agent = _who_asks(turn, event.agent_id)
    if agent.help is not None and agent.help.taken_by == event.by:
        return
    take_help(turn, agent, event.by)


def closed(turn: Turn, event: HelpClosed) -> None:
    """A supervisor says that it is done."""
    end_help(turn, _who_asks(turn, event.agent_id), event.by)


def take_help(turn: Turn, agent: Agent, by: int) -> None:
    """Refused if somebody else has taken it."""
    found = agent.help
    assert found is not None  # noqa: S101 - callers have looked
    if HelpState.TAKEN not in HELP_TRANSITIONS[found.state]:
        raise Refused("help_taken", agent_id=agent.agent_id, by=found.taken_by)
    found.state, found.taken_by = HelpState.TAKEN, by
    turn.note(HelpTaken(found.call_id, agent.agent_id, by))
    turn.touch_agent(agent)


def help_comes(turn: Turn, agent: Agent, by: int) -> None:
    """A supervisor attends the talk: that is help, if it was asked for."""
    if agent.help is not None and agent.help.state is HelpState.ASKED:
        take_help(turn, agent, by)


def end_help(turn: Turn, agent: Agent, by: int | None = None) -> None:
    """By this person, or (None) with the talk; nothing if none was asked for."""
    found = agent.help
    if found is None:
        return
    agent.help = None
    turn.note(HelpEnded(found.call_id, agent.agent_id, by, (turn.now - found.asked_at).total_seconds()))
    turn.touch_agent(agent)


def _who_asks(turn: Turn, agent_id: int) -> Agent:
    agent = turn.board.agents.get(agent_id)
    if agent is None or agent.help is None:
        raise Refused("no_help_asked", agent_id=agent_id)
    return agent
