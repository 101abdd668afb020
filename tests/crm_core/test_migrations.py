import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from crm_core.errors import WrongRevision
from crm_core.migrations import check_revision, newest_revision, upgrade
from crm_core.models import Table
from crm_core.storage.database import Database


async def test_the_migrated_schema_is_the_one_of_the_models(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Table.metadata))

    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_upgrading_twice_and_at_once_is_harmless(empty_url: str) -> None:
    await asyncio.gather(upgrade(empty_url), upgrade(empty_url))
    await upgrade(empty_url)
    await check_revision(empty_url)


async def test_another_revision_is_refused(empty_url: str) -> None:
    with pytest.raises(WrongRevision) as caught:
        await check_revision(empty_url)
    assert caught.value.found is None
    assert caught.value.wanted == newest_revision()


async def test_the_words_are_there_in_both_languages(database: Database) -> None:
    async with database.reading() as connection:
        for table in ("dispositions", "pause_reasons"):
            rows = (await connection.execute(text(f"SELECT label_zh, label_en FROM {table}"))).all()  # noqa: S608
            assert len(rows) >= 5
            assert all(zh and en and zh != en for zh, en in rows)
