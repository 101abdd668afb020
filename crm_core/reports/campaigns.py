"""Reports of campaigns: asked of the attempts themselves, by one index that has all that they are made of.

Nothing is kept beside the attempts, so nothing of it can be out of date: dispositions come days later, too.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, extract, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.campaign_report import (
    COUNTED,
    HUMAN,
    MOST_DAYS,
    NO_PERSONS,
    OF_LEADS,
    OF_TIME,
    CampaignAxis,
    CampaignWanted,
    Figures,
    Tally,
    add_up,
    figures_of,
    moment_key,
    tally_of,
)
from crm_core.domain.campaign_words import UNSERVED
from crm_core.domain.quarters import local_day
from crm_core.domain.report import FIRST_YEAR, LAST_YEAR
from crm_core.errors import FieldProblem, Invalid
from crm_core.models import Attempt, Campaign, Disposition, Lead, LeadList, User
from crm_core.storage.database import Database
from cti.clock import Clock

Key = tuple[Any, ...]
_COLUMNS: dict[CampaignAxis, tuple[Any, ...]] = {
    CampaignAxis.CAMPAIGN: (Attempt.campaign_id,),
    CampaignAxis.LIST: (Attempt.campaign_id, Attempt.list_id),
    CampaignAxis.DISPOSITION: (Attempt.disposition,),
    CampaignAxis.CALLER_ID: (Attempt.shown_as,),
    CampaignAxis.AGENT: (Attempt.agent_id, Attempt.campaign_id),
}
_MINUTES = "2026-11-23 09:00"
"""So much of a moment as SQLite has it are its minutes, three signs less its hours."""
_HOUR_CHARS, _TEN_MINUTES_CHARS = 13, 15


@dataclass(frozen=True, slots=True)
class Said:
    """A disposition, and how often it was chosen."""

    code: str
    label_zh: str
    label_en: str
    count: int


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """`key` says which line it is, {} for the total. `dispositions`: by agent, how often which was said."""

    key: Mapping[str, Any]
    figures: Figures
    dispositions: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """What was asked for; complete up to `at`."""

    wanted: CampaignWanted
    at: datetime
    lines: list[CampaignLine]
    total: CampaignLine


@dataclass(slots=True)
class _Found:
    names: dict[int, str]
    tallies: dict[Key, list[Tally]] = field(default_factory=dict)
    leads: dict[Key, Tally] = field(default_factory=dict)
    lists: dict[int, str] = field(default_factory=dict)
    dispositions: dict[str, tuple[str, str]] = field(default_factory=dict)
    agents: dict[int, str] = field(default_factory=dict)
    said: dict[Key, dict[str, int]] = field(default_factory=dict)


def check(wanted: CampaignWanted) -> None:
    """Refuse days that no calendar goes on from, the wrong way round, and more of them than are asked for at once."""
    for path, day in (("first", wanted.first), ("last", wanted.last)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise Invalid(FieldProblem(path, "out_of_range", f"is not in the years from {FIRST_YEAR} to {LAST_YEAR}"))
    days = (wanted.last - wanted.first).days + 1
    if days < 1:
        raise Invalid(FieldProblem("last", "before_first", "is before the first day"))
    if days > MOST_DAYS:
        raise Invalid(FieldProblem("last", "too_many_days", f"makes more than {MOST_DAYS} days; choose fewer days"))


class CampaignReports:
    """`zone` is the house's: its days, and its hours."""

    def __init__(self, database: Database, zone: tzinfo, clock: Clock) -> None:
        self._database = database
        self.zone = zone
        self._clock = clock

    async def answer(self, wanted: CampaignWanted) -> CampaignReport:
        """Count what is wanted; raise Invalid for days that cannot be."""
        check(wanted)
        now = self._clock.now()
        async with self._database.reading() as connection:
            rows = await connection.execute(select(Campaign.id, Campaign.name))
            chosen = wanted.campaign_ids
            names = {row.id: row.name for row in rows if not chosen or row.id in chosen}
        found = _Found(names)
        # side by side: each reads the whole time asked for
        await asyncio.gather(self._count_attempts(wanted, found), self._count_leads(wanted, found))
        if not chosen:
            # of all campaigns, those that called nobody in this time are not what the report is about
            busy = {key[0] for key, line in found.leads.items() if "leads_dialed" in line}
            found.leads = {key: line for key, line in found.leads.items() if key[0] in busy}
        return CampaignReport(wanted, now, _lines(wanted.axis, found), _total(wanted.axis, found))

    async def _count_attempts(self, wanted: CampaignWanted, found: _Found) -> None:
        async with self._database.reading() as connection:
            columns = _COLUMNS.get(wanted.axis) or (self._moment(connection, wanted),)
            asked = [*self._asked(wanted, found.names), *of_line_kind(wanted.axis)]
            query = select(*columns, Attempt.verdict, *_counted(connection)).where(*asked)
            width = len(columns)
            for row in await connection.execute(query.group_by(*columns, Attempt.verdict)):
                counted = row._mapping
                key = self._key(wanted.axis, row[:width])
                values = {name: float(counted[name] or 0) for name in _NAMES}
                found.tallies.setdefault(key, []).append(tally_of(row[width], values))
            words = select(Disposition.code, Disposition.label_zh, Disposition.label_en)
            found.dispositions = {code: (zh, en) for code, zh, en in await connection.execute(words)}
            if wanted.axis is CampaignAxis.AGENT:
                await _count_said(connection, asked, found)

    async def _count_leads(self, wanted: CampaignWanted, found: _Found) -> None:
        verdict = func.coalesce(Attempt.verdict, "")
        # without agents they are in the campaign's flow, and nobody is connected with them
        is_reached = and_(or_(Attempt.connected_at.is_not(None), verdict == HUMAN), verdict.not_in(NO_PERSONS))
        reached = case((is_reached, Attempt.lead_id))
        people = (func.count(distinct(Attempt.lead_id)), func.count(distinct(reached)))
        tried = select(Attempt.campaign_id, Attempt.list_id, *people).where(*self._asked(wanted, found.names))
        tried = tried.group_by(Attempt.campaign_id, Attempt.list_id)
        there = select(Lead.campaign_id, Lead.list_id, func.count()).where(Lead.campaign_id.in_(found.names))
        lists = select(LeadList.id, LeadList.campaign_id, LeadList.name)
        lists = lists.where(LeadList.campaign_id.in_(found.names)).order_by(LeadList.id)
        async with self._database.reading() as connection:
            for row in await connection.execute(lists):
                found.lists[row.id] = row.name
                found.leads[row.campaign_id, row.id] = {"leads": 0}
            for campaign_id, list_id, count in await connection.execute(there.group_by(Lead.campaign_id, Lead.list_id)):
                found.leads[campaign_id, list_id] = {"leads": count}
            counted: Sequence[Any] = (await connection.execute(tried)).all()
            for of, on, dialed, talked in counted:
                line = found.leads.setdefault((of, on or 0), {})
                line |= {"leads_dialed": dialed, "leads_reached": talked}

    def _asked(self, wanted: CampaignWanted, campaign_ids: Collection[int]) -> list[ColumnElement[bool]]:
        since, until = local_day(wanted.first, self.zone).begins_at, local_day(wanted.last, self.zone).ends_at
        of_time = and_(Attempt.planned_at >= since, Attempt.planned_at < until)
        return [Attempt.campaign_id.in_(campaign_ids), of_time, Attempt.state != "cancelled"]

    def _moment(self, connection: AsyncConnection, wanted: CampaignWanted) -> ColumnElement[Any]:
        chars = _precise_enough(wanted.first, wanted.last, self.zone)
        if connection.dialect.name == "sqlite":
            return func.substr(Attempt.planned_at, 1, chars)
        return func.date_trunc("hour" if chars == _HOUR_CHARS else "minute", Attempt.planned_at, "UTC")

    def _key(self, axis: CampaignAxis, values: Sequence[Any]) -> Key:
        if axis in OF_TIME:
            return (moment_key(axis, _moment_of(values[0]), self.zone),)
        if axis in (CampaignAxis.LIST, CampaignAxis.AGENT):
            return (values[0], values[1] or 0)
        return (values[0] if values[0] is not None else "",)


