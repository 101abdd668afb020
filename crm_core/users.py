"""People who sign in: their roles, queues and extensions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import Select, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.domain.agent_phone import checked_phone, document_of
from crm_core.domain.dial_policy import SETTING as DIAL_RULES
from crm_core.domain.dial_policy import rules_of
from crm_core.domain.folding import fold
from crm_core.domain.number_right import NumberRight
from crm_core.domain.routing import skill_name, skill_problems
from crm_core.due_leads import DONE
from crm_core.errors import AlreadyExists, InUse, NoFreeExtension, NotFound
from crm_core.models import Lead, Queue, Setting, User, UserQueue
from crm_core.storage.database import Database
from crm_core.storage.fields import LANGUAGES, Checks, refuse
from crm_core.storage.rows import build
from crm_core.storage.versions import bump
from cti.clock import Clock
from cti.domain.values import PAGE_PHONE, Phone

ROLES = ("admin", "supervisor", "agent")
NUMBER_RIGHTS = ("", *NumberRight)
_SEATED = ("supervisor", "agent")
_MEMBERSHIPS = frozenset({"queue_ids", "reserve_queue_ids"})
# Whom nobody else could call: they are anybody's again.
_FREED = update(Lead).where(Lead.for_user_id == bindparam("whose"), Lead.state != DONE).values(for_user_id=None)
_CHECKED_LATER = _MEMBERSHIPS | {"phone"}  # by what is stored


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user as lists and sessions need it; never the password's hash. `number_right` "" follows the role.

    `reserve_queue_ids` are those of the queues that they only help out in; `skills` levels by name.
    """

    id: int
    login: str
    name: str
    role: str
    extension: str | None
    language: str
    number_right: str
    skills: dict[str, int]
    phone: dict[str, Any]
    active: bool
    queue_ids: tuple[int, ...]
    reserve_queue_ids: tuple[int, ...]
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in compares."""

    user_id: int
    password_hash: str
    active: bool


@dataclass(frozen=True, slots=True)
class UserDraft:
    """A new user. Agents and supervisors get the lowest free extension unless one is named."""

    login: str
    name: str
    password_hash: str
    role: str = "agent"
    language: str = "zh"
    queue_ids: tuple[int, ...] = ()
    extension: str | None = None
    number_right: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)
    reserve_queue_ids: tuple[int, ...] = ()
    phone: Phone = PAGE_PHONE


class UserChanges(TypedDict, total=False):
    """Only what is named changes."""

    name: str
    role: str
    language: str
    number_right: str
    skills: Mapping[str, int]
    phone: Phone
    active: bool
    queue_ids: Sequence[int]
    reserve_queue_ids: Sequence[int]
    password_hash: str


class Users:
    """`extensions` is the pool that the switch has endpoints for."""

    def __init__(self, database: Database, clock: Clock, extensions: Iterable[str] = ()) -> None:
        self._database = database
        self._clock = clock
        self._extensions = tuple(extensions)

    async def all(self, *, active_only: bool = False) -> tuple[UserRow, ...]:
        """List users by login."""
        query = _users().order_by(User.login)
        if active_only:
            query = query.where(User.active.is_(True))
        async with self._database.reading() as connection:
            return await _rows(connection, query)

    async def get(self, user_id: int) -> UserRow:
        """Raise NotFound if there is none."""
        return await self._database.read(lambda connection: _one(connection, user_id))

    async def credentials(self, login: str) -> Credentials | None:
        """Find what a login is checked against; the login's case does not matter."""
        query = select(User.id.label("user_id"), User.password_hash, User.active).where(User.login == fold(login))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else build(Credentials, row)

    async def add(self, draft: UserDraft, by: Actor) -> UserRow:
        """Save a new user."""
        checks = Checks()
        login = fold(checks.trimmed("login", draft.login, longest=64, required=True))
        name = checks.trimmed("name", draft.name, required=True)
        checks.choice("role", draft.role, ROLES)
        checks.choice("language", draft.language, LANGUAGES)
        checks.choice("number_right", draft.number_right, NUMBER_RIGHTS)
        skills = _skills(checks, draft.skills)
        checks.done()

        async def work(connection: AsyncConnection) -> UserRow:
            now = self._clock.now()
            if await connection.scalar(select(User.id).where(User.login == login)) is not None:
                raise AlreadyExists("user", "login", login)
            values = {
                "login": login,
                "name": name,
                "password_hash": draft.password_hash,
                "role": draft.role,
                "extension": await self._extension(connection, draft),
                "language": draft.language,
                "number_right": draft.number_right,
                "skills": skills,
                "phone": await _phone(connection, draft.phone, draft.role),
                "active": True,
                "version": 1,
                "created_at": now,
                "updated_at": now,
            }
            user_id = (await connection.execute(insert(User).values(values).returning(User.id))).scalar_one()
            await _set_queues(connection, user_id, draft.queue_ids, draft.reserve_queue_ids)
            await append(connection, by, now, "user.add", user_id, {"login": login, "role": draft.role})
            return await _one(connection, user_id)

        return await self._database.write(work)

    async def change(self, user_id: int, version: int | None, changes: UserChanges, by: Actor) -> UserRow:
        """Save changes. A user who is not active gives the extension back; sessions are the caller's to end."""
        values = _checked(changes)

        async def work(connection: AsyncConnection) -> UserRow:
            now = self._clock.now()
            before = await _one(connection, user_id)
            await _keep_an_administrator(connection, before, values)
            values["extension"] = await self._kept_extension(connection, before, values)
            if "phone" in changes and document_of(changes["phone"]) != before.phone:
                values["phone"] = await _phone(connection, changes["phone"], values.get("role", before.role))
            await bump(connection, User, "user", user_id, version, {**values, "updated_at": now})
            if values["extension"] is None:
                await connection.execute(_FREED, {"whose": user_id})
            if changes.keys() & _MEMBERSHIPS:
                queue_ids = changes.get("queue_ids", before.queue_ids)
                reserves = changes.get("reserve_queue_ids", set(before.reserve_queue_ids) & set(queue_ids))
                await _set_queues(connection, user_id, queue_ids, sorted(reserves))
            shown = {key: value for key, value in changes.items() if key != "password_hash"}
            await append(connection, by, now, "user.change", user_id, _plain(shown, "password_hash" in changes))
            return await _one(connection, user_id)

        return await self._database.write(work)

    async def _extension(self, connection: AsyncConnection, draft: UserDraft) -> str | None:
        if draft.extension is None:
            return await self._free_extension(connection) if draft.role in _SEATED else None
        if draft.extension not in self._extensions:
            refuse("extension", "not_in_pool", "is not an extension that the switch has")
        if await connection.scalar(select(User.id).where(User.extension == draft.extension)) is not None:
            raise AlreadyExists("user", "extension", draft.extension)
        return draft.extension

    async def _kept_extension(self, connection: AsyncConnection, user: UserRow, values: dict[str, Any]) -> str | None:
        role, active = values.get("role", user.role), values.get("active", user.active)
        if not active or role not in _SEATED:
            return None
        return user.extension or await self._free_extension(connection)

    async def _free_extension(self, connection: AsyncConnection) -> str:
        taken = set(await connection.scalars(select(User.extension).where(User.extension.is_not(None))))
        for extension in self._extensions:
            if extension not in taken:
                return extension
        raise NoFreeExtension(len(self._extensions))


