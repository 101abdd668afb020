"""Where a number is from, by its beginning: country, province and place, as the numbering plans have them.

What this is read from takes some 100 MB of memory, so it is loaded when the first campaign asks for it.
"""

import asyncio
import importlib
from functools import lru_cache
from typing import Any

import phonenumbers

from crm_core.domain.regions import state_of
from dialer.domain.showing import Region

_GEOCODER = "phonenumbers.geocoder"
_NOWHERE = Region()


async def load() -> None:
    """Have it in memory, without anybody waiting for that."""
    if not _geocoder.cache_info().currsize:
        await asyncio.to_thread(_geocoder)


@lru_cache(maxsize=1)
def _geocoder() -> Any:
    return importlib.import_module(_GEOCODER)


@lru_cache(maxsize=16_384)
def region_of(number: str) -> Region:
    """Read it off a number in E.164; a short one, or one of no country, is from nowhere."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return _NOWHERE
    country = phonenumbers.region_code_for_number(parsed) or ""
    area = phonenumbers.national_significant_number(parsed)[: phonenumbers.length_of_geographical_area_code(parsed)]
    # "Shenzhen, Guangdong", "New York, NY", "São Paulo - SP", "Texas", "Berlin", or no more than "China"
    named = str(_geocoder().description_for_number(parsed, "en"))
    if not named or named == _geocoder().country_name_for_number(parsed, "en"):
        return Region(country, area=area)
    city, _, province = named.replace(" - ", ", ").rpartition(", ")
    state = state_of(parsed.country_code or 0, province)
    # a city without a province is one by itself, a whole state is no city
    return Region(country, state or province, named if city or not state else "", area)
