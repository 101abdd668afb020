"""Which encodings a table may be in, and which is likely where its bytes do not say; a person may choose another.

No statistics of languages: on short texts those take GBK for Thai or Cyrillic. What is looked at is where the bytes
stand that are not ASCII, and what programs write in the country whose file it is.
"""

import re
import unicodedata

from crm_core.domain.countries import HOUSE

UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
_EAST = ("gb18030", "cp950", "cp932", "cp949")
_LATIN = ("cp1252", "cp1250", "cp1254", "cp1257", "cp1258", "mac_roman", "cp850")
ENCODINGS = (*UNICODE, *_EAST, *_LATIN, "cp1251", "cp1253", "cp1255", "cp1256", "cp874")
CHOICES = tuple(name for name in ENCODINGS if name not in UNICODE[1:] or name == "utf-16")
"""For a person: of the others a mark at the beginning of the file tells."""
_IN_COUNTRIES = {
    "gb18030": "CN SG",
    "cp950": "TW HK MO",
    "cp932": "JP",
    "cp949": "KR",
    "cp1250": "AL BA CZ HR HU ME PL RO RS SI SK",
    "cp1251": "BG BY KG KZ MK MN RU TJ UA",
    "cp1253": "CY GR",
    "cp1254": "AZ TR",
    "cp1255": "IL",
    "cp1256": "AE BH DZ EG IQ IR JO KW LB LY MA OM PK QA SA SY TN YE",
    "cp1257": "EE LT LV",
    "cp1258": "VN",
    "cp874": "TH",
}
_OF_COUNTRY = {country: encoding for encoding, text in _IN_COUNTRIES.items() for country in text.split()}
_DENSE = ("cp950", "cp932")
"""Half of their signs end with a byte that is an ASCII letter, so that those say nothing."""
_NOT_ASCII = re.compile(rb"[\x80-\xff]+")
_IN_A_WORD = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]+|[\x80-\xff]+(?=[A-Za-z])")
_ODD = frozenset({"Cc", "Cn", "Co", "Cs"})
_PLAIN = frozenset("\t\r\n\0\ufeff")
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ODD_MAX_RATIO = 0.02


def likely(head: bytes, country: str = HOUSE) -> tuple[str, ...]:
    """Name those that come into question for bytes that are no Unicode, the likeliest first."""
    own = _OF_COUNTRY.get(country, "cp1252")
    if own in _LATIN:
        # by themselves, between delimiters, they are Chinese: a list from the house about people there
        return (own,) if _is_latin(head) else ("gb18030", own)
    if own in _DENSE:
        return (own,)
    return ("cp1252", own) if _is_latin(head, odd_only=own in _EAST) else (own,)


def _is_latin(head: bytes, *, odd_only: bool = False) -> bool:
    """Whether most stand within words of ASCII letters, as in Müller; `odd_only`: two may be one Chinese sign."""
    within = [run for run in _IN_A_WORD.findall(head) if not odd_only or len(run) % 2]
    return 2 * len(within) > len(_NOT_ASCII.findall(head))


def is_text(text: str) -> bool:
    """Whether people could have written it: nobody types control characters, or signs that there are not."""
    odd = sum(unicodedata.category(sign) in _ODD and sign not in _PLAIN for sign in text)
    return not _is_much(odd, len(text))


def is_binary(head: bytes) -> bool:
    """Whether it is no text in whatever encoding of single bytes."""
    return _is_much(len(_CONTROL.findall(head)), len(head))


def _is_much(odd: int, length: int) -> bool:
    # one is a slip, also where it is half of a tiny file
    return odd > max(1, _ODD_MAX_RATIO * length)
