"""From result rows to the dataclasses that other packages see."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Executable, Insert, ScalarSelect, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from crm_core.models import Table

Built = TypeVar("Built")


def build(kind: type[Built], row: Mapping[Any, Any], **more: object) -> Built:
    """Make a dataclass of the row's columns with the same names; `more` holds what the row does not have."""
    names = {field.name for field in fields(cast("Any", kind))}
    values = {name: value for name, value in row.items() if name in names}
    return kind(**values, **more)


def upsert(
    connection: AsyncConnection,
    table: type[Table],
    values: dict[str, Any],
    unique: tuple[str, ...],
    update: tuple[str, ...] = (),
) -> Insert:
    """Build an insert that changes the columns in `update` when a row with the same `unique` columns is there."""
    return _upsert(connection.dialect.name, table, values, unique, update)


def _upsert(
    dialect: str, table: type[Table], values: dict[str, Any], unique: tuple[str, ...], update: tuple[str, ...]
) -> Insert:
    if dialect == "sqlite":
        on_sqlite = sqlite.insert(table).values(values)
        if not update:
            return on_sqlite.on_conflict_do_nothing(index_elements=list(unique))
        changed = {name: on_sqlite.excluded[name] for name in update}
        return on_sqlite.on_conflict_do_update(index_elements=list(unique), set_=changed)
    on_postgresql = postgresql.insert(table).values(values)
    if not update:
        return on_postgresql.on_conflict_do_nothing(index_elements=list(unique))
    changed = {name: on_postgresql.excluded[name] for name in update}
    return on_postgresql.on_conflict_do_update(index_elements=list(unique), set_=changed)


async def put(
    connection: AsyncConnection,
    table: type[Table],
    row: Mapping[str, Any],
    unique: tuple[str, ...],
    update: tuple[str, ...] = (),
    known: Mapping[str, InstrumentedAttribute[Any]] | None = None,
) -> bool:
    """Run such an insert; columns in `known` get their value only if the other table has such a row, else NULL.

    False: the row was there, and nothing was to be changed in it.

    The statement is built once for each shape of row: to build one takes seven times as long as to run it.
    """
    known = known or {}
    statement = _put(connection.dialect.name, table, tuple(row), unique, update, tuple(known.items()))
    values = {known_as(name) if name in known else name: row[name] for name in row}
    return await execute(connection, statement, values) > 0


async def add_all(
    connection: AsyncConnection,
    table: type[Table],
    rows: Sequence[Mapping[str, Any]],
    unique: tuple[str, ...],
    update: tuple[str, ...] = (),
) -> None:
    """Put many rows of one shape in one go; of those that are there, the columns in `update` change."""
    if rows:
        statement = _put(connection.dialect.name, table, tuple(rows[0]), unique, update, ())
        await connection.execute(statement, [dict(row) for row in rows])


@cache
def _put(
    dialect: str,
    table: type[Table],
    columns: tuple[str, ...],
    unique: tuple[str, ...],
    update: tuple[str, ...],
    known: tuple[tuple[str, InstrumentedAttribute[Any]], ...],
) -> Insert:
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    values |= {name: known_later(column, name) for name, column in known}
    return _upsert(dialect, table, values, unique, update)


def known(column: InstrumentedAttribute[Any], value: object) -> ScalarSelect[Any]:
    """Give `value` if such a row exists, else NULL: the diary must not fail over a row that is gone."""
    return select(column).where(column == value).scalar_subquery()


def known_later(column: InstrumentedAttribute[Any], name: str) -> ScalarSelect[Any]:
    """Like `known`, in a statement that is built once: the value comes as `known_as(name)`."""
    return select(column).where(column == bindparam(known_as(name))).scalar_subquery()


def known_as(name: str) -> str:
    """Name the parameter."""
    return f"known_{name}"


async def execute(connection: AsyncConnection, statement: Executable, values: dict[str, Any] | None = None) -> int:
    """Run one statement and give how many rows it touched."""
    return cast("CursorResult[Any]", await connection.execute(statement, values)).rowcount
