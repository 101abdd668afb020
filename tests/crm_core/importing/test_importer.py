from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy import text as text_of
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.customer_writing import CustomerDraft, PhoneDraft
from crm_core.customers import CustomerFilter, CustomerRow, Customers
from crm_core.domain.cells import safe_cell
from crm_core.errors import DatabaseUnavailable, ImportUnreadable
from crm_core.importing import importer
from crm_core.importing import reading as importing_reading
from crm_core.importing.chunk import Chunk
from crm_core.importing.importer import Importer, ImportResult, preview
from crm_core.storage.database import Database
from tests.crm_core.conftest import HandClock

FULL = (
    "姓名,公司,手机,邮箱,级别,负责人,标签,备注,联系人,职务\n"
    "张伟,远航电子,138 0013 8000,wei@a.cn,A级,boss,老客户;电子,好客户,刘敏,采购\n"
)


class Desk:
    def __init__(self, database: Database, clock: HandClock, by: Actor) -> None:
        self.importer = Importer(database, clock)
        self.customers = Customers(database, clock)
        self.by = by

    async def take(self, text: str, encoding: str = "utf-8") -> ImportResult:
        data = text.encode(encoding)
        return await self.importer.run(data, preview(data).mapping, self.by)

    async def all(self) -> list[CustomerRow]:
        return list(reversed((await self.customers.page(CustomerFilter(), None, 200)).items))


@pytest.fixture
def desk(database: Database, clock: HandClock, by: Actor) -> Desk:
    return Desk(database, clock, by)


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    return result.created, result.updated, result.unchanged, result.rejected_rows


def reasons(result: ImportResult) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.field, problem.code) for problem in result.rejected]


def test_a_preview_saves_nothing_and_guesses_well() -> None:
    seen = preview(("﻿" + FULL).encode("utf-8"))
    assert (seen.encoding, seen.delimiter, seen.has_heading, seen.row_count) == ("utf-8-sig", ",", True, 1)
    assert seen.mapping == {
        0: "name",
        1: "company",
        2: "phone",
        3: "email",
        4: "level",
        5: "owner",
        6: "tags",
        7: "notes",
        8: "contact",
        9: "title",
    }
    assert seen.samples[0][0] == "张伟"


def test_a_file_without_heading_gets_numbered_columns() -> None:
    seen = preview("张伟,13800138000\n李,13900139000\n".encode())
    assert (seen.has_heading, seen.columns, seen.mapping, seen.row_count) == (False, ("#1", "#2"), {}, 2)


def test_a_file_of_unreadable_rows_only() -> None:
    with pytest.raises(ImportUnreadable) as caught:
        preview(b"x" * 140_000)
    assert caught.value.code == "no_columns"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
async def test_a_row_becomes_a_customer_and_the_same_file_changes_nothing(desk: Desk, encoding: str) -> None:
    assert counts(await desk.take(FULL, encoding)) == (1, 0, 0, 0)
    (row,) = await desk.all()
    assert (row.name, row.company, row.level, row.owner_name, row.notes, row.source) == (
        "张伟",
        "远航电子",
        "a",
        "Boss",
        "好客户",
        "import",
    )
    assert [phone.number for phone in row.phones] == ["+8613800138000"]
    assert (row.emails[0].address, row.tags) == ("wei@a.cn", ("老客户", "电子"))
    assert (row.contacts[0].name, row.contacts[0].title) == ("刘敏", "采购")
    assert counts(await desk.take(FULL, encoding)) == (0, 0, 1, 0)
    assert await desk.all() == [row]


async def test_a_later_file_adds_and_puts_right_but_empties_nothing(
    desk: Desk, database: Database, clock: HandClock
) -> None:
    await desk.take(FULL)
    text = "姓名,公司,手机,邮箱,级别,标签,备注,联系人\n张 伟,,13800138000/0755-12345678,new@a.cn,,新,再次来电,王五\n"
    assert counts(await desk.take(text)) == (0, 1, 0, 0)
    (row,) = await desk.all()
    assert (row.name, row.company, row.level, row.tags, row.notes) == (
        "张 伟",
        "远航电子",
        "a",
        ("老客户", "电子", "新"),
        "好客户\n再次来电",
    )
    assert [phone.number for phone in row.phones] == ["+8613800138000", "+8675512345678"]
    assert [person.name for person in row.contacts] == ["刘敏", "王五"]
    assert row.version == 2
    entries = await AuditLog(database, clock).page(AuditFilter(object_kind="customer", object_id=str(row.id)))
    assert entries.items[0].detail["added"] == ["+8675512345678", "new@a.cn"]
    assert [found.id for found in (await desk.customers.page(CustomerFilter("0755123"))).items] == [row.id]


