"""Ten thousand wrong passwords, and people who go to work meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from agent_ui.auth.admission import Admission, TooManyTries, WrongPassword
from agent_ui.auth.gate import PLACES, WAITING_MAX, Crowded, Gate
from agent_ui.auth.limits import LoginLimits
from agent_ui.auth.passwords import Passwords
from crm_core.users import Credentials
from tests.fakes import ManualClock

TRIES = 10_000
AGENTS = [f"agent{number}" for number in range(8)]
WINDOW_S = 300


class House:
    """Eight people with passwords, and a count of all that were looked at."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.passwords = Passwords(memory_kib=64, passes=1)
        self.looked_at: list[asyncio.Task[Any] | None] = []
        self.stored: dict[str, Credentials] = {}
        self.limits = LoginLimits(8, 40, timedelta(seconds=WINDOW_S))
        self.admission = Admission(self.limits, self.passwords, self.find, self.clock, Gate())

    async def open(self) -> None:
        for number, login in enumerate(AGENTS, 1):
            stored = await self.passwords.hash(f"password of {login}")
            self.stored[login] = Credentials(number, stored, active=True)

    async def find(self, login: str) -> Credentials | None:
        self.looked_at.append(asyncio.current_task())
        return self.stored.get(login)

    async def comes(self, login: str, address: str, password: str | None = None) -> str:
        try:
            await self.admission.check(login, password or f"password of {login}", address)
        except (Crowded, TooManyTries, WrongPassword) as error:
            return type(error).__name__
        return "in"


@pytest.fixture
async def house() -> AsyncIterator[House]:
    built = House()
    await built.open()
    yield built
    built.passwords.close()


FLOODS = {
    "one account, one address": lambda _: ("agent0", "198.51.100.7"),
    "one account, many addresses": lambda number: ("agent0", f"198.51.{number // 250}.{number % 250}"),
    "many names, one address": lambda number: (f"name{number}", "198.51.100.7"),
    "many names, many addresses": lambda number: (f"name{number}", f"198.51.{number // 250}.{number % 250}"),
    "many names, one IPv6 network": lambda number: (f"name{number}", f"2001:db8::{number:x}"),
}


@pytest.mark.parametrize("flood", FLOODS)
async def test_a_flood_keeps_nobody_out_who_is_known(house: House, flood: str) -> None:
    for login in AGENTS:
        assert await house.comes(login, f"192.0.2.{login[-1]}") == "in"
    guesses = [asyncio.ensure_future(house.comes(*FLOODS[flood](number), "guess")) for number in range(TRIES)]
    await asyncio.sleep(0)
    before = len(house.looked_at)
    # the attacked account from its own address, too
    people = [asyncio.ensure_future(house.comes(login, f"192.0.2.{login[-1]}")) for login in AGENTS]
    assert await asyncio.gather(*people) == ["in"] * len(AGENTS)
    # each waits for those inside and for the others who are known, not for the ten thousand
    assert max(house.looked_at.index(person) for person in people) < before + len(AGENTS) + PLACES
    results = await asyncio.gather(*guesses)
    assert "in" not in results
    # what is not counted away costs no more than the room before the gate
    assert results.count("WrongPassword") <= PLACES + WAITING_MAX + 1


@pytest.mark.parametrize(
    "flood", ["one account, one address", "many names, one address", "many names, one IPv6 network"]
)
async def test_one_who_floods_keeps_no_newcomer_out(house: House, flood: str) -> None:
    guesses = [asyncio.ensure_future(house.comes(*FLOODS[flood](number), "guess")) for number in range(TRIES)]
    await asyncio.sleep(0)
    found = await asyncio.gather(*(house.comes(login, f"192.0.2.{login[-1]}") for login in AGENTS))
    assert found == ["in"] * len(AGENTS)
    assert (await asyncio.gather(*guesses)).count("WrongPassword") <= 40


async def test_ten_thousand_one_after_the_other_are_no_more_than_the_limits(house: House) -> None:
    results = [
        await house.comes("agent0", f"198.51.{number // 250}.{number % 250}", "guess") for number in range(TRIES)
    ]
    assert results.count("WrongPassword") == 80
    assert await house.comes("agent0", "203.0.113.9") == "TooManyTries"
    house.clock.advance(WINDOW_S + 1)
    assert await house.comes("agent0", "203.0.113.9") == "in"


async def test_who_was_sent_away_is_not_counted(house: House) -> None:
    answers = await asyncio.gather(*(house.comes(f"name{n}", f"198.51.100.{n}", "guess") for n in range(250)))
    assert "Crowded" in answers
    crowded = answers.index("Crowded")
    for _ in range(8):
        assert await house.comes(f"name{crowded}", f"198.51.100.{crowded}", "guess") == "WrongPassword"
    assert await house.comes(f"name{crowded}", f"198.51.100.{crowded}", "guess") == "TooManyTries"


async def test_who_is_switched_off_is_wrong(house: House) -> None:
    house.stored["agent0"] = Credentials(1, house.stored["agent0"].password_hash, active=False)
    assert await house.comes("Agent0", "192.0.2.1") == "WrongPassword"
    assert await house.comes("AGENT1", "192.0.2.1", "password of agent1") == "in"
