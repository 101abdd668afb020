"""Rows of a list of numbers that must not be called."""

import pytest

from crm_core.domain.listed_number import columns_of, read_listed
from crm_core.domain.table_file import TableRow
from crm_core.errors import ImportUnreadable

WHERE = {0: "phone", 1: "notes"}


def problems(*cells: str) -> list[tuple[str, str]]:
    read = read_listed(TableRow(3, cells), WHERE, 2, ",")
    return [(problem.field, problem.code) for problem in read.problems]


@pytest.mark.parametrize(
    ("headings", "rows", "expected"),
    [
        (["姓名", "电话", "原因"], [], {1: "phone", 2: "notes"}),
        (["Reason", "number"], [], {1: "phone", 0: "notes"}),
        (["phone", "备注", "Why"], [], {0: "phone", 1: "notes"}),
        (["#1"], [["13800138000"]], {0: "phone"}),
        (["who", "where"], [["Li", ""], ["Han"], ["Mei", "0755-88886666"]], {1: "phone"}),
    ],
)
def test_which_column_is_the_number(headings: list[str], rows: list[list[str]], expected: dict[int, str]) -> None:
    assert columns_of(headings, rows) == expected


def test_a_file_without_numbers_is_refused() -> None:
    with pytest.raises(ImportUnreadable, match="No column"):
        columns_of(["who", "where"], [["Li", "Shenzhen"]])


def test_every_number_of_a_good_row_is_read_in_its_one_spelling() -> None:
    read = read_listed(TableRow(2, ("138 0013 8000；0755-88886666", " asked ")), WHERE, 2, ",")
    assert [phone.key for phone in read.phones] == ["+8613800138000", "+8675588886666"]
    assert (read.values, read.problems, read.line) == ({"notes": "asked"}, [], 2)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("", "asked"), [("phone", "missing")]),
        (("Bob", ""), [("phone", "not_a_phone")]),
        (("99999999999999999", ""), [("phone", "not_a_phone")]),
        (("1.38E+10", ""), [("phone", "rounded_number")]),
        (("110", ""), [("phone", "always_dialed")]),
        (("13800138000", "x" * 201), [("notes", "too_long")]),
        (("13800138000;Bob", ""), [("phone", "not_a_phone")]),
        (("13800138000", "a", "b"), [("", "too_many_cells")]),
        (("13800138000", "a\n13900139000,b"), [("", "swallowed_rows")]),
    ],
)
def test_what_is_wrong_is_named(cells: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    assert problems(*cells) == expected


def test_numbers_are_those_of_the_files_country() -> None:
    assert columns_of(["who", "where"], [["Li", "030 12345678"]], "DE") == {1: "phone"}
    read = read_listed(TableRow(2, ("030 12345678", "")), WHERE, 2, ",", "DE")
    assert [phone.key for phone in read.phones] == ["+493012345678"]
    read = read_listed(TableRow(2, ("13800138000", "")), WHERE, 2, ",", "DE")
    assert [problem.code for problem in read.problems] == ["not_of_country"]
