"""Agents at SIP telephones that are kept up through the shift: each hums a tone, and remembers what it heard."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from cti.asterisk.secrets import sip_password
from cti.domain.values import DESK
from tests.asterisk.desk_phone import DeskPhone
from tests.bench.seat import Seat
from tests.faults.crew import Agent, Manners, at_work, settings_of
from tests.faults.hearing import Hearing
from tests.installation import Installation

# Neither a tone of networks or fax machines nor one of the simulator's people, nor the beep that announces a call.
HUMMED_HZ = (1500, 1600, 1700, 1900, 2300)
BEEP_HZ = 1000
_REGISTER_EVERY_S = 200.0


@dataclass(slots=True)
class Shown:
    """A talk on an agent's screen; moments are of the machine's clock, `until` None while it lasts."""

    call_id: str
    number: str
    since: float
    until: float | None = None


class HummingPhone(DeskPhone):
    """Takes whatever rings, and hums in it."""

    def __init__(self, account: str, password: str, hz: int) -> None:
        super().__init__(account, password)
        self._hz = hz

    async def open_hearing(self, hearing: Hearing) -> None:
        loop = asyncio.get_running_loop()
        self._media, _ = await loop.create_datagram_endpoint(lambda: hearing, ("127.0.0.1", 0))
        self._voice = None

    def _invited(self, text: str) -> None:
        known = len(self.invites)
        super()._invited(text)
        if len(self.invites) > known:
            self.hum(self._hz)


@dataclass
class DeskAgent(Agent):
    """Has what the screen showed, talk after talk, and what the telephone heard."""

    hz: int = 0
    screen: list[Shown] = field(default_factory=list)
    hearing: Hearing = field(default_factory=Hearing)

    async def _react(self, http: aiohttp.ClientSession) -> None:
        call_id = self.me.get("call_id") if self.me.get("state") == "talking" else None
        if self.screen and self.screen[-1].until is None and self.screen[-1].call_id != call_id:
            self.screen[-1].until = time.time()
        if call_id is not None:
            if not self.screen or self.screen[-1].call_id != call_id:
                self.screen.append(Shown(call_id, "", time.time()))
            call = self.objects.get(f"call:{call_id}") or {"caller": {"number": ""}}
            self.screen[-1].number = call["caller"]["number"]
        await super()._react(http)

    async def _hold_phone(self, http: aiohttp.ClientSession) -> None:
        while not self.me.get("extension"):
            await asyncio.sleep(0.05)
        account = DESK + str(self.me["extension"])
        phone = HummingPhone(account, sip_password(self.switch.secrets.sip_key, account), self.hz)
        await phone.open_hearing(self.hearing)
        await phone.open_udp(self.switch.sip_port)
        try:
            while True:
                assert " 200" in await phone.register(expires_s=600)
                await asyncio.sleep(_REGISTER_EVERY_S)
        finally:
            await phone.aclose()


@contextlib.asynccontextmanager
async def desk_crew(installation: Installation, admin: Seat, queue_id: int) -> AsyncIterator[list[DeskAgent]]:
    """As many as there are tones, hired for this queue; the block begins when all of them are ready."""
    switch = settings_of(installation)
    agents = []
    for hz in HUMMED_HZ:
        login = f"desk{hz}of{queue_id}"
        password = (await admin.ask("POST", "/users", _person(login, queue_id)))["password"]
        agents.append(DeskAgent(installation, switch, login, password, random.Random(login), Manners(), hz=hz))
    async with at_work(agents):
        yield agents


def _person(login: str, queue_id: int) -> dict[str, Any]:
    return {
        "login": login,
        "name": login,
        "role": "agent",
        "language": "en",
        "number_right": "see",
        "queue_ids": [queue_id],
        "phone": {"kind": "sip", "persistent": True},
    }
