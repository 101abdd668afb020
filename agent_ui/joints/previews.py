"""Shows agents' pages whom they look at before they call them, and why they look at nobody."""

import asyncio
import logging
from typing import Any

from agent_ui.joints.lead_cards import lead_card_view
from agent_ui.push.hub import Hub
from crm_core.errors import NotFound, StorageError
from crm_core.lead_cards import LeadCard, LeadCards
from dialer.desk import AgentDesk, Desk
from dialer.service import Dialer

_log = logging.getLogger(__name__)
KIND = "preview"
_AGAIN_S = 1.0
Key = tuple[Any, ...]


class Previews:
    """What is shown is a state: a page that is opened again shows the same person."""

    def __init__(self, desk: AgentDesk, dialer: Dialer, cards: LeadCards, hub: Hub) -> None:
        self._desk = desk
        self._dialer = dialer
        self._cards = cards
        self._hub = hub
        self._shown: dict[int, Key] = {}
        hub.on_arrival(self._arrived)

    def _arrived(self, user_id: int) -> None:
        self._shown.pop(user_id, None)
        self._dialer.turned.set()

    async def run(self) -> None:
        """Look after each turn of the dialer; until cancelled."""
        while True:
            await self._dialer.turned.wait()
            self._dialer.turned.clear()
            try:
                await self.look()
            except StorageError:
                _log.warning("Whom agents look at could not be read")
                await asyncio.sleep(_AGAIN_S)

    async def look(self) -> None:
        """Show everybody whose desk is different what it is now."""
        people = self._hub.users()
        self._shown = {user_id: key for user_id, key in self._shown.items() if user_id in people}
        for user_id in people:
            desk = self._desk.of(user_id)
            key = _key(desk)
            if self._shown.get(user_id) == key:
                continue
            view = None if desk is None else await self._view(user_id, desk)
            if view is not None or user_id in self._shown:
                self._hub.show(user_id, KIND, view)
            self._shown[user_id] = key

    async def _view(self, user_id: int, desk: Desk) -> dict[str, Any] | None:
        try:
            card = None if desk.card is None else await self._cards.of_lead(desk.card.lead.id)
        except NotFound:
            return None
        return view_of(user_id, desk, card)


def _key(desk: Desk | None) -> Key:
    if desk is None:
        return ()
    card = desk.card
    return (desk.campaign.id, desk.campaign.name, desk.why, None if card is None else (card.lead.id, card.until))


def view_of(user_id: int, desk: Desk, person: LeadCard | None) -> dict[str, Any]:
    """Build what a page gets."""
    card, campaign = desk.card, desk.campaign
    return {
        "campaign_id": campaign.id,
        "campaign_name": campaign.name,
        "why": desk.why,
        "shown_at": None if card is None else card.shown_at,
        "until": None if card is None else card.until,
        "at_limit": campaign.rules.preview_at_limit,
        "lead": None if person is None else _lead_view(user_id, person),
    }


def _lead_view(user_id: int, person: LeadCard) -> dict[str, Any]:
    is_own = person.lead is not None and person.lead.for_user_id is not None
    return {**(lead_card_view(person, user_id=user_id) or {}), "is_own": is_own}
