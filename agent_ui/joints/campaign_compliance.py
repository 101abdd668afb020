"""The proof that a campaign kept the law, counted again from the rows of its attempts."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from crm_core.attempt_proofs import AttemptProof, AttemptProofs
from crm_core.campaigns import CampaignRow
from crm_core.domain.day import day_of
from dialer.domain.compliance import LOOK_BACK, ComplianceDay, Dialed, compliance
from dialer.domain.policy import Policy
from dialer.policies import load_policy


async def campaign_compliance(
    proofs: AttemptProofs, campaign: CampaignRow, zone: tzinfo, first: date, last: date
) -> tuple[ComplianceDay, ...]:
    """Judge each day on which it dialed."""
    begins_at, ends_at = _noon(first, zone), _noon(last, zone)
    rows = await proofs.between(
        campaign.id, day_of(begins_at, zone).begins_at - LOOK_BACK, day_of(ends_at, zone).ends_at
    )
    return await asyncio.to_thread(_judged, rows, campaign.policies, zone, first)


def _noon(day: date, zone: tzinfo) -> datetime:
    return (datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(hours=12)).astimezone(UTC)


def _judged(
    rows: Iterable[AttemptProof], usual: tuple[str, ...], zone: tzinfo, first: date
) -> tuple[ComplianceDay, ...]:
    policies: dict[tuple[str, ...], tuple[Policy, ...]] = {}

    def dialed(row: AttemptProof) -> Dialed:
        names = tuple(row.checks.get("policies", usual))
        if names not in policies:
            policies[names] = tuple(load_policy(name) for name in names)
        keys = (("lead", row.lead_id), ("customer", row.customer_id))
        return Dialed(
            row.planned_at,
            row.number_key,
            tuple(f"{kind} {key}" for kind, key in keys if key is not None),
            tuple(ZoneInfo(name) for name in row.checks.get("zones", {})),
            policies[names],
            row.rang_at,
            row.answered_at,
            row.connected_at,
            row.ended_at,
            row.abandoned,
            row.verdict,
            row.checks.get("do_not_call") == "not_listed",
        )

    return compliance(map(dialed, rows), zone, first)
