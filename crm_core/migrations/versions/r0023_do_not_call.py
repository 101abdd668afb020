"""Who must not be called."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, UtcDateTime

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "do_not_call",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("number", sa.String(length=200), nullable=True),
        sa.Column("digits", sa.String(length=32), nullable=False),
        sa.Column("customer_id", BIG_ID, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", BIG_ID, nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("removed_by", BIG_ID, nullable=True),
        sa.Column("removal_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_do_not_call_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_do_not_call_added_by_users")),
        sa.ForeignKeyConstraint(["removed_by"], ["users.id"], name=op.f("fk_do_not_call_removed_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_do_not_call")),
        sa.UniqueConstraint("number", name=op.f("uq_do_not_call_number")),
        sa.UniqueConstraint("customer_id", name=op.f("uq_do_not_call_customer_id")),
    )
    op.create_index(op.f("ix_do_not_call_digits"), "do_not_call", ["digits"])
    op.create_index(op.f("ix_do_not_call_added_at_id"), "do_not_call", ["added_at", "id"])


def downgrade() -> None:
    """Forget it."""
    op.drop_table("do_not_call")
