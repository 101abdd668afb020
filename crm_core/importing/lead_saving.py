"""Saves people of a list: who is on one already is told apart first, by few questions for many rows."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor
from crm_core.domain.import_row import Rejected
from crm_core.domain.lead_row import LeadDraft
from crm_core.errors import NotFound
from crm_core.lead_lists import NewList, insert_list
from crm_core.models import Campaign, ContactPoint, DoNotCallEntry, Lead, LeadList, LeadNumber

CREATED, BARRED, KNOWN, IN_CAMPAIGN, ELSEWHERE = "created", "barred", "known", "in_campaign", "elsewhere"
DO_NOT_CALL = "do_not_call"
_RANKS_BITS = 31
_OVER = "finished"
_TOLD = {
    IN_CAMPAIGN: ("duplicate_in_campaign", "This number is on another list of the campaign."),
    ELSEWHERE: ("duplicate_elsewhere", "This number is in another campaign that is not over."),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where the people go; `skip_elsewhere`: not who is in another campaign that is not over.

    Without `list_id` the first of them makes the list, called `list_name`: a file with nobody on it leaves none behind.
    """

    campaign_id: int
    list_id: int | None
    skip_elsewhere: bool = False
    list_name: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one row; `reason` if it was not taken."""

    outcome: str
    reason: Rejected | None = None


@dataclass(slots=True)
class _Known:
    """What the tables know of some numbers."""

    places: dict[str, str] = field(default_factory=dict)
    customers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    listed_keys: set[str] = field(default_factory=set)
    listed_customers: set[int] = field(default_factory=set)

    def place(self, lead: LeadDraft) -> str | None:
        found = {self.places.get(key) for number in lead.numbers for key in number.keys}
        return next((place for place in (KNOWN, IN_CAMPAIGN, ELSEWHERE) if place in found), None)

    def people(self, lead: LeadDraft) -> set[int]:
        return {one for number in lead.numbers for key in number.keys for one in self.customers.get(key, ())}

    def is_listed(self, lead: LeadDraft) -> bool:
        """By number, or as a customer with whatever numbers: one sign is enough."""
        keys = {key for number in lead.numbers for key in number.keys}
        return bool(keys & self.listed_keys or self.people(lead) & self.listed_customers)


async def save_leads(
    connection: AsyncConnection, leads: Sequence[LeadDraft], target: Target, by: Actor, at: datetime
) -> tuple[Target, list[Saved]]:
    """Save them in the caller's transaction; say where they are now, and of each what became of it.

    NotFound: the list is gone. AlreadyExists: somebody else has made one of this name meanwhile.
    """
    if target.list_id is not None:
        await _hold(connection, target.list_id)
    keys = {key for lead in leads for number in lead.numbers for key in number.keys}
    known = _Known()
    await _find_places(connection, keys, target, known.places)
    await _find_people(connection, keys, known)
    places = [known.place(lead) for lead in leads]
    fresh = [lead for lead, place in zip(leads, places, strict=True) if place is None]
    barred = {lead.line for lead in fresh if known.is_listed(lead)}
    if fresh:
        target = await _with_list(connection, target, by, at)
        await _insert(connection, fresh, target, known, barred, at)
    return target, [
        Saved(BARRED if lead.line in barred else CREATED) if place is None else _not_taken(lead, place)
        for lead, place in zip(leads, places, strict=True)
    ]


async def _hold(connection: AsyncConnection, list_id: int) -> None:
    # held until the end: its countries are counted on by whoever else takes people in
    query = select(LeadList.id).where(LeadList.id == list_id).with_for_update()
    if await connection.scalar(query) is None:
        raise NotFound("lead_list", list_id)


async def _with_list(connection: AsyncConnection, target: Target, by: Actor, at: datetime) -> Target:
    if target.list_id is not None:
        return target
    made = NewList(target.campaign_id, target.list_name, target.source)
    return replace(target, list_id=await insert_list(connection, made, by, at))


def _not_taken(lead: LeadDraft, place: str) -> Saved:
    if place == KNOWN:
        return Saved(KNOWN)
    code, message = _TOLD[place]
    return Saved(place, Rejected(lead.line, "phone", code, lead.numbers[0].number, message))


async def _find_places(
    connection: AsyncConnection, keys: Collection[str], target: Target, into: dict[str, str]
) -> None:
    here = select(LeadNumber.key, Lead.list_id).join(Lead, Lead.id == LeadNumber.lead_id)
    here = here.where(LeadNumber.key.in_(keys), LeadNumber.campaign_id == target.campaign_id)
    if target.skip_elsewhere:
        other = select(LeadNumber.key).join(Campaign, Campaign.id == LeadNumber.campaign_id)
        other = other.where(LeadNumber.key.in_(keys), Campaign.id != target.campaign_id, Campaign.state != _OVER)
        into.update((key, ELSEWHERE) for key in await connection.scalars(other))
    for key, list_id in await connection.execute(here):
        if into.get(key) != KNOWN:
            into[key] = KNOWN if list_id == target.list_id else IN_CAMPAIGN


async def _find_people(connection: AsyncConnection, keys: Collection[str], known: _Known) -> None:
    points = select(ContactPoint.value, ContactPoint.customer_id)
    points = points.where(ContactPoint.value.in_(keys), ContactPoint.kind == "phone")
    for key, customer_id in await connection.execute(points):
        known.customers[key].add(customer_id)
    in_force = DoNotCallEntry.removed_at.is_(None)
    numbers = select(DoNotCallEntry.number).where(and_(DoNotCallEntry.number.in_(keys), in_force))
    known.listed_keys.update(key for key in await connection.scalars(numbers) if key is not None)
    people = {customer_id for found in known.customers.values() for customer_id in found}
    if people:
        listed = select(DoNotCallEntry.customer_id).where(and_(DoNotCallEntry.customer_id.in_(people), in_force))
        known.listed_customers.update(one for one in await connection.scalars(listed) if one is not None)


async def _insert(
    connection: AsyncConnection,
    leads: Sequence[LeadDraft],
    target: Target,
    known: _Known,
    barred: Collection[int],
    at: datetime,
) -> None:
    rows = [_row(lead, target, known, at, is_barred=lead.line in barred) for lead in leads]
    ids = await connection.scalars(insert(Lead).returning(Lead.id, sort_by_parameter_order=True), rows)
    numbers = [row for lead_id, lead in zip(ids, leads, strict=True) for row in _numbers(lead_id, lead, target)]
    await connection.execute(insert(LeadNumber), numbers)
    await _count_countries(connection, leads, target)


async def _count_countries(connection: AsyncConnection, leads: Sequence[LeadDraft], target: Target) -> None:
    counted = Counter(country for lead in leads for country in lead.countries)
    of_list = LeadList.id == target.list_id
    counted.update(await connection.scalar(select(LeadList.countries).where(of_list)))
    await connection.execute(update(LeadList).where(of_list).values(countries=dict(sorted(counted.items()))))


def _row(lead: LeadDraft, target: Target, known: _Known, at: datetime, *, is_barred: bool) -> dict[str, Any]:
    people = known.people(lead)
    return {
        "campaign_id": target.campaign_id,
        "list_id": target.list_id,
        "customer_id": people.pop() if len(people) == 1 else None,
        "name": lead.name,
        "zones": list(lead.zones),
        "custom": lead.custom,
        "language": lead.language,
        "priority": lead.priority,
        "rank": secrets.randbits(_RANKS_BITS),
        "for_user_id": lead.for_user_id,
        "state": "barred" if is_barred else "waiting",
        "why": DO_NOT_CALL if is_barred else "",
        "due_at": at,
        "next_number_id": None,
        "attempts": 0,
        "last_verdict": None,
        "last_attempt_at": None,
        "created_at": at,
        "consent_at": lead.consent_at,
        "consent_source": lead.consent_source,
    }


def _numbers(lead_id: int, lead: LeadDraft, target: Target) -> list[Mapping[str, Any]]:
    return [
        {
            "campaign_id": target.campaign_id,
            "lead_id": lead_id,
            "position": position,
            "number": number.number,
            "key": number.key,
            "dead": None,
        }
        for position, number in enumerate(lead.numbers)
    ]
