"""Whose a number is."""

import phonenumbers
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


def test_each_country_s_numbers_are_its_own() -> None:
    """Also of those that share a calling code, where the code alone says nothing."""
    for country in COUNTRIES:
        example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
        example = example or phonenumbers.example_number(country)
        assert example is not None
        number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        assert country_of(number) == phonenumbers.region_code_for_number(example), (country, number)


@pytest.mark.parametrize(
    ("number", "country"), [("+8612", "CN"), ("+86", None), ("+8613800138000x", "CN"), ("+999123456789", None)]
)
def test_what_is_no_whole_number_is_read_as_it_stands(number: str, country: str | None) -> None:
    assert country_of(number) == country
