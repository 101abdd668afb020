"""A person on campaigns' lists: handed out with the rest, and erased so that nobody calls or knows them any more."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from crm_core.attempt_log import AttemptFilter, AttemptLog
from crm_core.audit import Actor, append
from crm_core.customer_writing import CustomerDraft, PhoneDraft
from crm_core.customers import Customers
from crm_core.errors import CustomerBusy
from crm_core.lead_lists import LeadListRow
from crm_core.models import Attempt, Lead, LeadImport, LeadNumber, Table
from crm_core.privacy import Privacy
from crm_core.storage.database import Database
from tests.crm_core.attempt_rows import attempt
from tests.crm_core.conftest import HandClock
from tests.crm_core.lead_rows import lead
from tests.crm_core.test_reservations import campaign, north

__all__ = ["campaign", "north"]

OWN, SECOND, SHARED, OTHER = "+8613800138000", "+8613800138001", "+8675512345678", "+8613900139000"
NAME = "欧阳钟离"
TRACES = (NAME, "13800138000", "13800138001", "古琴", "司马青衫")


class Listed:
    """A customer who is on a list twice: by link, and as somebody with their number whom nobody linked."""

    def __init__(self, database: Database, of: LeadListRow, at: datetime, by: Actor) -> None:
        self.database, self.of, self.at, self.by = database, of, at, by
        self.customer_id = 0
        self.lead_ids: list[int] = []

    async def add_lead(self, *numbers: str, **more: Any) -> int:
        async def work(connection: Any) -> int:
            lead_id = await connection.scalar(insert(Lead).values(lead(self.of, self.at, **more)).returning(Lead.id))
            rows = [
                {"campaign_id": self.of.campaign_id, "lead_id": lead_id, "position": place, "number": one, "key": one}
                for place, one in enumerate(numbers)
            ]
            await connection.execute(insert(LeadNumber), rows)
            return int(lead_id)

        return await self.database.write(work)

    async def dialed(self, lead_id: int | None, number: str, **more: Any) -> str:
        row = attempt(self.of, lead_id, self.at, number=number, number_key=number, **more)
        await self.database.write(lambda connection: connection.execute(insert(Attempt).values(row)))
        return str(row["attempt_id"])

    async def note(self, action: str, object_id: int, **detail: str) -> None:
        await self.database.write(
            lambda connection: append(connection, self.by, self.at, action, object_id, dict(detail))
        )


@pytest.fixture
async def listed(database: Database, north: LeadListRow, clock: HandClock, by: Actor) -> Listed:
    found = Listed(database, north, clock.now(), by)
    draft = CustomerDraft(name=NAME, phones=(PhoneDraft(OWN), PhoneDraft(SHARED)))
    found.customer_id = (await Customers(database, clock).add(draft, by)).id
    await Customers(database, clock).add(CustomerDraft(name="Office mate", phones=(PhoneDraft(SHARED),)), by)
    named = {"name": NAME, "custom": {"乐器": "古琴"}, "consent_source": "司马青衫"}
    found.lead_ids = [
        await found.add_lead(SECOND, OWN, customer_id=found.customer_id, **named),
        await found.add_lead(OWN, **named),
    ]
    await found.add_lead(SHARED, name="Office")
    await found.add_lead(OTHER, name="Somebody")
    await found.note("lead.skip", found.lead_ids[0], note=f"{NAME} plays")
    return found


async def everything(database: Database) -> str:
    async with database.reading() as connection:
        rows = [row for table in Table.metadata.sorted_tables for row in await connection.execute(select(table))]
    return "\n".join(map(repr, rows))


async def test_lists_and_dialings_are_handed_out(listed: Listed, database: Database, clock: HandClock) -> None:
    own = await listed.dialed(listed.lead_ids[0], SECOND, customer_id=listed.customer_id)
    unlinked = await listed.dialed(None, OWN)
    await listed.dialed(None, OTHER)
    data = await Privacy(database, clock).collect(listed.customer_id)
    assert [(row["id"], row["numbers"], row["custom"]) for row in data.leads] == [
        (listed.lead_ids[0], [SECOND, OWN], {"乐器": "古琴"}),
        (listed.lead_ids[1], [OWN], {"乐器": "古琴"}),
    ]
    assert {(row["campaign_name"], row["list_name"]) for row in data.leads} == {("Spring", "North")}
    assert {row["attempt_id"] for row in data.attempts} == {own, unlinked}
    assert {row["campaign_name"] for row in data.attempts} == {"Spring"}
    assert SECOND in data.keys
    assert "lead.skip" in {row["action"] for row in data.audit}


async def test_erased_nobody_calls_or_knows_them_and_the_proof_stays(
    listed: Listed, database: Database, clock: HandClock, by: Actor
) -> None:
    consent = {"at": "2026-01-01T00:00:00+00:00", "source": "司马青衫"}
    checks = [{"policies": ["cn"], "consent": consent}, {"policies": ["cn"], "consent": None}]
    attempt_ids = {
        await listed.dialed(listed.lead_ids[0], SECOND, customer_id=listed.customer_id, checks=checks[0]),
        await listed.dialed(listed.lead_ids[1], OWN, checks=checks[1]),
    }
    rejected = [{"line": 2, "value": "138 0013 8001"}, {"line": 3, "value": "other"}]
    job = dict.fromkeys(("row_count", "done", "created", "barred", "known", "in_campaign", "elsewhere"), 0)
    job |= {"rejected_rows": 2, "campaign_id": listed.of.campaign_id, "list_id": listed.of.id}
    texts = {"id": "j", "file_name": "x", "state": "done", "error": "", "started_at": listed.at, "rejected": rejected}
    await database.write(lambda connection: connection.execute(insert(LeadImport).values({**job, **texts})))
    before = await everything(database)
    assert all(trace in before for trace in TRACES)

    counts = await Privacy(database, clock).erase(listed.customer_id, by)

    assert (counts["leads"], counts["attempts"]) == (2, 2)
    after = await everything(database)
    assert [trace for trace in TRACES if trace in after] == []
    assert "'other'" in after, "other lines of the import stay"
    async with database.reading() as connection:
        assert list(await connection.scalars(select(Lead.name).order_by(Lead.id))) == ["Office", "Somebody"]
        assert len(set(await connection.scalars(select(Attempt.number_key)))) == 1, "limits count one person"
    page = await AttemptLog(database).page(AttemptFilter(listed.of.campaign_id))
    assert {row.attempt_id for row in page.items} == attempt_ids
    assert {(row.display, row.lead_id, row.customer_id, row.lead_name) for row in page.items} == {("", None, None, "")}
    assert [row.checks["policies"] for row in page.items] == [["cn"], ["cn"]]
    assert {"at": consent["at"], "source": ""} in [row.checks["consent"] for row in page.items]


@pytest.mark.parametrize("which", ["lead", "attempt"])
async def test_nobody_is_erased_while_they_are_dialed(
    listed: Listed, database: Database, clock: HandClock, by: Actor, which: str
) -> None:
    if which == "lead":
        await listed.add_lead(OWN, state="dialing")
    else:
        await listed.dialed(listed.lead_ids[0], OWN, state="ringing")
    with pytest.raises(CustomerBusy):
        await Privacy(database, clock).erase(listed.customer_id, by)
