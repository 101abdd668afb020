"""What a simulated cell comes from: the text of all that its rule and its world are made of.

Hours of it stay true as long as nothing of that text has changed, whatever else was committed.
"""

import hashlib
from functools import cache

import grimp

from dialer.simulation.simulation import BOUND
from dialer.simulation.workload import SHIPPED
from tests.bench.place import root

_WORLD = ("dialer.simulation.world", "dialer.simulation.figures")
# They know every rule, so what they import says nothing of one.
_PUT_TOGETHER = frozenset({"dialer.simulation.cell", "dialer.simulation.hindsight", "dialer.simulation.simulation"})
_RULES = {
    "callroom": "dialer.domain.pacing",
    "oracle": "dialer.simulation.oracle",
    "replay": "dialer.simulation.replay",
    BOUND: "dialer.simulation.bound",
}
_RIVALS = "dialer.simulation.rivals"


@cache
def modules(rule: str) -> frozenset[str]:
    """Name all of which a cell of this rule is made."""
    graph = grimp.build_graph("dialer")
    roots = (*_WORLD, _RULES.get(rule, _RIVALS))
    return _PUT_TOGETHER.union(roots, *(graph.find_upstream_modules(name) for name in roots))


@cache
def origin(rule: str, workload: str) -> str:
    """Return a short name of that text."""
    text = hashlib.sha256((SHIPPED / f"{workload}.toml").read_bytes())
    for name in sorted(modules(rule)):
        text.update((root() / f"{name.replace('.', '/')}.py").read_bytes())
    return text.hexdigest()[:12]
