"""Sessions of signed-in browsers: a random id in a cookie, its hash in the database."""

import hashlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from agent_ui.auth.permissions import OF_NUMBER_RIGHT, OF_ROLE, Permission
from crm_core.domain.number_right import NumberRight
from crm_core.errors import StorageError
from crm_core.sessions import SessionRow
from cti.clock import Clock

_log = logging.getLogger(__name__)
CACHE_S = 30.0
TOUCH_S = 60.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, as of at most CACHE_S ago. `extension` None: takes no calls."""

    user_id: int
    login: str
    name: str
    role: str
    extension: str | None
    language: str
    queue_ids: tuple[int, ...]
    session_key: str
    number_right: NumberRight = NumberRight.MASKED

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that this person may."""
        return OF_ROLE.get(self.role, frozenset()) | OF_NUMBER_RIGHT[self.number_right]

    @property
    def sees_numbers(self) -> bool:
        """Whole telephone numbers leave the server for this person."""
        return self.number_right is NumberRight.SEE

    def may(self, permission: Permission) -> bool:
        """Deny by default: an unknown role may nothing."""
        return permission in self.permissions


class SessionStore(Protocol):
    """Where sessions live; crm_core.sessions in earnest."""

    async def add(
        self, token_hash: str, user_id: int, expires_at: datetime, *, address: str = "", agent: str = ""
    ) -> None:
        """Keep a new one."""

    async def get(self, token_hash: str) -> SessionRow | None:
        """Look one up that has not expired."""

    async def seen(self, token_hash: str, expires_at: datetime) -> None:
        """Say that it was used."""

    async def remove(self, token_hash: str) -> bool:
        """End one."""

    async def remove_of_user(self, user_id: int, *, but: str | None = None) -> list[str]:
        """End all of a person, except one; return which."""


class People(Protocol):
    """Who a session belongs to, now."""

    async def identify(self, user_id: int, session_key: str) -> Identity | None:
        """None when the user is gone or switched off."""


@dataclass(slots=True)
class _Cached:
    identity: Identity
    session: SessionRow
    checked_at: datetime


class Sessions:
    """Looks sessions up with a short memory; tells listeners of an end so that sockets close at once."""

    def __init__(self, store: SessionStore, people: People, clock: Clock, idle_s: float, absolute_s: float) -> None:
        self._store = store
        self._people = people
        self._clock = clock
        self._idle = timedelta(seconds=idle_s)
        self._absolute = timedelta(seconds=absolute_s)
        self._cache: dict[str, _Cached] = {}
        self._listeners: list[Callable[[str], None]] = []

    def on_end(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Call `listener` with the key of each session that ends; returns what unsubscribes."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def open(self, user_id: int, address: str = "", agent: str = "") -> str:
        """Start a session and return the cookie's value, which is never stored."""
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        await self._store.add(key_of(token), user_id, self._expiry(now, now), address=address, agent=agent)
        return token

    async def identify(self, token: str) -> Identity | None:
        """Return who holds this cookie, None if it is not valid (any more)."""
        return await self.keep(key_of(token))

    async def keep(self, key: str) -> Identity | None:
        """Use the session with this key: an open page keeps it from becoming idle."""
        now = self._clock.now()
        cached = self._cache.get(key)
        if cached is None or now - cached.checked_at >= timedelta(seconds=CACHE_S):
            cached = await self._look_up(key, now)
        if cached is None:
            return None
        if now >= cached.session.expires_at:
            await self.close(key)
            return None
        await self._touch(cached, now)
        return cached.identity

    async def close(self, session_key: str) -> None:
        """End one session, everywhere, now."""
        await self._store.remove(session_key)
        self._end(session_key)

    async def close_all_of(self, user_id: int, but: str | None = None) -> None:
        """End every session of a person (password or role changed, switched off), except the one with key `but`."""
        removed = await self._store.remove_of_user(user_id, but=but)
        # not from the cache alone: it may have been told to forget the person, whose sockets are open all the same
        cached = [key for key, item in self._cache.items() if item.session.user_id == user_id and key != but]
        for key in dict.fromkeys([*removed, *cached]):
            self._end(key)

    async def person(self, user_id: int) -> Identity | None:
        """Return a person as they are now, apart from any session."""
        return await self._people.identify(user_id, "")

    def forget(self, user_id: int) -> None:
        """Read the person again at the next request (name, queues, language changed)."""
        for key in [key for key, cached in self._cache.items() if cached.session.user_id == user_id]:
            del self._cache[key]

    async def _look_up(self, key: str, now: datetime) -> _Cached | None:
        try:
            return await self._load(key, now)
        except StorageError:
            cached = self._cache.get(key)
            if cached is None:
                raise
            # Without the database nobody can be signed out or given another role; agents have calls to end.
            cached.checked_at = now
            return cached

    def forget_all(self) -> None:
        """Read everybody again at their next request."""
        self._cache.clear()

    async def _load(self, key: str, now: datetime) -> _Cached | None:
        session = await self._store.get(key)
        if session is None:
            self._cache.pop(key, None)
            return None
        identity = await self._people.identify(session.user_id, key)
        if identity is None:
            await self.close(key)
            return None
        cached = _Cached(identity, session, now)
        self._cache[key] = cached
        return cached

    def _expiry(self, created_at: datetime, now: datetime) -> datetime:
        return min(now + self._idle, created_at + self._absolute)

    async def _touch(self, cached: _Cached, now: datetime) -> None:
        session = cached.session
        if now - session.last_seen_at < timedelta(seconds=TOUCH_S):
            return
        expires_at = self._expiry(session.created_at, now)
        cached.session = replace(session, last_seen_at=now, expires_at=expires_at)
        try:
            await self._store.seen(session.token_hash, expires_at)
        except StorageError:
            # the request itself may need no database; the next one tries again
            _log.warning("Session could not be touched")
            cached.session = session

    def _end(self, session_key: str) -> None:
        self._cache.pop(session_key, None)
        for listener in list(self._listeners):
            listener(session_key)


def key_of(token: str) -> str:
    """What stands for the cookie in database, cache and logs."""
    return hashlib.sha256(token.encode()).hexdigest()
