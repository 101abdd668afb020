import pytest

from crm_core.audit import Actor
from crm_core.customer_writing import CustomerDraft, PhoneDraft
from crm_core.customers import Customers
from crm_core.errors import Invalid, NotFound
from crm_core.messages import MessageDraft, Messages
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from crm_core.task_writing import TaskDraft
from crm_core.tasks import TaskBook
from crm_core.timeline import Timeline
from crm_core.views import Views
from tests.crm_core.conftest import HandClock


def draft(name: str, *numbers: str, level: str = "", language: str = "zh") -> CustomerDraft:
    return CustomerDraft(name, level=level, language=language, phones=tuple(PhoneDraft(number) for number in numbers))


@pytest.mark.parametrize(
    "number", ["+8613800138000", "0086138 0013 8000", "138 0013 8000", "１３８００１３８０００", "013800138000"]
)
async def test_one_match_with_all_that_an_agent_must_know(
    database: Database, clock: HandClock, by: Actor, number: str
) -> None:
    customer = await Customers(database, clock).add(
        CustomerDraft("张伟", "远航", "vip", owner_id=by.user_id, phones=(PhoneDraft("13800138000"),), tags=("老",)), by
    )
    timeline, tasks = Timeline(database, clock), TaskBook(database, clock)
    for place in range(7):
        clock.advance(minutes=1)
        await timeline.add_note(customer.id, f"note {place}", by)
    await tasks.open(TaskDraft("later", customer_id=customer.id), by)
    await tasks.open(TaskDraft("soon", due_at=clock.now(), customer_id=customer.id), by)
    done = await tasks.open(TaskDraft("done", due_at=clock.now(), customer_id=customer.id), by)
    await tasks.complete(done.id, by)
    pop = await Views(database).pop(number)
    assert (pop.number_e164, pop.number_display, pop.withheld) == ("+8613800138000", "138 0013 8000", False)
    (match,) = pop.matches
    assert (match.customer_id, match.name, match.company, match.level, match.is_vip) == (
        customer.id,
        "张伟",
        "远航",
        "vip",
        True,
    )
    assert (match.owner_name, match.language, match.tags) == ("Boss", "zh", ("老",))
    assert [line.text for line in match.last_interactions] == [f"note {place}" for place in (6, 5, 4, 3, 2)]
    assert match.last_interactions[0].by == "Boss"
    assert [task.title for task in match.open_items] == ["soon", "later"]
    assert await Views(database).pop_of(customer.id, None) == type(pop)(None, None, "", True, pop.matches)


async def test_several_matches_begin_with_the_latest_contact(database: Database, clock: HandClock, by: Actor) -> None:
    customers = Customers(database, clock)
    for name in ("old", "never", "new"):
        await customers.add(draft(name, "13900139000"), by)
    await Timeline(database, clock).add_note(1, "x", by)
    clock.advance(hours=1)
    await Timeline(database, clock).add_note(3, "x", by)
    views = Views(database)
    assert [match.name for match in (await views.pop("13900139000")).matches] == ["new", "old", "never"]
    assert await views.known_caller("13900139000") is None


async def test_unknown_withheld_short_and_strange_numbers(database: Database, clock: HandClock, by: Actor) -> None:
    await Customers(database, clock).add(draft("Bank", "95588", "62345678", "4001"), by)
    views = Views(database, area_code="0755")
    unknown = await views.pop("15912345678")
    assert (unknown.number_e164, unknown.matches, unknown.withheld) == ("+8615912345678", (), False)
    for number in (None, "anonymous"):
        withheld = await views.pop(number)
        assert (withheld.number_e164, withheld.withheld, withheld.matches) == (None, True, ())
    strange = await views.pop('"><img src=x>')
    assert (strange.withheld, strange.number_display) == (False, '"><img src=x>')
    for number in ("01095588", "4001"):
        assert [match.name for match in (await views.pop(number)).matches] == ["Bank"]


async def test_what_a_flow_asks(database: Database, clock: HandClock, by: Actor) -> None:
    customer = await Customers(database, clock).add(draft("Ann", "+44 20 7946 0958", level="vip", language="en"), by)
    views = Views(database)
    caller = await views.known_caller("00442079460958")
    assert caller is not None
    assert (caller.customer_id, caller.name, caller.language, caller.is_vip) == (customer.id, "Ann", "en", True)
    assert await views.known_caller(None) is None
    assert await views.known_caller("13800138000") is None


async def test_the_timeline_is_paged_over_equal_times(database: Database, clock: HandClock, by: Actor) -> None:
    customer = await Customers(database, clock).add(draft("x"), by)
    timeline = Timeline(database, clock)
    for place in range(5):
        await timeline.add_note(customer.id, f"{place}", by)
    seen: list[str] = []
    cursor = None
    while True:
        page = await timeline.page(customer.id, cursor, 2)
        seen += [line.text for line in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ["4", "3", "2", "1", "0"]
    with pytest.raises(Invalid):
        await timeline.add_note(customer.id, "  ", by)
    for attempt in (timeline.page(999), timeline.add_note(999, "x", by)):
        with pytest.raises(NotFound):
            await attempt


@pytest.mark.parametrize(
    "cursor", ["x", "e30", "WzFd", "WzEsMl0", "WyIyMDI2LTAxLTAxIiwgMV0", "WyJub3BlIiwgMV0", "W3RydWUsIHRydWVd"]
)
async def test_a_cursor_of_somebody_else_is_refused(
    database: Database, clock: HandClock, by: Actor, cursor: str
) -> None:
    customer = await Customers(database, clock).add(draft("x"), by)
    with pytest.raises(Invalid) as caught:
        await Timeline(database, clock).page(customer.id, cursor)
    assert caught.value.problems[0].code == "bad_cursor"


async def test_messages_are_taken_once_and_closed_once(database: Database, clock: HandClock, by: Actor) -> None:
    customer = await Customers(database, clock).add(draft("张伟", "13800138000"), by)
    queue = await Queues(database, clock).add(QueueDraft("Support"), by)
    messages = Messages(database, clock)
    taken = MessageDraft(
        "emergency/1.json",
        "voicemail",
        clock.now(),
        "13800138000",
        "unknown-call",
        queue.id,
        "vm/1.wav",
        3.5,
        "emergency",
    )
    first = await messages.add(taken)
    assert await messages.add(taken) == first
    wish = await messages.add(MessageDraft("c2", "callback", clock.now(), None, queue_id=999))
    row = await messages.get(first)
    assert (row.customer_name, row.queue_name, row.number, row.state) == ("张伟", "Support", "+8613800138000", "new")
    page = await messages.page("new", None, 1)
    rest = await messages.page("new", page.next_cursor, 1)
    assert [item.id for item in (*page.items, *rest.items)] == [wish, first]
    assert rest.items[0].queue_name == "Support"
    closed = await messages.close(first, by)
    assert (closed.state, closed.done_by_name, closed.done_at) == ("done", "Boss", clock.now())
    clock.advance(hours=1)
    assert (await messages.close(first, by)).done_at == closed.done_at
    (line,) = (await Timeline(database, clock).page(customer.id)).items
    assert line.kind == "voicemail"
    with pytest.raises(Invalid):
        await messages.add(MessageDraft("k", "postcard", clock.now()))
    for attempt in (messages.get(999), messages.close(999, by)):
        with pytest.raises(NotFound):
            await attempt
