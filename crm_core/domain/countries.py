"""Countries, by ISO 3166: whose a number is, and which there are to choose from."""

import phonenumbers

HOUSE = "CN"
"""Whose national numbers are dialed here without more."""
COUNTRIES = tuple(sorted(phonenumbers.SUPPORTED_REGIONS))


def country_of(number: str) -> str | None:
    """Give the country of a number with its calling code; None if it is no such number."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    country = phonenumbers.region_code_for_number(parsed)
    return country or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
