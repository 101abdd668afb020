"""Of which countries the people of a list are; and imports that left no list behind."""

from collections import Counter, defaultdict
from itertools import groupby

import sqlalchemy as sa
from alembic import op

from crm_core.domain.countries import country_of
from crm_core.models.types import BIG_ID, JSON_VALUE

revision = "0049"
down_revision = "0047"

_LISTS = sa.table("lead_lists", sa.column("id", BIG_ID), sa.column("countries", JSON_VALUE))
_NUMBERS = sa.text("""SELECT leads.list_id, leads.id, lead_numbers.number FROM leads
    JOIN lead_numbers ON lead_numbers.lead_id = leads.id ORDER BY leads.id""")


def upgrade() -> None:
    """Whoever is on a list already is counted by their numbers."""
    op.add_column("lead_lists", sa.Column("countries", JSON_VALUE, nullable=False, server_default="{}"))
    with op.batch_alter_table("lead_imports") as table:
        table.alter_column("list_id", existing_type=BIG_ID, nullable=True)
    connection = op.get_bind()
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for (list_id, _), rows in groupby(connection.execute(_NUMBERS), key=lambda row: (row[0], row[1])):
        counted[list_id].update({found for row in rows if (found := country_of(row[2])) is not None})
    for list_id, countries in counted.items():
        values = sa.update(_LISTS).where(_LISTS.c.id == list_id).values(countries=dict(sorted(countries.items())))
        connection.execute(values)


def downgrade() -> None:
    """Forget them, and the imports without a list."""
    op.execute("DELETE FROM lead_imports WHERE list_id IS NULL")
    with op.batch_alter_table("lead_imports") as table:
        table.alter_column("list_id", existing_type=BIG_ID, nullable=False)
    op.drop_column("lead_lists", "countries")
