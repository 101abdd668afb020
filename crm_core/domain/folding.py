"""Texts made comparable, and cut into the pieces that the search index holds.

Pieces: each Chinese character and pair of neighbours; each three letters of a word, and its first one and two; each
four digits of a number. A two-character Chinese name is the commonest query, which trigrams cannot find.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_WORD = re.compile(r"[^\W_\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_COUNTRY_CODE = re.compile(r"^(?:\+|00)86")
_DIAL_MARKS = re.compile(r"[\s\-().+]+")


@lru_cache(maxsize=2048)
def fold(text: str) -> str:
    """Make "Ｓｍｉｔｈ  Ltd" and "smith ltd" the same."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def fold_email(text: str) -> str:
    """Make addresses comparable."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def tokens_of(texts: Iterable[str], numbers: Iterable[str]) -> frozenset[str]:
    """Cut a customer's names and national digits into everything that a query may ask for."""
    found: set[str] = set()
    for text in texts:
        folded = fold(text)
        for run in _CJK.findall(folded):
            found.update(run)
            found.update(_grams(run, 2))
        for word in _WORD.findall(folded):
            found.update(_word_tokens(word))
    for number in numbers:
        found.update(f"#{gram}" for gram in _grams(number, 4))
    return frozenset(token[:16] for token in found)


def _word_tokens(word: str) -> Iterable[str]:
    yield word[:1]
    if len(word) > 1:
        yield word[:2]
    yield from _grams(word, 3)


def _grams(run: str, size: int) -> list[str]:
    return [run[start : start + size] for start in range(len(run) - size + 1)]


def query_digits(query: str) -> str | None:
    """Give the digits of a query that is a piece of a number (four or more), or None."""
    text = _COUNTRY_CODE.sub("", unicodedata.normalize("NFKC", query).strip())
    digits = _DIAL_MARKS.sub("", text)
    return digits if digits.isascii() and digits.isdigit() and len(digits) >= 4 else None


def query_tokens(query: str) -> tuple[str, ...]:
    """Cut a query into tokens that a hit must all have, the rarest kind first; empty when it holds none."""
    digits = query_digits(query)
    if digits is not None:
        return tuple(f"#{gram}" for gram in _every(digits, 4))
    found: list[str] = []
    folded = fold(query)
    for run in _CJK.findall(folded):
        found.extend(_every(run, 2) if len(run) > 1 else [run])
    for word in _WORD.findall(folded):
        found.extend(_every(word, 3) if len(word) > 2 else [word])
    return tuple(sorted(dict.fromkeys(found), key=len, reverse=True))


def _every(run: str, size: int) -> list[str]:
    # Neighbouring pieces overlap: every `size`-th and the last cover the whole run with fewer look-ups.
    starts = [*range(0, len(run) - size + 1, size), len(run) - size]
    return list(dict.fromkeys(run[start : start + size] for start in starts))
