"""Sessions: how long they live and who hears of their end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent_ui.auth.permissions import Permission
from agent_ui.auth.sessions import Identity, Sessions, StoredSession, key_of


class HandClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class FakeStore:
    def __init__(self) -> None:
        self.rows: dict[str, StoredSession] = {}
        self.reads = 0

    async def add(self, session: StoredSession) -> None:
        self.rows[session.token_hash] = session

    async def find(self, token_hash: str) -> StoredSession | None:
        self.reads += 1
        return self.rows.get(token_hash)

    async def touch(self, token_hash: str, at: datetime) -> None:
        self.rows[token_hash] = replace(self.rows[token_hash], seen_at=at)

    async def remove(self, token_hash: str) -> None:
        self.rows.pop(token_hash, None)

    async def remove_of_user(self, user_id: int) -> None:
        self.rows = {key: row for key, row in self.rows.items() if row.user_id != user_id}


class FakePeople:
    def __init__(self) -> None:
        self.active = True

    async def identify(self, user_id: int, session_key: str) -> Identity | None:
        return Identity(user_id, "li", "Li", "agent", "1001", "zh", (1,), session_key) if self.active else None


class World:
    def __init__(self) -> None:
        self.clock, self.store, self.people = HandClock(), FakeStore(), FakePeople()
        self.sessions = Sessions(self.store, self.people, self.clock, idle_s=3600, absolute_s=36000)
        self.ended: list[str] = []
        self.unsubscribe = self.sessions.on_end(self.ended.append)


@pytest.fixture
def world() -> World:
    return World()


async def test_a_cookie_is_worth_its_owner_and_is_not_stored(world: World) -> None:
    token = await world.sessions.open(7)
    identity = await world.sessions.identify(token)
    assert identity is not None
    assert identity.user_id == 7
    assert identity.may(Permission.TAKE_CALLS)
    assert not identity.may(Permission.ADMINISTER)
    assert not replace(identity, role="nonsense").may(Permission.SIGNED_IN)
    assert token not in str(world.store.rows)
    assert await world.sessions.identify("another") is None


async def test_the_database_is_asked_once_in_a_while(world: World) -> None:
    token = await world.sessions.open(7)
    for _ in range(5):
        await world.sessions.identify(token)
    assert world.store.reads == 1
    world.clock.forward(31)
    await world.sessions.identify(token)
    assert world.store.reads == 2


async def test_use_keeps_it_alive_until_the_absolute_end(world: World) -> None:
    token = await world.sessions.open(7)
    for _ in range(11):
        world.clock.forward(3000)
        assert await world.sessions.identify(token)
    world.clock.forward(3000)
    assert await world.sessions.identify(token) is None
    assert world.ended == [key_of(token)]
    assert world.store.rows == {}


async def test_an_idle_one_ends(world: World) -> None:
    token = await world.sessions.open(7)
    world.clock.forward(3600)
    assert await world.sessions.identify(token) is None


async def test_a_person_switched_off_is_out_within_the_cache_time(world: World) -> None:
    token = await world.sessions.open(7)
    assert await world.sessions.identify(token)
    world.people.active = False
    world.clock.forward(31)
    assert await world.sessions.identify(token) is None
    assert world.ended


async def test_all_sessions_of_a_person_can_be_ended_at_once(world: World) -> None:
    mine, second, other = [await world.sessions.open(user_id) for user_id in (7, 7, 8)]
    for token in (mine, second, other):
        assert await world.sessions.identify(token)
    world.sessions.forget(8)
    await world.sessions.close_all_of(7)
    assert sorted(world.ended) == sorted([key_of(mine), key_of(second)])
    assert await world.sessions.identify(mine) is None
    assert await world.sessions.identify(other)
    world.unsubscribe()
    await world.sessions.close(key_of(other))
    assert key_of(other) not in world.ended
