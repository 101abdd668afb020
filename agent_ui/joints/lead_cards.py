"""What the list says of somebody, in the one shape that agents' pages have: pushed before a call, asked for in it."""

from dataclasses import asdict
from typing import Any

from crm_core.lead_cards import LeadCard


def lead_card_view(card: LeadCard) -> dict[str, Any] | None:
    """Build what a page gets; None: no list has them any more."""
    lead = card.lead
    if lead is None:
        return None
    return {
        **{name: getattr(lead, name) for name in ("id", "list_name", "customer_id", "name")},
        # pairs, for the names of columns are texts of a file as well: masked, and in their order
        "columns": [{"name": name, "value": value} for name, value in lead.custom.items()],
        "attempt_number": card.attempt_number,
        "number": card.number,
        "other_numbers": [{"number": one.display, "dead": one.dead} for one in card.other_numbers],
        "earlier": [asdict(one) for one in card.earlier],
    }
