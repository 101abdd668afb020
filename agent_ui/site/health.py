"""`/health` for monitors: whether all is well now, in one word and by the status; what is wrong is for administrators.

Browsers are sent to the page System health.
"""

from aiohttp import web

from agent_ui.parts import Parts

PAGE = "/#/admin/health"


class HealthCheck:
    """Looks at what is known without asking anybody: it may be called every second."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """200 `{"status": "ok"}`, or 503 `{"status": "degraded"}`: calls or their records are in danger."""
        if "text/html" in request.headers.get("Accept", ""):
            raise web.HTTPSeeOther(PAGE)
        is_well = self._is_well()
        return web.json_response(
            {"status": "ok" if is_well else "degraded"},
            status=200 if is_well else 503,
            headers={"Cache-Control": "no-store", "Vary": "Accept"},
        )

    def _is_well(self) -> bool:
        parts = self._parts
        switch = parts.telephony.floor.view("system") or {}
        is_linked = all(switch.get("node_up", {}).values())
        records = parts.memory.database.trouble is None and parts.disks.view()["recording"]["ok"]
        return is_linked and records and not parts.problems
