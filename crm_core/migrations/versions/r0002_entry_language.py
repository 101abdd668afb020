"""The language in which a number answers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Numbers of before answer in Chinese, as they did."""
    op.add_column("entry_numbers", sa.Column("language", sa.String(length=8), nullable=False, server_default="zh"))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("entry_numbers") as table:
        table.drop_column("language")
