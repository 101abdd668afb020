"""All time zones in which somebody may be: by their numbers, and by what the list says of where they live.

A number is only a guess, as people keep theirs when they move: so what the list says is added to it, not put in its
place. Only a zone that is named outright stands alone.
"""

from collections.abc import Mapping, Sequence

import phonenumbers
from phonenumbers import timezone

from crm_core.domain.regions import zones_of_postcode, zones_of_region

_CHINA, _CHINA_ZONE = "+86", "Asia/Shanghai"
_UNKNOWN = timezone.UNKNOWN_TIMEZONE


def zones_of(numbers: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Give them sorted; `values` are cells of the row: zone, region, postcode. () if nobody can tell."""
    if "zone" in values:
        return (values["zone"],)
    found: set[str] = set()
    for number in numbers:
        if number.startswith(_CHINA):
            found.add(_CHINA_ZONE)
            continue
        parsed = phonenumbers.parse(number)
        code = parsed.country_code or 0
        told = {*zones_of_region(code, values.get("region", "")), *zones_of_postcode(code, values.get("postcode", ""))}
        found.update(told)
        # one that is of no place (an Australian mobile, say) has all zones of the country
        if not told or phonenumbers.is_number_geographical(parsed):
            found.update(timezone.time_zones_for_number(parsed))
    return tuple(sorted(found - {_UNKNOWN}))
