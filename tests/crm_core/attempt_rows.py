"""Rows of dialings, for tests of what is made of them."""

import uuid
from datetime import datetime
from typing import Any

from crm_core.lead_lists import LeadListRow

NUMBER = "+8613900139000"


def attempt(of: LeadListRow, lead_id: int | None, at: datetime, **more: Any) -> dict[str, Any]:
    """Give a row of the table; `more` overrides."""
    row = {
        "attempt_id": str(uuid.uuid4()),
        "campaign_id": of.campaign_id,
        "list_id": of.id,
        "lead_id": lead_id,
        "number_id": None,
        "customer_id": None,
        "number": NUMBER,
        "number_key": NUMBER,
        "shown_as": "4001",
        "checks": {
            "policies": ["cn"],
            "zones": {"Asia/Shanghai": "Sun 09:00"},
            "tries_before": 0,
            "do_not_call": "not_listed",
        },
        "terms": {},
        "state": "failed",
        "planned_at": at,
        "abandoned": False,
        "evidence": [],
        "sip_reason": "",
    }
    return row | more
