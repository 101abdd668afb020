import pytest

from crm_core.domain import table_file
from crm_core.domain.table_file import TableRow, open_table, sniff_delimiter
from crm_core.errors import ImportUnreadable

TEXT = "姓名,电话\n张伟,13800138000\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_every_encoding_of_a_spreadsheet_is_read(data: bytes, encoding: str) -> None:
    table = open_table(data)
    assert table.encoding == encoding
    assert [row.cells for row in table.rows()] == [("姓名", "电话"), ("张伟", "13800138000")]


@pytest.mark.parametrize("end", ["", "x"], ids=["even", "odd"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_stray_zero_makes_no_other_encoding(encoding: str, end: str) -> None:
    text = f"姓名,电话\n王八{end}\0,13700000008\n" + "".join(f"王九,1370000{line:04}\n" for line in range(9))
    assert open_table(text.encode(encoding)).encoding == encoding


@pytest.mark.parametrize("text", ["name,phone\nAnn,13\0\n", "姓名,电话\n王八\0,137\n", "a\0,b\n", "a,\0b,c,d,e,f\n"])
def test_a_stray_zero_in_a_file_of_some_bytes_makes_no_other_encoding(text: str) -> None:
    table = open_table(text.encode())
    assert table.encoding == "utf-8"
    assert len(list(table.rows())) == text.count("\n")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["上海上,138", "上" * 300 + "\n1,2\n", "上\n上\n", "丰丱王,"])
def test_a_sign_that_holds_the_byte_of_a_line_end_is_none(text: str, encoding: str) -> None:
    assert open_table(text.encode(encoding)).encoding == encoding


@pytest.mark.parametrize("missing", [1, 2])
def test_half_a_file_is_not_read_as_another_language(missing: int) -> None:
    with pytest.raises(ImportUnreadable, match="middle of a character"):
        open_table("姓名,电话\n张三,1370000001\n李".encode()[:-missing])


LATIN = "Name;Telefon\nJürgen Müller;030 12345678\n"


@pytest.mark.parametrize("country", ["CN", "DE"])
def test_a_western_file_is_not_read_as_chinese(country: str) -> None:
    plain = "x;1\n" * 2_000
    table = open_table((plain + LATIN).encode("cp1252"), country=country)
    assert table.encoding == "cp1252"
    assert [row.cells for row in table.rows()][-1] == ("Jürgen Müller", "030 12345678")


def test_one_short_word_is_not_taken_for_another_language() -> None:
    assert [row.cells for row in open_table("中".encode("gb18030")).rows()] == [("中",)]


def test_what_a_mark_says_is_not_guessed_at_when_it_is_wrong() -> None:
    broken = TEXT.encode("utf-16") + b"\x00\xdc\n\x00"  # the second half of a surrogate pair alone
    with pytest.raises(ImportUnreadable, match="read as utf-16;"):
        open_table(broken)


def test_a_person_may_name_the_encoding() -> None:
    assert [row.cells for row in open_table("é".encode(), "gb18030").rows()] != [("é",)]
    assert open_table(b"abc", "no such encoding").encoding == "utf-8"
    table = open_table("Имя,1\n".encode("cp1251"), "cp1251")
    assert [row.cells for row in table.rows()] == [("Имя", "1")]
    with pytest.raises(ImportUnreadable, match="read as utf-8;"):
        open_table(LATIN.encode("cp1252"), "utf-8")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"\xff\xff\xff\x80", "encoding"),
        (TEXT.encode("utf-32"), "encoding"),
        (TEXT.encode("utf-32-le"), "encoding"),
        (TEXT.encode("utf-32-be"), "encoding"),
        (b"PK\x03\x04\x14\0\6\0\x08\0", "no_text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "no_text"),
        (b"\x1f\x8b\x08", "no_text"),
        (b"%PDF-1.7", "no_text"),
        (bytes(range(1, 256)) * 20, "no_text"),
        (b"\x01\x02\x03\x04\x05,\x06\n", "no_text"),
        ("\ue000\ue001,\ufffe".encode(), "no_text"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ImportUnreadable) as caught:
        open_table(data)
    assert caught.value.code == code


def test_a_huge_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "MAX_BYTES", 3)
    with pytest.raises(ImportUnreadable, match="split"):
        open_table(b"abcd")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b;c\n1;2,5;3\n", ";"),
        ("a\tb\n1,5\t2\n", "\t"),
        ("a|b\n", "|"),
        ("alone\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str) -> None:
    assert sniff_delimiter(text) == delimiter


def test_a_huge_cell_does_not_stop_the_sniffing() -> None:
    assert sniff_delimiter("a;b\n" * 3 + '"' + "x" * 10) == ";"
    table_file.csv.field_size_limit(131_072)
    limit = table_file.csv.field_size_limit(8)
    try:
        assert sniff_delimiter("a;b\n" * 3 + "x" * 20) == ";"
    finally:
        table_file.csv.field_size_limit(limit)


def test_a_line_of_excel_names_the_delimiter() -> None:
    table = open_table(b"sep=;\r\na,x;b\r\n1;2\r\n")
    assert list(table.rows()) == [TableRow(2, ("a,x", "b")), TableRow(3, ("1", "2"))]


def test_lines_are_counted_over_quoted_breaks_and_empty_rows() -> None:
    rows = list(open_table(b'a,b\n"x\ny",2\n,\n\n3,4\n').rows())
    assert rows == [TableRow(1, ("a", "b")), TableRow(2, ("x\ny", "2")), TableRow(6, ("3", "4"))]


def test_a_row_that_cannot_be_read_does_not_end_the_file() -> None:
    rows = list(open_table(("a,b\n" + "x" * 140_000 + ",1\n3,4\n").encode()).rows())
    assert [(row.line, row.cells is None) for row in rows] == [(1, False), (2, True), (3, False)]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'name,phone,notes\nA,1,"he said\n' + b"B,2,x\n" * 99, 2),
        (b'a,b\n1,"x\r\n2,3\r\n4,5', 2),
        (b'a,b\n"x\ny","z\n', 3),
        (b'a,b\n1,2\n3,"', 3),
        (b'sep=;\na;b\n1;"x\n2;3\n', 3),
    ],
)
def test_a_quote_that_is_never_closed_is_told_with_its_line(data: bytes, line: int) -> None:
    with pytest.raises(ImportUnreadable, match=f"line {line} ") as caught:
        list(open_table(data).rows())
    assert (caught.value.code, caught.value.line) == ("open_quote", line)


@pytest.mark.parametrize("end", [b"", b'"\n3,4\n'], ids=["open", "closed"])
def test_a_cell_of_many_lines_beyond_all_bounds_is_told_with_its_line(end: bytes) -> None:
    with pytest.raises(ImportUnreadable, match="line 2 has more than 128 KB") as caught:
        list(open_table(b'a,b\n1,"' + b"x,2\n" * 40_000 + end).rows())
    assert (caught.value.code, caught.value.line) == ("endless_cell", 2)


def test_a_quote_that_the_last_character_closes_is_no_open_one() -> None:
    assert [row.cells for row in open_table(b'a,b\n1,"x\ny"').rows()] == [("a", "b"), ("1", "x\ny")]
