"""Which agents each campaign has now, told to its pacing as they come and go.

An agent counts for one campaign only, so that two never dial for the same one: the first that runs (by its id) among
those whose queue the agent belongs to.
"""

from collections.abc import Mapping

from cti.domain.attempt_words import Attending
from cti.domain.values import AgentState
from dialer.domain.pace_words import AgentLeft, AgentReady, AgentTalks, AgentWrapUp
from dialer.ports import Floor
from dialer.run import CampaignRun

_OF_A_CALL = frozenset({AgentState.WRAP_UP, AgentState.TALKING, AgentState.RINGING})


class Attendance:
    """Remembers what each pacing was told last."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._told: dict[int, tuple[int, AgentState | None]] = {}

    def changed(self, agent_id: int, runs: Mapping[int, CampaignRun], now_s: float) -> None:
        """One agent is in another state."""
        agent = self._floor.agent(agent_id)
        if agent is None:
            self._forget(agent_id, runs, now_s)
        else:
            self._tell(agent, runs, now_s)

    def take_stock(self, runs: Mapping[int, CampaignRun], now_s: float) -> None:
        """Look at all of them: campaigns came or went, or people got other queues."""
        present = {agent.agent_id: agent for agent in self._floor.agents()}
        for agent_id in self._told.keys() - present.keys():
            self._forget(agent_id, runs, now_s)
        for agent in present.values():
            self._tell(agent, runs, now_s)

    def _tell(self, agent: Attending, runs: Mapping[int, CampaignRun], now_s: float) -> None:
        campaign_id, name = _campaign_of(agent, runs), str(agent.agent_id)
        for other_id, run in runs.items():
            # a call of another campaign may have come to them: there they are not counted on
            if other_id != campaign_id and run.pacing.agents.knows(name):
                run.pacing.handle(AgentLeft(name), now_s)
        if campaign_id is None:
            self._told.pop(agent.agent_id, None)
            return
        phase = _phase_of(agent, campaign_id)
        if self._told.get(agent.agent_id) == (campaign_id, phase):
            return
        self._told[agent.agent_id] = campaign_id, phase
        # who rings is told by the attempt that they take
        if phase is not AgentState.RINGING:
            runs[campaign_id].pacing.handle(_EVENTS.get(phase, AgentLeft)(name), now_s)

    def _forget(self, agent_id: int, runs: Mapping[int, CampaignRun], now_s: float) -> None:
        campaign_id, _ = self._told.pop(agent_id, (0, None))
        if campaign_id in runs:
            runs[campaign_id].pacing.handle(AgentLeft(str(agent_id)), now_s)


_EVENTS: dict[AgentState | None, type[AgentReady | AgentWrapUp | AgentTalks]] = {
    AgentState.READY: AgentReady,
    AgentState.WRAP_UP: AgentWrapUp,
    AgentState.TALKING: AgentTalks,
}


def _phase_of(agent: Attending, campaign_id: int) -> AgentState | None:
    """What they do for this campaign; None: nothing."""
    if agent.state is AgentState.READY:
        return agent.state if agent.can_take else None
    return agent.state if agent.campaign_id == campaign_id and agent.state in _OF_A_CALL else None


def _campaign_of(agent: Attending, runs: Mapping[int, CampaignRun]) -> int | None:
    """Whose call they have, else the first that runs."""
    of_queues = [one for one, run in runs.items() if run.plan.campaign.queue_id in agent.queue_ids]
    if agent.campaign_id in of_queues:
        return agent.campaign_id
    return min(of_queues, default=None)
