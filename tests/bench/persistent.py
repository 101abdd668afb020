"""INVITE → customer and agent in one bridge: a phone that is kept up, with and without a beep, beside a rung one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from cti.asterisk.secrets import sip_password
from tests.bench.ami_reader import Manager
from tests.bench.bridge import CALLER, LOGIN, OURS, WARM_UP, has_two, pause, since
from tests.bench.caller import Carrier
from tests.bench.desk import DeskPhone
from tests.bench.figures import Spread, spread
from tests.bench.place import Place
from tests.bench.seat import Seat, seat

QUIET, BEEP, RUNG = "quiet", "beep", "rung"
WAYS: dict[str, dict[str, Any]] = {
    QUIET: {"kind": "sip", "persistent": True, "beep": False},
    BEEP: {"kind": "sip", "persistent": True, "beep": True},
    RUNG: {"kind": "sip", "persistent": False},
}


async def measure_persistent(place: Place, carrier: Carrier, manager: Manager, calls: int) -> dict[str, Spread]:
    """Make `calls` calls each way to the same desk phone, one way after the other: how it talks is a setting."""
    figures = {}
    async with seat(place.installation, LOGIN) as agent, seat(place.installation, "admin") as admin:
        extension = str((await agent.ask("GET", "/softphone"))["extension"])
        async with _desk_phone(place, extension):
            for way, phone in WAYS.items():
                await _set_up(admin, phone)
                await agent.ask("POST", "/agent/sign-out", {})
                await agent.get_ready()
                figures[way] = spread(
                    [await _one_call(carrier, manager, agent) for _ in range(WARM_UP + calls)][WARM_UP:]
                )
    return figures


async def _set_up(admin: Seat, phone: dict[str, Any]) -> None:
    users = (await admin.ask("GET", "/users"))["items"]
    user = next(one for one in users if one["login"] == LOGIN)
    await admin.ask("PATCH", f"/users/{user['id']}", {"phone": phone})


async def _one_call(carrier: Carrier, manager: Manager, agent: Seat) -> float:
    visit = carrier.dial(OURS, CALLER)
    met = since(await manager.next(has_two), visit.invited_at)
    await pause()
    await carrier.hang_up(visit)
    await agent.classify()
    await pause()
    return met


@asynccontextmanager
async def _desk_phone(place: Place, extension: str) -> AsyncIterator[DeskPhone]:
    account = f"desk-{extension}"
    made = DeskPhone(account, sip_password(place.switch.secrets.sip_key, account))
    await made.open_media()
    await made.open_udp(place.switch.sip_port)
    try:
        assert "200" in await made.register(expires_s=600)
        yield made
    finally:
        await made.aclose()
