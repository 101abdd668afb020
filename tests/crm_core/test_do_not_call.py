"""The list of who must not be called, in the table and in the trace."""

import pytest
from sqlalchemy import text

from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.customer_writing import CustomerDraft, PhoneDraft
from crm_core.customers import CustomerRow, Customers
from crm_core.do_not_call import DoNotCall, DoNotCallFilter, ListedNumber, lookups
from crm_core.errors import AlreadyExists, Invalid, NotFound
from crm_core.storage.database import Database
from crm_core.views import Views
from tests.crm_core.conftest import HandClock

KEY = "+8613800138000"


@pytest.fixture
def book(database: Database, clock: HandClock) -> DoNotCall:
    return DoNotCall(database, clock)


async def a_customer(database: Database, clock: HandClock, by: Actor, *numbers: str) -> CustomerRow:
    draft = CustomerDraft("Li Lei", phones=tuple(PhoneDraft(number) for number in numbers))
    return await Customers(database, clock).add(draft, by)


async def shown(book: DoNotCall, **wanted: object) -> list[str | None]:
    page = await book.page(DoNotCallFilter(**wanted))  # type: ignore[arg-type]
    return [row.number or row.customer_name for row in page.items]


async def test_a_number_is_on_the_list_until_it_is_taken_off(
    book: DoNotCall, database: Database, clock: HandClock, by: Actor
) -> None:
    row = await book.add_number("0086 138-0013-8000", " asked us ", by)
    assert (row.number, row.reason, row.added_by_name, row.added_at) == (KEY, "asked us", "Boss", clock.now())
    assert await book.is_listed([KEY])
    assert not await book.is_listed(["+8613900139000"])
    with pytest.raises(AlreadyExists):
        await book.add_number("13800138000", "again", by)
    await book.remove(row.id, "wants calls again", by)
    await book.remove(row.id, "twice", by)
    assert not await book.is_listed([KEY])
    assert await shown(book) == []
    (gone,) = (await book.page(DoNotCallFilter(removed=True))).items
    assert (gone.removal_reason, gone.removed_by_name, gone.removed_at) == ("wants calls again", "Boss", clock.now())
    await book.restore(row.id, by)
    await book.restore(row.id, by)
    assert await book.is_listed([KEY])
    (back,) = (await book.page(DoNotCallFilter())).items
    assert (back.reason, back.removal_reason, back.removed_by_name) == ("asked us", "", None)
    await book.remove(row.id, "wants calls again", by)
    again = await book.add_number("13800138000", "asked again", by)
    assert (again.id, again.removed_at, again.removal_reason) == (row.id, None, "")
    trace = await AuditLog(database, clock).page(AuditFilter(object_kind="do_not_call"))
    assert [(entry.action, entry.object_id, entry.user_id) for entry in trace.items] == [
        (f"do_not_call.{deed}", str(row.id), by.user_id) for deed in ("add", "remove", "restore", "remove", "add")
    ]
    assert trace.items[1].detail == {"number": "138****8000", "reason": "wants calls again"}


async def test_a_customer_is_covered_with_all_numbers_of_now_and_later(
    book: DoNotCall, database: Database, clock: HandClock, by: Actor
) -> None:
    customer = await a_customer(database, clock, by, "13800138000", "0755-88886666")
    row = await book.add_customer(customer.id, "asked us", by)
    assert await book.of_customer(customer.id) == row
    assert row.customer_name == "Li Lei"
    assert await book.is_listed([KEY])
    assert await book.is_listed(["+8675588886666"])
    assert not await book.is_listed(["+8613900139000"])
    assert await book.is_listed(["+8613900139000"], customer.id), "a number of theirs that nobody wrote down"
    changes = {"phones": (PhoneDraft("13900139000"),)}
    await Customers(database, clock).change(customer.id, 1, changes, by)  # type: ignore[arg-type]
    assert await book.is_listed(["+8613900139000"])
    assert not await book.is_listed([KEY])
    await book.remove(row.id, "wants calls again", by)
    assert await book.of_customer(customer.id) is None
    assert not await book.is_listed(["+8613900139000"], customer.id)


async def test_the_pop_says_it(book: DoNotCall, database: Database, clock: HandClock, by: Actor) -> None:
    customer, views = await a_customer(database, clock, by, "13800138000"), Views(database)
    pops = [await views.pop("13800138000"), await views.pop_of(customer.id, "13800138000")]
    assert [(pop.do_not_call, pop.matches[0].do_not_call) for pop in pops] == [(False, False)] * 2
    row = await book.add_customer(customer.id, "asked us", by)
    await book.add_number("13800138000", "asked us", by)
    pops = [await views.pop("13800138000"), await views.pop_of(customer.id, "13800138000")]
    assert [(pop.do_not_call, pop.matches[0].do_not_call) for pop in pops] == [(True, True)] * 2
    await book.remove(row.id, "wants calls again", by)
    assert not (await views.pop("13800138000")).matches[0].do_not_call
    assert not (await views.pop(None)).do_not_call


