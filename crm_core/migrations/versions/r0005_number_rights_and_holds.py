"""Who may see whole numbers, and whose data must be kept for a court."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Everybody follows their role, and nothing is held."""
    op.add_column("users", sa.Column("number_right", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("customers", sa.Column("hold_reason", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Forget both."""
    with op.batch_alter_table("customers") as table:
        table.drop_column("hold_reason")
    with op.batch_alter_table("users") as table:
        table.drop_column("number_right")
