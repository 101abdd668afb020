"""Which column of a table holds what: guessed from its heading, and put right by a person."""

from collections.abc import Mapping, Sequence

from crm_core.domain.countries import HOUSE
from crm_core.domain.headings import COMMON, FAMILY, GIVEN, plain, settle_names, table_of, unnumbered
from crm_core.domain.phone import PhoneKind, normalise
from crm_core.errors import ImportUnreadable

FIELDS = (
    *("name", GIVEN, FAMILY, "company", "phone", "email", "level", "language", "owner", "tags", "notes"),
    *("contact", "title"),
)
_NAMES = {"name", "company", GIVEN, FAMILY}
_MANY = ("phone", "email", "tags")
_HEADINGS = {
    "name": "姓名|客户|客户名|客户名称|客户姓名|名称|称呼|name|full name|customer|customer name",
    "company": "公司|公司名称|单位|单位名称|企业|企业名称|company|company name|organization|account",
    "phone": "电话|手机|手机号|手机号码|电话号码|联系电话|联系方式|固话|座机|备用电话|电话1|电话2|手机1|手机2"
    "|phone|phone number|mobile|mobile phone|tel|telephone|cell|phone 1|phone 2|work phone|home phone|number",
    "email": "邮箱|电子邮箱|电子邮件|邮件|email|e-mail|mail|email address",
    "level": "级别|客户级别|等级|客户等级|level|grade|class|tier",
    "language": "语言|语种|language|lang",
    "owner": "负责人|归属人|业务员|客户经理|owner|account owner|sales",
    "tags": "标签|tags|tag|labels",
    "notes": "备注|说明|描述|notes|note|remark|remarks|comment|comments|description",
    "contact": "联系人|联系人姓名|contact|contact name|contact person",
    "title": "职务|职位|头衔|title|job title|position",
}
_BY_HEADING = table_of(COMMON, _HEADINGS)
_NUMBERED = {PhoneKind.MOBILE, PhoneKind.FIXED, PhoneKind.SERVICE, PhoneKind.FOREIGN}


def field_of(heading: str) -> str | None:
    """Guess what a column with this heading holds."""
    text = plain(heading)
    numbered = _BY_HEADING.get(unnumbered(text))
    return _BY_HEADING.get(text) or (numbered if numbered in _MANY else None)


def suggest(headings: Sequence[str]) -> dict[int, str]:
    """Guess for every column; a second column for the same thing stays open unless there may be many."""
    mapping: dict[int, str] = {}
    for place, heading in enumerate(headings):
        field = field_of(heading)
        if field is not None and (field in _MANY or field not in mapping.values()):
            mapping[place] = field
    mapping = settle_names(mapping)
    if not {"name", GIVEN, FAMILY} & set(mapping.values()):
        # Lists of companies name the person only in a "contact" column.
        places = [place for place, field in mapping.items() if field == "contact"]
        mapping.update(dict.fromkeys(places[:1], "name"))
    return mapping


def is_heading(cells: Sequence[str], country: str = HOUSE) -> bool:
    """Tell a heading row from a row of data, whose numbers may be written as at home in that country."""
    if any("@" in cell or normalise(cell, country).kind in _NUMBERED for cell in cells):
        return False
    return any(field_of(cell) for cell in cells) or all(cell.strip() for cell in cells)


def check_mapping(mapping: Mapping[int, str], width: int) -> None:
    """Raise ImportUnreadable if nothing sensible could come out of it."""
    fields = list(mapping.values())
    unknown = sorted(set(fields) - set(FIELDS))
    if unknown:
        raise ImportUnreadable("mapping", f"There is no field called {', '.join(unknown)}.")
    twice = sorted({field for field in fields if field not in _MANY and fields.count(field) > 1})
    if twice:
        raise ImportUnreadable("mapping", f"Only one column can be the {', '.join(twice)}.")
    if any(not 0 <= place < width for place in mapping):
        raise ImportUnreadable("mapping", f"The table has {width} columns; one of those named is not among them.")
    if not _NAMES & set(fields):
        raise ImportUnreadable("mapping", "One column has to be the name or the company.")
