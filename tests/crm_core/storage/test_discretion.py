"""A row that the database refuses is told in the log without the row."""

import logging

import pytest
from sqlalchemy import insert

from agent_ui.logs import FieldsFormatter, JsonFormatter
from crm_core.errors import Conflict
from crm_core.models import User

NAME = "张伟 13800138000"


@pytest.mark.parametrize("formatter", [JsonFormatter(), FieldsFormatter("%(message)s")], ids=["file", "terminal"])
@pytest.mark.parametrize("twice", [True, False])
async def test_neither_the_statement_nor_the_server_tells_who(database, clock, caplog, formatter, twice):
    """Its name is taken already; or a column that must be there is not, for which PostgreSQL shows the whole row."""
    at = clock.now()
    row = {"name": NAME, "password_hash": "x", "role": "agent", "language": "zh", "number_right": "", "active": True}
    row |= {"version": 1, "created_at": at, "updated_at": at} | ({"login": NAME} if twice else {})

    async def work(connection):
        for _ in range(2):
            await connection.execute(insert(User).values(row))

    try:
        await database.write(work)
    except Conflict:
        logging.getLogger("crm_core").exception("Database refuses a fact")
    (record,) = [one for one in caplog.records if one.message == "Database refuses a fact"]
    text = formatter.format(record)
    assert "IntegrityError" in text
    assert "INSERT INTO" in text
    assert NAME not in text
    assert "13800138000" not in text
