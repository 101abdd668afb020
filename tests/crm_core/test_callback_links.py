"""Links to callback forms in the table and in the trace."""

import pytest

from crm_core import callback_links
from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.callback_links import CallbackLinkDraft, CallbackLinks
from crm_core.errors import Invalid, NotFound, TooManyForms
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from cti.domain.callback_values import CallbackRules
from tests.crm_core.conftest import HandClock


async def a_queue(database: Database, clock: HandClock, by: Actor, *, offered: bool = True) -> int:
    draft = QueueDraft("Sales", callbacks=CallbackRules(offered=offered))
    return (await Queues(database, clock).add(draft, by)).id


async def test_a_link_is_made_taken_back_and_opened_again(database: Database, clock: HandClock, by: Actor) -> None:
    links, queue_id = CallbackLinks(database, clock), await a_queue(database, clock, by)
    made = await links.make(CallbackLinkDraft(queue_id, " Shop ", ("https://shop.example",), abroad=True), by)
    assert (made.name, made.queue_name, made.offered, made.abroad) == ("Shop", "Sales", True, True)
    assert made.origins == ("https://shop.example",)
    assert made.created_at.microsecond == 0
    assert await links.get(made.id) == made
    await links.revoke(made.id, by)
    await links.revoke(made.id, by)
    (row,) = await links.all()
    assert (row.revoked_at, row.revoked_by_name) == (clock.now(), "Boss")
    assert await links.restore(made.id, by) == made
    assert await links.restore(made.id, by) == made
    page = await AuditLog(database, clock).page(AuditFilter(object_kind="callback_link"))
    assert [entry.action.partition(".")[2] for entry in page.items] == ["restore", "revoke", "make"]
    assert page.items[2].detail["origins"] == ["https://shop.example"]


async def test_it_says_whether_its_queue_promises_callbacks(database: Database, clock: HandClock, by: Actor) -> None:
    links, queues = CallbackLinks(database, clock), Queues(database, clock)
    queue_id = await a_queue(database, clock, by, offered=False)
    link = await links.make(CallbackLinkDraft(queue_id, "Shop"), by)
    assert not link.offered
    gone = QueueDraft("Sales", callbacks=CallbackRules(offered=True), active=False)
    await queues.save(queue_id, 1, gone, by)
    assert not (await links.get(link.id)).offered


async def test_what_is_not_there_is_refused(database: Database, clock: HandClock, by: Actor) -> None:
    links, queue_id = CallbackLinks(database, clock), await a_queue(database, clock, by)
    with pytest.raises(Invalid, match="queue_id"):
        await links.make(CallbackLinkDraft(queue_id + 1, "Shop"), by)
    with pytest.raises(Invalid, match="name"):
        await links.make(CallbackLinkDraft(queue_id, " "), by)
    for work in (links.get(7), links.revoke(7, by), links.restore(7, by)):
        with pytest.raises(NotFound):
            await work


async def test_open_links_are_not_more_than_somebody_can_look_after(
    database: Database, clock: HandClock, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback_links, "MOST_LIVING", 1)
    links, draft = CallbackLinks(database, clock), CallbackLinkDraft(await a_queue(database, clock, by), "Shop")
    first = await links.make(draft, by)
    with pytest.raises(TooManyForms):
        await links.make(draft, by)
    await links.revoke(first.id, by)
    await links.make(draft, by)
    with pytest.raises(TooManyForms):
        await links.restore(first.id, by)
