"""What the pacing hears of, and what it answers.

All times are seconds on one clock that never goes back; only differences count.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class AttemptStarted:
    """A number is being dialed."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class Rang:
    """The network says that a telephone rings there."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class HumanAnswered:
    """A person is on the line and waits for an agent."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class AttemptEnded:
    """It ended without a person: not answered, busy, a machine, a dead number.

    `by_us`: we rang no longer, and the network had not said anything more.
    """

    attempt_id: str
    by_us: bool = False


@dataclass(frozen=True, slots=True)
class RouteFailed:
    """The carrier or the trunk refused it: this says nothing about who would have answered.

    `unheard`: nothing was told of it at all.
    """

    attempt_id: str
    unheard: bool = False


@dataclass(frozen=True, slots=True)
class Connected:
    """The person talks with this agent."""

    attempt_id: str
    agent_id: str
    late: bool = False
    """After the time that the policy gives: they talk, and count as abandoned all the same."""


@dataclass(frozen=True, slots=True)
class NotAPerson:
    """The agent was connected with a machine, or a telephone that screens calls, as is known afterwards."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The person left before the time was over that the policy gives: nobody had let them wait too long."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """It was hung up before anybody answered, as nobody was left: this says nothing about who would have."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class Abandoned:
    """The person was not connected in the time that the policy gives."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class AgentReady:
    """The agent takes the next person."""

    agent_id: str


@dataclass(frozen=True, slots=True)
class AgentTalks:
    """The agent talks with one of the campaign's people whom somebody else had, by a transfer or a takeover."""

    agent_id: str


@dataclass(frozen=True, slots=True)
class AgentWrapUp:
    """The talk is over, the agent is not free yet."""

    agent_id: str


@dataclass(frozen=True, slots=True)
class AgentLeaves:
    """The agent takes nobody after this talk, or with `leaving` False does after all."""

    agent_id: str
    leaving: bool = True


@dataclass(frozen=True, slots=True)
class AgentLeft:
    """Paused, signed out, or taken by another campaign or an inbound call."""

    agent_id: str


PaceEvent = (
    AttemptStarted
    | Rang
    | HumanAnswered
    | AttemptEnded
    | RouteFailed
    | Connected
    | NotAPerson
    | HungUp
    | Withdrawn
    | Abandoned
    | AgentReady
    | AgentTalks
    | AgentWrapUp
    | AgentLeaves
    | AgentLeft
)


class PaceReason(StrEnum):
    """Why so many and no more; a campaign manager reads it."""

    NO_AGENTS = "no_agents"
    """Nobody is there to talk."""
    ROUTE_FAILS = "route_fails"
    """Most of the last attempts were refused by the carrier, or it says nothing; one is tried from time to time."""
    LINES_FULL = "lines_full"
    """As many lines ring as the campaign may use."""
    TRUNKS_FULL = "trunks_full"
    """As many lines are in use as all campaigns together may have."""
    NUMBERS_USED_UP = "numbers_used_up"
    """Every number that may be shown was shown as often as its caps allow."""
    SWITCH_AWAY = "switch_away"
    """No switch is in sight that would dial."""
    STEADY = "steady"
    """So many calls a second, without agents."""
    LIMIT_SPENT = "limit_spent"
    """The window's abandonment is used up: no more lines than agents who wait."""
    ENOUGH_RINGING = "enough_ringing"
    """One more call would too likely find no agent."""
    AS_SET = "as_set"
    """As many lines as the campaign's mode opens for agents who wait."""
    FOR_IDLE = "for_idle"
    """A line for each agent who waits."""
    AHEAD = "ahead"
    """More lines than agents who wait, for agents who will be free and numbers that will not answer."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many calls to place now, and the figures behind it."""

    calls: int
    reason: PaceReason
    risk_ratio: float = 0.0
    """The chance that one more call costs somebody an agent."""
    accepted_risk_ratio: float = 0.0
    """What of it is accepted now, to keep the window's limit."""


@dataclass(frozen=True, slots=True)
class PaceLimits:
    """What a campaign and its policy allow; may change while it runs."""

    abandonment_limit_ratio: float = 0.03
    """Of the people who answered within the window."""
    connect_deadline_s: float = 2.0
    """From the answer; who waits longer was abandoned."""
    lines_per_agent_max: float = 10.0
    """Ringing lines for each agent who is there, busy or not."""
    lines_max: int = 1_000_000
    """Ringing lines in all: what trunks can carry."""


@dataclass(slots=True)
class Window:
    """Over which abandonment is counted; times on the pacing's clock."""

    opens_s: float
    closes_s: float
    humans: int = 0
    abandoned: int = 0

    @property
    def abandonment_ratio(self) -> float:
        """Abandoned of the people who answered, so far."""
        return self.abandoned / self.humans if self.humans else 0.0
