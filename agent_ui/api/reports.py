"""Reports: figures of calls and agents by what one likes, and the calls behind each figure."""

from typing import Any

from aiohttp import web

from agent_ui.api.ask import Ask
from agent_ui.api.report_bodies import (
    BehindBody,
    ExportAnswer,
    ExportBody,
    ExportsAnswer,
    ReportAnswer,
    ReportBody,
    SavedReportAnswer,
    SavedReportBody,
    SavedReportsAnswer,
)
from agent_ui.api.route import Route
from agent_ui.api.shapes import CallAnswer, PageAnswer, call_answer
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError
from agent_ui.reporting.rights import narrowed
from crm_core.domain.report_file import FileState
from crm_core.domain.report_schedule import Timetable
from crm_core.report_files import FileDraft
from crm_core.reports.answers import Answer, Line, check
from crm_core.reports.behind import Cell
from crm_core.saved_reports import ReportDraft


async def ask_report(ask: Ask) -> dict[str, Any]:
    """Count what is wanted."""
    body: ReportBody = _mine(ask)
    return report_answer(await ask.parts.memory.reports.answer(body.of_days()), str(ask.parts.memory.reports.zone))


async def list_calls_behind(ask: Ask) -> dict[str, Any]:
    """List the calls that a figure is made of, the newest first."""
    body: BehindBody = _mine(ask)
    cell = Cell(body.figure, body.key)
    page = await ask.parts.memory.calls_behind.page(body.of_days(), cell, body.cursor, body.limit)
    return {"items": [call_answer(ask.me, row) for row in page.items], "next_cursor": page.next_cursor}


def _mine(ask: Ask) -> Any:
    """What was asked for, as far as it is this person's to see."""
    return narrowed(ask.body, ask.me.role, ask.me.queue_ids)


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


async def start_export(ask: Ask) -> object:
    """Have a file made; it is audited."""
    body: ExportBody = _mine(ask)
    check(body.of_days())
    choices = body.model_dump(mode="json", exclude={"first", "last", "format", "language"})
    draft = FileDraft(choices, body.first, body.last, body.format, body.language)
    row = await ask.parts.memory.report_files.want(draft, ask.actor)
    ask.parts.reporting.exports.ring()
    return row


async def list_exports(ask: Ask) -> dict[str, Any]:
    """List one's own, the newest first."""
    return {"items": await ask.parts.memory.report_files.all_of(ask.me.user_id)}


async def show_export(ask: Ask) -> object:
    """Say how far it is."""
    return await ask.parts.memory.report_files.get(ask.text("export_id"), ask.me.user_id)


async def cancel_export(ask: Ask) -> object:
    """Stop it; one that is over stays as it is."""
    return await ask.parts.memory.report_files.cancel(ask.text("export_id"), ask.me.user_id)


async def remove_export(ask: Ask) -> None:
    """Forget it, and its file."""
    await ask.parts.reporting.exports.remove(ask.text("export_id"), ask.me.user_id)


async def download_export(ask: Ask) -> web.StreamResponse:
    """Send the file."""
    row = await ask.parts.memory.report_files.get(ask.text("export_id"), ask.me.user_id)
    if row.state == FileState.EXPIRED:
        raise ApiError(410, "file_expired", "The file is kept no longer: have it made again.")
    if row.state != FileState.READY:
        raise ApiError(409, "not_ready", "The file is not ready.")
    path = await ask.parts.reporting.exports.whole(row)
    if path is None:
        raise ApiError(410, "file_gone", "The file is not on the disk any more: have it made again.")
    headers = {
        "Content-Disposition": f'attachment; filename="{row.name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return web.FileResponse(path, headers=headers)


async def list_saved_reports(ask: Ask) -> dict[str, Any]:
    """List them by name."""
    return {"items": await ask.parts.memory.saved_reports.all(), "can_mail": ask.parts.reporting.mailer.is_set_up}


async def save_report(ask: Ask) -> object:
    """Keep a new one."""
    return await ask.parts.memory.saved_reports.add(_draft(ask), ask.actor)


async def change_report(ask: Ask) -> object:
    """Replace it."""
    return await ask.parts.memory.saved_reports.change(ask.number("report_id"), _draft(ask), ask.actor)


async def remove_report(ask: Ask) -> None:
    """Forget it."""
    await ask.parts.memory.saved_reports.remove(ask.number("report_id"), ask.actor)


async def send_report(ask: Ask) -> object:
    """Mail it now."""
    if not ask.parts.reporting.mailer.is_set_up:
        raise ApiError(409, "mail_not_set_up", "No mail server is set up: [mail] in callroom.toml.")
    row = await ask.parts.memory.saved_reports.send_now(ask.number("report_id"), ask.actor)
    ask.parts.reporting.postman.ring()
    return row


def _draft(ask: Ask) -> ReportDraft:
    body: SavedReportBody = ask.body
    # what is mailed is what they might see who saved it
    choices = narrowed(body.choices, ask.me.role, ask.me.queue_ids)
    return ReportDraft(
        name=body.name,
        choices=choices.model_dump(mode="json"),
        days=body.days,
        timetable=Timetable(body.every, body.minute, body.weekday, body.monthday),
        format=body.format,
        language=body.language,
        recipients=body.recipients,
    )


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method=method, path=path, permission=Permission.SEE_REPORTS, handler=handler, summary=summary, **more)


ONE = "/reports/saved/{report_id:int}"
ROUTES = [
    _route("POST", "/reports/answer", ask_report, "A report", body=ReportBody, answer=ReportAnswer),
    _route(
        "POST",
        "/reports/calls",
        list_calls_behind,
        "The calls behind a figure",
        body=BehindBody,
        answer=PageAnswer[CallAnswer],
    ),
    _route("POST", "/reports/exports", start_export, "Make a file", body=ExportBody, answer=ExportAnswer, status=202),
    _route("GET", "/reports/exports", list_exports, "My files", answer=ExportsAnswer),
    _route("GET", "/reports/exports/{export_id}", show_export, "How far a file is", answer=ExportAnswer),
    _route("POST", "/reports/exports/{export_id}/cancel", cancel_export, "Stop it", answer=ExportAnswer),
    _route("DELETE", "/reports/exports/{export_id}", remove_export, "Remove it"),
    _route("GET", "/reports/exports/{export_id}/file", download_export, "The file", raw=True),
    _route("GET", "/reports/saved", list_saved_reports, "Saved reports", answer=SavedReportsAnswer),
    _route(
        "POST",
        "/reports/saved",
        save_report,
        "Save a report",
        body=SavedReportBody,
        answer=SavedReportAnswer,
        status=201,
    ),
    _route("PUT", ONE, change_report, "Change it", body=SavedReportBody, answer=SavedReportAnswer),
    _route("DELETE", ONE, remove_report, "Remove it"),
    _route("POST", f"{ONE}/send", send_report, "Mail it now", answer=SavedReportAnswer),
]
