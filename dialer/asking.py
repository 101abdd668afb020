"""What the rules are asked about a lead, and what is kept of the answer with its attempt as the proof."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm_core.due_leads import DueLead, DueNumber, DueTry
from dialer.domain.attempt_caps import PastAttempt
from dialer.domain.calling_window import Place
from dialer.domain.clearance import Law, Whom
from dialer.domain.verdict import Verdict
from dialer.plan import OWN_HOURS
from dialer.whereabouts import calendars_of, place_of

CAPS_LOOK_BACK = timedelta(days=31)
"""As far as the longest cap of any policy that ships (30 days), and a little more."""

CALLED_NOW = "called_now"
CALLED_NOW_AGAIN = timedelta(minutes=1)
_LONGEST_CALL = timedelta(hours=6)


def number_of(lead: DueLead) -> DueNumber | None:
    """Give the number that is next."""
    alive = [one for one in lead.numbers if one.dead is None]
    return next((one for one in alive if one.id == lead.next_number_id), alive[0] if alive else None)


def lead_place(lead: DueLead) -> Place:
    """Where they may be."""
    return place_of(lead.zones, _calendars(lead))


def whom_of(lead: DueLead, number: DueNumber, tries: Sequence[DueTry]) -> Whom:
    """Put together what the rules look at; `tries` are those of any campaign."""
    counted = [one for one in tries if one.verdict != Verdict.ROUTE_FAULT]
    past = [PastAttempt(one.at, one.number, one.connected, one.abandoned and not one.connected) for one in counted]
    return Whom(lead_place(lead), number.number, past, lead.consent_at)


def is_called_now(lead: DueLead, tries: Sequence[DueTry], now: datetime) -> bool:
    """Whether they are rung, or talked with, for another campaign or from another list: of that nothing came yet."""
    return any(one.lead_id != lead.id and one.verdict is None and one.at > now - _LONGEST_CALL for one in tries)


def checks_of(law: Law, lead: DueLead, now: datetime) -> dict[str, Any]:
    """Keep what was looked at, so that it can be judged again from the row alone."""
    asked = [policy.name for policy in law.policies if policy.do_not_call_age_max_days is not None]
    given_at = lead.consent_at
    consent = None if given_at is None else {"at": given_at.isoformat(), "source": lead.consent_source}
    return {
        # the campaign's own hours are nobody's law: whether the law was kept is judged without them
        "policies": [policy.name for policy in law.policies if policy.name != OWN_HOURS],
        "zones": {zone: now.astimezone(ZoneInfo(zone)).strftime("%a %H:%M") for zone in lead.zones},
        "calendars": list(_calendars(lead)),
        "consent": consent,
        "registers": {name: law.registers[name].isoformat() for name in asked if name in law.registers},
    }


def _calendars(lead: DueLead) -> tuple[str, ...]:
    return calendars_of([one.number for one in lead.numbers], lead.custom)
