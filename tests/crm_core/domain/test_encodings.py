"""Which encoding is likely."""

import pytest

from crm_core.domain.encodings import CHOICES, ENCODINGS, is_binary, is_text, likely

MUELLER = "Jürgen Müller;Grünstraße 5\nÉlodie Lefèvre;Rue du Château\n"


@pytest.mark.parametrize(
    ("text", "encoding", "country", "found"),
    [
        (MUELLER, "cp1252", "CN", ("cp1252", "gb18030")),
        (MUELLER, "cp1252", "DE", ("cp1252",)),
        (MUELLER, "cp1252", "RU", ("cp1252", "cp1251")),
        ("Süß\n", "cp1252", "DE", ("cp1252",)),
        ("Łukasz Wójcik\n", "cp1250", "PL", ("cp1250",)),
        ("张伟,138\n朱镕基,139\nVIP客户\n", "gb18030", "CN", ("gb18030",)),
        ("A座,B座\nC座,D座\n", "gb18030", "CN", ("gb18030",)),
        ("张伟;030 123\n", "gb18030", "DE", ("gb18030", "cp1252")),
        ("Иван Петров,8\n", "cp1251", "RU", ("cp1251",)),
        ("田中,カード\n", "cp932", "JP", ("cp932",)),
        ("陳先生,功能\n", "cp950", "TW", ("cp950",)),
        ("홍길동,010\n", "cp949", "KR", ("cp949",)),
        ("Ωμέγα\n", "cp1253", "GR", ("cp1253",)),
    ],
)
def test_what_is_likely_is_told_by_where_the_bytes_stand_and_the_country(
    text: str, encoding: str, country: str, found: tuple[str, ...]
) -> None:
    data = text.encode(encoding)
    assert likely(data, country) == found
    assert data.decode(found[0]) == text


def test_all_encodings_are_known_and_a_person_chooses_from_those_that_no_mark_tells() -> None:
    assert all(b"a,1\n".decode(name, "replace") for name in ENCODINGS)
    assert set(CHOICES) < set(ENCODINGS)
    assert ("utf-8" in CHOICES, "utf-16" in CHOICES, "utf-8-sig" in CHOICES) == (True, True, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("姓名,电话\n", True),
        ("a\0,b\n", True),
        ("a\x07,b\n", True),
        ("\x01\x02\x03abc", False),
        ("\ue000\ue001,", False),
        ("x" * 200 + "\x01\x02", True),
    ],
)
def test_text_is_what_people_could_have_written(text: str, expected: bool) -> None:
    assert is_text(text) is expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [(b"a,b\r\n\xff\x80\x9f", False), (b"\x07a,b\n", False), (bytes(range(256)), True), (b"", False)],
)
def test_bytes_that_are_no_text_in_any_encoding(head: bytes, expected: bool) -> None:
    assert is_binary(head) is expected
