"""Two people, one row: a save names the version that it read, and the slower of two is told."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.errors import NotFound, StaleVersion
from crm_core.models import Table


async def bump(
    connection: AsyncConnection,
    table: type[Table],
    kind: str,
    key: int,
    version: int | None,
    values: dict[str, Any],
) -> int:
    """Change a row that is still at `version` (None: whatever it is at); give the new version."""
    columns: Any = table
    query = update(columns).where(columns.id == key)
    if version is not None:
        query = query.where(columns.version == version)
    new = await connection.scalar(query.values(**values, version=columns.version + 1).returning(columns.version))
    if new is not None:
        return int(new)
    actual = await connection.scalar(select(columns.version).where(columns.id == key))
    if actual is None:
        raise NotFound(kind, key)
    raise StaleVersion(kind, key, version or 0, actual)
