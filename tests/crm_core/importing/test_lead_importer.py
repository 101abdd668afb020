"""People of a list from files as people have them."""

import io
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.campaigns import CampaignDraft, Campaigns
from crm_core.customers import CustomerDraft, Customers, PhoneDraft
from crm_core.do_not_call import DoNotCall
from crm_core.domain.lead_row import LeadDraft
from crm_core.errors import AlreadyExists, ImportUnreadable, NotFound, StorageError
from crm_core.importing import lead_chunk, lead_importer, numbers_seen, reading
from crm_core.importing.file_format import FileFormat
from crm_core.importing.lead_importer import LeadCounts, LeadImporter, LeadImportResult, preview_leads
from crm_core.importing.lead_jobs import LeadImports
from crm_core.importing.lead_saving import Target, save_leads
from crm_core.lead_lists import LeadLists, NewList, Progress
from crm_core.leads import LeadFilter, LeadRow, Leads
from crm_core.models import Lead
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from tests.crm_core.conftest import HandClock
from tests.crm_core.people import person

NAME_AND_PHONE = {0: "name", 1: "phone"}


class Office:
    """Two campaigns with a list each, and what is asked of them."""

    def __init__(self, database: Database, clock: HandClock, by: Actor) -> None:
        self.database, self.clock, self.by = database, clock, by
        self.importer = LeadImporter(database, clock)
        self.lists = LeadLists(database, clock)
        self.campaigns = Campaigns(database, clock)

    async def open(self) -> "Office":
        queue = await Queues(self.database, self.clock).add(QueueDraft("Sales"), self.by)
        self.first = await self.make(queue.id, "Spring")
        self.second = await self.make(queue.id, "Summer")
        return self

    async def make(self, queue_id: int, name: str) -> Target:
        campaign = await self.campaigns.create(CampaignDraft(name, "predictive", queue_id, ("cn",)), self.by)
        row = await self.lists.create(campaign.id, "A", "a.csv", 1, self.by)
        return Target(campaign.id, row.id)

    async def beside(self, target: Target) -> Target:
        return replace(target, list_id=(await self.lists.create(target.campaign_id, "B", "", 1, self.by)).id)

    async def take(
        self, lines: Sequence[str], target: Target, mapping: dict[int, str] = NAME_AND_PHONE, encoding: str = "utf-8"
    ) -> LeadImportResult:
        source = io.BytesIO("\n".join(lines).encode(encoding))
        return await self.importer.run(source, mapping, target, self.by)

    async def people(self, target: Target, state: str = "waiting") -> tuple[LeadRow, ...]:
        return (await Leads(self.database, self.clock).page(LeadFilter(target.campaign_id, state))).items


@pytest.fixture
async def office(database: Database, clock: HandClock, by: Actor) -> Office:
    return await Office(database, clock, by).open()


def counted(result: LeadImportResult) -> dict[str, int]:
    return {name: count for name, count in asdict(result.counts).items() if count and name not in {"row_count", "done"}}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
async def test_a_row_becomes_somebody_to_call(office: Office, encoding: str) -> None:
    head = "姓名,手机,电话2,时区,优先级,负责人,车型"
    await person(office.database, 711, "ann")
    found = preview_leads(io.BytesIO(f"{head}\n张伟,13800138000,021-62345678,,5,ann,SUV\n".encode(encoding)))
    assert (found.row_count, found.mapping[6]) == (1, "custom:车型")
    lines = [head, "张伟,13800138000,021-62345678,,5,ann,SUV", "Ann,+14155550123,,Europe/Paris,,,"]
    result = await office.take(lines, office.first, found.mapping, encoding)
    assert counted(result) == {"created": 2}
    zhang, ann = await office.people(office.first)
    assert (zhang.name, zhang.zones, zhang.priority, zhang.custom) == ("张伟", ("Asia/Shanghai",), 5, {"车型": "SUV"})
    assert [number.number for number in zhang.numbers] == ["+8613800138000", "+862162345678"]
    assert (zhang.for_user_name, zhang.due_at, zhang.attempts) == ("Ann", office.clock.now(), 0)
    assert (ann.zones, ann.for_user_id) == (("Europe/Paris",), None)


async def test_people_go_to_nobody_who_has_no_telephone_here(office: Office) -> None:
    result = await office.take(["phone,agent", "13800138000,boss"], office.first, {0: "phone", 1: "owner"})
    assert [(one.line, one.field, one.code) for one in result.rejected] == [(2, "owner", "unknown_owner")]


