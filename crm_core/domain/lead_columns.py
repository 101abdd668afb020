"""Which column of a list of people holds what: guessed from its heading, and put right by a person."""

from collections.abc import Mapping, Sequence

from crm_core.domain.columns import field_of
from crm_core.domain.headings import FAMILY, GIVEN, OF_LISTS, plain, settle_names, table_of
from crm_core.errors import ImportUnreadable

CUSTOM = "custom:"
MOST_CUSTOM, LONGEST_CUSTOM_NAME = 40, 60
FIELDS = (
    *("name", GIVEN, FAMILY, "phone", "language", "owner", "zone", "region", "postcode", "priority"),
    *("consent_at", "consent_source"),
)
_MANY = ("phone",)
_HEADINGS = {
    "zone": "时区|time zone|timezone|zone|tz",
    "region": "省|省份|州|地区|区域|state|province|region",
    "postcode": "邮编|邮政编码|postcode|post code|postal code|zip|zip code|zipcode",
    "priority": "优先级|优先|priority|prio|rank",
    "consent_at": "同意时间|同意日期|授权时间|授权日期|consent|consent date|consent at|consent given"
    "|opt in|opt in date|optin|optin date",
    "consent_source": "同意来源|授权来源|同意方式|consent source|consent proof|opt in source|optin source",
    "owner": "座席|坐席|指定座席|指派|分配给|agent|assigned to|assignee",
    "phone": "号码|电话3|手机3|电话4|phone 3|phone 4|alt phone|alternative phone|phone2|phone3|other phone|备用号码",
    "name": "姓 名|联系人|contact|contact name|full_name|ansprechpartner|kontakt|interlocuteur|contacto|contatto",
}
_BY_HEADING = table_of(OF_LISTS, _HEADINGS)


def suggest(headings: Sequence[str]) -> dict[int, str]:
    """Guess for every column; what is nothing else is kept as a field of the list's own, under its heading."""
    mapping: dict[int, str] = {}
    own = 0
    for place, heading in enumerate(headings):
        found = _BY_HEADING.get(plain(heading)) or field_of(heading)
        if found in FIELDS and (found in _MANY or found not in mapping.values()):
            mapping[place] = found
        elif heading.strip() and not heading.startswith("#") and own < MOST_CUSTOM:
            name = f"{CUSTOM}{heading.strip()[:LONGEST_CUSTOM_NAME]}"
            if name not in mapping.values():
                mapping[place] = name
                own += 1
    return settle_names(mapping)


def check_mapping(mapping: Mapping[int, str], width: int) -> None:
    """Raise ImportUnreadable if nothing sensible could come out of it."""
    fields = list(mapping.values())
    own = [field.removeprefix(CUSTOM) for field in fields if field.startswith(CUSTOM)]
    unknown = sorted({field for field in fields if not field.startswith(CUSTOM)} - set(FIELDS))
    if unknown:
        raise ImportUnreadable("mapping", f"There is no field called {', '.join(unknown)}.")
    if len(own) > MOST_CUSTOM or any(not 0 < len(name.strip()) <= LONGEST_CUSTOM_NAME for name in own):
        message = f"At most {MOST_CUSTOM} own fields fit, each with a name of up to {LONGEST_CUSTOM_NAME} characters."
        raise ImportUnreadable("mapping", message)
    twice = sorted({field for field in fields if field not in _MANY and fields.count(field) > 1})
    if twice:
        raise ImportUnreadable("mapping", f"Only one column can be the {', '.join(twice)}.")
    if any(not 0 <= place < width for place in mapping):
        raise ImportUnreadable("mapping", f"The table has {width} columns; one of those named is not among them.")
    if "phone" not in fields:
        raise ImportUnreadable("mapping", "One column has to be a number.")