def _precise_enough(first: date, last: date, zone: tzinfo) -> int:
    """Return how many signs of a moment say in which local hour it is: nearly everywhere hours are those of UTC."""
    minutes = {local_day(first + timedelta(days=day), zone).begins_at.minute for day in range((last - first).days + 2)}
    if minutes == {0}:
        return _HOUR_CHARS
    return len(_MINUTES) if any(minute % 10 for minute in minutes) else _TEN_MINUTES_CHARS


def _moment_of(stored: str | datetime) -> datetime:
    if isinstance(stored, datetime):
        return stored.astimezone(UTC)
    return datetime.fromisoformat(stored + _MINUTES[len(stored) :]).replace(tzinfo=UTC)


_NAMES = COUNTED


def of_line_kind(axis: CampaignAxis) -> Iterator[ColumnElement[bool]]:
    """Attempts that are in no line are none of the total either."""
    if axis is CampaignAxis.AGENT:
        yield Attempt.agent_id.is_not(None)


async def _count_said(connection: AsyncConnection, asked: Sequence[ColumnElement[bool]], found: _Found) -> None:
    columns = (Attempt.agent_id, Attempt.campaign_id, Attempt.disposition)
    query = select(*columns, func.count()).where(*asked, Attempt.disposition.is_not(None)).group_by(*columns)
    for agent_id, campaign_id, code, count in await connection.execute(query):
        found.said.setdefault((agent_id, campaign_id), {})[str(code)] = count
    agents = {key[0] for key in found.tallies}
    rows = await connection.execute(select(User.id, User.name).where(User.id.in_(agents)))
    found.agents = {row.id: row.name for row in rows}


