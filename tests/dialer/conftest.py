"""The dialer in a house with a floor and a database, in time that a test turns."""

from pathlib import Path

import pytest

from crm_core.storage.database import Database
from tests.crm_core.conftest import database, sqlite_template, url
from tests.dialer.house import House

__all__ = ["database", "dialect", "house", "sqlite_template", "url"]


@pytest.fixture
def dialect() -> str:
    """What the dialer asks of the database is tested on both with the tables."""
    return "sqlite"


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> House:
    made = House(database, tmp_path)
    await made.open()
    return made