async def test_every_bad_row_is_told_with_line_and_reason_and_the_good_ones_are_saved(desk: Desk) -> None:
    text = (
        "姓名,手机,级别,负责人\n"
        "好一,13800138001,,\n"
        "坏号,abc,,\n"
        ",13800138002,,\n"
        "科学,1.38E+10,,\n"
        "坏级,13800138003,S,\n"
        "无主,13800138004,,nobody\n"
        "又一,+86 138 0013 8001,,\n"
        '"多\n行",13800138005,,\n'
        "多格,13800138006,,,x\n"
        "好二,13800138007,VIP,Boss\n"
    )
    result = await desk.take(text)
    assert counts(result) == (3, 0, 0, 7)
    assert result.row_count == 10
    assert reasons(result) == [
        (3, "phone", "not_a_phone"),
        (4, "name", "missing"),
        (5, "phone", "rounded_number"),
        (6, "level", "unknown_level"),
        (7, "owner", "unknown_owner"),
        (8, "phone", "duplicate_in_file"),
        (11, "", "too_many_cells"),
    ]
    assert "Line 2" in result.rejected[5].message
    assert [row.name for row in await desk.all()] == ["好一", "多\n行", "好二"]


async def test_a_quote_that_is_never_closed_saves_nothing(desk: Desk) -> None:
    rows = "".join(f"客户{number},1390000{number:04d},好\n" for number in range(99))
    data = f'姓名,手机,备注\nA,13900002000,"he said\n{rows}'.encode()
    with pytest.raises(ImportUnreadable, match="line 2 "):
        preview(data)
    with pytest.raises(ImportUnreadable) as caught:
        await desk.importer.run(data, {0: "name", 1: "phone", 2: "notes"}, desk.by)
    assert (caught.value.code, await desk.all()) == ("open_quote", [])


async def test_rows_between_two_stray_quotes_are_not_taken_for_a_note(desk: Desk) -> None:
    text = '姓名,手机,备注\n一,13900002000,"he said\n二,13900002001,x\n三,13900002002,y"\n四,13900002003,z\n'
    result = await desk.take(text)
    assert (counts(result), reasons(result)) == ((1, 0, 0, 1), [(2, "", "swallowed_rows")])
    assert [row.name for row in await desk.all()] == ["四"]


def test_a_table_is_no_wider_than_a_person_can_look_through() -> None:
    wide = ",".join(f"c{number}" for number in range(301))
    with pytest.raises(ImportUnreadable) as caught:
        preview(f"{wide}\n".encode())
    assert caught.value.code == "too_many_columns"
    narrow = preview(f"name,phone\n{wide}\n".encode())
    assert [len(sample) for sample in narrow.samples] == [2]


async def test_who_a_row_is(desk: Desk) -> None:
    by = desk.by
    for name, number in (("李", "13900139000"), ("王", "13900139000"), ("前台", "0755-12345678"), ("只有名", "")):
        numbers = (PhoneDraft(number),) if number else ()
        await desk.customers.add(CustomerDraft(name, phones=numbers), by)
    result = await desk.take(
        "姓名,公司,电话,备注\n"
        "王,,13900139000,by shared mobile and name\n"
        "前台,,0755-12345678,same office and name\n"
        "经理,,0755-12345678,other person of the office\n"
        "只有名,,,by name where there is nothing else\n"
        "只有名,,13600136000,same name is not the same person\n"
        "甲,乙公司,,new\n"
    )
    assert (counts(result), reasons(result)) == ((3, 3, 0, 0), [])
    result = await desk.take("姓名,电话\n赵,13900139000;13700137000\n")
    assert reasons(result) == [(2, "phone", "several_match")]
    result = await desk.take("姓名,公司,电话,备注\n甲,乙公司,13500135000,\n")
    assert counts(result) == (0, 1, 0, 0)
    await desk.customers.add(CustomerDraft("甲", "乙公司"), by)
    result = await desk.take("姓名,公司,备注\n甲,乙公司,x\n")
    assert reasons(result) == [(2, "name", "several_match")]


async def test_twins_without_numbers_are_found_in_the_file(desk: Desk) -> None:
    result = await desk.take("姓名,公司\n甲,乙\n甲,丙\n甲,乙\n")
    assert (counts(result), reasons(result)) == ((2, 0, 0, 1), [(4, "name", "duplicate_in_file")])


