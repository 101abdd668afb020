"""Callers may refuse to be recorded, where a line says so."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nobody is offered it: as before."""
    op.add_column("queues", sa.Column("consent_refusable", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Forget which lines offered it."""
    with op.batch_alter_table("queues") as table:
        table.drop_column("consent_refusable")
