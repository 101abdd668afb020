import pytest

from crm_core.domain.import_row import ImportRow, read_row

MAPPING = {0: "name", 1: "company", 2: "phone", 3: "email", 4: "level", 5: "language", 6: "tags", 7: "notes"}


def read(*cells: str) -> ImportRow:
    return read_row(2, cells, MAPPING, 8)


def codes(row: ImportRow) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in row.problems]


def test_a_whole_row() -> None:
    row = read(
        " 张伟 ", "远航", "'+8613800138000；0755-12345678", "A@b.cn;a@B.cn", "A级", "中文", "老客户;老客户/新", "好"
    )
    assert row.problems == []
    assert row.values == {"name": "张伟", "company": "远航", "level": "a", "language": "zh", "notes": "好"}
    assert [phone.key for phone in row.phones] == ["+8613800138000", "+8675512345678"]
    assert (row.emails, row.tags) == (["A@b.cn"], ["老客户", "新"])
    assert row.identities() == ["+8613800138000", "+8675512345678 张伟"]


def test_short_rows_and_empty_words_say_nothing() -> None:
    row = read("张伟", "无", " N/A ")
    assert (row.values, row.phones, row.problems) == ({"name": "张伟"}, [], [])
    assert row.identities() == ["张伟\n"]


def test_a_company_may_stand_for_the_name() -> None:
    assert read("", "远航").values["name"] == "远航"


@pytest.mark.parametrize("level", ["VIP", "vip客户", "重要客户", "贵宾"])
def test_words_for_the_highest_level(level: str) -> None:
    assert read("x", "", "", "", level).values["level"] == "vip"


@pytest.mark.parametrize(
    ("cells", "field", "code"),
    [
        (("", "", "13800138000"), "name", "missing"),
        (("x", "", "1.38E+10"), "phone", "rounded_number"),
        (("x", "", "abc"), "phone", "not_a_phone"),
        (("x", "", "", "a.b.cn"), "email", "not_an_email"),
        (("x", "", "", "", "S+"), "level", "unknown_level"),
        (("x", "", "", "", "", "klingon"), "language", "unknown_language"),
        (("x" * 201,), "name", "too_long"),
        (("x\0y",), "name", "control_character"),
        (("x", "", "", "", "", "", "", "", "more"), "", "too_many_cells"),
    ],
)
def test_what_is_wrong_is_named(cells: tuple[str, ...], field: str, code: str) -> None:
    row = read(*cells)
    assert codes(row) == [(field, code)]
    assert row.problems[0].line == 2
    assert row.problems[0].message


def test_everything_that_is_wrong_is_named_at_once() -> None:
    assert len(read("x", "", "abc;;1.3e9", "q;;z", "S").problems) == 5


def test_a_number_that_a_spreadsheet_made_decimal_is_whole_again() -> None:
    row = read("x", "", ";13800138000.0;13800138000", "; a@b.cn")
    assert [phone.e164 for phone in row.phones] == ["+8613800138000"]


def test_an_unreadable_row_is_rejected() -> None:
    assert codes(read_row(9, None, MAPPING, 8)) == [("", "unreadable_row")]


def test_a_name_in_two_columns_is_one() -> None:
    halves = {0: "given_name", 1: "family_name", 2: "name"}
    assert read_row(2, ("Anna", "Müller"), halves, 3).values == {"name": "Anna Müller"}
    assert read_row(2, ("伟", "张", ""), halves, 3).values == {"name": "张伟"}
    assert read_row(2, ("Anna", "Müller", "Dr. Müller"), halves, 3).values == {"name": "Dr. Müller"}
    assert codes(read_row(2, ("x" * 150, "y" * 150), halves, 3))[0] == ("name", "too_long")


def test_a_number_is_read_as_at_home_in_the_country_of_the_file() -> None:
    mapping = {0: "name", 1: "phone"}
    row = read_row(2, ("Anna", "030 12345678;+8613800138000"), mapping, 2, "DE")
    assert [phone.key for phone in row.phones] == ["+493012345678", "+8613800138000"]
    bad = read_row(2, ("Anna", "13800138000"), mapping, 2, "DE")
    assert (codes(bad), bad.problems[0].value) == ([("phone", "not_of_country")], "13800138000")
    assert codes(read_row(2, ("Anna", "999"), mapping, 2)) == []
