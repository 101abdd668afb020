"""What a column holds, by its heading."""

import pytest

from crm_core.domain.headings import COMMON, OF_LISTS, plain, settle_names, table_of, unnumbered, whole_name


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Téléphone", "telephone"),
        ("Tel.-Nr.", "tel nr"),
        (" E-Mail_Adresse: ", "e mail adresse"),
        ("手机号码（必填）", "手机号码"),
        ("メールアドレス", plain("メールアドレス")),
        ("휴대폰", "휴대폰"),
        ("Größe", "grosse"),
    ],
)
def test_headings_differ_in_signs_and_accents_only(heading: str, text: str) -> None:
    assert plain(heading) == text


def test_no_heading_is_two_things() -> None:
    words = [plain(one) for table in (COMMON, OF_LISTS) for text in table.values() for one in text.split("|")]
    known = table_of(COMMON, OF_LISTS)
    assert (known["telefon"], known["plz"]) == ("phone", "postcode")
    for field, text in {**COMMON, **OF_LISTS}.items():
        assert {known[plain(one)] for one in text.split("|")} == {field}
    assert "" not in words


@pytest.mark.parametrize(("text", "without"), [("telefon 2", "telefon"), ("手机3", "手机"), ("plz", "plz"), ("7", "")])
def test_people_have_several_telephones(text: str, without: str) -> None:
    assert unnumbered(text) == without


@pytest.mark.parametrize(
    ("fields", "settled"),
    [
        (["given_name", "family_name"], ["given_name", "family_name"]),
        (["given_name", "phone"], ["name", "phone"]),
        (["family_name", "phone"], ["name", "phone"]),
        (["name", "given_name"], ["family_name", "given_name"]),
        (["name", "family_name"], ["given_name", "family_name"]),
        (["name", "phone"], ["name", "phone"]),
        (["name", "given_name", "family_name"], ["name", "given_name", "family_name"]),
    ],
)
def test_one_half_of_a_name_is_all_of_it_or_tells_what_the_other_column_is(
    fields: list[str], settled: list[str]
) -> None:
    assert settle_names(dict(enumerate(fields))) == dict(enumerate(settled))


@pytest.mark.parametrize(
    ("given", "family", "name"),
    [("Anna", "Müller", "Anna Müller"), ("伟", "张", "张伟"), ("Anna", "", "Anna"), ("", "Li", "Li")],
)
def test_a_name_is_put_together_as_there(given: str, family: str, name: str) -> None:
    assert whole_name(given, family) == name
