"""What the list says of somebody, in the one shape that agents' pages have: pushed before a call, asked for in it."""

from dataclasses import asdict
from typing import Any

from crm_core.lead_cards import EarlierAttempt, LeadCard


def lead_card_view(card: LeadCard, *, user_id: int, sees_all_calls: bool = False) -> dict[str, Any] | None:
    """Build what this person's page gets; None: no list has them any more."""
    lead = card.lead
    if lead is None:
        return None
    return {
        **{name: getattr(lead, name) for name in ("id", "list_name", "customer_id", "name")},
        # pairs, for the names of columns are texts of a file as well: masked, and in their order
        "columns": [{"name": name, "value": value} for name, value in lead.custom.items()],
        "attempt_number": card.attempt_number,
        "number": card.number,
        "number_ref": card.number_ref,
        "other_numbers": [
            {"number": one.display, "number_ref": f"lead:{one.id}", "dead": one.dead} for one in card.other_numbers
        ],
        "earlier": [_earlier(one, is_shown=sees_all_calls or one.agent_id == user_id) for one in card.earlier],
    }


def _earlier(one: EarlierAttempt, *, is_shown: bool) -> dict[str, Any]:
    """Who had the call, or may see all, finds it in the log."""
    view = asdict(one)
    del view["agent_id"]
    return view | {"call_id": one.call_id if is_shown else None}