async def test_every_row_that_is_not_taken_is_told_with_line_and_reason(office: Office) -> None:
    lines = ["name,phone", "A,13800138000", "B,hello", "C,+86 138 0013 8000", "D,110", "E,13800138001"]
    result = await office.take(lines, office.first)
    assert counted(result) == {"created": 2, "rejected_rows": 3}
    assert [(bad.line, bad.field, bad.code) for bad in result.rejected] == [
        (3, "phone", "not_a_phone"),
        (4, "phone", "duplicate_in_file"),
        (5, "phone", "emergency_line"),
    ]


async def test_nobody_is_twice_in_a_list_or_campaign(office: Office) -> None:
    lines = ["name,phone", "A,13800138000", "B,13800138001"]
    await office.take(lines, office.first)
    assert counted(await office.take(lines, office.first)) == {"known": 2}
    again = await office.take([*lines, "C,13800138002"], await office.beside(office.first))
    assert counted(again) == {"created": 1, "in_campaign": 2}
    assert [(bad.line, bad.code) for bad in again.rejected] == [
        (2, "duplicate_in_campaign"),
        (3, "duplicate_in_campaign"),
    ]


async def test_who_is_in_another_campaign_is_left_out_if_asked_until_that_is_over(office: Office) -> None:
    await office.take(["name,phone", "A,13800138000"], office.first)
    choosy = replace(office.second, skip_elsewhere=True)
    lines = ["name,phone", "A,13800138000;13900139000", "B,13800138001"]
    result = await office.take(lines, choosy)
    assert counted(result) == {"created": 1, "elsewhere": 1}
    assert [(bad.line, bad.code) for bad in result.rejected] == [(2, "duplicate_elsewhere")]
    await office.campaigns.take_step(office.first.campaign_id, "draft", "finished", office.by)
    assert counted(await office.take(lines, choosy)) == {"created": 1, "known": 1}


async def test_nobody_minds_another_campaign_unless_asked(office: Office) -> None:
    await office.take(["name,phone", "A,13800138000"], office.first)
    assert counted(await office.take(["name,phone", "A,13800138000"], office.second)) == {"created": 1}


async def test_who_must_not_be_called_is_kept_and_barred(office: Office) -> None:
    book = DoNotCall(office.database, office.clock)
    customers = Customers(office.database, office.clock)
    listed = await customers.add(CustomerDraft("李", phones=(PhoneDraft("13800138001"),)), office.by)
    await book.add_number("13800138000", "asked us", office.by)
    await book.add_customer(listed.id, "asked us", office.by)
    gone = await book.add_number("13800138003", "asked us", office.by)
    await book.remove(gone.id, "asked back", office.by)
    lines = ["name,phone,phone", "A,13900139000,13800138000", "B,13800138001,", "C,13800138002,", "D,13800138003,"]
    result = await office.take(lines, office.first, {0: "name", 1: "phone", 2: "phone"})
    assert counted(result) == {"created": 2, "barred": 2}
    assert [(row.name, row.why) for row in await office.people(office.first, "barred")] == [
        ("A", "do_not_call"),
        ("B", "do_not_call"),
    ]
    progress = await office.lists.progress(office.first.campaign_id)
    assert progress[office.first.list_id] == Progress(waiting=2, barred=2, ended={"do_not_call": 2})


async def test_people_are_attached_to_the_one_customer_with_the_number(office: Office) -> None:
    customers = Customers(office.database, office.clock)
    one = await customers.add(CustomerDraft("李", phones=(PhoneDraft("13800138000"),)), office.by)
    for name in ("Ann", "Bob"):
        await customers.add(CustomerDraft(name, phones=(PhoneDraft("021-62345678"),)), office.by)
    await office.take(["name,phone", "A,13800138000", "B,021-62345678", "C,13900139000"], office.first)
    found = {row.name: row.customer_id for row in await office.people(office.first)}
    assert found == {"A": one.id, "B": None, "C": None}


async def test_long_files_come_in_chunks_and_what_is_noted_is_what_is_saved(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lead_chunk, "CHUNK", 2)
    lines = ["name,phone", *(f"A{place},1380013800{place}" for place in range(5)), "B,hello"]
    source = io.BytesIO("\n".join(lines).encode())
    jobs = LeadImports(office.database, office.clock)
    await jobs.begin("job", "a.csv", office.first, office.by)
    seen: list[LeadCounts] = []

    def progress(counts: LeadCounts) -> bool:
        seen.append(counts)
        return counts.done < 4

    async def note(connection: AsyncConnection, counts: LeadCounts) -> None:
        await jobs.note(connection, counts, job_id="job")
        assert len((await connection.execute(select(Lead.id))).all()) == counts.created

    run = office.importer.run
    result = await run(source, NAME_AND_PHONE, office.first, office.by, progress, note=note)
    assert [counts.done for counts in seen] == [0, 2, 4]
    assert (result.stopped, counted(result)) == (True, {"created": 4})
    await jobs.finish("job", result)
    row = await jobs.get("job")
    assert (row.state, row.done, row.created, row.ended_at) == ("stopped", 4, 4, office.clock.now())
    rest = await run(source, NAME_AND_PHONE, office.first, office.by)
    assert counted(rest) == {"created": 1, "known": 4, "rejected_rows": 1}
    (taken,) = await office.lists.of(office.first.campaign_id)
    assert taken.countries == {"CN": 5}
    page = await AuditLog(office.database, office.clock).page(AuditFilter(action="lead_list.import"))
    assert [entry.detail["created"] for entry in page.items] == [1, 4]