async def test_long_files_come_in_chunks_with_progress(desk: Desk) -> None:
    text = "姓名,手机\n" + "".join(f"客户{number},1380013{number:04d}\n" for number in range(600))
    data, steps = text.encode(), []
    result = await desk.importer.run(
        data, {0: "name", 1: "phone"}, desk.by, progress=lambda now: steps.append((now.done, now.created)) or True
    )
    assert counts(result) == (600, 0, 0, 0)
    assert not result.stopped
    assert steps == [(0, 0), (250, 250), (500, 500), (600, 600)]


async def test_what_is_noted_is_what_is_saved_whenever_it_ends(desk: Desk, database: Database) -> None:
    await desk.take("姓名,手机\n" + "".join(f"客户{number},1380013{number:04d}\n" for number in range(0, 600, 7)))
    text = "姓名,手机\n" + "".join(f"客户{number},1380013{number:04d}\n" for number in range(600)) + "张,1\n"
    noted: list[importer.Counts] = []

    async def note(connection: AsyncConnection, counts: importer.Counts) -> None:
        there = (await connection.execute(text_of("SELECT count(*) FROM customers"))).scalar_one()
        assert counts.created == there - len(range(0, 600, 7)), "in the same transaction"
        assert counts.done == counts.created + counts.updated + counts.unchanged + counts.rejected_rows
        noted.append(counts)

    result = await desk.importer.run(text.encode(), {0: "name", 1: "phone"}, desk.by, note=note)
    assert noted == sorted(noted, key=lambda one: one.done)
    assert (noted[-1].done, noted[-1].unchanged) == (601, len(range(0, 600, 7)))
    assert (noted[-1].created, noted[-1].rejected_rows) == (result.created, result.rejected_rows)


async def test_a_stopped_import_keeps_what_it_has_and_the_same_file_saves_the_rest(desk: Desk) -> None:
    text = "姓名,手机\n" + "".join(f"客户{number},1380013{number:04d}\n" for number in range(600))
    data, mapping = text.encode(), {0: "name", 1: "phone"}
    result = await desk.importer.run(data, mapping, desk.by, progress=lambda now: now.done < 250)
    assert result.stopped
    assert (result.row_count, counts(result)) == (600, (250, 0, 0, 0))
    again = await desk.importer.run(data, mapping, desk.by)
    assert counts(again) == (350, 0, 250, 0)


async def test_reasons_are_kept_up_to_a_limit_and_counted_beyond(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "MAX_REASONS", 3)
    result = await desk.take("姓名,手机\n" + "张伟,1\n" * 10)
    assert (result.rejected_rows, len(result.rejected)) == (10, 3)


async def test_what_was_exported_safely_comes_back_the_same(desk: Desk) -> None:
    cells = ["=HYPERLINK(1)", "+8613800138000", "@note"]
    text = "姓名,手机,备注\n" + ",".join(safe_cell(cell) for cell in cells) + "\n"
    assert "'+86" in text
    await desk.take(text)
    (row,) = await desk.all()
    assert (row.name, row.phones[0].number, row.notes) == ("=HYPERLINK(1)", "+8613800138000", "@note")


async def test_a_mapping_without_sense_saves_nothing(desk: Desk) -> None:
    with pytest.raises(ImportUnreadable, match="name or"):
        await desk.importer.run(FULL.encode(), {2: "phone"}, desk.by)
    assert await desk.all() == []


