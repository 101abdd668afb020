"""One telephone number, one spelling: ordered rules for China in front of libphonenumber.

Why own rules: libphonenumber takes 0013800138000 for a number in the USA, glues extensions to numbers, and does not
know short numbers such as 95588. The rules also run ten times as fast, which an import feels.
`RULES_VERSION` goes up when a rule changes, so that stored numbers can be run through them again.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

import phonenumbers

from crm_core.domain.countries import HOUSE

RULES_VERSION = 2


class PhoneKind(StrEnum):
    """What sort of number it is; UNKNOWN ones are kept as they came, WITHHELD ones hold nothing."""

    MOBILE = "mobile"
    FIXED = "fixed"
    SERVICE = "service"
    SHORT = "short"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as it came and as it is looked up.

    `key` is what is stored and indexed: `e164`, or "cn:95588" for a short number, or "raw:…" for digits that fit no
    rule. `also` are other keys that the same digits may mean. `assumed_area`: the area code was ours, not the caller's.
    """

    raw: str
    kind: PhoneKind
    e164: str | None = None
    key: str | None = None
    extension: str = ""
    also: tuple[str, ...] = ()
    assumed_area: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """All spellings under which it may be stored, the likeliest first."""
        return () if self.key is None else (self.key, *self.also)


_WITHHELD = frozenset({"", "anonymous", "unknown", "unavailable", "restricted", "private", "withheld", "none", "null"})
_EXTENSION_WORD = re.compile(r"(?:转接?|分机号?|内线|ext(?:ension)?\.?|x|#|;ext=|,)\D{0,3}(\d{1,8})\D*$", re.IGNORECASE)
_EXTENSION_DASH = re.compile(r"^(\+?[\d()\s]*\d[)\s]*-\s*\d{7,8})\s*-\s*(\d{1,6})$")
_SCHEME = re.compile(r"^(?:tel|sips?):", re.IGNORECASE)
# Signs that nobody sees, which address books put around and into what is copied from them: soft hyphen, zero width,
# direction of writing, byte order mark.
UNSEEN = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_UNSEEN = re.compile(f"[{UNSEEN}]+")
_WRAPPING = re.compile(r"[\s\-().·•/_\u2010-\u2015\u2212]+")
_MOBILE = re.compile(r"^(?:\+86|0086|86|00|0)?(1[3-9]\d{9})$")
_IP_PREFIX = re.compile(r"^(?:17951|17911|17901|17909|12593|12520)(?=\d{7,})")
_SERVICE = re.compile(r"^(?:\+86)?([48]00\d{7})$")
_AREA = r"(?:10|2\d|[3-9]\d{2})"
# 95xxx and 96xxx of banks and companies, 100xx of carriers, 110 119 120 122, 11xxx, 12xxx lines of the state.
_SHORT = re.compile(rf"^(?:\+86)?(?:0?{_AREA})?(9[56]\d{{3,4}}|100\d{{2,3}}|1[12]\d{{1,4}})$")
_BARE_SHORT = re.compile(r"^(?:\+86)?(9[56]\d{3,4}|100\d{2,3}|1[12]\d{1,4})$")
_FIXED = re.compile(rf"^(?:\+86|0)({_AREA})(\d{{7,8}})$")
_NINETY_FIVE_LONG = re.compile(r"^(?:\+86|0)?(95\d{8,14}|95\d{3,6})$")
_BARE_LOCAL = re.compile(r"^[2-8]\d{6,7}$")
# Subscribers of an area begin with 2 to 8: 1 and 9 are services, some of which (168…) charge whoever calls.
_NO_SUBSCRIBER = re.compile(rf"^\+86{_AREA}[019]\d{{6,7}}$")
_CHARGED = (phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST)
_OF_NO_COUNTRY = "001"  # satellites and lines of the world at large, as libphonenumber has them
_DIGITS = re.compile(r"^\+?\d{3,20}$")


def normalise(raw: str | None, region: str = HOUSE, area_code: str | None = None) -> Phone:
    """Find the one spelling of `raw`. `area_code` ("0755") is the trunk's own, for callers who come without one.

    `region` is the country at home in which it was written, if it was written as at home.
    """
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", raw or "")).strip().strip("'\"<>").strip()
    text = _SCHEME.sub("", text).partition("@")[0]
    if not text.isascii():
        # digits of every script, which `\d` takes for ours and a trunk does not
        text = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
    if text.casefold() in _WITHHELD:
        return Phone(raw or "", PhoneKind.WITHHELD)
    main, extension = _cut_extension(text)
    digits = _WRAPPING.sub("", main)
    found = _known(digits, area_code) if region == HOUSE else _of_country(digits, region)
    found = found or _unknown(digits)
    return replace(found, raw=raw or "", extension=extension if found.key else "")


def _cut_extension(text: str) -> tuple[str, str]:
    for pattern in (_EXTENSION_DASH, _EXTENSION_WORD):
        match = pattern.search(text)
        if match is not None:
            end = match.end(1) if pattern is _EXTENSION_DASH else match.start()
            if any(character.isdigit() for character in text[:end]):
                return text[:end], match.group(match.lastindex or 1)
    return text, ""


def _known(digits: str, area_code: str | None = None) -> Phone | None:
    return _chinese(digits, area_code) or _foreign(digits)


def _of_country(digits: str, region: str) -> Phone | None:
    """As it is written there: more than the length has to be right, or it would be taken for one of any country."""
    if digits.startswith("+"):
        return _known(digits)
    parsed = _parsed(digits, region)
    if parsed is not None and phonenumbers.is_valid_number(parsed):
        return _known(_spelled(parsed))
    # lists write 00 also where people dial something else abroad
    return _known("+" + digits[2:]) if digits.startswith("00") else None


