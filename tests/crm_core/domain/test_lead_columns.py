"""Columns of lists of people."""

import pytest

from crm_core.domain.lead_columns import MOST_CUSTOM, check_mapping, suggest
from crm_core.errors import ImportUnreadable


def test_headings_in_peoples_languages_and_own_fields() -> None:
    headings = ["姓名", "手机", "电话2", "邮编", "省份", "时区", "优先级", "语言", "座席", "车型", "", "车型", "Name"]
    assert suggest(headings) == {
        0: "name",
        1: "phone",
        2: "phone",
        3: "postcode",
        4: "region",
        5: "zone",
        6: "priority",
        7: "language",
        8: "owner",
        9: "custom:车型",
        12: "custom:Name",
    }
    assert suggest(["full_name", "phone_2", "zip code", "#3"]) == {0: "name", 1: "phone", 2: "postcode"}
    headings = ["Vorname", "Nachname", "Téléphone", "Telefon 2", "PLZ", "Bundesland", "Größe"]
    assert suggest(headings) == {
        0: "given_name",
        1: "family_name",
        2: "phone",
        3: "phone",
        4: "postcode",
        5: "region",
        6: "custom:Größe",
    }
    assert suggest(["First name", "Teléfono"]) == {0: "name", 1: "phone"}


def test_own_fields_are_not_without_end() -> None:
    assert len(suggest([f"column {place}" for place in range(MOST_CUSTOM + 5)])) == MOST_CUSTOM


@pytest.mark.parametrize(
    "mapping",
    [
        {0: "name"},
        {0: "phone", 1: "shoe_size"},
        {0: "phone", 1: "name", 2: "name"},
        {0: "phone", 1: "custom:a", 2: "custom:a"},
        {0: "phone", 7: "name"},
        {0: "phone", 1: "custom: "},
        {0: "phone", 1: f"custom:{'x' * 61}"},
    ],
)
def test_a_mapping_without_sense_is_refused(mapping: dict[int, str]) -> None:
    with pytest.raises(ImportUnreadable) as refused:
        check_mapping(mapping, 3)
    assert refused.value.code == "mapping"


def test_a_mapping_with_sense_is_not() -> None:
    check_mapping({0: "phone", 1: "phone", 2: "custom:a"}, 3)
