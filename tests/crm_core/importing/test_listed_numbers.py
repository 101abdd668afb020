"""Numbers that must not be called, from files as people have them."""

import io

import pytest

from crm_core.audit import Actor
from crm_core.do_not_call import DoNotCall, DoNotCallFilter
from crm_core.errors import ImportUnreadable
from crm_core.importing import listed_numbers
from crm_core.importing.listed_numbers import ListOutcome, take_list
from crm_core.storage.database import Database
from tests.crm_core.conftest import HandClock


@pytest.fixture
def book(database: Database, clock: HandClock) -> DoNotCall:
    return DoNotCall(database, clock)


async def take(book: DoNotCall, text: str, by: Actor, encoding: str = "utf-8") -> ListOutcome:
    return await take_list(book, io.BytesIO(text.encode(encoding)), "list.csv", "from a list", by)


async def test_good_rows_are_taken_and_bad_ones_explained(
    book: DoNotCall, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed_numbers, "CHUNK", 2)
    await book.add_number("13800138002", "asked us", by)
    lines = ["号码,姓名,原因", "13800138000,李,投诉", "Bob,,", "13800138001,,", "+86 138 0013 8000,,", "13800138002,,"]
    outcome = await take(book, "\n".join([*lines, ",,nobody"]), by, "gb18030")
    assert outcome.columns == ("号码", "原因")
    counts = (outcome.row_count, outcome.added, outcome.known, outcome.rejected_rows)
    assert counts == (6, 2, 2, 2)
    assert [(bad.line, bad.field, bad.code) for bad in outcome.rejected] == [
        (3, "phone", "not_a_phone"),
        (7, "phone", "missing"),
    ]
    rows = {row.number: row.reason for row in (await book.page(DoNotCallFilter())).items}
    expected = {"+8613800138000": "投诉", "+8613800138001": "from a list", "+8613800138002": "asked us"}
    assert rows == expected


async def test_a_plain_list_needs_no_heading(book: DoNotCall, by: Actor) -> None:
    outcome = await take(book, "13800138000\n0755-88886666\n", by)
    assert (outcome.columns, outcome.row_count, outcome.added) == (("#1",), 2, 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("name\nBob\n", "mapping"),
        ('number\n13800138000\n"13900139000\n', "open_quote"),
        ("number\n" + "13800138000\n" * 4, "too_many_rows"),
    ],
)
async def test_nothing_is_saved_of_a_file_that_makes_no_sense(
    text: str, code: str, book: DoNotCall, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed_numbers, "MOST_ROWS", 3)
    with pytest.raises(ImportUnreadable) as caught:
        await take(book, text, by)
    assert caught.value.code == code
    assert (await book.page(DoNotCallFilter())).items == ()
