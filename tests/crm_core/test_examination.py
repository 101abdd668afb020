import pytest

from crm_core.errors import DatabaseRefuses
from crm_core.examination import examine_database
from crm_core.migrations import newest_revision
from crm_core.storage.database import Database


async def test_both_dialects_say_the_same(database, clock):
    found = await examine_database(database, clock)
    assert found.version.lower().startswith(database.dialect)
    assert (found.revision, found.is_newer) == (newest_revision(), False)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("user", "name", "said"),
    [("callroom", "nothing", 'database "nothing" does not exist'), ("nobody:x", "postgres", 'role "nobody"')],
)
async def test_a_server_that_refuses_us(cluster, clock, user, name, said):
    database = Database(cluster.url(name).replace("callroom@", f"{user}@"))
    with pytest.raises(DatabaseRefuses, match=said):
        await examine_database(database, clock)
    await database.aclose()
