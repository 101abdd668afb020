"""The screen pop by request: what push sends while it rings, to look at again."""

from typing import Any

from agent_ui.api.ask import Ask
from agent_ui.api.calls import check_mine
from agent_ui.api.route import Route
from agent_ui.auth.permissions import Permission
from agent_ui.joints.callers import look_up_pop
from agent_ui.push.visibility import mask_view


async def show_pop(ask: Ask) -> dict[str, Any]:
    """Look the caller up again; what push sent is renewed by the way."""
    call_id, parts = ask.text("call_id"), ask.parts
    await check_mine(ask, call_id)
    view = parts.telephony.floor.view(f"call:{call_id}")
    if view is not None:
        number, customer_id = view["caller"]["number"], view.get("customer_id")
        parts.hub.pops.refresh(call_id)
    else:
        call = (await parts.memory.calls.get(call_id)).call
        number, customer_id = call.number, call.customer_id
    pop = {**await look_up_pop(parts.memory.views, number, customer_id), "call_id": call_id}
    return dict(pop if ask.me.sees_numbers else mask_view(pop))


ROUTES = [
    Route(
        method="GET",
        path="/pop/{call_id}",
        permission=Permission.TAKE_CALLS,
        handler=show_pop,
        summary="Who calls",
        answer=dict[str, Any],
    )
]
