"""A flow: the nodes a caller goes through, checked as a whole before any caller meets it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.domain import readers
from ivr.domain.fields import Fields
from ivr.domain.known import ANYTHING, Known
from ivr.domain.nodes import HoursNode, Node, QueueNode, TransferNode, prompts, targets, waits_for_caller
from ivr.errors import FlowInvalid, Problem

MOST_NODES = 500
NUMBER_CURE = (
    "calls may not go out to this number; an administrator adds it to transfer_numbers in the section [telephone] of "
    "callroom.toml and starts Callroom again"
)


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that can be run: every target exists, every circle waits for the caller somewhere."""

    start: str
    nodes: Mapping[str, Node]


def parse_flow(data: object, known: Known = ANYTHING) -> Flow:
    """Read a flow document; raises FlowInvalid with all its problems, never only the first."""
    problems: list[Problem] = []
    nodes = _read_nodes(data, known, problems)
    start = data.get("start") if isinstance(data, dict) else None
    if isinstance(data, dict) and (not isinstance(start, str) or start not in nodes):
        problems.append(Problem("", "start", "unknown_node", "must be the id of the first node"))
    problems.extend(_names_unknown(nodes, known))
    problems.extend(_dangling(nodes))
    problems.extend(_circles(nodes))
    if isinstance(start, str) and start in nodes:
        problems.extend(_unreachable(nodes, start))
    if problems:
        raise FlowInvalid(tuple(problems))
    return Flow(str(start), nodes)


def _read_nodes(data: object, known: Known, problems: list[Problem]) -> dict[str, Node]:
    if not isinstance(data, dict):
        problems.append(Problem("", "", "not_object", "a flow is an object with start and nodes"))
        return {}
    table = data.get("nodes")
    if not isinstance(table, dict) or not 0 < len(table) <= MOST_NODES:
        problems.append(Problem("", "nodes", "not_nodes", f"must be an object with 1 to {MOST_NODES} nodes"))
        return {}
    nodes: dict[str, Node] = {}
    for name, body in table.items():
        node = _read_node(str(name), body, known, problems)
        if node is not None:
            nodes[str(name)] = node
    return nodes


def _read_node(name: str, body: object, known: Known, problems: list[Problem]) -> Node | None:
    if not isinstance(body, dict):
        problems.append(Problem(name, "", "not_object", "a node is an object with a type"))
        return None
    fields = Fields(name, body, problems)
    kind = body.get("type")
    reader = readers.READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        fields.report("type", "unknown_type", f"must be one of {', '.join(sorted(readers.READERS))}")
        return None
    node = reader(fields, known)
    fields.finish()
    return node


def _names_unknown(nodes: Mapping[str, Node], known: Known) -> Iterator[Problem]:
    for name, node in nodes.items():
        for field, prompt in prompts(node):
            if prompt and known.prompts is not None and prompt not in known.prompts:
                yield Problem(name, field, "unknown_prompt", f"there is no prompt {prompt!r}")
        if isinstance(node, QueueNode) and known.queue_ids is not None and node.queue_id not in known.queue_ids:
            yield Problem(name, "queue", "unknown_queue", f"there is no queue {node.queue_id}")
        if isinstance(node, HoursNode) and _is_unknown(node.calendar, known.calendar_ids):
            yield Problem(name, "calendar", "unknown_calendar", f"there is no calendar {node.calendar}")
        if isinstance(node, TransferNode) and node.number and not known.may_call(node.number):
            yield Problem(name, "number", "number_not_allowed", NUMBER_CURE)


def _is_unknown(calendar: object, known: frozenset[int] | None) -> bool:
    return isinstance(calendar, int) and known is not None and calendar not in known


def _dangling(nodes: Mapping[str, Node]) -> Iterator[Problem]:
    for name, node in nodes.items():
        for field, target in targets(node):
            if target and target not in nodes:
                yield Problem(name, field, "unknown_node", f"there is no node {target!r}")


def _unreachable(nodes: Mapping[str, Node], start: str) -> Iterator[Problem]:
    reached = {start}
    to_visit = [start]
    while to_visit:
        for _, target in targets(nodes[to_visit.pop()]):
            if target in nodes and target not in reached:
                reached.add(target)
                to_visit.append(target)
    for name in nodes:
        if name not in reached:
            yield Problem(name, "", "unreachable", "no way leads here")


def _circles(nodes: Mapping[str, Node]) -> Iterator[Problem]:
    """Name every node on a circle in which the caller has no say: whoever gets in never gets out."""
    restless = {name: node for name, node in nodes.items() if not waits_for_caller(node)}
    for name, node in restless.items():
        seen: set[str] = set()
        to_visit = [target for _, target in targets(node)]
        while to_visit:
            here = to_visit.pop()
            if here in restless and here not in seen:
                seen.add(here)
                to_visit.extend(target for _, target in targets(restless[here]))
        if name in seen:
            yield Problem(name, "", "endless_loop", "this node leads back to itself without asking the caller")
