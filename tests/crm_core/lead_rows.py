"""Rows of people on lists, for tests of what is done with them."""

from datetime import datetime
from typing import Any

from crm_core.lead_lists import LeadListRow


def lead(of: LeadListRow, now: datetime, **more: Any) -> dict[str, Any]:
    """Give a row of the table; `more` overrides."""
    row = {
        "campaign_id": of.campaign_id,
        "list_id": of.id,
        "customer_id": None,
        "name": "张伟",
        "zones": ["Asia/Shanghai"],
        "custom": {},
        "language": "zh",
        "priority": 0,
        "rank": 1,
        "for_user_id": None,
        "state": "waiting",
        "why": "",
        "due_at": now,
        "next_number_id": None,
        "attempts": 0,
        "last_verdict": None,
        "last_attempt_at": None,
        "created_at": now,
        "consent_at": None,
        "consent_source": "",
    }
    return row | more
