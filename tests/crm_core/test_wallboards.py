"""Links to wallboards in the table and in the trace."""

from datetime import timedelta

import pytest

from crm_core import wallboards
from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.errors import Invalid, NotFound, TooManyLinks
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from crm_core.wallboards import WallboardLinks
from tests.crm_core.conftest import HandClock

BOARD = {"queue_ids": [], "with_names": False}


async def test_a_link_is_made_listed_and_taken_back(database: Database, clock: HandClock, by: Actor) -> None:
    links = WallboardLinks(database, clock)
    queue = await Queues(database, clock).add(QueueDraft("Sales"), by)
    made = await links.make(
        " Hall ", {**BOARD, "queue_ids": [queue.id]}, clock.now() + timedelta(days=1, microseconds=5), by
    )
    assert (made.name, made.created_by_name, made.revoked_at) == ("Hall", "Boss", None)
    assert made.expires_at == clock.now() + timedelta(days=1), "whole seconds"
    assert await links.get(made.id) == made
    await links.revoke(made.id, by)
    clock.advance(seconds=5)
    await links.revoke(made.id, by)
    (row,) = await links.all()
    assert (row.revoked_at, row.revoked_by_name) == (clock.now() - timedelta(seconds=5), "Boss")
    page = await AuditLog(database, clock).page(AuditFilter(object_kind="wallboard"))
    assert [(entry.action, entry.user_id) for entry in page.items] == [
        ("wallboard.revoke", by.user_id),
        ("wallboard.make", by.user_id),
    ]
    assert page.items[1].detail["queue_ids"] == [queue.id]


async def test_what_is_not_there_is_refused(database: Database, clock: HandClock, by: Actor) -> None:
    links, tomorrow = WallboardLinks(database, clock), clock.now() + timedelta(days=1)
    with pytest.raises(Invalid, match=r"queue_ids\.0"):
        await links.make("Hall", {**BOARD, "queue_ids": [7]}, tomorrow, by)
    with pytest.raises(Invalid, match="name"):
        await links.make("  ", BOARD, tomorrow, by)
    for work in (links.get(7), links.revoke(7, by)):
        with pytest.raises(NotFound):
            await work


async def test_living_links_are_not_more_than_somebody_can_look_after(
    database: Database, clock: HandClock, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wallboards, "MOST_LIVING", 2)
    links = WallboardLinks(database, clock)
    first = await links.make("1", BOARD, clock.now() + timedelta(days=2), by)
    await links.make("2", BOARD, clock.now() + timedelta(days=1), by)
    with pytest.raises(TooManyLinks):
        await links.make("3", BOARD, clock.now() + timedelta(days=1), by)
    await links.revoke(first.id, by)
    await links.make("3", BOARD, clock.now() + timedelta(days=3), by)
    clock.advance(days=1)
    await links.make("4", BOARD, clock.now() + timedelta(days=1), by)