async def test_a_row_that_the_database_refuses_hurts_no_other(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = importer.save_fresh

    async def picky(connection: AsyncConnection, chunk: Chunk, at: datetime) -> set[int]:
        others = await save(connection, chunk, at)
        if "poison" in chunk.people:
            raise ValueError("no")
        return others

    monkeypatch.setattr(importer, "save_fresh", picky)
    result = await desk.take("姓名,手机\n一,13800138001\npoison,13800138002\n二,13800138003\n")
    assert (counts(result), reasons(result)) == ((2, 0, 0, 1), [(3, "", "not_saved")])
    assert [row.name for row in await desk.all()] == ["一", "二"]


async def test_a_database_that_goes_away_ends_the_import(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(importer, "save_fresh", away)
    with pytest.raises(DatabaseUnavailable):
        await desk.take(FULL)
    assert await desk.all() == []


async def test_reading_customers_takes_few_questions_however_many_there_are(desk: Desk, database: Database) -> None:
    text = "姓名,手机\n" + "".join(f"客户{number},1380013{number:04d}\n" for number in range(60))
    await desk.take(text)
    asked: list[str] = []
    event.listen(database._reader.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    page = await desk.customers.page(CustomerFilter("客户"), None, 50)
    # BEGIN, the ids, the customers, their numbers, their people.
    assert len(page.items) == 50
    assert len(asked) <= 5


async def test_saving_takes_few_statements_however_many_rows_there_are(desk: Desk, database: Database) -> None:
    text = "姓名,公司,手机,邮箱,联系人,级别\n"
    rows = "".join(f"客户{n},公司{n},1380013{n:04d},c{n}@a.cn,人{n},%s\n" for n in range(240))
    asked: list[str] = []
    event.listen(database._writer_engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert counts(await desk.take(text + rows.replace("%s", "A"))) == (240, 0, 0, 0)
    assert counts(await desk.take(text + rows.replace("%s", "B"))) == (0, 240, 0, 0)
    assert counts(await desk.take(text + rows.replace("%s", "B"))) == (0, 0, 240, 0)
    assert len(asked) < 50
    (found,) = (await desk.customers.page(CustomerFilter("客户137"))).items
    assert (found.level, found.version, found.phones[0].number) == ("b", 2, "+8613800130137")
    assert [row.id for row in (await desk.customers.page(CustomerFilter("人137"))).items] == [found.id]


async def test_a_row_sees_what_the_rows_before_it_changed(desk: Desk) -> None:
    await desk.take("姓名,手机\n赵,13700137000;13600136000\n")
    result = await desk.take(
        "姓名,公司,手机,备注\n"
        "甲,乙公司,13500135000,made\n"
        "甲,乙公司,,found by the name of the row before\n"
        "钱,丙公司,13700137000,renames Zhao\n"
        "孙,,13600136000,renames the same one again\n"
        "孙,丙公司,,found by the name that it has by now\n"
    )
    assert (counts(result), reasons(result)) == ((1, 4, 0, 0), [])
    made, renamed = sorted(await desk.all(), key=lambda row: row.name != "甲")
    assert (made.name, made.notes) == ("甲", "made\nfound by the name of the row before")
    assert (renamed.name, renamed.company, renamed.version) == ("孙", "丙公司", 4)


async def test_a_large_file_is_read_by_a_process_of_its_own_with_the_same_result(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = [f"客户{number},公司{number % 7},1380013{number:04d},boss" for number in range(700)]
    lines[3], lines[300], lines[500] = "坏,,abc,boss", lines[2], "无主,,13800138999,nobody"
    path = tmp_path / "large.csv"
    path.write_text("姓名,公司,手机,负责人\n" + "\n".join(lines) + "\n", encoding="gb18030")
    monkeypatch.setattr(importing_reading, "APART_FROM_BYTES", 1)
    mapping, steps = {0: "name", 1: "company", 2: "phone", 3: "owner"}, list[int]()
    with path.open("rb") as source:
        result = await desk.importer.run(source, mapping, desk.by, progress=lambda now: steps.append(now.done) or True)
    assert (counts(result), steps) == ((697, 0, 0, 3), [0, 250, 500, 700])
    assert reasons(result) == [
        (5, "phone", "not_a_phone"),
        (302, "phone", "duplicate_in_file"),
        (502, "owner", "unknown_owner"),
    ]
    with path.open("rb") as source:
        again = await desk.importer.run(source, mapping, desk.by, progress=lambda now: now.done < 250)
    assert (again.stopped, counts(again)) == (True, (0, 0, 249, 1))
    with pytest.raises(ImportUnreadable, match="no field"), path.open("rb") as source:
        await desk.importer.run(source, {0: "nonsense"}, desk.by)
    (found,) = (await desk.customers.page(CustomerFilter("客户137"))).items
    assert (found.company, found.owner_name, found.phones[0].number) == ("公司4", "Boss", "+8613800130137")


async def test_a_reader_that_ends_too_early_is_no_end_of_the_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "large.csv"
    path.write_text(FULL, encoding="utf-8")
    monkeypatch.setattr(importing_reading, "APART_FROM_BYTES", 1)
    monkeypatch.setattr(importing_reading.reader, "__name__", "crm_core.nothing")
    with pytest.raises(importing_reading.ReaderEndedError), path.open("rb") as source:
        await desk.importer.run(source, {0: "name"}, desk.by)


async def test_new_rows_among_known_ones_are_told_apart(desk: Desk) -> None:
    first = "姓名,公司,手机\n" + "".join(f"客户{n},公司,1380013{n:04d}\n" for n in range(0, 200, 2))
    assert counts(await desk.take(first)) == (100, 0, 0, 0)
    both = "姓名,公司,手机,备注\n" + "".join(f"客户{n},公司,1380013{n:04d},{'x' * (n % 4 == 0)}\n" for n in range(200))
    assert counts(await desk.take(both)) == (100, 50, 50, 0)
    rows = {row.name: row for row in (await desk.customers.page(CustomerFilter("客户"), None, 200)).items}
    assert len(rows) == 200
    assert all(rows[f"客户{n}"].phones[0].number == f"+861380013{n:04d}" for n in range(200))
