"""Countries, by ISO 3166: whose a number is, and which there are to choose from."""

import re

import phonenumbers

HOUSE = "CN"
"""Whose national numbers are dialed here without more."""
COUNTRIES = tuple(sorted(phonenumbers.SUPPORTED_REGIONS))
_OF_ONE_COUNTRY = {
    str(code): countries[0]
    for code, countries in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
    if len(countries) == 1
}
_WHOLE = re.compile(r"\+(?=\d{7,15}$)(\d{1,3})", re.ASCII)


def country_of(number: str) -> str | None:
    """Give the country of a number with its calling code; None if it is no such number."""
    return _by_code(number) or _by_plan(number)


def _by_code(number: str) -> str | None:
    """Of most calling codes nothing more has to be read: a list has a million numbers, and reading one takes 0.1 ms."""
    whole = _WHOLE.match(number)
    if whole is None:
        return None
    # no code begins with another one
    return next((found for end in (1, 2, 3) if (found := _OF_ONE_COUNTRY.get(whole[1][:end]))), None)


def _by_plan(number: str) -> str | None:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    country = phonenumbers.region_code_for_number(parsed)
    return country or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
