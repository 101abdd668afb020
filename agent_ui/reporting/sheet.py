"""A report as a table of cells: the words that the program has with the process that writes the file.

Nothing else is imported here: that process begins anew for each file.
"""

from dataclasses import dataclass

Cell = str | int | float | None
COUNT, RATIO, SECONDS, TEXT = "count", "ratio", "seconds", "text"
CSV, XLSX = "csv", "xlsx"


@dataclass(frozen=True, slots=True)
class Sheet:
    """`kinds` say of each column what is in it; the last row of a report is its total."""

    title: str
    head: list[str]
    kinds: list[str]
    rows: list[list[Cell]]