def _checked(changes: UserChanges) -> dict[str, Any]:
    checks = Checks()
    values: dict[str, Any] = {key: value for key, value in changes.items() if key not in _CHECKED_LATER}
    if "skills" in changes:
        values["skills"] = _skills(checks, changes["skills"])
    if "name" in changes:
        values["name"] = checks.trimmed("name", changes["name"], required=True)
    if "role" in changes:
        checks.choice("role", changes["role"], ROLES)
    if "language" in changes:
        checks.choice("language", changes["language"], LANGUAGES)
    if "number_right" in changes:
        checks.choice("number_right", changes["number_right"], NUMBER_RIGHTS)
    checks.done()
    return values


def _plain(shown: dict[str, Any], password: bool) -> dict[str, Any]:
    shown |= {key: list(shown[key]) for key in shown.keys() & _MEMBERSHIPS}
    if "phone" in shown:  # no numbers of people in the audit log
        shown["phone"] = {**document_of(shown["phone"]), "number": ""}
    return {**shown, "password": "changed"} if password else shown


async def _keep_an_administrator(connection: AsyncConnection, user: UserRow, values: dict[str, Any]) -> None:
    stays = values.get("role", user.role) == "admin" and values.get("active", user.active)
    if stays or user.role != "admin" or not user.active:
        return
    others = select(User.id).where(User.role == "admin", User.active.is_(True), User.id != user.id).limit(1)
    if await connection.scalar(others) is None:
        raise InUse("user", user.id, "the administration: nobody else could do it")


