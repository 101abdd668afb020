"""What became of callbacks that were ordered by form, for reports; and who may take one back after a restart."""

import sqlalchemy as sa
from alembic import op

from crm_core.models.types import BIG_ID, UtcDateTime

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Those that are promised just now are counted from here on; of earlier ones nothing is known."""
    op.create_table(
        "callback_orders",
        sa.Column("callback_id", sa.String(length=64), nullable=False),
        sa.Column("queue_id", BIG_ID, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("called", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("expired", sa.Integer(), nullable=False),
        sa.Column("ended", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("callback_id", name=op.f("pk_callback_orders")),
    )
    op.add_column("callbacks", sa.Column("asker", sa.String(length=64), nullable=False, server_default=""))
    op.create_index(op.f("ix_callback_orders_quarter"), "callback_orders", ["quarter"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("callback_orders")
    with op.batch_alter_table("callbacks") as table:
        table.drop_column("asker")
