"""Telephone numbers for people who may not see them whole: "138****8000", in number fields and in free text.

At least four digits are always hidden, and how many is not told: who tries them out has ten thousand to try. Short
public numbers (95588, 110) belong to nobody and stay. In free text every run of seven digits or more counts as a number
unless it is a date, a moment or an id: an order's number is hidden as well rather than a telephone number shown. So do
digits that are spelled, in Chinese or English: "一三八 零零一三 8000", "one three eight ...".
"""

import re
from collections.abc import Iterator

import phonenumbers

from crm_core.domain.phone import UNSEEN, Phone, PhoneKind, normalise

HIDDEN = "****"
_PUBLIC_DIGITS_MAX = 6
_LONG_SHORT_HEAD = 5
_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_DATE = (
    r"(?<!\d)(?:(?:19|20)\d\d(?P<dash>[-/.])(?:0?[1-9]|1[0-2])(?P=dash)(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])(?P<dot>[/.])(?:0?[1-9]|1[0-2])(?P=dot)(?:19|20)\d\d)(?!\d)"
)
# A moment as our own views write it, with its zone: an agent who may not see numbers does see when something was.
_MOMENT = (
    r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)(?!\d)"
)
# Between two digits of one number people put up to three of these; a line holds at least one whole number.
# Whatever `normalise` reads over, wide and small forms with it: a number that can be dialed must not stay readable.
_BETWEEN = (
    r"[^\S\n]|[\-().\u00b7\u0387\u2022/_\u2010-\u2015\u2024-\u2026\u207b\u207d\u207e\u208b\u208d\u208e\u2212"
    rf"\ufe19\ufe30-\ufe36\ufe4d-\ufe4f\ufe52\ufe58-\ufe5a\ufe63\uff08\uff09\uff0d-\uff0f\uff3f{UNSEEN}]"
)
_MOBILE = r"(?<!\d)[+\uff0b]?(?:86)?1[3-9]\d{9}(?!\d)"
_RUN = rf"{_MOBILE}|[+\uff0b]?\d(?:(?:{_BETWEEN}){{0,3}}\d){{6,}}"
_KEPT = rf"(?P<kept>{_UUID}|{_MOMENT}|{_DATE})"
_PIECES = re.compile(rf"{_KEPT}|(?P<run>{_RUN})")
# Digits as people say them; in telephone numbers a Chinese one is "yao", and English zero is "oh".
_CHINESE = {
    sign: str(digit)
    for digit, signs in enumerate(
        ("零〇○", "一壹幺", "二贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for sign in signs
}
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ENGLISH = {word: str(digit) for digit, word in enumerate(_WORDS)} | {"oh": "0"}
_SAID = re.compile(rf"[{''.join(_CHINESE)}]|(?<![a-z])(?:{'|'.join(_ENGLISH)})(?![a-z])", re.I)
_ONE = rf"(?:\d|{_SAID.pattern})"
_SPOKEN = re.compile(rf"{_KEPT}|(?P<run>[+\uff0b]?{_ONE}(?:(?:{_BETWEEN}|[\u3001\uff0c,]){{0,3}}{_ONE}){{6,}})", re.I)
_NO_NUMBER = re.compile(r"[^\d+\uff0b]")
# Fewer words than this beside a number are words: "13800138000, one more time".
_SAID_LEAST = 3


def mask_number(number: str) -> str:
    """Hide the middle of a number in any spelling; what holds no digit ("anonymous") is left as it is."""
    phone = normalise(number)
    if phone.key is None:
        return re.sub(r"\d+", HIDDEN, number)
    masked = _masked(phone, phone.key)
    return f"{masked}-{phone.extension}" if phone.extension else masked


def mask_text(text: str) -> str:
    """Hide every number in a text that people wrote."""
    shown, at = [], 0
    for begin, end, hidden in _numbers(text):
        shown += [text[at:begin], hidden]
        at = end
    return "".join([*shown, text[at:]])


def restore_text(submitted: str, stored: str) -> str:
    """Undo `mask_text(stored)` in a text that was edited while masked: saving must not lose what was hidden."""
    hidden: dict[str, list[str]] = {}
    for begin, end, masked in _numbers(stored):
        hidden.setdefault(masked, []).append(stored[begin:end])
    if not hidden:
        return submitted

    text, at, places = "", 0, []
    for found in re.finditer("|".join(map(re.escape, sorted(hidden, key=len, reverse=True))), submitted):
        whole = hidden[found[0]]
        text += submitted[at : found.start()]
        begin, at = len(text), found.end()
        text += whole.pop(0) if len(whole) > 1 else whole[0]
        places.append((begin, len(text)))
    text += submitted[at:]
    # Framed as an id, a number would be put back and then shown: that is no edit, and nothing is put back.
    spans = [(begin, end) for begin, end, _ in _numbers(text)]
    stays = all(any(begin <= first and last <= end for begin, end in spans) for first, last in places)
    return text if stays else submitted


def mask_strings(value: object, own: frozenset[str] = frozenset()) -> object:
    """Hide every number in a structure of plain values; `own` names keys whose values are none of a customer's."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {key: item if key in own else mask_strings(item, own) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(mask_strings(item, own) for item in value)
    return value


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Where the numbers of a text begin and end, and what is shown instead of each; first those that are spelled."""
    at = 0
    for found in _SPOKEN.finditer(text) if _SAID.search(text) else ():
        run = found["run"]
        if run is not None and len(_SAID.findall(run)) >= _SAID_LEAST:
            yield from _written(text, at, found.start())
            yield found.start(), found.end(), mask_number(_NO_NUMBER.sub("", _SAID.sub(_digit, run)))
            at = found.end()
    yield from _written(text, at, len(text))


def _written(text: str, begin: int, end: int) -> Iterator[tuple[int, int, str]]:
    for found in _PIECES.finditer(text, begin, end):
        if found["run"] is not None:
            yield found.start(), found.end(), mask_number(found["run"])


def _digit(said: re.Match[str]) -> str:
    return _CHINESE.get(said[0]) or _ENGLISH[said[0].lower()]


def _masked(phone: Phone, key: str) -> str:
    digits = re.sub(r"\D", "", key)
    if phone.kind is PhoneKind.SHORT and len(digits) <= _PUBLIC_DIGITS_MAX:
        return digits
    shown, rest = _parts(phone.kind, key, digits)
    tail = 4 if len(rest) >= 8 else max(0, min(3, len(rest) - 4))
    return f"{shown}{HIDDEN}{rest[len(rest) - tail :]}"


def _parts(kind: PhoneKind, key: str, digits: str) -> tuple[str, str]:
    """What says where a number is from, and the rest."""
    if kind is PhoneKind.FIXED:
        area = 2 if digits.startswith(("8610", "862")) else 3
        return f"0{digits[2 : 2 + area]}-", digits[2 + area :]
    if kind is PhoneKind.FOREIGN:
        country = str(phonenumbers.parse(key).country_code)
        return f"+{country} ", digits[len(country) :]
    if kind is PhoneKind.SHORT:
        return digits[:_LONG_SHORT_HEAD], digits[_LONG_SHORT_HEAD:]
    if kind in (PhoneKind.MOBILE, PhoneKind.SERVICE):
        return digits[2:5] + ("-" if kind is PhoneKind.SERVICE else ""), digits[5:]
    return "", digits
