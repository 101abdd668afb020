"""What is now, asked when somebody scrapes."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from recordings.domain.room import DiskLevel, DiskRoom

Rooms = dict[str, tuple[DiskRoom | None, DiskLevel]]
Snapshot = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Backlogs:
    """Things that wait; each should be near zero."""

    writes: int
    listeners: dict[str, int]
    browsers: int


class FloorGauges(Collector):
    """Calls, agents, lines and switches from the floor's own views."""

    def __init__(self, snapshot: Callable[[], Snapshot], backlogs: Callable[[], Backlogs]) -> None:
        self._snapshot = snapshot
        self._backlogs = backlogs

    def collect(self) -> Iterable[Metric]:
        """Read everything once."""
        views, waiting = self._snapshot(), self._backlogs()
        yield _counted("callroom_calls", "Calls by state.", "state", _calls(views))
        yield _counted("callroom_agents", "Agents of a queue by state.", "state", _agents(views))
        yield _counted("callroom_waiting", "Callers in line.", "queue", _waiting(views))
        nodes = views.get("system", {}).get("node_up", {})
        yield _counted(
            "callroom_switch_up", "1 while the switch is seen.", "node", {n: int(up) for n, up in nodes.items()}
        )
        yield _counted("callroom_listener_backlog", "Changes not yet taken.", "listener", waiting.listeners)
        yield GaugeMetricFamily("callroom_database_writes_waiting", "Writes not yet committed.", waiting.writes)
        yield GaugeMetricFamily("callroom_browsers", "Open pages.", waiting.browsers)


class MachineGauges(Collector):
    """What else must be there: room on the disks, and the database."""

    def __init__(self, rooms: Callable[[], Rooms], database_is_well: Callable[[], bool]) -> None:
        self._rooms = rooms
        self._database_is_well = database_is_well

    def collect(self) -> Iterable[Metric]:
        """Tell of the last look."""
        rooms = self._rooms()
        free = {name: room.free_ratio for name, (room, _) in rooms.items() if room is not None}
        levels = {name: level.badness for name, (_, level) in rooms.items()}
        yield _counted("callroom_disk_free_ratio", "Free part of each disk.", "disk", free)
        yield _counted("callroom_disk_level", "0 roomy, 1 low, 2 short, 3 full.", "disk", levels)
        yield GaugeMetricFamily("callroom_database_up", "1 while it answers and saves.", int(self._database_is_well()))


def _calls(views: Snapshot) -> dict[str, int]:
    return Counter(str(view["state"]) for key, view in views.items() if key.startswith("call:"))


def _agents(views: Snapshot) -> dict[str, int]:
    """Supervisors without a queue are on the floor, too, and take no calls of anybody's."""
    agents = (view for key, view in views.items() if key.startswith("agent:"))
    return Counter(str(view["state"]) for view in agents if view["queue_ids"])


def _waiting(views: Snapshot) -> dict[str, int]:
    return {key.removeprefix("queue:"): len(view["waiting"]) for key, view in views.items() if key.startswith("queue:")}


def _counted(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family
