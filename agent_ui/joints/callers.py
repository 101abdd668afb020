"""Who calls, as the CRM knows it: for the telephone menu, and for the agent's screen pop."""

from typing import Any

import msgspec

from crm_core.views import Views
from ivr.domain.steps import KnownCaller


class CrmLookup:
    """The menu's CustomerLookup."""

    def __init__(self, views: Views) -> None:
        self._views = views

    async def find(self, number: str) -> KnownCaller | None:
        """Return the one customer with this number."""
        found = await self._views.known_caller(number)
        if found is None:
            return None
        return KnownCaller(found.customer_id, found.name, found.language, found.is_vip, found.agent_id, found.level)


async def look_up_pop(views: Views, number: str | None, customer_id: int | None) -> dict[str, Any]:
    """Return the pop as JSON: of the linked customer, else of whoever may have the number."""
    pop = await (views.pop(number) if customer_id is None else views.pop_of(customer_id, number))
    built: dict[str, Any] = msgspec.to_builtins(pop)
    return built
