"""Who heard a caller's message first, and when."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, UtcDateTime

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Messages of before count as heard when somebody has dealt with them."""
    op.add_column("messages", sa.Column("heard_at", UtcDateTime(), nullable=True))
    op.add_column("messages", sa.Column("heard_by", BIG_ID, nullable=True))
    op.execute("UPDATE messages SET heard_at = done_at, heard_by = done_by WHERE done_at IS NOT NULL")


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("messages") as table:
        table.drop_column("heard_by")
        table.drop_column("heard_at")
