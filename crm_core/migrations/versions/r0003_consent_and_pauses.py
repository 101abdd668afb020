"""What callers are told before a recording, and the silent stretches within one."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import JSON_VALUE

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nobody is told anything, and nothing was paused: as before."""
    op.add_column("queues", sa.Column("consent_prompt", sa.String(length=64), nullable=True))
    op.add_column("recordings", sa.Column("pauses", JSON_VALUE, nullable=False, server_default="[]"))


def downgrade() -> None:
    """Forget both."""
    with op.batch_alter_table("recordings") as table:
        table.drop_column("pauses")
    with op.batch_alter_table("queues") as table:
        table.drop_column("consent_prompt")
