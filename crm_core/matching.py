"""Whose number is it: the rule that a number counts only when it belongs to one customer."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.models import ContactPoint


async def only_customer(connection: AsyncConnection, keys: Sequence[str]) -> int | None:
    """Return the one customer with a number of these spellings; None for nobody and for several."""
    query = select(ContactPoint.customer_id).where(ContactPoint.kind == "phone", ContactPoint.value.in_(keys))
    found = list(await connection.scalars(query.distinct().limit(2)))
    return found[0] if len(found) == 1 else None
