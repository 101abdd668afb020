"""Rows of people who sign in, with ids that a test chooses."""

from sqlalchemy import insert

from crm_core.models import User
from crm_core.storage.database import Database
from tests.fakes import START


async def person(database: Database, user_id: int, login: str) -> None:
    """Somebody with a seat."""
    row = {
        "id": user_id,
        "login": login,
        "name": login.title(),
        "password_hash": "",
        "role": "agent",
        "extension": str(user_id),
        "language": "en",
        "number_right": "",
        "skills": {},
        "phone": {},
        "active": True,
        "version": 1,
        "created_at": START,
        "updated_at": START,
    }
    await database.write(lambda connection: connection.execute(insert(User).values(row)))
