"""All that a board shows at one moment, as plain values. No customer's name or number is in it, nor a call's id."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from agent_ui.wallboard.choices import Choices
from agent_ui.wallboard.floor_figures import ordered_callbacks
from agent_ui.wallboard.thresholds import Thresholds
from crm_core.domain.counts import Counts, Scope, total
from crm_core.domain.figures import figures_of
from crm_core.domain.shifts import Now
from crm_core.domain.today import Today
from cti.domain.values import AgentState

View = Mapping[str, Any]
_IN_LINE = {"waiting", "ringing", "connecting"}
_SLOT_MIN = 15


@dataclass(frozen=True, slots=True)
class Scene:
    """The floor as screens see it, and what was counted today; None while that is still being read from the log.

    `thresholds` are those that supervisors set for a queue; they go before the link's own targets.
    """

    views: Mapping[str, View]
    today: Today | None
    now: datetime
    zone: tzinfo
    thresholds: Mapping[int, Thresholds] = field(default_factory=dict)


def scopes(choices: Choices, views: Mapping[str, View]) -> list[Scope]:
    """Return the sets of queues that a board has figures of: all that it shows, and each one."""
    chosen = frozenset(choices.queue_ids) or None
    shown = (view["queue_id"] for key, view in views.items() if key.startswith("queue:"))
    return [chosen, *(frozenset({queue_id}) for queue_id in sorted(shown) if chosen is None or queue_id in chosen)]


def make_board(name: str, choices: Choices, scene: Scene) -> dict[str, Any]:
    """Put the message together; it is the same as the one before if nothing on the board is different."""
    names = {view["queue_id"]: view["name"] for view in _of_kind(scene, "queue")}
    scope, *each = scopes(choices, scene.views)
    slots = _count(scene, choices, scope)
    return {
        "name": name,
        "language": choices.language,
        "theme": choices.theme,
        "zone": str(scene.zone),
        "counting": scene.today is not None,
        "switch_away_since": scene.views.get("system", {}).get("stale_since"),
        "rule": choices.model_dump(mode="json", include={"formula", "threshold_s", "short_s", "interval_min"}),
        "targets": choices.targets.model_dump(),
        "total": _block(scene, choices, scope, slots),
        "queues": [
            {
                "queue_id": queue_id,
                "name": names[queue_id],
                "targets": _targets(scene, choices, queue_id),
                **_block(scene, choices, own, _count(scene, choices, own)),
            }
            for own in each
            for queue_id in own or ()
        ],
        "intervals": _intervals(scene, choices, slots),
        "agents": _people(scene, scope) if choices.with_names else None,
    }


def _targets(scene: Scene, choices: Choices, queue_id: int) -> dict[str, Any]:
    own = scene.thresholds.get(queue_id)
    return choices.targets.model_dump() if own is None else own.model_dump(exclude={"states"})


def _limit_s(scene: Scene, view: View) -> int | None:
    """For how long this agent may be in this state: the strictest of their queues."""
    state = AgentState(view["state"])
    limits = (one.states.get(state) for queue_id in view["queue_ids"] if (one := scene.thresholds.get(queue_id)))
    return min((limit for limit in limits if limit is not None), default=None)


def _count(scene: Scene, choices: Choices, scope: Scope) -> list[Counts]:
    return [] if scene.today is None else scene.today.by_slot(scope, choices.limits, scene.now)


def _block(scene: Scene, choices: Choices, scope: Scope, slots: list[Counts]) -> dict[str, Any]:
    """Of some queues: the figures of the day, and what is now."""
    people = _agents(scene, scope)
    waiting = [
        view["waiting_since"]
        for view in _of_kind(scene, "call")
        if view["state"] in _IN_LINE and (scope is None or view["queue_id"] in scope)
    ]
    states = Counter(view["state"] for view in people)
    occupancy = None
    if scene.today is not None:
        now = [Now(view["agent_id"], AgentState(view["state"]), _moment(view["since"])) for view in people]
        occupancy = scene.today.shifts.occupancy(now, scene.now)
    return {
        **_rounded(asdict(figures_of(total(slots), choices.rule))),
        **({"web_ordered": 0, "web_reached": 0} if scene.today is None else ordered_callbacks(scene.today, scope)),
        "occupancy_ratio": None if occupancy is None else round(occupancy, 3),
        "waiting": len(waiting),
        "longest_since": min(waiting, default=None),
        "states": {state.value: states[state.value] for state in AgentState},
    }


def _intervals(scene: Scene, choices: Choices, slots: list[Counts]) -> list[dict[str, Any]]:
    """From the first one with a call until now."""
    if scene.today is None:
        return []
    day, step = scene.today.visits.day, choices.interval_min // _SLOT_MIN
    last = day.slot(scene.now)
    began = [number for number in range(0, len(slots), step) if last is None or number <= last]
    found = [(number, total(slots[number : number + step])) for number in began]
    while found and not found[0][1].offered:
        del found[0]
    rows = []
    for number, counts in found:
        begins_at = day.slot_begins_at(number)
        figures = _rounded(asdict(figures_of(counts, choices.rule)))
        wanted = ("offered", "answered", "abandoned", "short_abandoned", "service_level_ratio")
        label = f"{begins_at.astimezone(scene.zone):%H:%M}"
        rows.append({"at": _iso(begins_at), "label": label, **{key: figures[key] for key in wanted}})
    return rows


def _people(scene: Scene, scope: Scope) -> list[dict[str, Any]]:
    here = [view for view in _agents(scene, scope) if view["state"] != AgentState.SIGNED_OUT]
    shown = [
        {**{key: view[key] for key in ("name", "state", "since")}, "limit_s": _limit_s(scene, view)} for view in here
    ]
    return sorted(shown, key=lambda one: (one["name"], one["since"]))


def _agents(scene: Scene, scope: Scope) -> list[View]:
    """Who serves a queue: supervisors are on the floor, too, and are nobody's agents."""
    serving = (view for view in _of_kind(scene, "agent") if view["queue_ids"])
    return [view for view in serving if scope is None or scope & set(view["queue_ids"])]


def _of_kind(scene: Scene, kind: str) -> list[View]:
    return [view for key, view in scene.views.items() if key.partition(":")[0] == kind]


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in values.items()}


def _moment(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
