"""What a report is asked for, and the figures of its lines: the same words and formulas as the wallboard's."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum

from crm_core.domain.counts import Limits
from crm_core.domain.figures import decidable, figures_of
from crm_core.domain.service_level import Rule
from crm_core.domain.shifts import occupancy_of
from crm_core.domain.sums import Sums, counts_of
from cti.domain.values import AgentState

Figure = float | None
Figures = dict[str, Figure]


class Axis(StrEnum):
    """What a report's lines are. `interval` is each stretch of each day, `clock` the same hours of all days.

    A team is who serves a queue: `queue` says what callers found there, `team` what its people did, wherever.
    """

    INTERVAL = "interval"
    CLOCK = "clock"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUEUE = "queue"
    AGENT = "agent"
    TEAM = "team"
    NUMBER = "number"
    DISPOSITION = "disposition"
    HEAT = "heat"


# Reports of people, not of calls.
OF_PEOPLE = (Axis.AGENT, Axis.TEAM)
# So many lines by interval are still quick to ask for and to show: a month of quarters of an hour.
MOST_INTERVALS = 31 * 96
MOST_DAYS_AT_ALL = 1100
# The days around them are reckoned with: the first and the last of all have no neighbour.
FIRST_YEAR, LAST_YEAR = 1900, 9000

OF_ALL = ("arrived", "in_menu", "outbound", "reached")
# Callbacks ordered on a form: nobody called for them, so they came by no number and have no disposition.
OF_ORDERS = ("web_ordered", "web_called", "web_reached", "web_expired")
WITHOUT_ORDERS = (Axis.NUMBER, Axis.DISPOSITION)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Days of the installation's time zone, both included. No queues, agents or teams: all of them.

    `team_ids` are those of queues: of these only who serves one of them is in a report of people.
    """

    axis: Axis
    first: date
    last: date
    queue_ids: frozenset[int] = frozenset()
    agent_ids: frozenset[int] = frozenset()
    interval_min: int = 30
    limits: Limits = field(default_factory=Limits)
    rule: Rule = field(default_factory=Rule)
    team_ids: frozenset[int] = frozenset()


def most_days(axis: Axis, interval_min: int) -> int:
    """So many days a report may have."""
    return MOST_INTERVALS * interval_min // 1440 if axis is Axis.INTERVAL else MOST_DAYS_AT_ALL


def line_figures(sums: Sums, wanted: Wanted, *, is_of_all: bool = True) -> Figures:
    """Return the figures of calls: those of the wallboard, and what they are made of.

    `is_of_all`: of all lines, and so also of calls in no line; else these figures are None.
    """
    counts, with_orders = counts_of(sums, wanted.limits), wanted.axis not in WITHOUT_ORDERS
    handled, rated = sums.get("handled", 0), sums.get("rated", 0)
    names = ("transferred", "missed", "declined", "invited", "conferences")
    return {
        **asdict(figures_of(counts, wanted.rule)),
        "answer_ratio": ratio(counts.answered, decidable(counts)),
        "talk_s": ratio(sums.get("talk_ms", 0) / 1000, handled),
        "hold_s": ratio(sums.get("hold_ms", 0) / 1000, handled),
        "wrap_up_s": ratio(sums.get("wrap_up_ms", 0) / 1000, handled),
        **{name: sums.get(name, 0) for name in names},
        "rating": ratio(sums.get("rating", 0), rated),
        **{name: sums.get(name, 0) if is_of_all else None for name in OF_ALL},
        **{name: sums.get(name, 0) if with_orders else None for name in OF_ORDERS},
    }


def agent_figures(sums: Sums, times: Mapping[str, int]) -> Figures:
    """Return the figures of one agent, or of several together; `times` are milliseconds in each state."""
    counted = ("offered", "answered", "missed", "declined", "took", "talks", "transferred", "announced")
    talks = sums.get("talks", 0)
    handle_ms = sum(sums.get(name, 0) for name in ("talk_ms", "hold_ms", "wrap_up_ms"))
    spent = {state: times.get(f"{state}_ms", 0) for state in AgentState}
    return {
        **{name: sums.get(name, 0) for name in counted},
        **{name: sums.get(name, 0) for name in ("invited", "conferences", "helped")},
        "ring_s": ratio(sums.get("ring_ms", 0) / 1000, sums.get("offered", 0)),
        "talk_s": ratio(sums.get("talk_ms", 0) / 1000, talks),
        "hold_s": ratio(sums.get("hold_ms", 0) / 1000, talks),
        "wrap_up_s": ratio(sums.get("wrap_up_ms", 0) / 1000, talks),
        "aht_s": ratio(handle_ms / 1000, talks),
        **{f"{name}_total_s": sums.get(f"{name}_ms", 0) / 1000 for name in ("talk", "hold", "wrap_up", "helped")},
        **{name: sums.get(name, 0) for name in ("outbound", "reached")},
        "outbound_talk_total_s": sums.get("outbound_talk_ms", 0) / 1000,
        "occupancy_ratio": occupancy_of(spent),
        "sign_ins": times.get("sign_ins", 0),
        "signed_in_total_s": sum(spent.values()) / 1000,
        **{f"{state}_total_s": spent[state] / 1000 for state in _SHOWN},
    }


# Talk and wrap-up stand there by call already.
_SHOWN = (AgentState.READY, AgentState.RINGING, AgentState.DIALING, AgentState.NOT_READY)


def ratio(part: float, whole: float) -> Figure:
    """Divide; None where there is nothing to divide by."""
    return part / whole if whole else None
