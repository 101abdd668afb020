import pytest

from crm_core.domain.columns import check_mapping, field_of, is_heading, suggest
from crm_core.errors import ImportUnreadable


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("姓名", "name"),
        ("客户名称*", "name"),
        ("手机号码（必填）", "phone"),
        ("Phone_Number", "phone"),
        ("E-mail", "email"),
        ("公司名称", "company"),
        (" LEVEL ", "level"),
        ("备注:", "notes"),
        ("Mobile [home]", "phone"),
        ("Téléphone", "phone"),
        ("Teléfono 2", "phone"),
        ("Tel.-Nr.", "phone"),
        ("Vorname", "given_name"),
        ("Nachname", "family_name"),
        ("Firma", "company"),
        ("生日", None),
        ("生日2", None),
        ("Name 2", None),
        ("", None),
    ],
)
def test_headings_in_peoples_languages(heading: str, field: str | None) -> None:
    assert field_of(heading) == field


def test_suggestions_take_several_phones_and_one_name() -> None:
    assert suggest(["姓名", "手机", "电话", "客户", "生日"]) == {0: "name", 1: "phone", 2: "phone"}


def test_without_a_name_the_contact_is_it() -> None:
    assert suggest(["公司", "联系人", "电话"]) == {0: "company", 1: "name", 2: "phone"}
    assert suggest(["电话"]) == {0: "phone"}
    assert suggest(["Firma", "Ansprechpartner", "Vorname"]) == {0: "company", 1: "contact", 2: "name"}


def test_both_halves_of_a_name_are_taken() -> None:
    assert suggest(["Nachname", "Vorname", "Telefon"]) == {0: "family_name", 1: "given_name", 2: "phone"}
    assert suggest(["Name", "Vorname"]) == {0: "family_name", 1: "given_name"}
    check_mapping({0: "family_name", 1: "given_name"}, 2)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("姓名", "电话"), True),
        (("生日", "血型"), True),
        (("张伟", "13800138000"), False),
        (("张伟", "a@b.cn"), False),
        (("生日", ""), False),
    ],
)
def test_a_heading_row_is_told_from_data(cells: tuple[str, ...], expected: bool) -> None:
    assert is_heading(cells) is expected


def test_a_number_as_it_is_written_in_the_files_country_is_data() -> None:
    assert is_heading(("Anna", "06 12 34 56 78"))
    assert not is_heading(("Anna", "06 12 34 56 78"), "FR")


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ({0: "nmae"}, "nmae"),
        ({0: "name", 1: "name"}, "Only one"),
        ({0: "name", 7: "phone"}, "2 columns"),
        ({0: "phone"}, "name or"),
    ],
)
def test_mappings_that_make_no_sense(mapping: dict[int, str], says: str) -> None:
    with pytest.raises(ImportUnreadable, match=says) as caught:
        check_mapping(mapping, 2)
    assert caught.value.code == "mapping"


def test_a_mapping_that_makes_sense() -> None:
    check_mapping({0: "company", 1: "phone"}, 2)
