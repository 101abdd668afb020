"""Sums of callbacks that were promised, and of those that were kept."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
_NAMES = ("callbacks_promised", "callbacks_kept")


def upgrade() -> None:
    """All sums are made anew by the program when it starts: they mean something else than before."""
    for name in _NAMES:
        op.add_column("report_sums", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Count them as passed on again."""
    with op.batch_alter_table("report_sums") as table:
        for name in _NAMES:
            table.drop_column(name)
