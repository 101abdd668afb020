"""Reports of campaigns: what attempts came to, the attempts behind each figure, and files of it."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.campaign_attempts import AttemptAnswer, attempt_answer
from agent_ui.api.report_bodies import ExportAnswer, Figures
from agent_ui.api.reports import rounded
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from agent_ui.reporting.choices import CampaignChoices
from crm_core.domain.campaign_report import CampaignAxis, CampaignWanted
from crm_core.report_files import FileDraft
from crm_core.reports.behind import Cell
from crm_core.reports.campaigns import CampaignLine, check


class CampaignReportBody(Body, CampaignChoices):
    """A report of some days, the first and the last included, in the installation's time zone."""

    first: date
    last: date

    def of_days(self) -> CampaignWanted:
        """Say it in the words of the CRM."""
        return self.wanted(self.first, self.last)


class CampaignBehindBody(CampaignReportBody):
    """The attempts behind a figure of one of its lines; `key` as the report told it, {} for the total."""

    figure: str = Field(max_length=40)
    key: dict[str, int | str | None] = Field(default_factory=dict, max_length=8)
    cursor: str | None = Field(None, max_length=300)
    limit: int = Field(50, ge=1, le=200)


class CampaignExportBody(CampaignReportBody):
    """A file of it."""

    format: Literal["csv", "xlsx"]
    language: Literal["zh", "en"] = "zh"


class SaidAnswer(OwnAnswer):
    """A disposition, and how often it was chosen."""

    code: str
    label_zh: str
    label_en: str
    count: int


class CampaignLineAnswer(OwnAnswer):
    """One line. Figures of people on lists are null where lines are no sets of them; `dispositions` are of agents."""

    key: dict[str, Any]
    figures: Figures
    dispositions: tuple[SaidAnswer, ...]


class CampaignReportAnswer(OwnAnswer):
    """A report, complete until `at`. Ratios are of 1, times seconds; abandonment is of people, as the law counts."""

    axis: CampaignAxis
    first: date
    last: date
    zone: str
    at: datetime
    lines: tuple[CampaignLineAnswer, ...]
    total: CampaignLineAnswer


async def ask_campaign_report(ask: Ask) -> dict[str, Any]:
    """Count what is wanted."""
    body: CampaignReportBody = ask.body
    reports = ask.parts.memory.campaign_reports
    report = await reports.answer(body.of_days())
    return {
        "axis": report.wanted.axis,
        "first": report.wanted.first,
        "last": report.wanted.last,
        "zone": str(reports.zone),
        "at": report.at,
        "lines": [_line(line) for line in report.lines],
        "total": _line(report.total),
    }


def _line(line: CampaignLine) -> dict[str, Any]:
    said = [asdict(one) for one in line.dispositions]
    return {"key": dict(line.key), "figures": rounded(line.figures), "dispositions": said}


async def list_attempts_behind(ask: Ask) -> dict[str, Any]:
    """List the attempts that a figure counts, the newest first."""
    body: CampaignBehindBody = ask.body
    cell = Cell(body.figure, body.key)
    page = await ask.parts.memory.attempts_behind.page(body.of_days(), cell, body.cursor, body.limit)
    return {"items": [attempt_answer(ask.me, row) for row in page.items], "next_cursor": page.next_cursor}


async def start_campaign_export(ask: Ask) -> object:
    """Have a file made; it is audited."""
    body: CampaignExportBody = ask.body
    check(body.of_days())
    choices = body.model_dump(mode="json", include={"axis", "campaign_ids"})
    draft = FileDraft(choices, body.first, body.last, body.format, body.language)
    row = await ask.parts.memory.report_files.want(draft, ask.actor)
    ask.parts.reporting.exports.ring()
    return row


def _route(path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(
        method="POST",
        path=f"/reports/campaigns/{path}",
        permission=Permission.SEE_REPORTS,
        handler=handler,
        summary=summary,
        **more,
    )


ROUTES = [
    _route("answer", ask_campaign_report, "A report", body=CampaignReportBody, answer=CampaignReportAnswer),
    _route(
        "attempts",
        list_attempts_behind,
        "The attempts behind a figure",
        body=CampaignBehindBody,
        answer=PageAnswer[AttemptAnswer],
    ),
    _route("exports", start_campaign_export, "Make a file", body=CampaignExportBody, answer=ExportAnswer, status=202),
]
