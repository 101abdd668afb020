"""How many calls to place now.

The rule: place calls as long as one more would be without an agent, or take one from somebody, with no more than the
accepted chance. That chance is computed at several moments at which a new call may be answered, from the age of every
ringing line, talk and wrap-up, and from how well it is known which share answers; what is accepted keeps the window's
abandonment under its limit (`allowance`). An idle agent always has a line: that risks nobody.

Why the risk of one more call and not the expected share of all: the exact optimum of the Markov case (module
`dialer.simulation.bound`) is a level of ringing lines at which the marginal risk is nearly constant, however
many agents are idle.

Rule 1: nothing here knows an outcome before it was told; the simulation drives this same object.
Rule 2: who asks for calls tells of their start at once, before anything else can ask.
Rule 3: what is learned goes on from window to window; only its counts begin anew.
"""

from collections.abc import Callable
from typing import Any

from dialer.domain.agents import Agents
from dialer.domain.allowance import Allowance
from dialer.domain.lines import Lines
from dialer.domain.pace_words import (
    Abandoned,
    AgentLeaves,
    AgentLeft,
    AgentReady,
    AgentTalks,
    AgentWrapUp,
    AttemptEnded,
    AttemptStarted,
    Connected,
    HumanAnswered,
    HungUp,
    NotAPerson,
    Pace,
    PaceEvent,
    PaceLimits,
    PaceReason,
    Rang,
    RouteFailed,
    Window,
    Withdrawn,
)
from dialer.domain.route import Route
from dialer.domain.surplus import Floats, chance_of_harm, opposite

_HORIZONS = 5
_OPPOSITE = opposite(_HORIZONS)
_LOOK_AGAIN_S = 1.0
_OVERDUE = 2.5
"""Times the deadline: whoever waits for so long, by what was told, waits no more."""
# The level just now may be that of a dead list or a broken route. Should people answer again as the law says, then at
# least every second new one shall find an agent.
_SURPRISE_RISK_RATIO = 0.5


