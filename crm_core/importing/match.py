"""Whose row is it: finds the customers that the rows of an imported table mean, many rows by few questions."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.import_row import ImportRow
from crm_core.models import ContactPoint, Customer


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several customers fit; `field` is what they share with the row."""

    field: str
    customer_ids: tuple[int, ...]


Found = int | Ambiguous | None
_Identity = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Everybody whom some rows could mean, as the tables were at one moment."""

    owners: dict[str, set[int]]
    identities: dict[int, _Identity]
    named: dict[_Identity, list[int]]

    def match(self, row: ImportRow) -> Found:
        """Look by personal number, then shared number and name, then name and company; None: nobody yet."""
        owners = self._owners_of(row.personal_keys)
        if len(owners) == 1:
            return owners[0]
        if owners:
            fitting = self._of_name(row, owners)
            return fitting[0] if len(fitting) == 1 else Ambiguous("phone", tuple(fitting or owners))
        fitting = self._of_name(row, self._owners_of(row.shared_keys)) or self._by_name(row)
        if len(fitting) > 1:
            return Ambiguous("name", tuple(fitting[:3]))
        return fitting[0] if fitting else None

    def near(self, row: ImportRow) -> set[int]:
        """Give everybody who has a part in what `match` says."""
        return {*self._owners_of([*row.personal_keys, *row.shared_keys]), *self._by_name(row)}

    def identity_after(self, row: ImportRow, found: Found) -> _Identity:
        """Give the name and company that a customer has once the row is saved."""
        company = row.company_folded
        if not company and isinstance(found, int):
            company = self.identities[found][1]
        return row.name_folded, company

    def _owners_of(self, keys: Sequence[str]) -> list[int]:
        return sorted({owner for key in keys for owner in self.owners.get(key, ())})

    def _of_name(self, row: ImportRow, among: Sequence[int]) -> list[int]:
        return [customer_id for customer_id in among if self.identities[customer_id][0] == row.name_folded]

    def _by_name(self, row: ImportRow) -> list[int]:
        identity = _looked_up_by_name(row)
        return [] if identity is None else self.named.get(identity, [])


def _looked_up_by_name(row: ImportRow) -> _Identity | None:
    # A name alone says nothing: half of all Chinese names are shared. It counts only where there is nothing else.
    if not row.company_folded and row.phones:
        return None
    return row.name_folded, row.company_folded


async def candidates(connection: AsyncConnection, rows: Sequence[ImportRow]) -> Candidates:
    """Ask for everybody whom these rows could mean."""
    owners: dict[str, set[int]] = {}
    identities: dict[int, _Identity] = {}
    named: dict[_Identity, list[int]] = {}
    columns = (Customer.id, Customer.name_folded, Customer.company_folded)
    keys = {key for row in rows for key in (*row.personal_keys, *row.shared_keys)}
    if keys:
        by_number = select(*columns, ContactPoint.value).join(ContactPoint, ContactPoint.customer_id == Customer.id)
        by_number = by_number.where(ContactPoint.value.in_(keys), ContactPoint.kind == "phone")
        for found in await connection.execute(by_number):
            owners.setdefault(found.value, set()).add(found.id)
            identities[found.id] = (found.name_folded, found.company_folded)
    wanted = {identity for row in rows if (identity := _looked_up_by_name(row)) is not None}
    if wanted:
        numbers = exists().where(ContactPoint.customer_id == Customer.id, ContactPoint.kind == "phone")
        people = tuple_(Customer.name_folded, Customer.company_folded).in_(wanted)
        by_name = select(*columns).where(people, (Customer.company_folded != "") | ~numbers).order_by(Customer.id)
        for named_so in await connection.execute(by_name):
            identities[named_so.id] = (named_so.name_folded, named_so.company_folded)
            named.setdefault(identities[named_so.id], []).append(named_so.id)
    return Candidates(owners, identities, named)


def independent(known: Candidates, rows: Sequence[ImportRow]) -> list[tuple[ImportRow, Found]]:
    """Match the first rows, up to the first that what was matched before it may change the answer for."""
    taken: list[tuple[ImportRow, Found]] = []
    touched: set[int] = set()
    saved: set[_Identity] = set()
    for row in rows:
        if known.near(row) & touched or _looked_up_by_name(row) in saved:
            break
        found = known.match(row)
        taken.append((row, found))
        if isinstance(found, int):
            touched.add(found)
        saved.add(known.identity_after(row, found))
    return taken
