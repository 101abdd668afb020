"""What a search finds a customer by: the text that a hit must hold, and the words that the index is asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm_core.domain.folding import fold, tokens_of
from crm_core.domain.phone import search_digits


@dataclass(frozen=True, slots=True)
class Findable:
    """`words` are pieces without blanks, in order."""

    text: str
    words: tuple[str, ...]


def findable(texts: Sequence[str], keys: Iterable[str]) -> Findable:
    """Cut names and numbers into what the search looks at."""
    digits = [search_digits(key) for key in keys]
    text = "\n".join([*(fold(name) for name in texts), *digits])
    return Findable(text, tuple(sorted(tokens_of(texts, digits))))
