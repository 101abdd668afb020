"""Agents of a line may begin a recording in a talk, where the line says so."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Nobody may until an administrator says so."""
    op.add_column("queues", sa.Column("record_on_demand", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Forget which lines said so."""
    with op.batch_alter_table("queues") as table:
        table.drop_column("record_on_demand")
