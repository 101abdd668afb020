"""One at a time, by the database's clock, on both databases."""

import asyncio

from sqlalchemy import update

from crm_core.leases import Leases
from crm_core.models import Lease
from crm_core.storage.database import Database


async def pass_time(database: Database, seconds: float) -> None:
    """All leases end so much earlier."""
    over = update(Lease).values(until_s=Lease.until_s - seconds)
    await database.write(lambda connection: connection.execute(over))


async def test_one_has_it_until_its_time_is_over(database: Database) -> None:
    leases = Leases(database)
    assert await leases.take("dialer", "here", 60.0) == "here"
    assert await leases.take("dialer", "there", 60.0) == "here"
    await pass_time(database, 50.0)
    assert await leases.take("dialer", "there", 60.0) == "here"
    assert await leases.take("dialer", "here", 60.0) == "here", "it is kept for as long again"
    await pass_time(database, 50.0)
    assert await leases.take("dialer", "there", 60.0) == "here"
    await pass_time(database, 50.0)
    assert await leases.take("dialer", "there", 60.0) == "there"
    assert await leases.take("dialer", "here", 60.0) == "there"
    assert await leases.take("another", "here", 60.0) == "here"


async def test_what_is_given_back_is_free_at_once_and_nobody_gives_back_anothers(database: Database) -> None:
    leases = Leases(database)
    await leases.take("dialer", "here", 60.0)
    await leases.give_back("dialer", "there")
    assert await leases.take("dialer", "there", 60.0) == "here"
    await leases.give_back("dialer", "here")
    assert await leases.take("dialer", "there", 60.0) == "there"


async def test_of_many_who_ask_at_once_one_has_it(database: Database) -> None:
    leases = Leases(database)
    said = await asyncio.gather(*(leases.take("dialer", f"house {number}", 60.0) for number in range(20)))
    assert len(set(said)) == 1
