"""Attempts in the order of time, piece by piece."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from crm_core import attempt_proofs
from crm_core.attempt_proofs import Answered, AttemptProofs
from crm_core.audit import Actor
from crm_core.campaigns import CampaignDraft, Campaigns
from crm_core.lead_lists import LeadLists
from crm_core.models import Attempt
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from tests.crm_core.attempt_rows import attempt
from tests.crm_core.conftest import HandClock
from tests.crm_core.plans import plans_of


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
    proofs = AttemptProofs(database)
    pieces = [piece async for piece in proofs.between(made.id, now, now + 2 * hour)]
    assert [len(piece) for piece in pieces] == [2, 2]
    found = [one for piece in pieces for one in piece]
    assert [one.planned_at for one in found] == [now, now, now, now + hour]
    assert len({one.attempt_id for one in found}) == 4
    assert found[0].checks["zones"] == {"Asia/Shanghai": "Sun 09:00"}
    assert [piece async for piece in proofs.between(made.id + 1, now, now + 2 * hour)] == []


async def test_what_anybody_tried_before_at_the_same_numbers_and_people(
    database: Database, clock: HandClock, by: Actor
) -> None:
    queue = await Queues(database, clock).add(QueueDraft("Sales"), by)
    campaigns, lists = Campaigns(database, clock), LeadLists(database, clock)
    mine, other = [
        await lists.create(
            (await campaigns.create(CampaignDraft(name, "ratio", queue.id, ("cn",)), by)).id, "N", "", 1, by
        )
        for name in ("Mine", "Other")
    ]
    now, hour = clock.now(), timedelta(hours=1)
    rows = [
        attempt(mine, None, now, attempt_id="own", customer_id=7, abandoned=True),
        attempt(other, None, now - hour, attempt_id="number", connected_at=now),
        attempt(other, None, now - 2 * hour, attempt_id="person", customer_id=7, number_key="+1"),
        attempt(other, None, now - 2 * hour, attempt_id="called off", state="cancelled"),
        attempt(other, None, now - 3 * hour, attempt_id="stranger", customer_id=8, number_key="+2"),
        attempt(other, None, now - 90 * hour, attempt_id="long ago"),
        attempt(other, None, now + hour, attempt_id="later"),
    ]
    for row in rows:
        await database.write(lambda connection, row=row: connection.execute(insert(Attempt).values(row)))  # type: ignore[misc]
    proofs = AttemptProofs(database)
    (piece,) = [one async for one in proofs.between(mine.campaign_id, now - hour, now + hour)]
    async with plans_of(database) as plans:
        found = await proofs.earlier(piece, now - 9 * hour)
    assert [one.attempt_id for one in found] == ["person", "number", "own"]
    assert [(one.connected, one.abandoned) for one in found] == [(False, False), (True, False), (False, True)]
    assert (len(plans.texts), plans.scans) == (2, [])
    counted = await proofs.answered(mine.campaign_id, now - hour, now + hour)
    assert (counted.people, counted.abandoned) == (1, 1)
    assert await proofs.answered(mine.campaign_id, now - hour, now) == Answered(0, 0)
