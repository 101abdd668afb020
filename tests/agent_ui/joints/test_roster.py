"""Users and queues that somebody saved, and the floor."""

import asyncio

import pytest

from agent_ui.joints import roster as module
from agent_ui.joints.roster import RosterKeeper
from crm_core.errors import StorageError
from cti.domain.values import AgentSettings, Roster

EMPTY = Roster()
LI = Roster(agents=(AgentSettings(4, "Li", "1004", frozenset()),))


class House:
    """A database with one roster, and a floor that writes down what it hears."""

    def __init__(self) -> None:
        self.saved = EMPTY
        self.heard: list[Roster] = []
        self.is_ill = False

    async def load(self) -> Roster:
        if self.is_ill:
            self.is_ill = False
            raise StorageError("away")
        found = self.saved
        await asyncio.sleep(0)
        return found

    async def tell(self, roster: Roster) -> None:
        self.heard.append(roster)


async def test_only_news_is_told() -> None:
    house = House()
    keeper = RosterKeeper(house.load, house.tell)
    await keeper.reload()
    await keeper.reload()
    house.saved = LI
    await asyncio.gather(keeper.reload(), keeper.reload())
    assert house.heard == [EMPTY, LI]


async def test_what_another_process_saved_is_found_though_the_database_was_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0)
    house = House()
    house.saved, house.is_ill = LI, True
    watching = asyncio.ensure_future(RosterKeeper(house.load, house.tell).watch())
    while not house.heard:
        await asyncio.sleep(0)
    watching.cancel()
    assert house.heard == [LI]
