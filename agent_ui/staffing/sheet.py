"""A plan of staff becomes a table of cells, in a language: the words of its page."""

from collections.abc import Sequence
from dataclasses import asdict

from agent_ui.reporting.sheet import COUNT, RATIO, Sheet
from agent_ui.reporting.words import word
from dialer.simulation.staffing import StaffingLine

TITLE = ("人力测算", "Staffing plan")
HEADS = {
    "agents": ("座席数", "Agents"),
    "days": ("天数", "Days"),
    "hours": ("外呼小时数", "Hours of calling"),
    "agent_hours": ("座席工时", "Agent hours"),
    "lines_peak": ("最多同时占用线路", "Lines in use, at most"),
    "occupancy_ratio": ("座席利用率", "Occupancy"),
    "abandonment_ratio": ("放弃率", "Abandonment"),
    "attempts": ("外呼量", "Attempts"),
    "contacts": ("接通人数", "Contacts"),
    "contacts_per_hour": ("每小时接通人数", "Contacts an hour"),
}


def staffing_sheet(lines: Sequence[StaffingLine], language: str) -> Sheet:
    """Put it together; there is no total."""
    rows = [[asdict(line)[name] for name in HEADS] for line in lines]
    kinds = [RATIO if name.endswith("_ratio") else COUNT for name in HEADS]
    head = [word(both, language) for both in HEADS.values()]
    return Sheet(word(TITLE, language), head, kinds, [[round(cell, 4) for cell in row] for row in rows])
