"""What a person may ask for by law: a copy of everything, its erasure; and the hold that stands against it."""

from typing import Any

from aiohttp import web
from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError
from crm_core.errors import CustomerBusy


class Erasure(Body):
    """`confirm` is the customer's name as it is stored: it cannot be undone."""

    confirm: str = Field(max_length=200)


class ErasureAnswer(OwnAnswer):
    """How much of what is gone; calls stay in the statistics, without a name or number."""

    calls: int
    recordings: int
    messages: int
    timeline: int
    tasks: int
    leads: int
    attempts: int
    files: int


class Hold(Body):
    """Why everything must be kept; empty lifts the hold."""

    reason: str = Field(max_length=1000)


async def export_personal_data(ask: Ask) -> web.StreamResponse:
    """Send a ZIP while it is made."""
    customer_id = ask.number("customer_id")
    pieces = await ask.parts.dossier.export(customer_id, ask.actor)
    response = web.StreamResponse()
    response.content_type = "application/zip"
    # no name and no number in it: names of files get into histories and logs
    response.headers["Content-Disposition"] = f'attachment; filename="personal-data-{customer_id}.zip"'
    response.headers["Cache-Control"] = "private, no-store"
    await response.prepare(ask.request)
    async for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response


async def erase_customer(ask: Ask) -> dict[str, Any]:
    """Erase everything about a customer whose name the person has typed."""
    customer_id, parts = ask.number("customer_id"), ask.parts
    data = await parts.memory.privacy.check_erasable(customer_id)
    if ask.body.confirm != data.customer.name.strip():
        raise ApiError(422, "not_confirmed", "Type the customer's name exactly as it is shown.")
    for key, view in parts.telephony.floor.snapshot().items():
        if key.startswith("call:") and view.get("customer_id") == customer_id and not view.get("ended_at"):
            raise CustomerBusy(customer_id)
    return await parts.dossier.erase(customer_id, ask.actor)


async def hold_customer(ask: Ask) -> None:
    """Keep everything, or do so no longer."""
    await ask.parts.memory.privacy.hold(ask.number("customer_id"), ask.body.reason, ask.actor)


ONE = "/customers/{customer_id:int}"
ROUTES = [
    Route(
        method="GET",
        path=f"{ONE}/personal-data",
        permission=Permission.ADMINISTER,
        handler=export_personal_data,
        summary="Everything about a customer, as a ZIP",
        raw=True,
    ),
    Route(
        method="POST",
        path=f"{ONE}/erasure",
        permission=Permission.ADMINISTER,
        handler=erase_customer,
        summary="Erase everything about a customer",
        body=Erasure,
        answer=ErasureAnswer,
    ),
    Route(
        method="PUT",
        path=f"{ONE}/hold",
        permission=Permission.ADMINISTER,
        handler=hold_customer,
        summary="Keep everything about a customer for a court",
        body=Hold,
    ),
]
