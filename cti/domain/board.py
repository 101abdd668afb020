"""All that the floor knows (Board), and one step over it (Turn): what it noted, touched and ordered."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from itertools import takewhile

from cti.domain.agent import Agent, AgentStep, endpoint_of
from cti.domain.call import Call
from cti.domain.callback import Callback, CallbackState
from cti.domain.commands import Command, HangUpLeg, OfferToFallback
from cti.domain.deadlines import Deadlines, Due
from cti.domain.demand import Demand, changes_at, demand_of
from cti.domain.facts import AgentChanged, Fact
from cti.domain.memories import CallMemory
from cti.domain.queue import Place, Queue, place_of
from cti.domain.standby import Standby
from cti.domain.values import AgentState, CallState, OutboundSettings

LEG_CLOSING_S = 3.0  # a leg that was told to hang up and is not gone by then keeps nobody from the next call
LONGEST_PAUSE_S = 60.0  # of a recording
# The fallback queue may ring somebody while it is listed, and until it has let go of the last caller who is taken back.
MEMBER_EXPECTED_S = 0.5
PARK_S = 120.0  # then a parked caller is brought back
TOMBSTONE_S = 600.0  # a late or repeated event of an ended leg is harmless for so long


def always_open(_queue_id: int, _at: datetime) -> bool:
    """Until the floor is told of business hours."""
    return True


@dataclass(slots=True)
class Node:
    """One switch as we see it."""

    up: bool = False
    since: datetime | None = None


@dataclass(slots=True)
class Board:
    """The state; only functions of this package that hold a Turn change it.

    `leg_calls` has the living legs of living calls (customers' and agents'); `closing` the legs that were told to hang
    up, and `closing_of` whose they are; `gone` the tombstones; `away` the calls of before a restart, or led by the
    fallback, that nobody has seen again; `parked` the parked calls by slot; `member_legs` the fallback queue's legs to
    agents. `own_legs` are the agents' persistent legs, `plays` says of legs of calls which of those plays them.
    `callbacks`: who is to be called when their turn comes; those in `callbacks_at_work` have a call or an agent.
    `is_open(queue_id, at)`: whether the line takes calls by its business hours. `telling_nodes`: whose trunk has said
    of somebody that it rings there, or let something be heard, before they answered.
    """

    new_id: Callable[[], str]
    recording_allowed: Callable[[int], bool]
    zone: tzinfo
    is_open: Callable[[int, datetime], bool] = always_open
    calls: dict[str, Call] = field(default_factory=dict)
    agents: dict[int, Agent] = field(default_factory=dict)
    queues: dict[int, Queue] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    telling_nodes: set[str] = field(default_factory=set)
    deadlines: Deadlines = field(default_factory=Deadlines)
    leg_calls: dict[str, str] = field(default_factory=dict)
    rooms: dict[str, str] = field(default_factory=dict)
    closing: dict[str, str] = field(default_factory=dict)
    closing_of: dict[str, int] = field(default_factory=dict)
    gone: dict[str, datetime] = field(default_factory=dict)
    away: dict[str, CallMemory] = field(default_factory=dict)
    longest_pause_s: float = LONGEST_PAUSE_S
    park_s: float = PARK_S
    parked: dict[int, str] = field(default_factory=dict)
    callbacks: dict[str, Callback] = field(default_factory=dict)
    callbacks_at_work: dict[str, None] = field(default_factory=dict)
    outbound: OutboundSettings = field(default_factory=OutboundSettings)
    reachable: set[str] = field(default_factory=set)
    standby: Standby = field(default_factory=Standby)
    _extensions: dict[str, int] = field(default_factory=dict)
    member_legs: dict[str, int] = field(default_factory=dict)
    own_legs: dict[str, int] = field(default_factory=dict)
    plays: dict[str, str] = field(default_factory=dict)

    def living(self, call_id: str) -> Call | None:
        """The call if it is known and not over."""
        call = self.calls.get(call_id)
        return None if call is None or call.state is CallState.ENDED else call

    def by_extension(self, extension: str) -> Agent | None:
        """Whose phone it is."""
        agent = self.agents.get(self._extensions.get(extension, 0))
        if agent is None or agent.settings.extension != extension:
            # Somebody else's since, or nobody's: administrators change that, not calls.
            agent = next((one for one in self.agents.values() if one.settings.extension == extension), None)
            if agent is not None:
                self._extensions[extension] = agent.agent_id
        return agent

    def place(self, call: Call | Callback) -> Place:
        """Where a queued call stands."""
        if isinstance(call, Callback):
            return place_of(call.priority, call.stands_since or call.queued_at, call.callback_id)
        return place_of(call.priority, call.stands_since or call.queued_at or call.arrived_at, call.call_id)

    def queue_of(self, call: Call | Callback) -> Queue | None:
        """The line that the call came into, unless an administrator removed it."""
        return None if call.queue is None else self.queues.get(call.queue.queue_id)

    def is_up(self, node: str) -> bool:
        """The switch is in sight."""
        known = self.nodes.get(node)
        return known is None or known.up

    def may_ring(self, call_id: str) -> bool:
        """An agent can be rung for it: its switch is in sight, and somebody would bring the caller to the agent."""
        call = self.calls[call_id]
        return call.attached and self.is_up(call.node)

    def demand_of(self, call_id: str, now: datetime) -> Demand | None:
        """What a waiting call asks of an agent; None when nobody can be rung for it."""
        if call_id in self.callbacks:
            return self._demand_of_callback(self.callbacks[call_id], now)
        call = self.calls[call_id]
        if call.queue is None or not self.may_ring(call_id):
            return None
        preferred = None if call.preferred_agent_id is None else self.agents.get(call.preferred_agent_id)
        demand = demand_of(call, call.queue, preferred, now)
        return self._without(demand, lambda other: other.state is CallbackState.CHECKING)

    def _demand_of_callback(self, callback: Callback, now: datetime) -> Demand | None:
        """None while it is asked whether it may be called, and while the person is on the telephone with us."""
        if callback.state is not CallbackState.WAITING or callback.in_person is not None or self.node_up is None:
            return None
        own = callback.preferred_agent_id
        demand = demand_of(callback, callback.queue, None if own is None else self.agents.get(own), now)
        return self._without(demand, lambda _: True)

    def _without(self, demand: Demand, of: Callable[[Callback], bool]) -> Demand:
        """Not the agents whom such callbacks have."""
        if not self.callbacks_at_work:
            return demand
        others = [self.callbacks[name] for name in self.callbacks_at_work]
        taken = frozenset(one.agent_id for one in others if one.agent_id is not None and of(one))
        return replace(demand, without=taken) if taken else demand

    @property
    def node_up(self) -> str | None:
        """A switch that is in sight, by which somebody can be called; None if there is none."""
        return next((name for name, node in sorted(self.nodes.items()) if node.up), None)

    def bury(self, leg_id: str, now: datetime) -> None:
        """Remember that the leg is gone, and forget those that are long gone."""
        self.gone[leg_id] = now
        self.rooms.pop(leg_id, None)
        self.leg_calls.pop(leg_id, None)
        self.closing.pop(leg_id, None)
        self.closed(leg_id)
        agent = self.agents.get(self.member_legs.pop(leg_id, 0))
        if agent is not None:
            agent.member_legs.discard(leg_id)
            self.standby.look(agent)
        limit = now - timedelta(seconds=TOMBSTONE_S)
        for old in list(takewhile(lambda leg: self.gone[leg] <= limit, self.gone)):  # in the order of burial
            del self.gone[old]

    def closed(self, leg_id: str) -> None:
        """Whoever had this leg may be rung again."""
        agent = self.agents.get(self.closing_of.pop(leg_id, 0))
        if agent is not None and agent.closing_leg == leg_id:
            agent.closing_leg = None
            self.deadlines.clear(Due.LEG_CLOSING, agent.agent_id)
            self.standby.look(agent)


def _demand_name(call: Call | Callback) -> tuple[Due, str]:
    if isinstance(call, Callback):
        return Due.CALLBACK_DEMAND, call.callback_id
    return Due.DEMAND, call.call_id


def _count(agent: Agent, step: AgentStep, now: datetime) -> None:
    match step:
        case AgentStep.SIGNED_IN:
            agent.taken = 0
        case AgentStep.OFFERED:
            agent.offered_at = now
        case AgentStep.JOINED:
            agent.taken += 1


class Turn:
    """One step: everything that it does to the board goes into one numbered change."""

    def __init__(self, board: Board, now: datetime) -> None:
        self.board = board
        self.now = now
        self.facts: list[Fact] = []
        self.touched: dict[str, None] = {}
        self.commands: list[Command] = []
        self._agents: dict[int, Agent] = {}

    def note(self, fact: Fact) -> None:
        """Write it into the diary."""
        self.facts.append(fact)

    def order(self, command: Command) -> None:
        """Have it done."""
        self.commands.append(command)

    def touch_call(self, *call_ids: str) -> None:
        """Their views are different now."""
        self.touched.update((f"call:{call_id}", None) for call_id in call_ids)

    def touch_callback(self, *callback_ids: str) -> None:
        """Their views are different now."""
        self.touched.update((f"callback:{callback_id}", None) for callback_id in callback_ids)

    def _touch_places(self, ids: Iterable[str]) -> None:
        for one in ids:
            if one in self.board.callbacks:
                self.touch_callback(one)
            else:
                self.touch_call(one)

    def touch_queues(self, queue_ids: Iterable[int]) -> None:
        """Their views are different now."""
        self.touched.update((f"queue:{queue_id}", None) for queue_id in queue_ids)

    def touched_queues(self) -> Iterator[int]:
        """Return those whose views are different now."""
        return (int(key.removeprefix("queue:")) for key in self.touched if key.startswith("queue:"))

    def touch_agent(self, agent: Agent) -> None:
        """The agent's view is different now."""
        self.touched[f"agent:{agent.agent_id}"] = None
        self._agents[agent.agent_id] = agent

    def settle(self) -> None:
        """Count those agents anew who are different now."""
        for agent_id, agent in self._agents.items():
            self.board.standby.look(agent, is_gone=agent_id not in self.board.agents)
        self._agents.clear()

    def touch_calls_of(self, agent: Agent) -> None:
        """The agent's name in their calls' views is different now."""
        for call in self.board.calls.values():
            others = call.parties.values() if call.unreached is None else (*call.parties.values(), call.unreached[0])
            named = (call.last_agent_id, call.passed_on_by, *call.supervisions, *(party.agent_id for party in others))
            if agent.agent_id in named or call.call_id == agent.call_id:
                self.touch_call(call.call_id)

    def touch_system(self) -> None:
        """The system's view is different now."""
        self.touched["system"] = None

    def move(self, agent: Agent, step: AgentStep, reason: str = "") -> None:
        """Take the agent one step through their life, and tell everyone."""
        before, before_reason, since = agent.state, agent.reason, agent.since
        agent.take(step)
        agent.reason = reason
        if agent.state is AgentState.READY and step is not AgentStep.WITHDRAWN:
            agent.idle_since = self.now
        _count(agent, step, self.now)
        if (agent.state, agent.reason) != (before, before_reason):
            agent.since = self.now
            lasted_s = (self.now - since).total_seconds()
            if agent.state is AgentState.WRAP_UP:
                agent.wraps_up = agent.call_id
            wrapped = agent.wraps_up if AgentState.WRAP_UP in (before, agent.state) else None
            self.note(AgentChanged(agent.agent_id, agent.state, agent.reason, before, lasted_s, wrapped))
        self.touch_agent(agent)
        self.touch_queues(sorted(agent.settings.queue_ids & self.board.queues.keys()))
        self.keep_fallback(agent)

    def keep_fallback(self, agent: Agent, repeat: bool = False) -> None:
        """Tell the switch's plain queue whether this agent would take calls if Callroom were away."""
        endpoint, available = endpoint_of(agent.settings), agent.serves_fallback
        if endpoint and (repeat or available != agent.in_fallback):  # app_queue cannot know of one outside
            agent.in_fallback = available
            self.order(OfferToFallback(endpoint, available))

    def lend(self, agent: Agent, leg_id: str) -> None:
        """The fallback queue has the agent's phone: nothing else is offered there until that leg is gone."""
        self.board.member_legs[leg_id] = agent.agent_id
        agent.member_legs.add(leg_id)
        self.touch_agent(agent)

    def expect_member(self, agent: Agent) -> None:
        """The fallback queue may be about to ring the agent, unheard yet: two calls would meet at the phone."""
        agent.member_expected = True
        self._agents[agent.agent_id] = agent
        until = self.now + timedelta(seconds=MEMBER_EXPECTED_S)
        self.board.deadlines.put(Due.MEMBER_EXPECTED, agent.agent_id, until)

    def enter_line(self, call: Call | Callback, queue: Queue) -> None:
        """Let the call stand in line; those behind it move back."""
        place = self.board.place(call)
        self._touch_places([place[2], *queue.enter(place)])
        self.touch_queues([queue.settings.queue_id])
        self.await_demand(call)

    def put_anew(self, queue: Queue, waiting: Iterable[Call | Callback]) -> None:
        """Let them stand where their priority puts them now: all at once, lines may be long."""
        self._touch_places(queue.put_anew([self.board.place(one) for one in waiting]))

    def await_demand(self, call: Call | Callback) -> None:
        """Look for an agent again when the call asks for less."""
        at = None if call.queue is None else changes_at(call, call.queue, self.now)
        due, name = _demand_name(call)
        if at is None:
            self.board.deadlines.clear(due, name)
        else:
            self.board.deadlines.put(due, name, at)

    def leave_line(self, call: Call | Callback) -> None:
        """Take the call out of line; those behind it move up."""
        self.board.deadlines.clear(*_demand_name(call))
        queue = self.board.queue_of(call)
        if queue is not None and not (isinstance(call, Call) and call.stands_by_callback):
            place = self.board.place(call)
            self._touch_places([place[2], *queue.leave(place)])
            self.touch_queues([queue.settings.queue_id])

    def hang_up(self, leg_id: str, node: str, agent: Agent | None = None) -> None:
        """End an agent's leg; should it still answer, it is told again.

        The agent is offered nothing until it is gone: two calls at once would meet at the phone.
        """
        if agent is not None:
            agent.closing_leg = leg_id
            self._agents[agent.agent_id] = agent
            self.board.closing_of[leg_id] = agent.agent_id
            self.board.deadlines.put(Due.LEG_CLOSING, agent.agent_id, self.now + timedelta(seconds=LEG_CLOSING_S))
        self.board.leg_calls.pop(leg_id, None)
        self.board.rooms.pop(leg_id, None)
        self.board.closing[leg_id] = node
        self.order(HangUpLeg(node, leg_id))
