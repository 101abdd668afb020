"""Markdown that several sections write."""

from tests.bench.figures import Spread

HEAD = "| | p50 | p99 | min | max |\n|---|--:|--:|--:|--:|"


def row(name: str, figures: Spread) -> str:
    """Return a line below HEAD."""
    return f"| {name} | {figures} |"


def verdict(what: str, value: float, aim: float, unit: str, digits: int = 0) -> str:
    """Say in a sentence whether an upper bound is kept, and by how much."""
    gap = aim - value
    how = f"met with {gap:.{digits}f} {unit} to spare" if gap >= 0 else f"missed by {-gap:.{digits}f} {unit}"
    return f"The aim, {what} ≤ {aim:g} {unit}, is {how}."
