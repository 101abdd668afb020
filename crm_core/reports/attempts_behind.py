"""The attempts that a figure in a report of campaigns is the number of."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, not_, or_, select

from crm_core.attempt_log import AttemptLog, AttemptRow
from crm_core.domain.campaign_report import (
    CLASSES,
    HUMAN,
    NO_PERSONS,
    OF_TIME,
    WITH_ATTEMPTS,
    CampaignAxis,
    CampaignWanted,
)
from crm_core.domain.campaign_words import UNSERVED
from crm_core.domain.quarters import begins_at, local_day, quarters_of
from crm_core.errors import FieldProblem, Invalid
from crm_core.models import Attempt, Campaign
from crm_core.reports.behind import Cell, day_of_key
from crm_core.reports.campaigns import check, of_line_kind
from crm_core.storage.database import Database
from crm_core.storage.paging import Page

Span = tuple[datetime, datetime]
_TALKED = Attempt.connected_at.is_not(None)
_VERDICT = func.coalesce(Attempt.verdict, "")
_PERSON = and_(or_(_TALKED, Attempt.abandoned, _VERDICT == HUMAN), _VERDICT.not_in(NO_PERSONS))
_NO_PERSON = not_(_PERSON)
_KNOWN = frozenset().union(*CLASSES.values())
_OF_FIGURE: dict[str, ColumnElement[bool]] = {
    "attempts": Attempt.state != "cancelled",
    "people": _PERSON,
    **{name: and_(Attempt.verdict.in_(verdicts), _NO_PERSON) for name, verdicts in CLASSES.items()},
    "other": and_(Attempt.verdict.not_in(_KNOWN), _NO_PERSON),
    "open": and_(Attempt.verdict.is_(None), _NO_PERSON),
    "abandoned": and_(Attempt.abandoned, _VERDICT.not_in(NO_PERSONS)),
    "unserved": Attempt.response.in_(UNSERVED),
    "talks": _TALKED,
    "disposed": Attempt.disposition.is_not(None),
    "converted": Attempt.converted.is_(True),
}
_OF_LINE: dict[CampaignAxis, dict[str, tuple[SQLColumnExpression[Any], type]]] = {
    CampaignAxis.CAMPAIGN: {"campaign_id": (Attempt.campaign_id, int)},
    CampaignAxis.LIST: {"campaign_id": (Attempt.campaign_id, int), "list_id": (Attempt.list_id, int)},
    CampaignAxis.DISPOSITION: {"disposition": (Attempt.disposition, str)},
    CampaignAxis.CALLER_ID: {"shown_as": (Attempt.shown_as, str)},
    CampaignAxis.AGENT: {"agent_id": (Attempt.agent_id, int), "campaign_id": (Attempt.campaign_id, int)},
}
_HOUR = timedelta(hours=1)


class AttemptsBehind:
    """Pages of the log of attempts, of one campaign or several."""

    def __init__(self, database: Database, zone: tzinfo) -> None:
        self._database = database
        self._log = AttemptLog(database)
        self._zone = zone

    async def page(self, wanted: CampaignWanted, cell: Cell, cursor: str | None, limit: int = 50) -> Page[AttemptRow]:
        """List the newest first; raise Invalid for a figure that is no number of attempts, or a line that is none."""
        check(wanted)
        if cell.figure not in WITH_ATTEMPTS:
            raise Invalid(FieldProblem("figure", "no_calls", "is not made of attempts"))
        conditions = [_OF_FIGURE[cell.figure], Attempt.state != "cancelled", *of_line_kind(wanted.axis)]
        conditions += self._of_line(wanted, cell.key)
        # each by its number, also where all are wanted: no index begins with the time
        conditions.append(Attempt.campaign_id.in_(wanted.campaign_ids or await self._campaigns()))
        return await self._log.page_where(conditions, cursor, limit)

    async def _campaigns(self) -> Collection[int]:
        async with self._database.reading() as connection:
            return (await connection.scalars(select(Campaign.id))).all()

    def _of_line(self, wanted: CampaignWanted, key: Mapping[str, Any]) -> Iterator[ColumnElement[bool]]:
        spans = list(self._spans(wanted, key))
        yield or_(*(and_(Attempt.planned_at >= since, Attempt.planned_at < until) for since, until in spans))
        if key and wanted.axis not in OF_TIME:
            for name, (column, kind) in _OF_LINE[wanted.axis].items():
                value = key.get(name)
                if type(value) is not kind:
                    raise Invalid(FieldProblem(f"key.{name}", "invalid", "is not what the report told of the line"))
                yield _is(column, value)

    def _spans(self, wanted: CampaignWanted, key: Mapping[str, Any]) -> Iterator[Span]:
        if wanted.axis is CampaignAxis.DAY and key:
            day = local_day(day_of_key(key.get("day")), self._zone)
            yield day.begins_at, day.ends_at
        elif wanted.axis is CampaignAxis.HOUR and key:
            hour = key.get("hour")
            if not isinstance(hour, int) or not 0 <= hour < 24:
                raise Invalid(FieldProblem("key.hour", "invalid", "is not an hour of the day"))
            for ago in range((wanted.last - wanted.first).days + 1):
                yield from self._hours_of(wanted.first + timedelta(days=ago), hour)
        else:
            yield local_day(wanted.first, self._zone).begins_at, local_day(wanted.last, self._zone).ends_at

    def _hours_of(self, day: date, hour: int) -> Iterator[Span]:
        """Give none on the day on which clocks leave it out, two on the day on which they show it twice."""
        for quarter in quarters_of(day, self._zone):
            if quarter.clock == hour * 4:
                since = begins_at(quarter, self._zone)
                yield since, since + _HOUR


def _is(column: SQLColumnExpression[Any], value: Any) -> ColumnElement[bool]:
    """Nothing is told as "" or 0."""
    return column == value if value else or_(column.is_(None), column == value)
