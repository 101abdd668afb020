"""Which agents each campaign has now, told to its pacing as they come and go.

An agent counts for one campaign at a time (`domain.sharing`), and for none while callers need them (`domain.inbound`).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from cti.domain.attempt_words import Attending
from cti.domain.values import AgentState
from dialer.domain.inbound import CallerFlows, Server, kept_for_callers
from dialer.domain.pace_words import AgentLeaves, AgentLeft, AgentReady, AgentTalks, AgentWrapUp
from dialer.domain.sharing import Member, shared_out
from dialer.ports import Floor
from dialer.run import CampaignRun

_OF_A_CALL = frozenset({AgentState.WRAP_UP, AgentState.TALKING, AgentState.RINGING})
_AWAY = frozenset({AgentState.SIGNED_OUT, AgentState.NOT_READY})
_FREE_FIRST = {AgentState.READY: 0, AgentState.WRAP_UP: 1}
Runs = Mapping[int, CampaignRun]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a pacing was told last of an agent; `phase` None: nothing, they do not count."""

    campaign_id: int | None = None
    phase: AgentState | None = None
    leaves: bool = False


class Attendance:
    """Remembers what each pacing was told last."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._told: dict[int, _Told] = {}
        self._given: dict[int, int] = {}
        self._kept: frozenset[int] = frozenset()
        self._flows = CallerFlows()

    def changed(self, agent_id: int, runs: Runs, now_s: float) -> None:
        """One agent is in another state."""
        agent = self._floor.agent(agent_id)
        if agent is None:
            self._forget(agent_id, runs, now_s)
            return
        bound, options = _bound_to(agent, runs), _options(agent, runs)
        if bound is None and options and self._given.get(agent_id) not in options:
            self.take_stock(runs, now_s)
        else:
            campaign_id = self._given.get(agent_id) if bound is None and options else bound
            self._tell(agent, campaign_id, runs, now_s)

    def take_stock(self, runs: Runs, now_s: float) -> None:
        """Share all of them out anew: campaigns came or went, have people or none, or callers need agents."""
        present = {agent.agent_id: agent for agent in self._floor.agents()}
        for agent_id in self._told.keys() - present.keys():
            self._forget(agent_id, runs, now_s)
        self._keep_for_callers(present, runs, now_s)
        members = {
            agent_id: Member(_options(agent, runs), _bound_to(agent, runs), self._given.get(agent_id))
            for agent_id, agent in present.items()
            # who is away takes nobody else's part of a share
            if agent.state not in _AWAY and (agent_id not in self._kept or _bound_to(agent, runs) is not None)
        }
        self._given = shared_out(members, {campaign_id: run.claim for campaign_id, run in runs.items()})
        for agent_id, agent in present.items():
            self._tell(agent, self._given.get(agent_id), runs, now_s)

    def know_nothing(self) -> None:
        """Tell everything anew at the next stock-taking."""
        self._told.clear()

    def uncounted(self, campaign_id: int, runs: Runs) -> dict[str, int]:
        """Count by reason those who work in the campaign's queue and are not counted for it now."""
        if runs[campaign_id].plan.is_agentless:
            return {}
        queue_id = runs[campaign_id].plan.campaign.queue_id
        here = [one for one in self._floor.agents() if queue_id in one.queue_ids]
        whys = [self.why_not(one, campaign_id, runs) for one in here if one.state is not AgentState.SIGNED_OUT]
        return dict(Counter(why for why in whys if why))

    def why_not(self, agent: Attending, campaign_id: int, runs: Runs) -> str:
        """Return as a code why a campaign at work does not count on them now; "": it does."""
        told = self._told.get(agent.agent_id, _Told())
        if told.campaign_id == campaign_id and told.phase is not None:
            return ("callers_first" if agent.agent_id in self._kept else "leaves") if told.leaves else ""
        if agent.state is AgentState.NOT_READY:
            return "paused"
        if agent.state is not AgentState.READY:
            return "other_call" if agent.campaign_id is None else "other_campaign"
        if campaign_id not in _options(agent, runs):
            return "callers_only" if runs[campaign_id].needs_agents else "not_needed"
        if agent.agent_id in self._kept:
            return "callers_first"
        return "other_campaign" if told.phase is not None else "phone"

    def _keep_for_callers(self, present: Mapping[int, Attending], runs: Runs, now_s: float) -> None:
        """As many as wait in their lines, or will before somebody who is dialed now can answer."""
        lines = self._floor.caller_lines()
        self._flows.look({line.queue_id: line.came for line in lines}, now_s)
        within_s = max((run.answers_within_s for run in runs.values()), default=0.0)
        needed = {line.queue_id: line.waiting + self._flows.expected(line.queue_id, within_s) for line in lines}
        servers = [server for agent in present.values() if (server := _server(agent, runs)) is not None]
        self._kept = kept_for_callers(needed, servers)

    def _tell(self, agent: Attending, campaign_id: int | None, runs: Runs, now_s: float) -> None:
        name, is_kept = str(agent.agent_id), agent.agent_id in self._kept
        phase = None if campaign_id is None else _phase_of(agent, campaign_id, is_kept=is_kept)
        for other_id, run in runs.items():
            # a call of another campaign may have come to them: there they are not counted on
            if (other_id != campaign_id or phase is None) and run.pacing.agents.knows(name):
                run.pacing.handle(AgentLeft(name), now_s)
        told = _Told(campaign_id, phase, phase in _OF_A_CALL and (agent.leaves or is_kept))
        before, self._told[agent.agent_id] = self._told.get(agent.agent_id), told
        if told == before or campaign_id is None or phase is None:
            return
        pacing = runs[campaign_id].pacing
        # who rings is told by the attempt that they take
        is_new = before is None or (before.campaign_id, before.phase) != (campaign_id, phase)
        if is_new and phase is not AgentState.RINGING:
            pacing.handle(_EVENTS[phase](name), now_s)
        pacing.handle(AgentLeaves(name, told.leaves), now_s)

    def _forget(self, agent_id: int, runs: Runs, now_s: float) -> None:
        told = self._told.pop(agent_id, _Told())
        self._given.pop(agent_id, None)
        if told.campaign_id is not None and told.campaign_id in runs:
            runs[told.campaign_id].pacing.handle(AgentLeft(str(agent_id)), now_s)