async def test_what_makes_no_sense_is_refused(book: DoNotCall, by: Actor) -> None:
    for number, field in (("Bob", "number"), ("110", "number"), ("", "number")):
        with pytest.raises(Invalid, match=field):
            await book.add_number(number, "asked us", by)
    with pytest.raises(Invalid, match="reason"):
        await book.add_number("13800138000", "  ", by)
    for work in (book.add_customer(7, "asked us", by), book.remove(7, "why", by), book.restore(7, by)):
        with pytest.raises(NotFound):
            await work


async def test_numbers_of_a_file_are_put_on_it_once(
    book: DoNotCall, database: Database, clock: HandClock, by: Actor
) -> None:
    old = await book.add_number("13800138000", "asked us", by)
    await book.add_number("13800138001", "asked us", by)
    await book.remove(old.id, "wants calls again", by)
    numbers = [ListedNumber(f"+861380013800{place}", "from the state") for place in range(3)]
    assert await book.take_in(numbers, "list.csv", by) == 2
    assert await book.take_in(numbers, "list.csv", by) == 0
    rows = {row.number: row.reason for row in (await book.page(DoNotCallFilter())).items}
    assert rows == {KEY: "from the state", "+8613800138001": "asked us", "+8613800138002": "from the state"}
    trace = await AuditLog(database, clock).page(AuditFilter(action="do_not_call.import"))
    assert [entry.detail["created"] for entry in trace.items] == [0, 2]


async def test_the_list_is_searched_and_read_page_by_page(
    book: DoNotCall, database: Database, clock: HandClock, by: Actor
) -> None:
    customer = await a_customer(database, clock, by, "13900139000")
    for number in ("13800138000", "13900138001", "0755-99998888", "95588"):
        clock.advance(seconds=1)
        await book.add_number(number, "asked us", by)
    clock.advance(seconds=1)
    await book.add_customer(customer.id, "asked us", by)
    everything = ["Li Lei", "cn:95588", "+8675599998888", "+8613900138001", KEY]
    assert await shown(book) == everything
    assert await shown(book, text="138") == [KEY]
    assert await shown(book, text="139") == ["+8613900138001"]
    assert await shown(book, text="99") == []
    assert await shown(book, text="0755-9999") == ["+8675599998888"]
    assert await shown(book, text="139 0013 9000") == ["Li Lei"], "the customer by a number of theirs"
    assert await shown(book, text="lei") == ["Li Lei"]
    assert await shown(book, text="138", whole_numbers_only=True) == []
    assert await shown(book, text="13800138000", whole_numbers_only=True) == [KEY]
    first = await book.page(DoNotCallFilter(), limit=3)
    rest = await book.page(DoNotCallFilter(), first.next_cursor, limit=3)
    assert [row.number or row.customer_name for row in (*first.items, *rest.items)] == everything
    assert rest.next_cursor is None


async def test_entries_of_one_moment_are_not_lost_between_pages(book: DoNotCall, by: Actor) -> None:
    await book.take_in([ListedNumber(f"+861380013800{place}", "why") for place in range(5)], "list.csv", by)
    first = await book.page(DoNotCallFilter(), limit=2)
    second = await book.page(DoNotCallFilter(), first.next_cursor, limit=2)
    third = await book.page(DoNotCallFilter(), second.next_cursor, limit=2)
    assert len({row.id for page in (first, second, third) for row in page.items}) == 5


async def test_looking_a_number_up_reads_no_table_from_end_to_end(database: Database) -> None:
    on_sqlite = database.dialect == "sqlite"
    explain = "EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN "
    async with database.reading() as connection:
        if not on_sqlite:
            # small tables are read whole unless that is forbidden
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        for query in lookups([KEY, "cn:95588"], 7):
            compiled = query.compile(connection.sync_engine, compile_kwargs={"literal_binds": True})
            plan = str((await connection.execute(text(f"{explain}{compiled}".replace(":", r"\:")))).all())
            assert "do_not_call" in plan
            assert "SCAN do_not_call" not in plan
            assert "SCAN contact_points" not in plan
            assert "Seq Scan" not in plan


async def test_overruling_is_written_down_with_its_reason(
    book: DoNotCall, database: Database, clock: HandClock, by: Actor
) -> None:
    with pytest.raises(Invalid, match="overrule_reason"):
        await book.overrule(KEY, "...", "dial", by)
    await book.overrule(KEY, "asked for this call", "dial", by)
    (entry,) = (await AuditLog(database, clock).page(AuditFilter(action="do_not_call.overrule"))).items
    assert entry.detail == {"number": "138****8000", "reason": "asked for this call", "asked": "dial"}
