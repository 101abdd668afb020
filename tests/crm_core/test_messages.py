"""Messages of callers: who heard them first, what nobody has heard, and how long their sounds are kept."""

from datetime import timedelta

from crm_core.audit import Actor
from crm_core.customer_writing import CustomerDraft, PhoneDraft
from crm_core.customers import Customers
from crm_core.messages import MessageDraft, Messages
from crm_core.privacy import Privacy
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from tests.crm_core.conftest import HandClock


async def left(messages: Messages, clock: HandClock, key: str, **more: object) -> int:
    return await messages.add(MessageDraft(key, "voicemail", clock.now(), path=f"{key}.wav", duration_s=3.0, **more))  # type: ignore[arg-type]


async def test_the_first_who_listens_is_noted_and_the_others_are_not(
    database: Database, clock: HandClock, by: Actor
) -> None:
    messages = Messages(database, clock)
    told: list[int] = []
    messages.on_change(lambda: told.append(1))
    one = await left(messages, clock, "a")
    assert (await messages.get(one)).heard_at is None
    heard_at = clock.now()
    await messages.hear(one, by)
    clock.advance(seconds=60)
    await messages.hear(one, Actor(None))
    row = await messages.get(one)
    assert row.heard_at == heard_at
    assert row.heard_by_name is not None
    assert len(told) == 2, "it came, and was heard; once more is no news"


async def test_what_nobody_has_heard_is_counted_by_queue(database: Database, clock: HandClock, by: Actor) -> None:
    messages, queues = Messages(database, clock), Queues(database, clock)
    sales = (await queues.add(QueueDraft("Sales"), by)).id
    care = (await queues.add(QueueDraft("Care"), by)).id
    ids = [
        await left(messages, clock, f"{queue_id}-{n}", queue_id=queue_id)
        for queue_id in (sales, care, None)
        for n in (1, 2)
    ]
    assert await messages.count_unheard(None, 100) == 6
    assert await messages.count_unheard(None, 4) == 4, "no more than is asked for"
    assert await messages.count_unheard({sales}, 100) == 4, "and those of no queue"
    await messages.hear(ids[0], by)
    await messages.close(ids[4], by)
    assert await messages.count_unheard({sales}, 100) == 2
    unheard = (await messages.page("unheard")).items
    assert {row.id for row in unheard} == set(ids) - {ids[0], ids[4]}
    assert {row.id for row in (await messages.page("new")).items} == set(ids) - {ids[4]}
    done = await messages.get(ids[4])
    assert done.heard_at == clock.now(), "who deals with it knows it"


async def test_sounds_go_by_age_but_for_a_legal_hold(database: Database, clock: HandClock, by: Actor) -> None:
    messages, customers = Messages(database, clock), Customers(database, clock)
    held = await customers.add(CustomerDraft(name="Li", phones=(PhoneDraft("13800138000"),)), by)
    await Privacy(database, clock).hold(held.id, "a court asks", by)
    old = await left(messages, clock, "old")
    kept = await left(messages, clock, "kept", number="13800138000")
    assert (await messages.get(kept)).customer_id == held.id
    clock.advance(days=1)
    await left(messages, clock, "young")
    assert await messages.sounds_before(clock.now() - timedelta(hours=1), 10) == ((old, "old.wav"),)
    await messages.sound_gone([old])
    assert await messages.sounds_before(clock.now() - timedelta(hours=1), 10) == ()
    row = await messages.get(old)
    assert (row.path, row.duration_s) == (None, 3.0)
