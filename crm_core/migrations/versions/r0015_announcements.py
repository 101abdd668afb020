"""What waiting callers are told beside their place in line, for each queue."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import JSON_VALUE

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """As before: the place in line and the expected wait, and nothing between."""
    op.add_column("queues", sa.Column("announcements", JSON_VALUE, nullable=False, server_default="{}"))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("queues") as table:
        table.drop_column("announcements")
