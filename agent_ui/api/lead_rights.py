"""Whose numbers on campaigns' lists a person may ask for."""

from agent_ui.api.ask import Ask
from agent_ui.auth.permissions import Permission
from crm_core.errors import NotFound


async def check_my_lead(ask: Ask, number_id: int) -> None:
    """Agents: whom they look at, are to call, or have had a call with; of anybody else it is as if there were none."""
    cards, me = ask.parts.memory.lead_cards, ask.me.user_id
    lead_id = await cards.lead_of_number(number_id)
    if ask.me.may(Permission.MANAGE_CAMPAIGNS):
        return
    desk = ask.parts.desk.of(me)
    if desk is not None and desk.card is not None and desk.card.lead.id == lead_id:
        return
    seat = ask.parts.telephony.floor.view(f"agent:{me}")
    if not await cards.is_of(lead_id, me, "" if seat is None else seat["call_id"] or ""):
        raise NotFound("number", f"lead:{number_id}")
