"""The day's figures of each queue and agent, for the floor page: counted as the wallboards count them."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from crm_core.domain.counts import Limits, Scope, total
from crm_core.domain.figures import figures_of
from crm_core.domain.service_level import Rule
from crm_core.domain.shifts import Now
from crm_core.domain.today import Today
from cti.domain.values import AgentState

View = Mapping[str, Any]
SHORT_S = 6.0


def floor_figures(views: Mapping[str, View], today: Today | None, now: datetime) -> dict[str, Any]:
    """Put the view together; `counting` is false until the day was read from the log."""
    if today is None:
        return {"counting": False, "queues": {}, "agents": {}}
    of_kind: dict[str, list[View]] = {}
    for key, view in views.items():
        of_kind.setdefault(key.partition(":")[0], []).append(view)
    return {
        "counting": True,
        "queues": {str(view["queue_id"]): _queue(view, today, now) for view in of_kind.get("queue", ())},
        "agents": {str(view["agent_id"]): _agent(view, today, now) for view in of_kind.get("agent", ())},
    }


def limits_of(queue: View) -> Limits:
    """A queue's own T."""
    return Limits(queue["service_level_s"], SHORT_S)


def _queue(view: View, today: Today, now: datetime) -> dict[str, Any]:
    own = frozenset({view["queue_id"]})
    counts = total(today.by_slot(own, limits_of(view), now))
    return _rounded(asdict(figures_of(counts, Rule()))) | ordered_callbacks(today, own)


def ordered_callbacks(today: Today, scope: Scope) -> dict[str, int]:
    """Of those that nobody called for, by the names that reports have for them."""
    return {"web_ordered": today.ordered.ordered(scope), "web_reached": today.ordered.reached(scope)}


def _agent(view: View, today: Today, now: datetime) -> dict[str, Any]:
    """`aht_s`: talk and wrap-up by call; `occupancy_ratio` as on the boards."""
    agent_id, state = view["agent_id"], AgentState(view["state"])
    calls = today.desks.calls_of(agent_id)
    talk_s = today.desks.talk_of(agent_id)
    wrap_up_s = today.shifts.seconds.get(agent_id, {}).get(AgentState.WRAP_UP, 0.0)
    occupancy = today.shifts.occupancy([Now(agent_id, state, datetime.fromisoformat(view["since"]))], now)
    return {
        "calls": calls,
        "talk_s": float(round(talk_s)),
        "aht_s": float(round((talk_s + wrap_up_s) / calls)) if calls and talk_s + wrap_up_s else None,
        "occupancy_ratio": None if occupancy is None else round(occupancy, 2),
    }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in values.items()}