def _chinese(digits: str, area_code: str | None) -> Phone | None:
    # The order is the rule: each line would misread what an earlier one has taken.
    digits = _international_prefix(digits)
    if digits.startswith("+") and not digits.startswith("+86"):
        return None
    digits = _IP_PREFIX.sub("", digits)
    return _mobile(digits) or _service(digits) or _short(digits) or _fixed(digits) or _local(digits, area_code)


def _international_prefix(digits: str) -> str:
    # 00 + mobile is two trunk zeros, not country code 1.
    if digits.startswith("00") and not _MOBILE.match(digits):
        return "+" + digits[2:]
    if re.match(r"^86(?:0?(?:10|2\d|[3-9]\d{2})\d{7,8}|[48]00\d{7})$", digits):
        return "+" + digits
    return digits


def _mobile(digits: str) -> Phone | None:
    match = _MOBILE.match(digits)
    return _e164(PhoneKind.MOBILE, match.group(1)) if match else None


def _service(digits: str) -> Phone | None:
    match = _SERVICE.match(digits)
    return _e164(PhoneKind.SERVICE, match.group(1)) if match else None


def _short(digits: str) -> Phone | None:
    bare = _BARE_SHORT.match(digits)
    # Carriers put an area code in front of short numbers; then it needs its zero, or 1012345 would be one.
    match = bare or (_SHORT.match(digits) if digits.startswith(("0", "+86")) else None)
    if match is None:
        return None
    return Phone("", PhoneKind.SHORT, key=f"cn:{match.group(1)}")


def _fixed(digits: str) -> Phone | None:
    match = _FIXED.match(digits.replace("+860", "+86", 1))
    if match is not None:
        return _e164(PhoneKind.FIXED, "".join(match.groups()))
    long = _NINETY_FIVE_LONG.match(digits)
    if long is None:
        return None
    return _ninety_five(long.group(1))


def _ninety_five(digits: str) -> Phone:
    # 0951…0955 are areas of Ningxia, and 95xxx is a bank with a suffix: both spellings are looked up.
    if digits.startswith(("951", "952", "953", "954", "955")) and len(digits) == 10:
        return Phone("", PhoneKind.FIXED, f"+86{digits}", f"+86{digits}", also=(f"cn:{digits}",))
    return Phone("", PhoneKind.SHORT, key=f"cn:{digits}")


def _local(digits: str, area_code: str | None) -> Phone | None:
    if area_code is None or not _BARE_LOCAL.match(digits):
        return None
    return replace(_e164(PhoneKind.FIXED, area_code.lstrip("0") + digits), assumed_area=True)


def _e164(kind: PhoneKind, national: str) -> Phone:
    return Phone("", kind, f"+86{national}", f"+86{national}")


def _foreign(digits: str) -> Phone | None:
    digits = "+" + digits[2:] if digits.startswith("00") else digits
    if digits.startswith("+86") or not digits.startswith("+"):
        return None
    parsed = _parsed(digits, HOUSE)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return None
    e164 = _spelled(parsed)
    if e164.startswith("+86"):
        # it reads over a "+" too many, and the number is none abroad
        return _chinese(e164, None)
    return Phone("", PhoneKind.FOREIGN, e164, e164)


def _parsed(digits: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None


def _spelled(parsed: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_of_no_area(phone: Phone) -> bool:
    """Whether it looks like a landline of China, in an area that there is not, or with a number too short for it."""
    if phone.kind is not PhoneKind.FIXED or phone.e164 is None:
        return False
    return not phonenumbers.is_valid_number(phonenumbers.parse(phone.e164))


def is_service_line(phone: Phone) -> bool:
    """Whether it is no person's, and may cost whoever calls it: what nobody is called back at."""
    if phone.e164 is None or phone.kind is not PhoneKind.FOREIGN:
        return _NO_SUBSCRIBER.match(phone.e164 or "") is not None
    parsed = phonenumbers.parse(phone.e164)
    region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return region == _OF_NO_COUNTRY or phonenumbers.number_type(parsed) in _CHARGED


def _unknown(digits: str) -> Phone:
    # Kept, never an error: relay numbers and carrier oddities must still find their own earlier calls.
    key = f"raw:{digits}" if _DIGITS.match(digits) else None
    return Phone("", PhoneKind.UNKNOWN, key=key)


def display(key: str | None) -> str:
    """Write a key as people read it: "138 0013 8000", "0755-12345678", "95588", "+44 20 7946 0958"."""
    if key is None:
        return ""
    if not key.startswith("+"):
        return key.partition(":")[2]
    if not key.startswith("+86"):
        return _display_foreign(key)
    return _display_chinese(key[3:])


def _display_chinese(national: str) -> str:
    if re.fullmatch(r"1\d{10}", national):
        return f"{national[:3]} {national[3:7]} {national[7:]}"
    if re.fullmatch(r"[48]00\d{7}", national):
        return f"{national[:3]}-{national[3:6]}-{national[6:]}"
    area = 2 if national.startswith(("10", "2")) else 3
    return f"0{national[:area]}-{national[area:]}"


def _display_foreign(key: str) -> str:
    try:
        parsed = phonenumbers.parse(key)
    except phonenumbers.NumberParseException:
        return key
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def search_digits(key: str) -> str:
    """Give the digits that people type when they search: for China with the trunk zero and no country code."""
    digits = "".join(character for character in key if character.isdigit())
    if not key.startswith("+86"):
        return digits
    national = digits[2:]
    return national if re.match(r"^(?:1\d{10}|[48]00\d{7})$", national) else f"0{national}"
