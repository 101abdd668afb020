"""Everything about a person is found, kept when a court wants it, and gone when it is erased."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.calls import CallFilter, Calls
from crm_core.customer_writing import ContactDraft, CustomerDraft, EmailDraft, PhoneDraft
from crm_core.customers import CustomerFilter, CustomerRow, Customers
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.do_not_call import DoNotCall, DoNotCallFilter
from crm_core.errors import CustomerBusy, Held, NotFound
from crm_core.messages import MessageDraft, Messages
from crm_core.models import Call, Customer, ImportJob, Table
from crm_core.numbers import Numbers
from crm_core.privacy import Privacy
from crm_core.recordings import RecordingDraft, Recordings
from crm_core.storage.database import Database
from crm_core.storage.scrub import scrub
from crm_core.task_writing import TaskDraft
from crm_core.tasks import TaskBook
from crm_core.timeline import Timeline
from cti.domain.facts import CallEnded, CallLinked, CallStarted, CallTransferred, PartyInvited
from cti.domain.values import Caller, EndReason
from tests.crm_core.conftest import HandClock

NUMBER, SHARED = "+8613800138000", "+8675512345678"
THIRD = "+8613900139000"
NAME = "欧阳钟离"
TRACES = (NAME, "13800138000", "138 0013 8000", "ouyang@example.com", "司马青衫", "古琴")


class Life:
    """A customer with everything that Callroom keeps."""

    def __init__(self, database: Database, clock: HandClock, by: Actor) -> None:
        self.database, self.clock, self.by = database, clock, by
        self.customers, self.privacy = Customers(database, clock), Privacy(database, clock)
        self.calls, self.recordings = Calls(database, clock), Recordings(database, clock)

    async def customer(self, name: str, *numbers: str) -> CustomerRow:
        draft = CustomerDraft(
            name=name,
            phones=tuple(PhoneDraft(number) for number in numbers),
            emails=(EmailDraft("ouyang@example.com"),) if name == NAME else (),
            contacts=(ContactDraft("司马青衫", "古琴"),) if name == NAME else (),
            notes="rings from 138 0013 8000" if name == NAME else "",
        )
        return await self.customers.add(draft, self.by)

    async def call(self, call_id: str, number: str, customer_id: int | None, *, ended: bool = True) -> None:
        now = self.clock.now()
        facts = [
            CallStarted(call_id, f"n1-{call_id}", "n1", Caller(number, NAME if number == NUMBER else ""), "4001", now)
        ]
        facts += [CallLinked(call_id, customer_id)] if customer_id else []
        facts += [CallEnded(call_id, EndReason.CALLER_HUNG_UP, 16, None, None, 1.0, 2.0)] if ended else []
        for place, fact in enumerate(facts):
            entry = Entry(f"{call_id}-{place}", place, now, fact)
            await self.database.write(lambda connection, entry=entry: write_group(connection, [entry]))

    async def called_outside(self, call_id: str, number: str) -> None:
        """An agent called this number to the call, and passed the caller on to it."""
        agent_id = self.by.user_id or 0
        facts = [
            PartyInvited(call_id, f"party-{call_id}", agent_id, None, number),
            CallTransferred(call_id, agent_id, False, number=number),
        ]
        for place, fact in enumerate(facts):
            entry = Entry(f"{call_id}-outside-{place}", 9, self.clock.now(), fact)
            await self.database.write(lambda connection, entry=entry: write_group(connection, [entry]))

    async def recording(self, key: str, call_id: str, state: str = "ready") -> None:
        name = f"2026/11/{key}.ogg"
        draft = RecordingDraft(key, call_id, state, self.clock.now(), duration_s=9.0, path=name, peaks_path=name)
        await self.recordings.save(draft)


@pytest.fixture
async def life(database: Database, clock: HandClock, by: Actor) -> Life:
    return Life(database, clock, by)


async def whole(life: Life) -> CustomerRow:
    person = await life.customer(NAME, NUMBER, SHARED)
    other = await life.customer("Office mate", SHARED)
    await life.call("mine", NUMBER, person.id)
    await life.call("unlinked", NUMBER, None)
    await life.call("shared", SHARED, None)
    await life.call("theirs", SHARED, other.id)
    await life.called_outside("mine", THIRD)
    await life.called_outside("theirs", NUMBER)
    await life.calls.set_note("mine", f"{NAME} plays the 古琴")
    await life.recording("rec", "mine")
    messages = Messages(life.database, life.clock)
    await messages.add(MessageDraft(key="v", kind="voicemail", at=life.clock.now(), number=NUMBER, path="v.wav"))
    await messages.add(MessageDraft(key="w", kind="callback", at=life.clock.now(), number=SHARED))
    await Timeline(life.database, life.clock).add_note(person.id, "likes 古琴", life.by)
    await TaskBook(life.database, life.clock).open(TaskDraft(f"ring {NAME}", customer_id=person.id), life.by)
    await life.customers.change(person.id, None, {"company": "古琴社", "notes": "new 13800138000"}, life.by)
    rejected = [{"line": 2, "value": NAME}, {"line": 3, "value": "138 0013 8000"}, {"line": 4, "value": "other"}]
    await life.database.write(lambda connection: connection.execute(insert(ImportJob), [job(rejected)]))
    since = life.clock.now() - timedelta(hours=1)
    ref = f"point:{person.phones[0].id}"
    await Numbers(life.database, life.clock).reveal(ref, f"{NAME} asked", life.by, since, 5)
    return person


def job(rejected: list[dict[str, object]]) -> dict[str, object]:
    counts = dict.fromkeys(("row_count", "done", "created", "updated", "unchanged", "rejected_rows"), 0)
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return {"id": "j", "file_name": "x", "state": "done", "error": "", "started_at": at, "rejected": rejected, **counts}


async def test_all_of_it_is_found(life: Life) -> None:
    person = await whole(life)
    data = await life.privacy.collect(person.id)
    assert data.customer.name == NAME
    assert {row["id"] for row in data.calls} == {"mine", "unlinked"}
    assert [row["id"] for row in data.recordings] == ["rec"]
    assert [row["kind"] for row in data.messages] == ["voicemail"]
    assert {row["kind"] for row in data.timeline} == {"call", "note", "voicemail"}
    assert [row["title"] for row in data.tasks] == ["voicemail", f"ring {NAME}"], "what they left is to be answered"
    assert {"customer.add", "customer.change", "customer.note", "task.add", "number.reveal"} <= {
        row["action"] for row in data.audit
    }
    assert data.keys >= {NUMBER, SHARED}
    with pytest.raises(NotFound):
        await life.privacy.collect(999)


async def dump(database: Database) -> str:
    async with database.reading() as connection:
        rows = [row for table in Table.metadata.sorted_tables for row in await connection.execute(select(table))]
    return "\n".join(map(repr, rows))


async def test_erased_is_gone_from_every_table_and_the_statistics_stay(life: Life) -> None:
    person = await whole(life)
    before = await dump(life.database)
    assert all(trace in before for trace in TRACES)
    counts = await life.privacy.erase(person.id, life.by)
    campaigns = {"leads": 0, "attempts": 0}
    assert counts == {"calls": 2, "recordings": 1, "messages": 1, "timeline": 3, "tasks": 2, **campaigns}
    after = await dump(life.database)
    assert [trace for trace in TRACES if trace in after] == []
    assert "'other'" in after, "other lines of the import stay"
    assert THIRD in before
    assert THIRD not in after, "whom they were put through to says who they are"
    outside = [(leg.kind, leg.number) for leg in (await life.calls.get("theirs")).legs if leg.kind == "outside"]
    assert outside == [("outside", None)] * 2, "that somebody was called there, and passed on to, stays"
    page = await life.calls.page(CallFilter())
    assert {row.id: (row.number, row.customer_id is None, row.talked_s) for row in page.items} == {
        "mine": (None, True, 2.0),
        "unlinked": (None, True, 2.0),
        "shared": (SHARED, True, 2.0),
        "theirs": (SHARED, False, 2.0),
    }
    assert (await life.recordings.get("rec")).state == "purged"
    assert (await life.customers.page(CustomerFilter("Office mate"))).items != ()
    async with life.database.reading() as connection:
        assert list(await connection.scalars(select(Customer.id).where(Customer.id == person.id))) == []
    log = AuditLog(life.database, life.clock)
    (entry,) = (await log.page(AuditFilter(action="customer.erase"))).items
    assert (entry.object_id, entry.user_id, entry.detail) == (str(person.id), life.by.user_id, counts)
    check, broken = await log.verify({})
    assert broken is None, broken
    assert check.last.entry_id > 0


async def test_who_asked_not_to_be_called_is_not_called_after_erasing(life: Life) -> None:
    book = DoNotCall(life.database, life.clock)
    customer = await whole(life)
    await book.add_customer(customer.id, "asked us", life.by)
    own = await book.add_number(THIRD, "asked us", life.by)
    gone = await book.add_number(NUMBER, "of old", life.by)
    await book.remove(gone.id, "wants calls again", life.by)
    data = await life.privacy.collect(customer.id)
    assert {row["reason"] for row in data.do_not_call} == {"asked us", "of old"}
    await life.privacy.erase(customer.id, life.by)
    rows = (await book.page(DoNotCallFilter())).items
    assert {(row.number, row.customer_id, row.reason) for row in rows} == {
        (NUMBER, None, ""),
        (THIRD, None, "asked us"),
    }, "the customer's own numbers without a reason, not the one shared with somebody else"
    assert own.id in {row.id for row in rows}
    assert (await book.page(DoNotCallFilter(removed=True))).items == ()


async def test_who_was_never_listed_leaves_nothing_on_the_list(life: Life) -> None:
    await life.privacy.erase((await whole(life)).id, life.by)
    assert (await DoNotCall(life.database, life.clock).page(DoNotCallFilter())).items == ()


async def test_a_hold_keeps_everything_until_it_is_lifted(life: Life, clock: HandClock) -> None:
    person = await whole(life)
    await life.privacy.hold(person.id, "case 17", life.by)
    with pytest.raises(Held):
        await life.privacy.check_erasable(person.id)
    with pytest.raises(Held):
        await life.privacy.erase(person.id, life.by)
    later = clock.advance(days=1000)
    assert await life.recordings.older_than(later) == ()
    await life.privacy.hold(person.id, " ", life.by)
    assert [row.id for row in await life.recordings.older_than(later)] == ["rec"]
    await life.privacy.check_erasable(person.id)
    with pytest.raises(NotFound):
        await life.privacy.hold(999, "x", life.by)
    actions = {row.action for row in (await AuditLog(life.database, clock).page(AuditFilter())).items}
    assert {"customer.hold", "customer.release"} <= actions


async def test_nothing_is_erased_while_a_call_or_its_recording_is_in_work(life: Life) -> None:
    person = await whole(life)
    await life.recording("new", "mine", "processing")
    with pytest.raises(CustomerBusy):
        await life.privacy.erase(person.id, life.by)
    await life.recording("new", "mine", "ready")
    await life.call("now", NUMBER, person.id, ended=False)
    with pytest.raises(CustomerBusy):
        await life.privacy.erase(person.id, life.by)
    async with life.database.reading() as connection:
        assert await connection.scalar(select(Call.number).where(Call.id == "mine")) == NUMBER


async def test_after_scrubbing_the_files_hold_nothing_either(life: Life, tmp_path: Path) -> None:
    person = await whole(life)
    for place in range(300):
        await life.customers.change(person.id, None, {"notes": f"{NAME} 13800138000 {place}" * 20}, life.by)
    await life.privacy.erase(person.id, life.by)
    if life.database.dialect == "sqlite":
        assert raw_traces(tmp_path), "erased rows lie in the file until it is written anew"
    await scrub(life.database.url)
    if life.database.dialect == "sqlite":
        assert raw_traces(tmp_path) == []
        with closing(sqlite3.connect(tmp_path / "callroom.db")) as connection:
            index = b"".join(row[0] for row in connection.execute("SELECT block FROM customer_search_data"))
        # a word is written without what it has in common with the one before
        assert "离".encode() not in index
        assert (await life.customers.page(CustomerFilter("office"))).items != ()
    async with life.database.reading() as connection:
        assert await connection.scalar(select(Customer.id).where(Customer.id == person.id)) is None


def raw_traces(folder: Path) -> list[str]:
    contents = [path.read_bytes() for path in folder.iterdir() if path.name.startswith("callroom.db")]
    assert contents
    return [trace for trace in TRACES if any(trace.encode() in content for content in contents)]
