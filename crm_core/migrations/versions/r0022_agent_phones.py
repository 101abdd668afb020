"""Which telephone an agent works with."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import JSON_VALUE

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """As before: everybody talks in the page, which rings for each call."""
    op.add_column("users", sa.Column("phone", JSON_VALUE, nullable=False, server_default="{}"))


def downgrade() -> None:
    """Everybody does again."""
    with op.batch_alter_table("users") as table:
        table.drop_column("phone")
