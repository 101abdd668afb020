"""How often each telephone rang, and how often the log says so: the carrier's notes beside the attempts."""

from collections import Counter
from collections.abc import Iterable

from dialer.domain.verdict import Verdict

UNSEEN = frozenset({Verdict.LOST})
"""Nobody knows whether these were dialed."""


def check_counted(
    dialed: Counter[str], attempts: Iterable[tuple[str, str | None]], unsure: frozenset[Verdict] = UNSEEN
) -> None:
    """Raise AssertionError unless each number was dialed as often as attempts say; `attempts`: number and verdict.

    Those whose verdict is `unsure` were dialed once or not at all.
    """
    most, least = Counter[str](), Counter[str]()
    for number, verdict in attempts:
        most[_digits(number)] += 1
        least[_digits(number)] += verdict not in unsure
    at_the_carrier = Counter[str]()
    for number, times in dialed.items():
        at_the_carrier[_digits(number)] += times
    wrong = {
        number: f"{at_the_carrier[number]} times, and {least[number]} to {most[number]} attempts"
        for number in at_the_carrier.keys() | most.keys()
        if not least[number] <= at_the_carrier[number] <= most[number]
    }
    assert not wrong, f"dialed otherwise than the log says: {wrong}"


def _digits(number: str) -> str:
    """As pages show it and as trunks are told it."""
    return "".join(char for char in number if char.isdigit())[-11:]
