"""The proof that a campaign kept the law, counted again from the rows of its attempts."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from crm_core.attempt_proofs import AttemptProof, AttemptProofs, EarlierAttempt
from crm_core.campaigns import CampaignRow
from crm_core.domain.day import day_of
from dialer.domain.attempt_caps import PastAttempt
from dialer.domain.compliance import LOOK_BACK, ComplianceDay, Dialed, Judging
from dialer.domain.policy import Policy
from dialer.domain.verdict import Verdict
from dialer.policies import known_of
from dialer.whereabouts import calendars_of, place_of


async def campaign_compliance(
    proofs: AttemptProofs, campaign: CampaignRow, zone: tzinfo, first: date, last: date
) -> tuple[ComplianceDay, ...]:
    """Judge each day on which it dialed."""
    judging, day = Judging(zone), first - LOOK_BACK
    while day < first:
        of = day_of(_noon(day, zone), zone)
        counted = await proofs.answered(campaign.id, of.begins_at, of.ends_at)
        judging.before(day, counted.people, counted.abandoned)
        day += timedelta(days=1)
    begins_at, ends_at = day_of(_noon(first, zone), zone).begins_at, day_of(_noon(last, zone), zone).ends_at
    async for piece in proofs.between(campaign.id, begins_at, ends_at):
        dialed = [_dialed(row, campaign.policies) for row in piece]
        counts_tries = any(one.caps or one.rest_after_abandoned_h for each in dialed for one in each.policies)
        earlier = await proofs.earlier(piece, piece[0].planned_at - LOOK_BACK) if counts_tries else []
        await asyncio.to_thread(_judge, judging, piece, dialed, earlier)
    return judging.days()


def _noon(day: date, zone: tzinfo) -> datetime:
    return (datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(hours=12)).astimezone(UTC)


def _judge(
    judging: Judging, rows: Sequence[AttemptProof], dialed: Sequence[Dialed], earlier: Sequence[EarlierAttempt]
) -> None:
    of: dict[tuple[str, object], list[EarlierAttempt]] = defaultdict(list)
    for one in earlier:
        # of a route's fault nobody heard anything
        if one.verdict != Verdict.ROUTE_FAULT:
            for key in _keys(one):
                of[key].append(one)
    for row, each in zip(rows, dialed, strict=True):
        own = (row.planned_at, row.attempt_id)
        past = {one.attempt_id: one for key in _keys(row) for one in of[key] if (one.planned_at, one.attempt_id) < own}
        judging.take(each, [_past(one) for one in past.values()])


def _keys(one: AttemptProof | EarlierAttempt) -> list[tuple[str, object]]:
    people = (("lead", one.lead_id), ("customer", one.customer_id))
    return [("number", one.number_key), *((kind, key) for kind, key in people if key is not None)]


def _past(one: EarlierAttempt) -> PastAttempt:
    return PastAttempt(one.planned_at, one.number_key, one.connected, one.abandoned and not one.connected)


def _dialed(row: AttemptProof, usual: tuple[str, ...]) -> Dialed:
    checks = row.checks
    policies, unknown = _known(tuple(checks.get("policies", usual)))
    # older rows do not say whose holidays were kept
    calendars = checks["calendars"] if "calendars" in checks else calendars_of([row.number_key], {})
    return Dialed(
        row.planned_at,
        row.number_key,
        place_of(checks.get("zones", ()), calendars),
        policies,
        _moment((checks.get("consent") or {}).get("at")),
        {name: datetime.fromisoformat(as_of) for name, as_of in checks.get("registers", {}).items()},
        unknown,
        row.rang_at,
        row.answered_at,
        row.connected_at,
        row.ended_at,
        row.abandoned,
        row.verdict,
        checks.get("do_not_call") == "not_listed",
    )


@lru_cache(maxsize=64)
def _known(names: tuple[str, ...]) -> tuple[tuple[Policy, ...], bool]:
    policies, unknown = known_of(names)
    return policies, bool(unknown)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
