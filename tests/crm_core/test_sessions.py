from datetime import timedelta

from crm_core.audit import SYSTEM
from crm_core.sessions import Sessions
from crm_core.storage.database import Database
from crm_core.stored_settings import StoredSettings
from crm_core.users import UserRow
from tests.crm_core.conftest import HandClock


async def test_a_session_lives_until_it_expires_or_is_ended(
    database: Database, clock: HandClock, admin: UserRow
) -> None:
    sessions = Sessions(database, clock)
    until = clock.now() + timedelta(hours=1)
    for token in ("a", "b", "c"):
        await sessions.add(token, admin.id, until, address="127.0.0.1", agent="x" * 300)
    found = await sessions.get("a")
    assert found is not None
    assert (found.user_id, found.expires_at, found.address, len(found.agent)) == (admin.id, until, "127.0.0.1", 200)
    assert await sessions.remove("a") is True
    assert await sessions.remove("a") is False
    assert await sessions.remove_of_user(admin.id, but="b") == ["c"]
    clock.advance(minutes=30)
    await sessions.seen("b", until + timedelta(hours=1))
    clock.advance(minutes=31)
    assert await sessions.get("b") is not None
    clock.advance(hours=1)
    assert await sessions.get("b") is None
    assert await sessions.purge() == 1
    assert await sessions.remove_of_user(admin.id) == []


async def test_settings_are_kept_as_they_were_given(database: Database, clock: HandClock) -> None:
    settings = StoredSettings(database, clock)
    await settings.put({"retention_days": 90, "hours": {"mon": ["09:00", "18:00"]}}, SYSTEM)
    await settings.put({"retention_days": None}, SYSTEM)
    assert await settings.all() == {"retention_days": None, "hours": {"mon": ["09:00", "18:00"]}}
