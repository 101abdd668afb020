"""How a line finds its agents, what agents can, where they only help out, and how callers found the talk."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import JSON_VALUE

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """As before: the longest idle, no skills, nobody a reserve, nobody asked."""
    op.add_column("queues", sa.Column("routing", JSON_VALUE, nullable=False, server_default="{}"))
    op.add_column("queues", sa.Column("survey", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("calls", sa.Column("rating", sa.Integer(), nullable=True))
    op.add_column("users", sa.Column("skills", JSON_VALUE, nullable=False, server_default="{}"))
    op.add_column("user_queues", sa.Column("reserve", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Forget all of it."""
    columns = (
        ("user_queues", "reserve"),
        ("users", "skills"),
        ("calls", "rating"),
        ("queues", "survey"),
        ("queues", "routing"),
    )
    for name, column in columns:
        with op.batch_alter_table(name) as table:
            table.drop_column(column)
