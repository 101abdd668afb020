"""Of which day the registers are that numbers are compared with."""

from datetime import timedelta

import pytest

from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.errors import Invalid
from crm_core.registers import Registers
from crm_core.storage.database import Database
from tests.crm_core.conftest import HandClock


async def test_the_last_that_was_stated_holds_and_is_audited(database: Database, clock: HandClock, by: Actor) -> None:
    registers, now = Registers(database, clock), clock.now()
    assert (await registers.as_of(), await registers.all()) == ({}, ())
    await registers.note("us-ftc", now - timedelta(days=40), "FTC, area codes 212", by)
    await registers.note("us-ftc", now - timedelta(days=1), "FTC, all area codes", by)
    assert await registers.as_of() == {"us-ftc": now - timedelta(days=1)}
    (row,) = await registers.all()
    assert (row.policy, row.source, row.noted_at) == ("us-ftc", "FTC, all area codes", now)
    assert row.noted_by_name
    page = await AuditLog(database, clock).page(AuditFilter(action="do_not_call.register"))
    assert [one.detail["source"] for one in page.items] == ["FTC, all area codes", "FTC, area codes 212"]


async def test_no_register_is_of_tomorrow_or_from_nowhere(database: Database, clock: HandClock, by: Actor) -> None:
    registers, now = Registers(database, clock), clock.now()
    for as_of, source in ((now + timedelta(days=1), "FTC"), (now, " ")):
        with pytest.raises(Invalid):
            await registers.note("us-ftc", as_of, source, by)
    assert await registers.as_of() == {}
