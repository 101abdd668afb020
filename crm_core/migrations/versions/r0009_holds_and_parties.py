"""How long customers were on hold, and whom agents invited to a call."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nobody was, before there were holds."""
    op.add_column("calls", sa.Column("held_s", sa.Double(), nullable=False, server_default="0"))
    op.add_column("call_legs", sa.Column("held_s", sa.Double(), nullable=False, server_default="0"))
    op.add_column("call_legs", sa.Column("number", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Forget both."""
    with op.batch_alter_table("call_legs") as table:
        table.drop_column("number")
        table.drop_column("held_s")
    with op.batch_alter_table("calls") as table:
        table.drop_column("held_s")