async def test_what_a_job_became_is_an_end(office: Office) -> None:
    jobs = LeadImports(office.database, office.clock)
    for job_id in ("a", "b"):
        await jobs.begin(job_id, f"{job_id}.csv", office.first, office.by)
        office.clock.advance(seconds=1)
    await jobs.fail("a", "disk_full")
    await jobs.interrupt_all()
    await jobs.finish("b", LeadImportResult(office.first, LeadCounts(1), ()))
    found = await jobs.of(office.first.campaign_id)
    assert [(row.id, row.state, row.error) for row in found] == [("b", "interrupted", ""), ("a", "failed", "disk_full")]
    with pytest.raises(NotFound):
        await jobs.get("c")


async def test_reasons_are_kept_up_to_a_limit_and_counted_beyond(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lead_importer, "MAX_REASONS", 2)
    result = await office.take(["name,phone", *["A,hello"] * 5], office.first)
    assert (counted(result), len(result.rejected)) == ({"rejected_rows": 5}, 2)


async def test_a_row_that_the_database_refuses_hurts_no_other(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def save(connection: AsyncConnection, leads: Sequence[LeadDraft], *more: object) -> object:
        if any(lead.name == "poison" for lead in leads):
            raise ValueError
        return await save_leads(connection, leads, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(lead_importer, "save_leads", save)
    lines = ["name,phone", *(f"A{place},1380013800{place}" for place in range(5)), "poison,13800138009"]
    result = await office.take(lines, office.first)
    assert counted(result) == {"created": 5, "rejected_rows": 1}
    assert [(bad.line, bad.code) for bad in result.rejected] == [(7, "not_saved")]


async def test_a_list_that_is_gone_ends_the_import(office: Office) -> None:
    await office.lists.remove(office.first.list_id, office.by)
    with pytest.raises(NotFound):
        await office.take(["name,phone", "A,13800138000"], office.first)
    with pytest.raises(ImportUnreadable):
        await office.take(["name,phone", "A,13800138000"], office.second, {0: "name"})


async def test_a_large_file_is_read_by_a_process_of_its_own(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "APART_FROM_BYTES", 1)
    path = tmp_path / "list.csv"
    path.write_text("name,phone\nA,13800138000\nB,hello\n")
    with path.open("rb") as source:
        result = await office.importer.run(source, NAME_AND_PHONE, office.first, office.by)
    assert counted(result) == {"created": 1, "rejected_rows": 1}
    assert result.rejected[0].code == "not_a_phone"


async def test_a_server_looks_at_its_tables_anew_after_many(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lead_importer, "_MANY", 1)
    assert counted(await office.take(["name,phone", "A,13800138000"], office.first)) == {"created": 1}


GERMAN = "Name;Telefon;Telefon 2\nJürgen Müller;030 12345678;+33 6 12 34 56 78\nAnna;13800138000;\nÖzil;110;\n"


def test_numbers_are_seen_as_they_would_be_dialed() -> None:
    found = preview_leads(io.BytesIO(GERMAN.encode("cp1252")), FileFormat(country="DE"))
    assert (found.encoding, found.country, found.samples[0][0]) == ("cp1252", "DE", "Jürgen Müller")
    assert found.mapping == {0: "name", 1: "phone", 2: "phone"}
    numbers = found.numbers
    assert [[(one.column, one.number, one.country, one.code) for one in row] for row in numbers.samples] == [
        [(1, "+493012345678", "DE", ""), (2, "+33612345678", "FR", "")],
        [(1, "13800138000", "", "not_of_country")],
        [(1, "110", "", "not_of_country")],
    ]
    assert (numbers.countries, numbers.refused_rows, numbers.read_rows) == ({"DE": 1, "FR": 1}, 2, 3)


def test_the_columns_that_a_person_names_are_looked_at() -> None:
    found = preview_leads(io.BytesIO(GERMAN.encode()), FileFormat(country="DE"), {2: "phone"})
    assert (found.mapping, found.numbers.countries) == ({2: "phone"}, {"FR": 1})
    assert found.numbers.refused_rows == 2, "two rows have no number there"
    none = preview_leads(io.BytesIO(GERMAN.encode()), FileFormat(), {0: "name"})
    assert (none.numbers.read_rows, none.numbers.samples) == (0, ((), (), ()))


def test_of_a_long_file_rows_from_everywhere_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers_seen, "MOST_ROWS", 4)
    rows = [*(f"+4930123456{place:02}" for place in range(10)), *(f"138001380{place:02}" for place in range(5))]
    found = preview_leads(io.BytesIO("\n".join(["phone", *rows]).encode()))
    assert (found.row_count, found.numbers.read_rows) == (15, 4)
    assert found.numbers.countries == {"DE": 3, "CN": 1}


@pytest.mark.parametrize("bytes_apart", [1, 1 << 20], ids=["apart", "on a thread"])
async def test_national_numbers_are_those_of_the_country_that_was_chosen(
    office: Office, bytes_apart: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "APART_FROM_BYTES", bytes_apart)
    path = tmp_path / "list.csv"
    path.write_bytes(GERMAN.encode("cp1252"))
    mapping = {0: "name", 1: "phone", 2: "phone"}
    with path.open("rb") as source:
        result = await office.importer.run(source, mapping, office.first, office.by, as_=FileFormat("cp1252", "DE"))
    assert counted(result) == {"created": 1, "rejected_rows": 2}
    assert {(bad.line, bad.code) for bad in result.rejected} == {(3, "not_of_country"), (4, "not_of_country")}
    (somebody,) = await office.people(office.first)
    assert (somebody.name, [one.number for one in somebody.numbers]) == (
        "Jürgen Müller",
        ["+493012345678", "+33612345678"],
    )
    (into,) = await office.lists.of(office.first.campaign_id)
    assert into.countries == {"DE": 1, "FR": 1}
    assert await office.lists.countries() == {
        office.first.campaign_id: {"DE": 1, "FR": 1},
        office.second.campaign_id: {},
    }
    assert await office.lists.countries(office.second.campaign_id) == {office.second.campaign_id: {}}


async def new_list(office: Office, name: str = "New") -> tuple[Target, list[str]]:
    target = Target(office.first.campaign_id, None, list_name=name, source="new.csv")
    return target, [row.name for row in await office.lists.of(target.campaign_id)]


async def test_a_new_list_is_there_with_the_first_of_its_people(office: Office) -> None:
    target, before = await new_list(office)
    result = await office.take(["name,phone", "A,hello", "B,13800138001", "C,13800138002"], target)
    assert counted(result) == {"created": 2, "rejected_rows": 1}
    made = (await office.lists.of(target.campaign_id))[-1]
    assert (made.name, made.source, made.countries, result.target.list_id) == ("New", "new.csv", {"CN": 2}, made.id)
    assert before == ["A"]
    page = await AuditLog(office.database, office.clock).page(AuditFilter(action="lead_list.add"))
    assert page.items[0].detail["name"] == "New"
    jobs = LeadImports(office.database, office.clock)
    await jobs.begin("job", "new.csv", target, office.by)
    assert (await jobs.get("job")).list_id is None
    await jobs.finish("job", result)
    assert (await jobs.get("job")).list_id == made.id


async def test_a_file_with_nobody_to_call_leaves_no_list_behind(office: Office) -> None:
    target, before = await new_list(office)
    assert counted(await office.take(["name,phone", "A,hello"], target)) == {"rejected_rows": 1}
    await office.take(["name,phone", "A,13800138000"], office.first)
    assert counted(await office.take(["name,phone", "A,13800138000"], target)) == {"in_campaign": 1}
    assert (await new_list(office))[1] == before


async def test_an_import_that_breaks_off_leaves_no_empty_list(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    target, before = await new_list(office)

    async def save(*more: object) -> object:
        await save_leads(*more)  # type: ignore[arg-type]
        raise StorageError

    monkeypatch.setattr(lead_importer, "save_leads", save)
    with pytest.raises(StorageError):
        await office.take(["name,phone", "A,13800138000"], target)
    assert (await new_list(office))[1] == before


async def test_two_lists_have_two_names(office: Office) -> None:
    target, _ = await new_list(office, "A")
    with pytest.raises(AlreadyExists):
        await office.lists.check_new(NewList(target.campaign_id, "A", ""))
    with pytest.raises(NotFound):
        await office.lists.check_new(NewList(999, "B", ""))
    with pytest.raises(AlreadyExists):
        await office.take(["name,phone", "A,13800138000"], target)
