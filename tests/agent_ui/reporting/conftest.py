"""A database as in the tests of the CRM; SQLite will do here."""

import pytest

from tests.crm_core.conftest import clock, database, sqlite_template, url

__all__ = ["clock", "database", "sqlite_template", "url"]


@pytest.fixture
def dialect() -> str:
    return "sqlite"
