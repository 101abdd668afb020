"""Whose row is it: finds the customer that a row of an imported table means, if there is exactly one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.import_row import ImportRow
from crm_core.models import ContactPoint, Customer


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several customers fit; `field` is what they share with the row."""

    field: str
    customer_ids: tuple[int, ...]


async def match(connection: AsyncConnection, row: ImportRow) -> int | Ambiguous | None:
    """Look by personal number, then shared number and name, then name and company; None: nobody yet."""
    owners = await _owners_of(connection, row.personal_keys)
    if len(owners) == 1:
        return owners[0]
    if owners:
        named = await _of_name(connection, row, owners)
        return named[0] if len(named) == 1 else Ambiguous("phone", tuple(named or owners))
    named = await _of_name(connection, row, await _owners_of(connection, row.shared_keys))
    if not named:
        named = await _by_name(connection, row)
    if len(named) > 1:
        return Ambiguous("name", tuple(named))
    return named[0] if named else None


async def _owners_of(connection: AsyncConnection, keys: Sequence[str]) -> list[int]:
    if not keys:
        return []
    query = select(ContactPoint.customer_id).where(ContactPoint.value.in_(keys), ContactPoint.kind == "phone")
    return sorted(set(await connection.scalars(query)))


async def _of_name(connection: AsyncConnection, row: ImportRow, among: Sequence[int]) -> list[int]:
    if not among:
        return []
    query = select(Customer.id).where(Customer.id.in_(among), Customer.name_folded == row.name_folded)
    return list(await connection.scalars(query.order_by(Customer.id)))


async def _by_name(connection: AsyncConnection, row: ImportRow) -> list[int]:
    # A name alone says nothing: half of all Chinese names are shared. It counts only where there is nothing else.
    query = select(Customer.id).where(
        Customer.name_folded == row.name_folded, Customer.company_folded == row.company_folded
    )
    if not row.company_folded:
        if row.phones:
            return []
        numbers = exists().where(ContactPoint.customer_id == Customer.id, ContactPoint.kind == "phone")
        query = query.where(~numbers)
    return list(await connection.scalars(query.order_by(Customer.id).limit(3)))
