"""Every way in which a telephone number can be written, for tests that look for numbers where none may be."""

import re
from collections.abc import Iterable

from crm_core.domain.phone import display

# A shorter piece of a number stands in times and sizes by chance.
PIECE_MIN = 7


def spellings(key: str) -> frozenset[str]:
    """Of an E.164 number: with and without country code, in groups, and the pieces that hold the hidden digits."""
    digits = re.sub(r"\D", "", key)
    national = digits[2:] if digits.startswith("86") else digits
    found = {
        key,
        digits,
        national,
        f"0{national}",
        display(key),
        digits[-8:],
        digits[-PIECE_MIN:],
        national[:PIECE_MIN],
    }
    found |= {" ".join(national), "-".join(national), f"{national[:3]}-{national[3:7]}-{national[7:]}"}
    found |= {f"{national[:3]} {national[3:7]} {national[7:]}", f"{national[:3]}.{national[3:7]}.{national[7:]}"}
    found |= {text.replace("+", "%2B").replace(" ", "%20") for text in list(found)}
    return frozenset(found)


def leaks(text: str, keys: Iterable[str]) -> list[str]:
    """Return the places around each spelling that stands in `text`."""
    return [
        f"{spelling!r} in …{text[max(0, place.start() - 60) : place.end() + 20]!r}"
        for key in keys
        for spelling in sorted(spellings(key))
        for place in re.finditer(re.escape(spelling), text)
    ]
