"""What campaigns hold of one person: their places on lists, and each dialing; to hand out, and to erase.

Erased dialings stay as the proof that the law was kept, and so that limits are counted as before: all of one person
under one name that says nothing of them.
"""

import secrets
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.attempts import OPEN
from crm_core.due_leads import DIALING
from crm_core.models import Attempt, Campaign, Lead, LeadList, LeadNumber

Rows = list[dict[str, Any]]


async def leads_of(connection: AsyncConnection, customer_id: int, keys: Collection[str]) -> Rows:
    """Give their places on lists, each with all its numbers; `keys` are theirs alone."""
    unclaimed = select(LeadNumber.lead_id).join(Lead, Lead.id == LeadNumber.lead_id)
    unclaimed = unclaimed.where(LeadNumber.key.in_(keys), Lead.customer_id.is_(None))
    # two questions: each has its index
    lead_ids = {
        *await connection.scalars(select(Lead.id).where(Lead.customer_id == customer_id)),
        *await connection.scalars(unclaimed),
    }
    columns = (*Lead.__table__.columns, Campaign.name.label("campaign_name"), LeadList.name.label("list_name"))
    query = select(*columns).join(Campaign, Campaign.id == Lead.campaign_id).join(LeadList, LeadList.id == Lead.list_id)
    rows = (await connection.execute(query.where(Lead.id.in_(lead_ids)).order_by(Lead.id))).mappings().all()
    numbers: dict[int, list[str]] = {lead_id: [] for lead_id in lead_ids}
    named = select(LeadNumber.lead_id, LeadNumber.key).where(LeadNumber.lead_id.in_(lead_ids))
    for row in await connection.execute(named.order_by(LeadNumber.lead_id, LeadNumber.position)):
        numbers[row.lead_id].append(row.key)
    return [{**row, "numbers": numbers[row["id"]]} for row in rows]


async def attempts_of(
    connection: AsyncConnection, customer_id: int, keys: Collection[str], lead_ids: Collection[int]
) -> Rows:
    """Give each dialing of them, the oldest first."""
    found: dict[str, dict[str, Any]] = {}
    unclaimed = (Attempt.number_key.in_(keys), Attempt.customer_id.is_(None))
    for which in ((Attempt.customer_id == customer_id,), unclaimed, (Attempt.lead_id.in_(lead_ids),)):
        query = select(*Attempt.__table__.columns, Campaign.name.label("campaign_name"))
        query = query.join(Campaign, Campaign.id == Attempt.campaign_id).where(*which)
        found |= {row["attempt_id"]: dict(row) for row in (await connection.execute(query)).mappings()}
    return sorted(found.values(), key=lambda row: (row["planned_at"], row["attempt_id"]))


def are_dialed(leads: Sequence[dict[str, Any]], attempts: Sequence[dict[str, Any]]) -> bool:
    """Whether somebody calls them now."""
    return any(row["state"] == DIALING for row in leads) or any(row["state"] in OPEN for row in attempts)


async def forget(connection: AsyncConnection, leads: Rows, attempts: Rows) -> None:
    """Take them from all lists, and let no dialing say whom it called."""
    await connection.execute(delete(Lead).where(Lead.id.in_([row["id"] for row in leads])))
    nobody = {"number": "", "number_key": f"erased-{secrets.token_hex(16)}", "customer_id": None, "lead_id": None}
    for row in attempts:
        checks = row["checks"]
        if checks.get("consent"):
            checks = {**checks, "consent": {**checks["consent"], "source": ""}}
        query = update(Attempt).where(Attempt.attempt_id == row["attempt_id"])
        await connection.execute(query.values(**nobody, checks=checks))
