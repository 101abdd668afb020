"""Counts what the floor publishes."""

import logging

from prometheus_client import CollectorRegistry, Counter, Histogram

from cti.bus import Bus
from cti.domain.facts import CallEnded, CallStarted, Change, OfferEnded, SwitchChanged, TalkEnded, TalkStarted
from cti.errors import Overflowed

_log = logging.getLogger(__name__)
CAPACITY = 20_000
WAIT_BUCKETS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800)
TALK_BUCKETS_S = (10, 30, 60, 120, 180, 300, 600, 1200, 3600)


class FloorCounters:
    """Labels have few values each: never a number, a name or an id."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._started = Counter("callroom_calls_started_total", "Calls that arrived.", registry=registry)
        self._ended = Counter("callroom_calls_ended_total", "Calls that ended.", ["reason"], registry=registry)
        self._offers = Counter("callroom_offers_total", "Rings at agents, by end.", ["result"], registry=registry)
        self._lost = Counter("callroom_switch_lost_total", "Times a switch was lost.", ["node"], registry=registry)
        self._missed = Counter("callroom_metrics_missed_total", "Times these counts fell behind.", registry=registry)
        self._waited = Histogram(
            "callroom_wait_seconds", "In line before the talk.", ["queue"], buckets=WAIT_BUCKETS_S, registry=registry
        )
        self._talked = Histogram("callroom_talk_seconds", "Length of talks.", buckets=TALK_BUCKETS_S, registry=registry)

    async def follow(self, bus: Bus) -> None:
        """Count until the bus closes."""
        while True:
            with bus.subscribe_newest("metrics", CAPACITY) as changes:
                try:
                    async for change in changes:
                        self.count(change)
                    return
                except Overflowed:
                    self._missed.inc()
                    _log.warning("Metrics fell behind the floor")

    def count(self, change: Change) -> None:
        """Take one change."""
        for fact in change.facts:
            match fact:
                case CallStarted():
                    self._started.inc()
                case CallEnded():
                    self._ended.labels(str(fact.reason)).inc()
                case OfferEnded():
                    self._offers.labels(str(fact.result)).inc()
                case TalkStarted():
                    self._waited.labels(str(fact.queue_id)).observe(fact.waited_s)
                case TalkEnded():
                    self._talked.observe(fact.talked_s)
                case SwitchChanged(node, up=False):
                    self._lost.labels(node).inc()
                case _:
                    pass
