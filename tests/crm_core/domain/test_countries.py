"""Whose a number is."""

import pytest

from crm_core.domain.countries import COUNTRIES, HOUSE, country_of


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+8613800138000", "CN"),
        ("+493012345678", "DE"),
        ("+14165550123", "CA"),
        ("+447700900123", "GB"),
        ("+881612345678", "001"),
        ("95588", None),
        ("", None),
    ],
)
def test_a_number_has_a_country_by_its_calling_code(number: str, country: str | None) -> None:
    assert country_of(number) == country


def test_the_house_is_one_of_those_to_choose_from() -> None:
    assert HOUSE in COUNTRIES
    assert all(len(country) == 2 for country in COUNTRIES)
