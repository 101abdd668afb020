"""One registry for the process: what it counts, what it looks at, and how long the loop is held up."""

import asyncio
import hmac
import time

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from agent_ui.metrics.events import FloorCounters

LAG_PAUSE_S = 0.5
LAG_BUCKETS_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
# as long as somebody looks on: no duration either
LASTING = {"/api/v1/wallboards/live"}
REQUEST_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)


class Metrics:
    """Scrapers show a token (secrets.toml, [metrics]): figures tell outsiders how busy somebody's business is."""

    def __init__(self, token: str) -> None:
        self.registry = CollectorRegistry()
        self._token = token
        self.floor = FloorCounters(self.registry)
        self._lag = Histogram(
            "callroom_loop_lag_seconds", "How late the event loop is.", buckets=LAG_BUCKETS_S, registry=self.registry
        )
        self._requests = Counter(
            "callroom_http_requests_total", "Answered requests.", ["method", "route", "status"], registry=self.registry
        )
        self._durations = Histogram(
            "callroom_http_seconds", "Time to answer.", ["route"], buckets=REQUEST_BUCKETS_S, registry=self.registry
        )
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

    def look_at(self, gauges: Collector) -> None:
        """Ask these at every scrape."""
        self.registry.register(gauges)

    async def watch_loop(self) -> None:
        """Sleep, and see how much longer it took."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(LAG_PAUSE_S)
            self._lag.observe(max(0.0, time.perf_counter() - began - LAG_PAUSE_S))

    @web.middleware
    async def count_request(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count by the route's pattern, never by the path: that may hold ids. A socket's life is no duration."""
        began, status = time.perf_counter(), 500
        try:
            response = await handler(request)
            status = response.status
            return response
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            resource = request.match_info.route.resource
            route = resource.canonical if resource is not None else "none"
            self._requests.labels(request.method, route, str(status)).inc()
            if status != 101 and route not in LASTING:
                self._durations.labels(route).observe(time.perf_counter() - began)

    async def expose(self, request: web.Request) -> web.Response:
        """Answer GET /metrics."""
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown.encode(), self._token.encode()):
            return web.Response(status=401, text="A token is needed: secrets.toml, [metrics]\n")
        return web.Response(body=generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
