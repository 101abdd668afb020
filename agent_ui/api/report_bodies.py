"""What a report is asked for, over the API, in saved reports and in schedules alike."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from agent_ui.api.route import Body, OwnAnswer
from agent_ui.reporting.choices import Choices
from crm_core.domain.report import Axis, Wanted
from crm_core.domain.report_file import FileState
from crm_core.domain.report_schedule import Every, Range

Figures = dict[str, int | float | None]


class ReportBody(Body, Choices):
    """A report of some days, the first and the last included, in the installation's time zone."""

    first: date
    last: date

    def of_days(self) -> Wanted:
        """Say it in the words of the CRM."""
        return self.wanted(self.first, self.last)


class BehindBody(ReportBody):
    """The calls behind a figure of one of its lines; `key` as the report told it, {} for the total."""

    figure: str = Field(max_length=40)
    key: dict[str, int | str | None] = Field(default_factory=dict, max_length=8)
    cursor: str | None = Field(None, max_length=300)
    limit: int = Field(50, ge=1, le=200)


class LineAnswer(OwnAnswer):
    """One line. `pauses` are seconds not ready by reason, in reports by agent."""

    key: dict[str, Any]
    figures: Figures
    pauses: dict[str, float]


class ReportAnswer(OwnAnswer):
    """A report, complete until `at` but for what is `waiting` to be counted. Ratios are of 1, times are seconds."""

    axis: Axis
    first: date
    last: date
    zone: str
    at: datetime
    waiting: int
    lines: tuple[LineAnswer, ...]
    total: LineAnswer


class ExportBody(ReportBody):
    """A file of it."""

    format: Literal["csv", "xlsx"]
    language: Literal["zh", "en"] = "zh"


class ExportAnswer(OwnAnswer):
    """How far a file is: `error` says why one failed; it is kept until `expires_at`."""

    id: str
    state: FileState
    choices: dict[str, Any]
    first: date
    last: date
    format: str
    name: str
    done: int
    row_count: int
    size_bytes: int
    error: str
    wanted_at: datetime
    ended_at: datetime | None
    expires_at: datetime | None


class ExportsAnswer(OwnAnswer):
    """Files of one person."""

    items: tuple[ExportAnswer, ...]


class SavedChoices(Body, Choices):
    """What a saved report counts."""


class SavedReportBody(Body):
    """A report to keep; with `every` and `recipients` it is mailed. `minute` is of the day, by the clocks there."""

    name: str = Field(max_length=200)
    choices: SavedChoices
    days: Range = Range.YESTERDAY
    every: Every = Every.NEVER
    minute: int = Field(420, ge=0, le=1439)
    weekday: int = Field(0, ge=0, le=6)
    monthday: int = Field(1, ge=1, le=31)
    format: Literal["csv", "xlsx"] = "xlsx"
    language: Literal["zh", "en"] = "zh"
    recipients: tuple[str, ...] = Field(default=(), max_length=50)


class SavedReportAnswer(OwnAnswer):
    """One of them; `last_result` is "", sent or a code that says why not; `tries` of the mail that is due."""

    id: int
    name: str
    choices: dict[str, Any]
    days: str
    every: str
    minute: int
    weekday: int
    monthday: int
    format: str
    language: str
    recipients: list[str]
    next_at: datetime | None
    tries: int
    last_at: datetime | None
    last_result: str


class SavedReportsAnswer(OwnAnswer):
    """All of them, and whether there is a server to mail them by."""

    items: tuple[SavedReportAnswer, ...]
    can_mail: bool
