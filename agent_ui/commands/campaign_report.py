"""`callroom campaign report`: what a campaign's attempts came to, as a table of at most 100 columns or as JSON."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from unicodedata import east_asian_width

from agent_ui.memory import Memory
from agent_ui.reporting.campaign_sheet import line_name
from crm_core.campaigns import CampaignRow
from crm_core.domain.campaign_report import CampaignAxis, CampaignWanted
from crm_core.reports.campaigns import CampaignLine, CampaignReport

BY = {
    "list": CampaignAxis.LIST,
    "hour": CampaignAxis.HOUR,
    "day": CampaignAxis.DAY,
    "disposition": CampaignAxis.DISPOSITION,
    "caller-id": CampaignAxis.CALLER_ID,
    "agent": CampaignAxis.AGENT,
}
_DAYS_BACK = 29
_NAME_CELLS = 20
# heading, figure, cells
_COLUMNS = (
    *(("dialed", "attempts", 8), ("people", "people", 8), ("ans %", "answer_ratio", 6), ("mach", "machines", 7)),
    *(("busy", "busy", 6), ("no ans", "no_answer", 7), ("dead", "dead", 6), ("lost", "abandoned", 5)),
    *(
        ("lost %", "abandon_ratio", 7),
        ("talk", "talk_s", 6),
        ("conv", "converted", 6),
        ("conv %", "conversion_ratio", 7),
    ),
)
_OF_AGENT = (
    *(("dialed", "attempts", 8), ("people", "people", 8), ("talks", "talks", 7), ("talk", "talk_s", 7)),
    *(("all talks", "talk_total_s", 11), ("disp", "disposed", 7), ("conv", "converted", 6)),
    ("conv %", "conversion_ratio", 7),
)


def add_report_arguments(report: argparse.ArgumentParser) -> None:
    """Say what may follow it."""
    report.add_argument("campaign", help="its number or name")
    report.add_argument("--by", choices=BY, default="list", help="what each line is (default: list)")
    month = f"{_DAYS_BACK} days before the last"
    report.add_argument("--from", dest="first", type=_day, metavar="YYYY-MM-DD", help=f"the first day ({month})")
    report.add_argument("--to", dest="last", type=_day, metavar="YYYY-MM-DD", help="the last day (today)")
    report.add_argument("--json", action="store_true", help="every figure, for programs")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: a day like 2026-11-23 is needed") from None


async def print_report(memory: Memory, row: CampaignRow, arguments: argparse.Namespace, today: date) -> None:
    """Ask for it, and print it."""
    last = arguments.last or today
    first = arguments.first or last - timedelta(days=_DAYS_BACK)
    wanted = CampaignWanted(BY[arguments.by], first, last, frozenset({row.id}))
    report = await memory.campaign_reports.answer(wanted)
    if arguments.json:
        said = {"campaign": row.name, "by": arguments.by, "first": first, "last": last, "at": report.at}
        lines = {"lines": [asdict(line) for line in report.lines], "total": asdict(report.total)}
        print(json.dumps(said | lines, indent=1, default=str, ensure_ascii=False))
        return
    print(f"{row.name}: {first} to {last}, by {arguments.by}")
    print("\n".join(report_table(report)))


def report_table(report: CampaignReport) -> Iterator[str]:
    """Give a heading, the lines, their total, and how far the lists are, or what agents said."""
    is_of_agents = report.wanted.axis is CampaignAxis.AGENT
    columns = _OF_AGENT if is_of_agents else _COLUMNS
    heads = "".join(f"{head:>{cells}}" for head, _, cells in columns)
    yield f"{'':{_NAME_CELLS}}{heads}"
    for line in report.lines:
        # of one campaign, its lists and agents need no name but their own
        own = line.key.get("name") or line.key.get("agent")
        yield _row(str(own or line_name(report.wanted.axis, line.key, "en")), line, columns)
    yield _row("total", report.total, columns)
    if is_of_agents:
        said = ", ".join(f"{one.label_en or one.code} {one.count:,}" for one in report.total.dispositions)
        yield f"dispositions: {said or 'none yet'}"
    else:
        yield from _of_people(report.total)


def _of_people(total: CampaignLine) -> Iterator[str]:
    figures = total.figures
    yield (
        f"{figures['leads']:,} people on its lists: {figures['leads_dialed']:,} dialed, "
        f"{figures['leads_reached']:,} reached (penetration {_text('penetration_ratio', total).strip()} %), "
        f"{figures['attempts_per_lead'] or 0:.2f} attempts each"
    )
    if figures["unserved"]:
        yield f"{figures['unserved']:,} asked for an agent in vain, which is no abandonment by law"


def _row(name: str, line: CampaignLine, columns: tuple[tuple[str, str, int], ...]) -> str:
    cells = "".join(f"{_text(figure, line):>{width}}" for _, figure, width in columns)
    return f"{_fit(name)}{cells}"


def _text(figure: str, line: CampaignLine) -> str:
    value = line.figures[figure]
    if value is None:
        return "-"
    if figure.endswith("_ratio"):
        return f"{value * 100:.1f}"
    if figure.endswith("_s"):
        return "{}:{:02d}".format(*divmod(round(value), 60))
    return f"{value:,}"


def _fit(name: str) -> str:
    """Cut it to its column; Chinese characters are two cells wide."""
    taken, cells = "", 0
    for sign in name:
        wide = 1 + (east_asian_width(sign) in "WF")
        if cells + wide > _NAME_CELLS - 1:
            break
        taken, cells = taken + sign, cells + wide
    return taken + " " * (_NAME_CELLS - cells)