def _counted(connection: AsyncConnection) -> list[ColumnElement[Any]]:
    talked = Attempt.connected_at.is_not(None)
    talk_s: ColumnElement[Any]
    if connection.dialect.name == "sqlite":
        talk_s = (func.julianday(Attempt.ended_at) - func.julianday(Attempt.connected_at)) * 86_400
    else:
        talk_s = extract("epoch", Attempt.ended_at) - extract("epoch", Attempt.connected_at)
    sums = (
        func.count(),
        func.sum(case((or_(talked, Attempt.abandoned), 1), else_=0)),
        func.sum(case((Attempt.abandoned, 1), else_=0)),
        func.sum(case((Attempt.response.in_(UNSERVED), 1), else_=0)),
        func.count(Attempt.connected_at),
        func.count(talk_s),
        func.sum(talk_s),
        func.count(Attempt.disposition),
        func.sum(case((Attempt.converted, 1), else_=0)),
    )
    return [one.label(name) for one, name in zip(sums, _NAMES, strict=True)]


def _lines(axis: CampaignAxis, found: _Found) -> list[CampaignLine]:
    leads: dict[Key, list[Tally]] = {}
    if axis in OF_LEADS:
        width = 1 if axis is CampaignAxis.CAMPAIGN else 2
        for key, line in found.leads.items():
            leads.setdefault(key[:width], []).append(line)
    tallies = {key: add_up(found.tallies.get(key, [])) for key in {**found.tallies, **leads}}
    if axis in OF_TIME:
        order = sorted(tallies)
    else:
        order = sorted(tallies, key=lambda key: (-tallies[key].get("attempts", 0), tuple(map(str, key))))
    return [
        CampaignLine(
            _told(axis, key, found),
            figures_of(tallies[key], add_up(leads[key]) if key in leads else None),
            _said(found.said.get(key, {}), found),
        )
        for key in order
    ]


def _told(axis: CampaignAxis, key: Key, found: _Found) -> dict[str, Any]:
    match axis:
        case CampaignAxis.CAMPAIGN:
            return {"campaign_id": key[0], "name": found.names.get(key[0], "")}
        case CampaignAxis.LIST:
            names = {"name": found.lists.get(key[1], ""), "campaign": found.names.get(key[0], "")}
            return {"campaign_id": key[0], "list_id": key[1]} | names
        case CampaignAxis.HOUR | CampaignAxis.DAY:
            return {"hour": key[0]} if axis is CampaignAxis.HOUR else {"day": key[0].isoformat()}
        case CampaignAxis.DISPOSITION:
            zh, en = found.dispositions.get(key[0], ("", ""))
            return {"disposition": key[0], "label_zh": zh, "label_en": en}
        case CampaignAxis.CALLER_ID:
            return {"shown_as": key[0]}
        case CampaignAxis.AGENT:
            names = {"agent": found.agents.get(key[0], ""), "campaign": found.names.get(key[1], "")}
            return {"agent_id": key[0], "campaign_id": key[1]} | names


def _said(counts: Mapping[str, int], found: _Found) -> tuple[Said, ...]:
    often = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Said(code, *found.dispositions.get(code, ("", "")), count) for code, count in often)


def _total(axis: CampaignAxis, found: _Found) -> CampaignLine:
    tally = add_up([one for tallies in found.tallies.values() for one in tallies])
    # agents' talks are no sets of people
    leads = None if axis is CampaignAxis.AGENT else add_up(list(found.leads.values()))
    said: Counter[str] = Counter()
    for counts in found.said.values():
        said.update(counts)
    return CampaignLine({}, figures_of(tally, leads), _said(said, found))
