"""Reports: figures of calls and agents by what one likes, and the calls behind each figure."""

from typing import Any

from agent_ui.api.ask import Ask
from agent_ui.api.report_bodies import BehindBody, ReportAnswer, ReportBody
from agent_ui.api.route import Route
from agent_ui.api.shapes import CallAnswer, PageAnswer, call_answer
from agent_ui.auth.permissions import Permission
from crm_core.reports.answers import Answer, Line
from crm_core.reports.behind import Cell


async def ask_report(ask: Ask) -> dict[str, Any]:
    """Count what is wanted."""
    body: ReportBody = ask.body
    return report_answer(await ask.parts.memory.reports.answer(body.of_days()), str(ask.parts.memory.reports.zone))


async def list_calls_behind(ask: Ask) -> dict[str, Any]:
    """List the calls that a figure is made of, the newest first."""
    body: BehindBody = ask.body
    cell = Cell(body.figure, body.key)
    page = await ask.parts.memory.calls_behind.page(body.of_days(), cell, body.cursor, body.limit)
    return {"items": [call_answer(ask.me, row) for row in page.items], "next_cursor": page.next_cursor}


def report_answer(answer: Answer, zone: str) -> dict[str, Any]:
    """Turn a report into its answer."""
    wanted = answer.wanted
    return {
        "axis": wanted.axis,
        "first": wanted.first,
        "last": wanted.last,
        "zone": zone,
        "at": answer.at,
        "waiting": answer.waiting,
        "lines": [_line(line) for line in answer.lines],
        "total": _line(answer.total),
    }


def _line(line: Line) -> dict[str, Any]:
    return {"key": dict(line.key), "figures": rounded(line.figures), "pauses": rounded(line.pauses)}


def rounded(figures: Any) -> dict[str, Any]:
    """Milliseconds and tenths of a percent are enough."""
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()}


ROUTES = [
    Route(
        method="POST",
        path="/reports/answer",
        permission=Permission.SEE_REPORTS,
        handler=ask_report,
        summary="A report",
        body=ReportBody,
        answer=ReportAnswer,
    ),
    Route(
        method="POST",
        path="/reports/calls",
        permission=Permission.SEE_REPORTS,
        handler=list_calls_behind,
        summary="The calls behind a figure",
        body=BehindBody,
        answer=PageAnswer[CallAnswer],
    ),
]
