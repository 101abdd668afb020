"""When somebody may be called again after a call: by their own clock, by the campaign's law and the line's hours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from agent_ui.memory import Memory
from crm_core.calls import CallRow
from crm_core.domain.agreed_time import quick_times
from crm_core.domain.lead_zones import zones_of
from crm_core.leads import LeadRow
from dialer.domain.calling_window import Place, is_open, no_holidays
from dialer.domain.policy import Policy
from dialer.plan import plan_of
from dialer.whereabouts import calendars_of, place_of

_CHINESE_KEY, _CHINA = "cn:", "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class CallbackTimes:
    """`line_is_open(queue_id, at)` by the hours of lines; `zone` is the house's, for who is in several or in none."""

    memory: Memory
    line_is_open: Callable[[int, datetime], bool]
    zone: tzinfo

    async def of_call(self, call: CallRow, now: datetime) -> dict[str, Any]:
        """Say in which zones the person may be, and which times are offered."""
        card = await self.memory.lead_cards.of_call(call.id)
        if card is None:
            return self._offered(call.queue_id, (), _place_of_number(call.number), now)
        campaign = await self.memory.campaigns.get(card.campaign_id)
        place = _place_of_number(call.number) if card.lead is None else _place_of_lead(card.lead)
        return self._offered(campaign.queue_id, plan_of(campaign).law.policies, place, now)

    def _offered(self, queue_id: int | None, policies: Sequence[Policy], place: Place, now: datetime) -> dict[str, Any]:
        def may_be_called(at: datetime) -> bool:
            return (queue_id is None or self.line_is_open(queue_id, at)) and is_open(policies, place, at)

        zone = place.zones[0] if len(place.zones) == 1 else self.zone
        quick = quick_times(now, zone, may_be_called)
        return {"zones": [str(one) for one in place.zones], "quick": [{"key": one.key, "at": one.at} for one in quick]}


def _place_of_lead(lead: LeadRow) -> Place:
    return place_of(lead.zones, calendars_of([one.number for one in lead.numbers], lead.custom))


def _place_of_number(key: str | None) -> Place:
    if key is not None and key.startswith("+"):
        return place_of(zones_of([key], {}), calendars_of([key], {}))
    return Place((ZoneInfo(_CHINA),) if key is not None and key.startswith(_CHINESE_KEY) else (), no_holidays)