def _users() -> Select[*tuple[Any, ...]]:
    return select(
        User.id,
        User.login,
        User.name,
        User.role,
        User.extension,
        User.language,
        User.number_right,
        User.skills,
        User.phone,
        User.active,
        User.version,
        User.created_at,
        User.updated_at,
    )


async def _rows(connection: AsyncConnection, query: Select[*tuple[Any, ...]]) -> tuple[UserRow, ...]:
    rows = (await connection.execute(query)).mappings().all()
    queues: dict[int, list[int]] = {row["id"]: [] for row in rows}
    reserves: dict[int, list[int]] = {row["id"]: [] for row in rows}
    pairs = select(UserQueue.user_id, UserQueue.queue_id, UserQueue.reserve).order_by(UserQueue.queue_id)
    if len(queues) == 1:
        pairs = pairs.where(UserQueue.user_id.in_(queues))
    for user_id, queue_id, is_reserve in await connection.execute(pairs):
        if user_id in queues:
            queues[user_id].append(queue_id)
            if is_reserve:
                reserves[user_id].append(queue_id)
    return tuple(
        build(UserRow, row, queue_ids=tuple(queues[row["id"]]), reserve_queue_ids=tuple(reserves[row["id"]]))
        for row in rows
    )


async def _one(connection: AsyncConnection, user_id: int) -> UserRow:
    rows = await _rows(connection, _users().where(User.id == user_id))
    if not rows:
        raise NotFound("user", user_id)
    return rows[0]


async def _phone(connection: AsyncConnection, phone: Phone, role: str) -> dict[str, Any]:
    stored = await connection.scalar(select(Setting.value).where(Setting.key == DIAL_RULES))
    whole, problem = checked_phone(phone, rules_of(stored), role)
    if problem is not None:
        refuse(f"phone.{problem[0]}", *problem[1:])
    return document_of(whole)


def _skills(checks: Checks, skills: Mapping[str, int]) -> dict[str, int]:
    named = {skill_name(name): level for name, level in skills.items()}
    for problem in skill_problems(named):
        checks.add(*problem)
    return named


async def _set_queues(
    connection: AsyncConnection, user_id: int, queue_ids: Sequence[int], reserve_ids: Sequence[int]
) -> None:
    wanted = sorted(set(queue_ids))
    for place, queue_id in enumerate(reserve_ids):
        if queue_id not in wanted:
            refuse(f"reserve_queue_ids.{place}", "unknown_queue", "is none of the queues of this user")
    found = set(await connection.scalars(select(Queue.id).where(Queue.id.in_(wanted))))
    for place, queue_id in enumerate(queue_ids):
        if queue_id not in found:
            refuse(f"queue_ids.{place}", "unknown_queue", "is not a queue")
    await connection.execute(delete(UserQueue).where(UserQueue.user_id == user_id))
    if wanted:
        rows = [{"user_id": user_id, "queue_id": one, "reserve": one in reserve_ids} for one in wanted]
        await connection.execute(insert(UserQueue), rows)
