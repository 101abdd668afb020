"""Agents' time of dialing in the sums of reports."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_TABLES = ("report_shifts", "report_quarters")


def upgrade() -> None:
    """Add it; nobody could dial before."""
    for table in _TABLES:
        op.add_column(table, sa.Column("dialing_ms", sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Forget it."""
    for table in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("dialing_ms")