_EVENTS: dict[AgentState, type[AgentReady | AgentWrapUp | AgentTalks]] = {
    AgentState.READY: AgentReady,
    AgentState.WRAP_UP: AgentWrapUp,
    AgentState.TALKING: AgentTalks,
}


def _phase_of(agent: Attending, campaign_id: int, *, is_kept: bool) -> AgentState | None:
    """What they do for this campaign; None: nothing."""
    if agent.state is AgentState.READY:
        return agent.state if agent.can_take and not is_kept else None
    return agent.state if agent.campaign_id == campaign_id and agent.state in _OF_A_CALL else None


def _bound_to(agent: Attending, runs: Runs) -> int | None:
    """The campaign whose call they have."""
    run = runs.get(agent.campaign_id or 0)
    return agent.campaign_id if run is not None and run.plan.campaign.queue_id in agent.queue_ids else None


def _options(agent: Attending, runs: Runs) -> frozenset[int]:
    """The campaigns that may count on them: where callers come to them too, only those that blend."""
    at_work = {campaign_id: run for campaign_id, run in runs.items() if run.needs_agents}
    dialed_for = {run.plan.campaign.queue_id for run in at_work.values()}
    takes_callers = not agent.queue_ids <= dialed_for
    return frozenset(
        campaign_id
        for campaign_id, run in at_work.items()
        if run.plan.campaign.queue_id in agent.queue_ids and (run.plan.campaign.rules.blend or not takes_callers)
    )


def _server(agent: Attending, runs: Runs) -> Server | None:
    """How they serve callers: whom campaigns count on too, or who waits for callers alone; None: neither."""
    options = _options(agent, runs)
    is_free = agent.state is AgentState.READY and agent.can_take
    if not options:
        return Server(agent.agent_id, agent.queue_ids, 0, blends=False) if is_free else None
    inbound_first = all(runs[one].plan.campaign.rules.inbound_first for one in options)
    if not inbound_first or agent.leaves or not (is_free or agent.state in _OF_A_CALL):
        return None
    return Server(agent.agent_id, agent.queue_ids, _FREE_FIRST.get(agent.state, 2), blends=True)
