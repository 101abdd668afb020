from datetime import timedelta

import pytest

from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.calendars import Calendars
from crm_core.errors import AlreadyExists, InUse, Invalid, NotFound, StaleVersion
from crm_core.flows import EntryNumbers, Flows
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from cti.domain.values import Overflow, OverflowAction
from tests.crm_core.conftest import HandClock

PLAN = {"time_zone": "UTC", "weekly": {"mon": ["09:00-18:00"]}}
OTHER = {"time_zone": "UTC", "weekly": {}}


async def test_hours_are_kept_with_their_versions(database: Database, clock: HandClock, by: Actor) -> None:
    calendars = Calendars(database, clock)
    made = await calendars.add(" Office ", PLAN, by)
    assert (made.name, made.body, made.switched, made.version) == ("Office", PLAN, None, 1)
    with pytest.raises(AlreadyExists):
        await calendars.add("Office", PLAN, by)
    saved = await calendars.save(made.id, 1, "Office", OTHER, by)
    assert (saved.version, saved.body) == (2, OTHER)
    with pytest.raises(StaleVersion):
        await calendars.save(made.id, 1, "Office", PLAN, by)
    with pytest.raises(Invalid):
        await calendars.save(made.id, 2, " ", PLAN, by)
    with pytest.raises(NotFound):
        await calendars.get(made.id + 1)
    assert [row.name for row in await calendars.all()] == ["Office"]


async def test_a_switch_by_hand_has_an_end_and_a_trace(database: Database, clock: HandClock, by: Actor) -> None:
    calendars = Calendars(database, clock)
    office = await calendars.add("Office", PLAN, by)
    until = clock.now() + timedelta(hours=1)
    shut = await calendars.switch(office.id, "closed", until, " fire drill ", by)
    assert (shut.switched, shut.switched_until, shut.switched_note) == ("closed", until, "fire drill")
    assert (shut.switched_at, shut.switched_by, shut.version) == (clock.now(), by.user_id, 1)
    again = await calendars.save(office.id, 1, "Office", OTHER, by)
    assert again.switched == "closed", "a change of the plan opens nothing"
    back = await calendars.switch(office.id, None, until, "x", by)
    assert (back.switched, back.switched_until, back.switched_by, back.switched_note) == (None, None, None, "")
    for to, end in (("ajar", None), ("open", clock.now())):
        with pytest.raises(Invalid):
            await calendars.switch(office.id, to, end, "", by)
    with pytest.raises(NotFound):
        await calendars.switch(office.id + 1, "open", None, "", by)
    actions = [entry.action for entry in (await AuditLog(database, clock).page(AuditFilter())).items]
    assert actions.count("calendar.switch") == 2


async def test_what_is_gone_by_cannot_be_deleted(database: Database, clock: HandClock, by: Actor) -> None:
    calendars, queues, flows = Calendars(database, clock), Queues(database, clock), Flows(database, clock)
    numbers = EntryNumbers(database, clock)
    office = (await calendars.add("Office", PLAN, by)).id
    queue = await queues.add(QueueDraft("Support", calendar_id=office), by)
    with pytest.raises(InUse, match="Support"):
        await calendars.remove(office, by)
    await queues.save(queue.id, 1, QueueDraft("Support", calendar_id=office, active=False), by)
    flow = await flows.add("Main", {"start": "h", "nodes": {"h": {"type": "hours", "calendar": office}}}, by)
    with pytest.raises(InUse, match="Main"):
        await calendars.remove(office, by)
    await flows.save(flow.id, 1, "Main", {"start": "h", "nodes": {}}, by)
    await numbers.put("4001", "", flow.id, by, calendar_id=office)
    assert (await numbers.all())[0].calendar_id == office
    with pytest.raises(InUse, match="4001"):
        await calendars.remove(office, by)
    await numbers.put("4001", "", flow.id, by)
    await calendars.remove(office, by)
    assert (await queues.get(queue.id)).settings.calendar_id is None, "the queue out of use forgets it"
    with pytest.raises(NotFound):
        await calendars.remove(office, by)


async def test_nothing_goes_by_hours_that_are_not_there(database: Database, clock: HandClock, by: Actor) -> None:
    queues, flows = Queues(database, clock), Flows(database, clock)
    with pytest.raises(Invalid) as caught:
        await queues.add(QueueDraft("Support", calendar_id=5), by)
    assert [problem.path for problem in caught.value.problems] == ["calendar_id"]
    flow = await flows.add("Main", {}, by)
    with pytest.raises(Invalid):
        await EntryNumbers(database, clock).put("4001", "", flow.id, by, calendar_id=5)


async def test_what_callers_get_outside_the_hours(database: Database, clock: HandClock, by: Actor) -> None:
    queues = Queues(database, clock)
    night = await queues.add(QueueDraft("Night"), by)
    assert night.settings.closed == Overflow(OverflowAction.VOICEMAIL)
    closed = Overflow(OverflowAction.QUEUE, None, night.id)
    day = await queues.add(QueueDraft("Day", closed=closed), by)
    assert (await queues.get(day.id)).settings.closed == closed
    message = Overflow(OverflowAction.MESSAGE, "own_words")
    assert (await queues.save(day.id, 1, QueueDraft("Day", closed=message), by)).settings.closed == message
    for wrong, path in (
        (Overflow(OverflowAction.QUEUE), "closed.queue_id"),
        (Overflow(OverflowAction.QUEUE, None, day.id), "closed.queue_id"),
        (Overflow(OverflowAction.QUEUE, None, 99), "closed.queue_id"),
        (Overflow(OverflowAction.VOICEMAIL, "../x"), "closed.prompt"),
    ):
        with pytest.raises(Invalid) as caught:
            await queues.save(day.id, 2, QueueDraft("Day", closed=wrong), by)
        assert [problem.path for problem in caught.value.problems] == [path]