class Pacing:
    """One campaign's pace. Not for manual and preview dialing, where an agent asks for each call."""

    def __init__(self, limits: PaceLimits, agents: Agents | None = None) -> None:
        self.limits = limits
        self.allowance = Allowance(limits.abandonment_limit_ratio)
        self.lines = Lines()
        self.agents = agents or Agents()
        self.route = Route()
        self._next_s = 0.0
        self._on: dict[type, Callable[[Any, float], None]] = {
            AttemptStarted: self._heard_start,
            Rang: lambda event, now_s: self.route.rang(event.attempt_id, now_s),
            HumanAnswered: self._heard_answer,
            AttemptEnded: self._heard_end,
            RouteFailed: self._heard_refusal,
            Connected: self._heard_connected,
            NotAPerson: lambda *_: self.allowance.not_a_person(),
            HungUp: lambda event, _: self.lose(event.attempt_id),
            Withdrawn: self._heard_withdrawn,
            Abandoned: self._heard_abandoned,
            AgentReady: lambda event, now_s: self.agents.ready(event.agent_id, now_s),
            AgentTalks: lambda event, now_s: self.agents.take_over(event.agent_id, now_s),
            AgentWrapUp: lambda event, now_s: self.agents.wrap_up(event.agent_id, now_s),
            AgentLeaves: lambda event, _: self.agents.plan_to_leave(event.agent_id, leaving=event.leaving),
            AgentLeft: lambda event, _: self.agents.leave(event.agent_id),
        }
        self.look_ahead()

    def open_window(self, window: Window) -> None:
        """Begin to count anew, or go on with what a window counted before a restart."""
        self.allowance.open(window)

    def change(self, limits: PaceLimits) -> None:
        """Take other limits while the campaign runs."""
        self.limits = limits
        self.allowance.limit_ratio = limits.abandonment_limit_ratio
        self.look_ahead()

    def handle(self, event: PaceEvent, now_s: float) -> None:
        """Hear of something; events of lines and agents that are not known are taken as they come."""
        self._on[type(event)](event, now_s)

    def _heard_start(self, event: AttemptStarted, now_s: float) -> None:
        self.route.dialed(event.attempt_id, now_s)
        self.lines.start(event.attempt_id, now_s)

    def _heard_withdrawn(self, event: Withdrawn, _now_s: float) -> None:
        self.route.forget(event.attempt_id)
        self.lines.fail(event.attempt_id)

    def reached(self, attempt_id: str, now_s: float) -> None:
        """Somebody is there for whom no agent is wanted."""
        self.route.heard(attempt_id, now_s)
        self.route.worked()
        self.lines.leave(attempt_id)

    def lose(self, attempt_id: str) -> None:
        """It is no line that rings any more, and nothing is learned from that."""
        self.route.forget(attempt_id)
        self.lines.leave(attempt_id)

    def _heard_answer(self, event: HumanAnswered, now_s: float) -> None:
        self.route.heard(event.attempt_id, now_s)
        self.route.worked()
        self.lines.answer(event.attempt_id, now_s)

    def _heard_end(self, event: AttemptEnded, now_s: float) -> None:
        if event.by_us:
            self.route.forget(event.attempt_id)
        else:
            self.route.heard(event.attempt_id, now_s)
        self.route.worked()
        self.lines.end(event.attempt_id, now_s)

    def _heard_refusal(self, event: RouteFailed, now_s: float) -> None:
        if event.unheard:
            self.route.unheard(event.attempt_id, now_s)
        else:
            self.route.forget(event.attempt_id)
            self.route.failed(now_s)
        self.lines.fail(event.attempt_id)

    def _heard_connected(self, event: Connected, now_s: float) -> None:
        self.route.heard(event.attempt_id, now_s)
        self.lines.hand_over(event.attempt_id, now_s)
        self.agents.talk(event.agent_id, now_s)
        if event.late:
            self.allowance.abandoned(now_s)
        else:
            self.allowance.connected(now_s)

    def _heard_abandoned(self, event: Abandoned, now_s: float) -> None:
        self.route.forget(event.attempt_id)
        since_s = self.lines.hand_over(event.attempt_id, now_s)
        if since_s is not None:
            self.agents.doubt(since_s, now_s)
        self.allowance.abandoned(now_s)

    def next_deadline_s(self) -> float:
        """Return when to ask again though nothing happened: lines and talks grow older."""
        return self._next_s

    def calls_to_place(self, now_s: float) -> Pace:
        """Return how many calls to place at this moment, and why.

        Tell of each with `AttemptStarted` before asking again.
        """
        self._next_s = now_s + _LOOK_AGAIN_S
        self.make_sense(now_s)
        if not self.agents.present:
            return Pace(0, PaceReason.NO_AGENTS)
        if (held := self.held_back(now_s)) is not None:
            return held
        room = self.room()
        if room <= 0:
            return Pace(0, PaceReason.LINES_FULL)
        return self._by_risk(now_s, room)

    def held_back(self, now_s: float, *, for_agents: bool = True) -> Pace | None:
        """Place one call from time to time while the way out does not work; None: it does."""
        self.route.look(now_s)
        if not self.route.fails:
            return None
        is_wanted = self.agents.idle > 0 or not for_agents
        testing = is_wanted and self.route.may_try(now_s) and not self.lines.ringing
        return Pace(int(testing), PaceReason.ROUTE_FAILS)

    def make_sense(self, now_s: float) -> None:
        """Drop what cannot be true any more, as something was not told: before anything is counted."""
        self.lines.forget_lost(now_s)
        self.agents.trust_again(now_s)
        self.agents.doubt_first(self.lines.overdue(now_s, _OVERDUE * self.limits.connect_deadline_s), now_s)

    def room(self) -> int:
        """How many more lines may ring."""
        limits = self.limits
        most = min(limits.lines_max, int(limits.lines_per_agent_max * self.agents.present))
        return most - self.lines.ringing

    def _by_risk(self, now_s: float, room: int) -> Pace:
        harmless = min(room, max(0, self.agents.idle - self.lines.ringing - self.lines.waiting))
        accepted = self.allowance.accepted_risk_ratio(now_s)
        if accepted <= 0:
            return Pace(harmless, PaceReason.LIMIT_SPENT)
        if self.lines.learn(now_s) | self.agents.learn(now_s):
            self.look_ahead()
        free, ages = self.agents.free(now_s), self.lines.ages(now_s)
        level = self.lines.level.value()
        calls, risk = self._most_calls(free, ages, level, accepted, room)
        if calls and level < 1:
            calls, _ = self._most_calls(free, ages, 1.0, _SURPRISE_RISK_RATIO, calls)
        if calls > harmless:
            return Pace(calls, PaceReason.AHEAD, risk, accepted)
        return Pace(harmless, PaceReason.FOR_IDLE if harmless else PaceReason.ENOUGH_RINGING, risk, accepted)

    def _most_calls(self, free: Floats, ages: Floats, level: float, accepted: float, room: int) -> tuple[int, float]:
        """Return how many calls keep the risk of one more accepted, and the risk of the first that is not placed."""
        people = self.lines.people(ages, level)
        surplus, each = (people + _OPPOSITE * free).tolist(), self.lines.one_more(level).tolist()
        answers, doubt = self.lines.answers(people).tolist(), self.lines.law.doubt_ratio
        calls = 0
        while (risk := chance_of_harm(surplus, each, calls, answers, doubt)) <= accepted and calls < room:
            calls += 1
        return calls, risk

    def look_ahead(self) -> None:
        """Prepare what is asked of lines and agents from what they know now."""
        moments_s = self.lines.law.answer_moments_s(_HORIZONS)
        self.lines.look_ahead(moments_s)
        # who answers then may still wait for an agent until the deadline
        self.agents.look_ahead([moment + self.limits.connect_deadline_s for moment in moments_s])
