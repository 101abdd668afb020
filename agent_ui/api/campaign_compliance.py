"""The report that proves hours, rates, rings, caps and do-not-call checks of a campaign, day by day."""

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from aiohttp import web
from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.problems import invalid
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.auth.permissions import Permission
from agent_ui.errors import FieldProblem
from agent_ui.joints.campaign_compliance import campaign_compliance
from crm_core.domain.dossier import to_csv
from dialer.domain.compliance import ComplianceDay

MOST_DAYS = 31
_COLUMNS = [one.name for one in fields(ComplianceDay)]


class DaysQuery(Body):
    """Both days included."""

    first: date = Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))
    last: date = Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))


class ComplianceDayAnswer(OwnAnswer):
    """One day; abandonment is judged over the window of the policy that ends with it. `broken` is empty if all is kept.

    `rang_out`: nobody answered; of these `rang_long_enough` rang 15 s, `rang_too_short` less than the policy asks.
    """

    day: date
    limit_ratio: float | None
    attempts: int
    people: int
    abandoned: int
    window_people: int
    window_abandoned: int
    window_ratio: float | None
    rang_out: int
    rang_least_s: float | None
    rang_long_enough: int
    rang_too_short: int
    outside_hours: int
    on_holidays: int
    without_consent: int
    register_old: int
    over_caps: int
    list_unchecked: int
    unknown_policies: int
    broken: tuple[str, ...]


class ComplianceAnswer(OwnAnswer):
    """The days on which somebody was dialed, by the house's clock."""

    items: tuple[ComplianceDayAnswer, ...]
    zone: str


async def show_compliance(ask: Ask) -> dict[str, Any]:
    """Count the days again from the attempts."""
    return {"items": await _days(ask), "zone": str(ask.parts.config.telephone.zone)}


async def export_compliance(ask: Ask) -> web.Response:
    """The same as a table; it is audited."""
    lines, campaign_id = await _days(ask), ask.number("campaign_id")
    query: DaysQuery = ask.query
    detail = {"first": query.first.isoformat(), "last": query.last.isoformat()}
    await ask.parts.audit(ask.me.user_id, ask.address, "campaign.compliance", campaign_id, **detail)
    rows = [[_cell(getattr(line, name)) for name in _COLUMNS] for line in lines]
    name = f"compliance-{campaign_id}-{query.first}-{query.last}.csv"
    return web.Response(
        text=to_csv(_COLUMNS, rows),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _cell(value: Any) -> object:
    return " ".join(value) if isinstance(value, list) else "" if value is None else str(value)


async def _days(ask: Ask) -> tuple[ComplianceDay, ...]:
    query: DaysQuery = ask.query
    if not timedelta(0) <= query.last - query.first < timedelta(days=MOST_DAYS):
        raise invalid([FieldProblem("last", "too_many_days", f"At most {MOST_DAYS} days, the first before the last.")])
    memory, zone = ask.parts.memory, ask.parts.config.telephone.zone
    campaign = await memory.campaigns.get(ask.number("campaign_id"))
    return await campaign_compliance(memory.attempt_proofs, campaign, zone, query.first, query.last)


def _route(path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(
        method="GET",
        path=f"/campaigns/{{campaign_id:int}}/{path}",
        permission=Permission.MANAGE_CAMPAIGNS,
        handler=handler,
        summary=summary,
        query=DaysQuery,
        **more,
    )


ROUTES = [
    _route("compliance", show_compliance, "Whether a campaign kept the law, by day", answer=ComplianceAnswer),
    _route("compliance/file", export_compliance, "The same as a CSV file", raw=True),
]
