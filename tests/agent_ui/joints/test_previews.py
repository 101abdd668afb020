"""What agents' pages are shown of whom they look at: a state, told once, and again to who comes back."""

from pathlib import Path
from typing import Any

import pytest

from agent_ui.joints.previews import Previews
from crm_core.lead_cards import LeadCards
from crm_core.storage.database import Database
from dialer.desk import AgentDesk
from tests.crm_core.conftest import database, sqlite_template, url
from tests.crm_core.people import person
from tests.dialer.conftest import dialect
from tests.dialer.house import House

__all__ = ["database", "dialect", "sqlite_template", "url"]
ANN, A = 11, "+447911123456"


class Pages:
    """Ann's page, as the hub has it."""

    def __init__(self) -> None:
        self.shown: list[Any] = []
        self.there = {ANN}
        self.arrived: Any = None

    def on_arrival(self, listener: Any) -> None:
        self.arrived = listener

    def users(self) -> set[int]:
        return self.there

    def show(self, user_id: int, kind: str, view: Any) -> None:
        assert (user_id, kind) == (ANN, "preview")
        self.shown.append(view)


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> House:
    made = House(database, tmp_path)
    await made.open("preview")
    await person(database, ANN, "ann")
    return made


async def test_a_page_is_told_what_is_different(house: House) -> None:
    pages = Pages()
    desk = AgentDesk(house.dialer, house.campaigns, house.leads)
    previews = Previews(desk, house.dialer, LeadCards(house.database), pages)  # type: ignore[arg-type]
    await previews.look()
    assert pages.shown == []
    lead_id = await house.add(A, name="Li Lei", custom={"plan": "gold"})
    await house.start()
    house.stage.ready(ANN)
    await house.step()
    await previews.look()
    await previews.look()
    (view,) = pages.shown
    assert (view["why"], view["at_limit"], view["lead"]["id"]) == ("", "give_back", lead_id)
    assert (view["lead"]["name"], view["lead"]["is_own"]) == ("Li Lei", False)
    assert view["lead"]["columns"] == [{"name": "plan", "value": "gold"}]
    assert (view["lead"]["attempt_number"], view["lead"]["earlier"]) == (1, [])
    assert "7911" in view["lead"]["number"]
    pages.arrived(ANN)
    assert house.dialer.turned.is_set()
    await previews.look()
    assert pages.shown == [view, view], "a page that is loaded again"
    await house.database.write(lambda connection: connection.exec_driver_sql("update campaigns set state='finished'"))
    await house.step(1)
    await previews.look()
    assert pages.shown[-1] is None
    pages.there = set()
    await previews.look()
    assert len(pages.shown) == 3
