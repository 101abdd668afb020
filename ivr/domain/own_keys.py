"""Which of a flow's own keys lead on: who presses one of them wants what the flow has there, and nothing else."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ivr.domain.flow import Flow
from ivr.domain.nodes import MenuNode, QueueNode, TransferNode, targets, waits_for_caller


@dataclass(frozen=True, slots=True)
class KeyWay:
    """In the menu `node` this key leads to `to`: a line, a number outside, or the same question again."""

    node: str
    key: str
    to: str


def keys_that_lead_on(flow: Flow, keys: Collection[str]) -> Iterator[KeyWay]:
    """Give each way on of these keys; where another question comes first, that one decides."""
    for name, node in flow.nodes.items():
        if isinstance(node, MenuNode):
            for key, target in node.options.items():
                if key in keys and (to := _leads_to(flow, name, target)) is not None:
                    yield KeyWay(name, key, to)


def _leads_to(flow: Flow, menu: str, target: str) -> str | None:
    seen: set[str] = set()
    to_visit = [target]
    while to_visit:
        here = to_visit.pop()
        node = flow.nodes[here]
        if here == menu or isinstance(node, QueueNode | TransferNode):
            return here
        if here not in seen and not waits_for_caller(node):
            seen.add(here)
            to_visit.extend(way for _, way in targets(node))
    return None
