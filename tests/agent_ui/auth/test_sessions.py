"""Sessions: how long they live and who hears of their end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent_ui.auth.permissions import Permission
from agent_ui.auth.sessions import Identity, Sessions, key_of
from crm_core.errors import DatabaseUnavailable
from crm_core.sessions import SessionRow


class HandClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class FakeStore:
    def __init__(self, clock: HandClock) -> None:
        self.rows: dict[str, SessionRow] = {}
        self.reads = 0
        self.down = False
        self.clock = clock

    async def add(
        self, token_hash: str, user_id: int, expires_at: datetime, *, address: str = "", agent: str = ""
    ) -> None:
        now = self.clock.now()
        self.rows[token_hash] = SessionRow(token_hash, user_id, now, now, expires_at, address, agent)

    async def get(self, token_hash: str) -> SessionRow | None:
        self.reads += 1
        if self.down:
            raise DatabaseUnavailable
        row = self.rows.get(token_hash)
        return row if row and row.expires_at > self.clock.now() else None

    async def seen(self, token_hash: str, expires_at: datetime) -> None:
        if self.down:
            raise DatabaseUnavailable
        self.rows[token_hash] = replace(self.rows[token_hash], last_seen_at=self.clock.now(), expires_at=expires_at)

    async def remove(self, token_hash: str) -> bool:
        return self.rows.pop(token_hash, None) is not None

    async def remove_of_user(self, user_id: int, *, but: str | None = None) -> list[str]:
        removed = [key for key, row in self.rows.items() if row.user_id == user_id and key != but]
        for key in removed:
            del self.rows[key]
        return removed


class FakePeople:
    def __init__(self) -> None:
        self.active = True

    async def identify(self, user_id: int, session_key: str) -> Identity | None:
        return Identity(user_id, "li", "Li", "agent", "1001", "zh", (1,), session_key) if self.active else None


class World:
    def __init__(self) -> None:
        self.clock, self.people = HandClock(), FakePeople()
        self.store = FakeStore(self.clock)
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


async def test_a_database_that_is_away_ends_no_session(world: World) -> None:
    token = await world.sessions.open(7)
    await world.sessions.identify(token)
    world.clock.forward(29)
    world.store.down = True
    for _ in range(3):
        world.clock.forward(40)
        assert await world.sessions.identify(token)


async def test_an_end_by_time_is_told_while_it_is_cached(world: World) -> None:
    token = await world.sessions.open(7)
    for _ in range(719):
        world.clock.forward(50)
        assert await world.sessions.identify(token)
    world.clock.forward(29)
    assert await world.sessions.identify(token)
    world.clock.forward(22)
    assert await world.sessions.identify(token) is None


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
    for user_id in (7, 8):
        world.sessions.forget(user_id)
    await world.sessions.close_all_of(7)
    assert sorted(world.ended) == sorted([key_of(mine), key_of(second)])
    assert await world.sessions.identify(mine) is None
    assert await world.sessions.identify(other)
    world.unsubscribe()
    await world.sessions.close(key_of(other))
    assert key_of(other) not in world.ended


async def test_without_the_database_a_known_session_goes_on_and_an_unknown_one_is_refused(world: World) -> None:
    token, other = await world.sessions.open(7), await world.sessions.open(8)
    assert await world.sessions.identify(token) is not None
    world.store.down = True
    for _ in range(3):
        world.clock.forward(45)
        identity = await world.sessions.identify(token)
        assert identity is not None
        assert identity.user_id == 7
    with pytest.raises(DatabaseUnavailable):
        await world.sessions.identify(other)
    world.store.down = False
    world.people.active = False
    world.clock.forward(45)
    assert await world.sessions.identify(token) is None, "what was decided meanwhile counts"
