"""Business hours that queues, entry numbers and flows share, and what callers get outside a queue's."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, JSON_VALUE, UtcDateTime

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """As before: everything is always open, but for what a flow says itself."""
    op.create_table(
        "calendars",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("body", JSON_VALUE, nullable=False),
        sa.Column("switched", sa.String(length=64), nullable=True),
        sa.Column("switched_until", UtcDateTime(), nullable=True),
        sa.Column("switched_at", UtcDateTime(), nullable=True),
        sa.Column("switched_by", BIG_ID, nullable=True),
        sa.Column("switched_note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["switched_by"], ["users.id"], name=op.f("fk_calendars_switched_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendars")),
        sa.UniqueConstraint("name", name=op.f("uq_calendars_name")),
    )
    op.add_column("queues", sa.Column("calendar_id", BIG_ID, nullable=True))
    op.add_column("queues", sa.Column("closed", JSON_VALUE, nullable=False, server_default="{}"))
    op.add_column("entry_numbers", sa.Column("calendar_id", BIG_ID, nullable=True))


def downgrade() -> None:
    """Forget them."""
    for name, column in (("entry_numbers", "calendar_id"), ("queues", "closed"), ("queues", "calendar_id")):
        with op.batch_alter_table(name) as table:
            table.drop_column(column)
    op.drop_table("calendars")
