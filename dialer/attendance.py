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
        campaign_id = _campaign_of(agent, runs)
        before = self._told.get(agent.agent_id)
        if before is not None and before[0] != campaign_id:
            self._forget(agent.agent_id, runs, now_s)
            before = None
        if campaign_id is None:
            return
        is_ours = agent.campaign_id == campaign_id
        is_here = agent.state is AgentState.READY or (is_ours and agent.state in _OF_A_CALL)
        phase = agent.state if is_here else None
        if before == (campaign_id, phase):
            return
        self._told[agent.agent_id] = campaign_id, phase
        pacing, name = runs[campaign_id].pacing, str(agent.agent_id)
        if phase is AgentState.READY:
            pacing.handle(AgentReady(name), now_s)
        elif phase is AgentState.WRAP_UP:
            pacing.handle(AgentWrapUp(name), now_s)
        elif phase is None:
            pacing.handle(AgentLeft(name), now_s)
        elif phase is AgentState.TALKING:
            pacing.handle(AgentTalks(name), now_s)
        # who rings is told by the attempt that they take

    def _forget(self, agent_id: int, runs: Mapping[int, CampaignRun], now_s: float) -> None:
        campaign_id, _ = self._told.pop(agent_id, (0, None))
        if campaign_id in runs:
            runs[campaign_id].pacing.handle(AgentLeft(str(agent_id)), now_s)


def _campaign_of(agent: Attending, runs: Mapping[int, CampaignRun]) -> int | None:
    of_queues = (one for one, run in runs.items() if run.plan.campaign.queue_id in agent.queue_ids)
    return min(of_queues, default=None)
