"""What a report is asked for, over the API, in saved reports and in schedules alike."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from agent_ui.api.route import Body, OwnAnswer
from crm_core.domain.counts import Limits
from crm_core.domain.report import Axis, Wanted
from crm_core.domain.service_level import Formula, Rule

Figures = dict[str, int | float | None]


class Choices(Body):
    """How a report counts, whatever its days. The three choices after `formula` are for `genesys` alone."""

    model_config = ConfigDict(frozen=True)

    axis: Axis
    queue_ids: tuple[int, ...] = Field(default=(), max_length=100)
    agent_ids: tuple[int, ...] = Field(default=(), max_length=500)
    interval_min: Literal[15, 30, 60] = 30
    formula: Formula = Formula.IGNORE_ABANDONS
    with_passed_on: bool = False
    without_short: bool = False
    without_abandons: bool = False
    threshold_s: Literal[5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300] = 20
    short_s: Literal[3, 5, 6, 10] = 6

    def wanted(self, first: date, last: date) -> Wanted:
        """Say it in the words of the CRM, for these days."""
        return Wanted(
            axis=self.axis,
            first=first,
            last=last,
            queue_ids=frozenset(self.queue_ids),
            agent_ids=frozenset(self.agent_ids),
            interval_min=self.interval_min,
            limits=Limits(self.threshold_s, self.short_s),
            rule=Rule(self.formula, self.with_passed_on, self.without_short, self.without_abandons),
        )


class ReportBody(Choices):
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
