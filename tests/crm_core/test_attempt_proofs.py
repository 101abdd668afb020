"""Attempts in the order of time, piece by piece."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from crm_core import attempt_proofs
from crm_core.attempt_proofs import AttemptProofs
from crm_core.audit import Actor
from crm_core.campaigns import CampaignDraft, Campaigns
from crm_core.lead_lists import LeadLists
from crm_core.models import Attempt
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from tests.crm_core.attempt_rows import attempt
from tests.crm_core.conftest import HandClock


async def test_every_one_of_the_stretch_once_and_in_order(
    database: Database, clock: HandClock, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = await Queues(database, clock).add(QueueDraft("Sales"), by)
    made = await Campaigns(database, clock).create(CampaignDraft("Spring", "predictive", queue.id, ("cn",)), by)
    of = await LeadLists(database, clock).create(made.id, "North", "", 1, by)
    now = clock.now()
    hour = timedelta(hours=1)
    rows = [attempt(of, None, at) for at in (now - hour, now + hour, now, now, now, now + 2 * hour)]
    rows.append(attempt(of, None, now, state="cancelled"))
    for row in rows:
        await database.write(lambda connection, row=row: connection.execute(insert(Attempt).values(row)))  # type: ignore[misc]
    monkeypatch.setattr(attempt_proofs, "_AT_ONCE", 2)
    found = await AttemptProofs(database).between(made.id, now, now + 2 * hour)
    assert [one.planned_at for one in found] == [now, now, now, now + hour]
    assert len({one.attempt_id for one in found}) == 4
    assert found[0].checks["zones"] == {"Asia/Shanghai": "Sun 09:00"}
    assert await AttemptProofs(database).between(made.id + 1, now, now + 2 * hour) == []
