"""Which flow answers which number, in memory: a change counts from the next call on, none waits for a disk."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from cti.domain.values import OutboundSettings, QueueSettings
from ivr.domain.flow import Flow, parse_flow
from ivr.domain.hours import Calendar
from ivr.domain.known import Known
from ivr.domain.nodes import LANGUAGES
from ivr.errors import FlowInvalid
from ivr.ports import Entry

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EntryNumber:
    """One dialed number as it is stored; `flow` is the flow's document, None: straight to the queue."""

    number: str
    flow: Mapping[str, Any] | None
    default_queue_id: int | None
    language: str = "zh"
    calendar_id: int | None = None


class EntryBook:
    """The FlowSource of a running Callroom. A flow that went bad is logged and leaves its number a default queue."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._queues: dict[int, QueueSettings] = {}
        self._calendars: dict[int, Calendar] = {}
        self._outbound = OutboundSettings()
        self._flows: dict[int, Flow] = {}

    def replace(
        self,
        numbers: Iterable[EntryNumber],
        queues: Iterable[QueueSettings],
        known: Known,
        calendars: Mapping[int, Calendar] = MappingProxyType({}),
        outbound: OutboundSettings | None = None,
        flows: Mapping[int, Mapping[str, Any]] = MappingProxyType({}),
    ) -> None:
        """Take over everything at once."""
        read = {flow_id: _flow(document, known, f"flow {flow_id}") for flow_id, document in flows.items()}
        self._flows = {flow_id: flow for flow_id, flow in read.items() if flow is not None}
        self._outbound = outbound or OutboundSettings()
        entries = [self._read(number, known) for number in numbers]
        self._calendars = dict(calendars)
        self._queues = {queue.queue_id: queue for queue in queues}
        self._entries = {entry.number: entry for entry in entries}

    def entry_for(self, dialed: str) -> Entry:
        """Return the entry; for a number that nobody set up, one with the first queue there is; "" is of no fault."""
        found = self._entries.get(dialed)
        if found is not None:
            return found
        if dialed:
            _log.error("Dialed number has no entry", extra={"dialed": dialed})
        return Entry(dialed, None, min(self._queues, default=None), LANGUAGES[0])

    def queue(self, queue_id: int) -> QueueSettings | None:
        """Return the settings of a line."""
        return self._queues.get(queue_id)

    def calendar(self, calendar_id: int) -> Calendar | None:
        """Return business hours."""
        return self._calendars.get(calendar_id)

    def flow(self, flow_id: int) -> Flow | None:
        """Return a flow by itself, as a campaign has one."""
        return self._flows.get(flow_id)

    def outbound(self) -> OutboundSettings:
        """Return how calls that agents dial are made."""
        return self._outbound

    def _read(self, number: EntryNumber, known: Known) -> Entry:
        flow = None if number.flow is None else _flow(number.flow, known, number.number)
        language = number.language if number.language in LANGUAGES else LANGUAGES[0]
        return Entry(number.number, flow, number.default_queue_id, language, number.calendar_id)


def _flow(document: Mapping[str, Any], known: Known, whose: str) -> Flow | None:
    try:
        return parse_flow(document, known)
    except FlowInvalid as invalid:
        paths = [problem.path for problem in invalid.problems]
        _log.exception("Flow is not usable", extra={"entry": whose, "problems": paths})
        return None


def packaged_flow(name: str, queue_id: int) -> dict[str, Any]:
    """Return a flow that comes with Callroom ("demo", "open_hours"), with its queues set to `queue_id`."""
    document: dict[str, Any] = json.loads(files("ivr").joinpath("flows", f"{name}.json").read_text(encoding="utf-8"))
    for node in document["nodes"].values():
        if node["type"] == "queue":
            node["queue"] = queue_id
    return document
